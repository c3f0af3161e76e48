"""Form fields for what people here type: moments in Amsterdam, decimal commas, lists of lines."""

from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, DateTimeLocalField, StringField, TextAreaField
from wtforms.widgets import TextInput

from trials.days import AMSTERDAM, slips
from web.languages import sentence_of


class MomentField(DateTimeLocalField):
    """A moment to the second, typed in Amsterdam's time; ``data`` is aware and in UTC."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"]
        super().__init__(*args, format=formats, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        typed: datetime | None = getattr(self, "data", None)
        if typed is not None:
            self.process_data(None)
            _check_year(typed)
            self.data = typed.replace(tzinfo=AMSTERDAM).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S") if self.data else ""


class DayField(DateField):
    """A day, of a year that a trial can have."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        typed: date | None = getattr(self, "data", None)
        if typed is not None:
            self.process_data(None)
            _check_year(typed)
            self.data = typed


def _check_year(typed: date) -> None:
    """Raise ``ValueError``, which stands at the field, for a year that no trial has."""
    for slip in slips(day=typed):
        raise ValueError(sentence_of(slip))


class NumberField(StringField):
    """A number with a decimal comma or point; ``data`` is an int where it is whole, or a float."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace(" ", "")
        self.data = None
        if not text:
            return
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        self.data = _number(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else _shown(self.data)


class LinesField(TextAreaField):
    """One thing a line; ``data`` is a list of texts without blank ones."""

    def process_formdata(self, valuelist: list[str]) -> None:
        lines = (valuelist[0] if valuelist else "").splitlines()
        self.data = [line.strip() for line in lines if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or [])


class NumbersField(StringField):
    """Numbers with ``;`` between them; ``data`` is a list."""

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = (valuelist[0] if valuelist else "").split(";")
        texts = [part.strip().replace(",", ".") for part in parts if part.strip()]
        self.data = [_number(text) for text in texts]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "; ".join(_shown(number) for number in self.data or [])


def _number(text: str) -> int | float:
    """Return the number; no infinity, no NaN, nothing but digits and a point."""
    if not text.lstrip("-").replace(".", "", 1).isdecimal() or not text.isascii():
        raise ValueError(lazy_gettext("fill in a number, such as 12 or 0,5"))
    number = float(text)
    return int(number) if number.is_integer() else number


def _shown(number: float) -> str:
    whole = int(number) if float(number).is_integer() else number
    return str(whole).replace(".", ",")
