"""Forms of the ceremony."""

from collections.abc import Iterable, Mapping
from typing import Self

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    Field,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from trials.draws.queries import Candidate
from web.fields import MomentField
from web.forms import Form

WEIGHT = "weight_"  # how the field of a factor begins
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


class PrepareArrivalsForm(Form):
    """The rule for arrivals; ``of`` adds a field for each thing groups can be kept even on."""

    probability = SelectField(
        lazy_gettext("How often does the group that is behind get the next one?"),
        choices=[
            SelectChoice("0.7", lazy_gettext("7 times in 10")),
            SelectChoice("0.8", lazy_gettext("8 times in 10")),
            SelectChoice("0.9", lazy_gettext("9 times in 10")),
        ],
        default="0.8",
    )

    @classmethod
    def of(cls, titles: Mapping[str, str]) -> Self:
        """Return the form with a choice of weight for each factor, by code and title."""
        choices = [
            SelectChoice("", lazy_gettext("leave out")),
            SelectChoice("1", lazy_gettext("count once")),
            SelectChoice("2", lazy_gettext("count twice")),
        ]
        fields = {
            WEIGHT + code: SelectField(title, choices=choices, default="1")
            for code, title in titles.items()
        }
        return type("PrepareArrivalsForm", (cls,), fields)()

    @property
    def weight_fields(self) -> list[Field]:
        return [field for field in self if field.name.startswith(WEIGHT)]

    @property
    def factors(self) -> dict[str, str]:
        """Return the weight of each factor that was not left out."""
        found = {f.name.removeprefix(WEIGHT): f.data for f in self.weight_fields}
        return {code: weight for code, weight in found.items() if weight}


class ArriveForm(Form):
    target = SelectField(lazy_gettext("Who arrives?"), [InputRequired()])

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Let the reader choose one of those that can arrive now."""
        self.target.choices = [
            SelectChoice(c.key, f"{c.school_name}, {c.part}" if c.part else c.school_name)
            for c in candidates
        ]


class MarkForm(Form):
    unit_code = SelectField(lazy_gettext("What is it about?"), default="")
    text = TextAreaField(lazy_gettext("What went wrong?"), [InputRequired(), Length(max=1000)])

    def offer(self, codes: list[str]) -> None:
        """Let the reader choose one of the units, or the whole draw."""
        self.unit_code.choices = [
            SelectChoice("", _("the whole draw")),
            *(SelectChoice(code, code) for code in codes),
        ]
