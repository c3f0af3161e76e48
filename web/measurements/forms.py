"""Forms for files of pupils and scores, objections, and counts."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from trials.agreements.protocol import InstrumentPlan
from trials.measurements.models import Blinding, UploadKind
from trials.measurements.services import Intent
from web.fields import DayField
from web.forms import Form
from web.languages import words

WHOLE = {"inputmode": "numeric"}
BLINDING = [
    SelectChoice(Blinding.BLIND.value, lazy_gettext("did not know the school's group")),
    SelectChoice(Blinding.PARTLY.value, lazy_gettext("knew it in some classes")),
    SelectChoice(Blinding.NOT_BLIND.value, lazy_gettext("knew the school's group")),
]


class ConfirmForm(Form):
    """A button and nothing else."""


class SendForm(Form):
    file = FileField(
        lazy_gettext("File"),
        [FileRequired(lazy_gettext("Choose a file."))],
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx"},
    )


class ScoresForm(SendForm):
    taken_on = DayField(lazy_gettext("On which day was the test taken?"), [Optional()])
    reason = TextAreaField(
        lazy_gettext("Why do scores change that you sent before?"), [Optional(), Length(max=500)]
    )


def send_form(kind: UploadKind, plans: tuple[InstrumentPlan, ...]) -> Form:
    """Return the form for one kind of file; outcomes ask how blind each test was taken."""
    if kind is UploadKind.PUPILS:
        return SendForm()
    fields: dict[str, Any] = {}
    if kind is UploadKind.OUTCOME:
        fields = {
            f"blinding_{plan.code}": RadioField(
                lazy_gettext("Whoever took %(test)s", test=words(plan, "title")),
                [InputRequired(lazy_gettext("Choose one."))],
                choices=BLINDING,
            )
            for plan in plans
        }
    form: Form = type("ScoresOfTestForm", (ScoresForm,), fields)()
    return form


def intent_of(form: Form, kind: UploadKind, wave: int, plans: tuple[InstrumentPlan, ...]) -> Intent:
    if kind is UploadKind.PUPILS:
        return Intent(kind, wave)
    blinding = {
        plan.code: Blinding(form[f"blinding_{plan.code}"].data)
        for plan in plans
        if f"blinding_{plan.code}" in form and form[f"blinding_{plan.code}"].data
    }
    return Intent(
        kind,
        wave,
        taken_on=form["taken_on"].data,
        blinding=blinding,
        reason=form["reason"].data or "",
    )


class ObjectionForm(Form):
    instrument_code = SelectField(lazy_gettext("What do the parents object to?"), default="")
    number = StringField(
        lazy_gettext("The pupil's number at your school"),
        [Optional(), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    pupils = IntegerField(
        lazy_gettext("For how many pupils?"),
        [InputRequired(), NumberRange(1, 1000)],
        default=1,
        render_kw=WHOLE,
    )

    def offer(self, plans: tuple[InstrumentPlan, ...]) -> None:
        """Let the parents object to all of it, or to one of these tests."""
        titles = {plan.code: words(plan, "title") for plan in plans}  # of every round at once
        tests = [SelectChoice(code, title) for code, title in titles.items()]
        everything = SelectChoice("", gettext("Taking part, so all of it"))
        self.instrument_code.choices = [everything, *tests]


class LeavingForm(Form):
    number = StringField(
        lazy_gettext("The pupil's number at your school"),
        [InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    left_on = DayField(
        lazy_gettext("On which day did the pupil leave?"),
        [Optional()],
        description=lazy_gettext("Leave this empty when the pupil is at your school after all."),
    )


class CountForm(Form):
    pupils = IntegerField(
        lazy_gettext("How many pupils are in the file?"),
        [InputRequired(), NumberRange(0, 100_000)],
        render_kw=WHOLE,
    )
    file_sha256 = StringField(
        lazy_gettext("Fingerprint of the file (SHA-256)"),
        [InputRequired(), Length(max=64)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
