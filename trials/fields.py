"""Reading structured content field by field, gathering every problem instead of the first."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from trials.days import slips
from trials.errors import BadInput

Option = TypeVar("Option", bound=StrEnum)


class Fields:
    """One JSON object that is being read.

    Each reader notes what is wrong and returns a stand-in, so that reading goes on; ``finish``
    refuses the whole with all problems. A problem's ``values["field"]`` is the place, such as
    ``arms.1.ratio``.
    """

    def __init__(self, content: object, path: str = "", problems: list[BadInput] | None = None):
        self.problems: list[BadInput] = [] if problems is None else problems
        self._path = path
        self._parts: list[Fields] = []
        self._read: set[str] = set()
        self._content: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
        if not isinstance(content, Mapping):
            self.refuse(BadInput("a set of fields is expected", field=path))

    def place(self, name: str) -> str:
        """Return the full name of a field, with the parts it lies in."""
        return f"{self._path}.{name}" if self._path else name

    def refuse(self, problem: BadInput) -> None:
        self.problems.append(problem)

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self._content.get(name)

    def text(
        self, name: str, *, longest: int = 200, pattern: str = "", optional: bool = False
    ) -> str:
        """Return the text without outer white space; ``pattern`` must match all of it."""
        value = self._take(name)
        text = value.strip() if isinstance(value, str) else ""
        place = self.place(name)
        if not text and not optional:
            self.refuse(BadInput("fill this in", field=place))
        elif len(text) > longest:
            self.refuse(BadInput("use at most {most} characters", field=place, most=longest))
        elif text and pattern and not re.fullmatch(pattern, text):
            self.refuse(
                BadInput(
                    "{value} will not do; use small letters, digits, - and _ only",
                    field=place,
                    value=text,
                )
            )
        return text

    def number(self, name: str, *, least: float, most: float) -> float:
        """Return a number from ``least`` to ``most``, both included."""
        value = self._take(name)
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        ):
            return float(value)
        self.refuse(
            BadInput(
                "enter a number from {least} to {most}",
                field=self.place(name),
                least=least,
                most=most,
            )
        )
        return least

    def whole(self, name: str, *, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``, both included."""
        value = self._take(name)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.refuse(
            BadInput(
                "enter a whole number from {least} to {most}",
                field=self.place(name),
                least=least,
                most=most,
            )
        )
        return least

    def yes(self, name: str) -> bool:
        value = self._take(name)
        if not isinstance(value, bool):
            self.refuse(BadInput("answer yes or no", field=self.place(name)))
        return value is True

    def choice(self, name: str, options: type[Option]) -> Option:
        value = self._take(name)
        known = list(options)
        if value in [option.value for option in known]:
            return options(value)
        self.refuse(
            BadInput(
                "choose one of {options}",
                field=self.place(name),
                options=", ".join(option.value for option in known),
            )
        )
        return known[0]

    def day(self, name: str) -> date:
        """Return a date written as year-month-day."""
        value = self._take(name)
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(
                BadInput(
                    "enter a date as year-month-day, such as 2027-04-30",
                    field=self.place(name),
                )
            )
            return date.min
        for slip in slips(**{self.place(name): day}):
            self.refuse(slip)
        return day

    def texts(self, name: str, *, least: int = 0, longest: int = 60) -> tuple[str, ...]:
        """Return a list of short texts, each once."""
        value = self._take(name)
        place = self.place(name)
        listed = value if isinstance(value, list | tuple) else []
        texts = tuple(item.strip() for item in listed if isinstance(item, str) and item.strip())
        if len(texts) != len(listed) or len(set(texts)) != len(texts):
            self.refuse(BadInput("fill in every line, and none of them twice", field=place))
        if len(texts) < least:
            self.refuse(BadInput("add at least {least}", field=place, least=least))
        if any(len(text) > longest for text in texts):
            self.refuse(BadInput("use at most {most} characters", field=place, most=longest))
        return texts

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return a list of numbers, in the order given."""
        value = self._take(name)
        listed = value if isinstance(value, list | tuple) else [value]
        numbers = tuple(
            float(number)
            for number in listed
            if isinstance(number, int | float) and not isinstance(number, bool)
        )
        if len(numbers) != len(listed):
            self.refuse(BadInput("enter numbers only", field=self.place(name)))
        return numbers

    def part(self, name: str) -> "Fields":
        """Return the object inside this one, to be read in turn."""
        part = Fields(self._take(name), self.place(name), self.problems)
        self._parts.append(part)
        return part

    def parts(self, name: str, *, least: int = 0) -> list["Fields"]:
        """Return the objects of a list, each to be read in turn."""
        value = self._take(name)
        listed = value if isinstance(value, list | tuple) else []
        if len(listed) < least:
            self.refuse(BadInput("add at least {least}", field=self.place(name), least=least))
        parts = [
            Fields(item, f"{self.place(name)}.{number}", self.problems)
            for number, item in enumerate(listed)
        ]
        self._parts += parts
        return parts

    def finish(self) -> None:
        """Raise ``BadInput`` with every problem, unknown fields included, if there is any."""
        self._refuse_unknown()
        if self.problems:
            raise BadInput(
                "{count} fields need mending; nothing was stored",
                tuple(self.problems),
                count=len(self.problems),
            )

    def _refuse_unknown(self) -> None:
        for name in sorted(set(self._content) - self._read):
            self.refuse(BadInput("there is no such field", field=self.place(name)))
        for part in self._parts:
            part._refuse_unknown()


def written(text: str, *, field: str, longest: int) -> str:
    """Return ``text`` without outer white space; raises ``BadInput`` when empty or too long."""
    stripped = text.strip()
    if not stripped:
        raise BadInput("fill this in", field=field)
    if len(stripped) > longest:
        raise BadInput("use at most {most} characters", field=field, most=longest)
    return stripped
