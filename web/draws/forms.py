"""Forms of the ceremony."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length, Optional

from trials.draws.queries import Candidate
from trials.draws.risks import Risk
from web.fields import MomentField
from web.forms import Form

WEIGHT = "weight_"  # how the field of a factor begins
CODE = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "none"}


class ConfirmForm(Form):
    """A button and nothing else."""


class RiskPart(Part):
    """Schools that belong together: draw them as one, or say why not."""

    key = HiddenField()
    together = BooleanField(lazy_gettext("Draw these schools as one: they get the same group"))
    reason = StringField(lazy_gettext("If you leave it so: why?"), [Optional(), Length(max=500)])


class FreezeForm(Form):
    risks = FieldList(FormField(RiskPart))
    small = StringField(
        lazy_gettext("Why do you draw in these strata all the same?"),
        [Optional(), Length(max=500)],
    )
    otherwise = StringField(
        lazy_gettext("One reason for everything you leave open above"),
        [Optional(), Length(max=500)],
    )

    def offer(self, risks: Sequence[Risk]) -> None:
        """Ask about each group of schools, keeping what was filled in of those still there."""
        sent = {part["key"]: part for part in self.risks.data}
        while self.risks.entries:
            self.risks.pop_entry()
        for risk in risks:
            self.risks.append_entry(sent.get(risk.key, {"key": risk.key}))

    def together(self, risks: Sequence[Risk]) -> list[list[int]]:
        """Return the sign-ups of each group that is to be drawn as one."""
        joined = {part["key"] for part in self.risks.data if part["together"]}
        return [risk.signups for risk in risks if risk.may_join and risk.key in joined]

    def reasons(self, small: Sequence[Risk]) -> dict[str, str]:
        """Return the reasons given, by the key of the risk; all small strata share one."""
        given = {part["key"]: part["reason"] or "" for part in self.risks.data if part["key"]}
        return given | {risk.key: self.small.data or "" for risk in small}


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
    target = SelectField(lazy_gettext("Who is next?"), [InputRequired()])

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Offer whoever is next."""
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
