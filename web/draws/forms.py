"""Forms of the ceremony."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from web.fields import MomentField
from web.forms import Form

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
    reveal_before = MomentField(lazy_gettext("Secrets are revealed before"), [InputRequired()])

    def validate_reveal_before(self, field: MomentField) -> None:
        if field.data is not None and field.data <= g.now:
            raise ValidationError(_("choose a moment that is still to come"))


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
