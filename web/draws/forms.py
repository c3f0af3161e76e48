"""Forms of the ceremony."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from web.forms import Form

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CODE = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "none"}


class ConfirmForm(Form):
    """A button and nothing else."""


class GiveUpForm(Form):
    reason = StringField(
        lazy_gettext("Why is this draw given up?"), [InputRequired(), Length(max=500)]
    )


class CommitForm(Form):
    commitment = StringField(
        lazy_gettext("Your commitment"), [InputRequired(), Length(max=100)], render_kw=CODE
    )
    kept = BooleanField(lazy_gettext("I have kept my secret in a safe place"), [InputRequired()])


class SealForm(Form):
    """The last moment to reveal, read as Amsterdam time."""

    reveal_before = DateTimeLocalField(
        lazy_gettext("Secrets are revealed before"), [InputRequired()]
    )

    def validate_reveal_before(self, field: DateTimeLocalField) -> None:
        if self.moment <= g.now:
            raise ValidationError(_("choose a moment that is yet to come"))

    @property
    def moment(self) -> datetime:
        """Return the moment in UTC."""
        naive: datetime = self.reveal_before.data
        return naive.replace(tzinfo=AMSTERDAM).astimezone(UTC)


class RevealForm(Form):
    nonce = StringField(
        lazy_gettext("Your secret"), [InputRequired(), Length(max=100)], render_kw=CODE
    )


class BeaconForm(Form):
    published = TextAreaField(
        lazy_gettext("The value, as published"),
        [InputRequired(), Length(max=20_000)],
        render_kw=CODE,
    )


class MarkForm(Form):
    unit_code = SelectField(lazy_gettext("What is it about?"), default="")
    text = TextAreaField(lazy_gettext("What went wrong?"), [InputRequired(), Length(max=1000)])

    def offer(self, codes: list[str]) -> None:
        """Let the reader choose one of the units, or the whole draw."""
        self.unit_code.choices = [
            SelectChoice("", _("the whole draw")),
            *(SelectChoice(code, code) for code in codes),
        ]
