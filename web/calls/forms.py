"""Forms of calls, applications and decisions."""

from flask_babel import lazy_gettext
from wtforms import (
    FieldList,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length, Optional

from trials.calls.drafts import CallDraft, CriterionDraft
from trials.calls.models import Call, CallKind, TieRule
from trials.calls.services.stopping import StopReason
from web.calls.stop_words import STOP_WORDS
from web.fields import MomentField, NumberField
from web.forms import Form

ROWS = 5  # criteria offered on an empty form; two more than are filled in on another


class CriterionPart(Part):
    """One criterion; an empty row is no criterion."""

    name_nl = StringField(lazy_gettext("Criterion in Dutch"), [Length(max=200)])
    name_en = StringField(lazy_gettext("Criterion in English"), [Length(max=200)])
    weight = NumberField(lazy_gettext("Weight, percent"))
    minimum = NumberField(
        lazy_gettext("Least mean score"),
        description=lazy_gettext("From 1 (weak) to 9. Leave empty for no minimum."),
    )

    @property
    def filled(self) -> bool:
        return bool(self.name_nl.data or self.name_en.data or self.weight.data)


class CallForm(Form):
    title_nl = StringField(lazy_gettext("Title in Dutch"), [InputRequired(), Length(max=200)])
    title_en = StringField(lazy_gettext("Title in English"), [InputRequired(), Length(max=200)])
    text_nl = TextAreaField(lazy_gettext("Text in Dutch"), [InputRequired()])
    text_en = TextAreaField(lazy_gettext("Text in English"), [InputRequired()])
    opens_at = MomentField(lazy_gettext("Opens"), [InputRequired()])
    questions_until = MomentField(lazy_gettext("Questions until"), [InputRequired()])
    closes_at = MomentField(
        lazy_gettext("Closes"),
        [InputRequired()],
        description=lazy_gettext("To the second. Whoever is later cannot send any more."),
    )
    criteria = FieldList(
        FormField(CriterionPart), label=lazy_gettext("Criteria"), min_entries=ROWS, max_entries=20
    )
    tie_rule = RadioField(
        lazy_gettext("When two applications score the same"),
        [InputRequired()],
        choices=[
            SelectChoice(
                TieRule.CRITERIA_IN_ORDER.value,
                lazy_gettext("the first criterion decides, then the second, and so on"),
            ),
            SelectChoice(TieRule.SHARED.value, lazy_gettext("they share a place")),
        ],
        default=TieRule.CRITERIA_IN_ORDER.value,
    )

    def draft(self, kind: CallKind, trial_id: int | None) -> CallDraft:
        rows = [entry.form for entry in self.criteria if entry.form.filled]
        return CallDraft(
            kind=kind,
            trial_id=trial_id,
            title_nl=self.title_nl.data or "",
            title_en=self.title_en.data or "",
            text_nl=self.text_nl.data or "",
            text_en=self.text_en.data or "",
            opens_at=self.opens_at.data,
            questions_until=self.questions_until.data,
            closes_at=self.closes_at.data,
            tie_rule=TieRule(self.tie_rule.data),
            criteria=tuple(
                CriterionDraft(
                    row.name_nl.data or "",
                    row.name_en.data or "",
                    row.weight.data or 0,
                    row.minimum.data,
                )
                for row in rows
            ),
        )


def filled_call_form(call: Call) -> CallForm:
    """Return the form of a draft as it was kept, with two empty criteria to add to."""
    rows = [
        {
            "name_nl": criterion.name_nl,
            "name_en": criterion.name_en,
            "weight": criterion.weight,
            "minimum": criterion.minimum,
        }
        for criterion in call.criteria
    ]
    return CallForm(obj=call, criteria=[*rows, {}, {}], tie_rule=call.tie_rule.value)


class ConfirmForm(Form):
    """A button and nothing else."""


class QuestionForm(Form):
    text = TextAreaField(
        lazy_gettext("Your question"),
        [InputRequired(), Length(max=2000)],
        description=lazy_gettext(
            "Question and answer become public, without your name. Name nobody in it."
        ),
    )


class AnswerForm(Form):
    answer = TextAreaField(lazy_gettext("Answer"), [InputRequired(), Length(max=4000)])


class ReasonForm(Form):
    reason = TextAreaField(lazy_gettext("Reason"), [InputRequired(), Length(max=1000)])


class RebuttalRoundForm(Form):
    until = MomentField(lazy_gettext("Applicants can answer until"), [InputRequired()])


class RebuttalForm(Form):
    text = TextAreaField(
        lazy_gettext("Your answer to the assessors"), [InputRequired(), Length(max=10_000)]
    )


class DeclarationForm(Form):
    tied = RadioField(
        lazy_gettext("Does anything tie you to this application or its applicants?"),
        [InputRequired()],
        choices=[SelectChoice("no", lazy_gettext("No")), SelectChoice("yes", lazy_gettext("Yes"))],
    )
    relation = TextAreaField(
        lazy_gettext("If so, what ties you?"),
        [Optional(), Length(max=1000)],
        description=lazy_gettext(
            "For example work together, family, money, or the same employer. The officer then "
            "decides whether you may read it."
        ),
    )


class RulingForm(Form):
    may_score = RadioField(
        lazy_gettext("May this assessor read and score the application?"),
        [InputRequired()],
        choices=[SelectChoice("yes", lazy_gettext("Yes")), SelectChoice("no", lazy_gettext("No"))],
    )
    ruling = TextAreaField(lazy_gettext("Your reasons"), [InputRequired(), Length(max=1000)])


class AwardForm(Form):
    title_nl = StringField(lazy_gettext("Title in Dutch"), [InputRequired(), Length(max=200)])
    title_en = StringField(lazy_gettext("Title in English"), [InputRequired(), Length(max=200)])
    summary_nl = TextAreaField(
        lazy_gettext("Summary in Dutch"), [InputRequired(), Length(max=1000)]
    )
    summary_en = TextAreaField(
        lazy_gettext("Summary in English"), [InputRequired(), Length(max=1000)]
    )
    slug = StringField(
        lazy_gettext("Address of the trial"),
        [InputRequired(), Length(max=80)],
        description=lazy_gettext("Small letters, digits and -, as in samen-lezen."),
    )
    pupils_live_at = RadioField(
        lazy_gettext("Where are pupils' data kept?"),
        [InputRequired()],
        choices=[
            SelectChoice("here", lazy_gettext("Here")),
            SelectChoice("evaluator", lazy_gettext("With the evaluator, who answers for them")),
        ],
        default="here",
    )
    reasons = TextAreaField(
        lazy_gettext("Reasons of the decision"),
        [InputRequired(), Length(max=4000)],
        description=lazy_gettext("These are public."),
    )


class AppointForm(Form):
    application_id = SelectField(lazy_gettext("Application"), [InputRequired()], coerce=int)
    trial_manager_id = SelectField(lazy_gettext("Trial manager"), [InputRequired()], coerce=int)
    analyst_id = SelectField(
        lazy_gettext("Analyst"),
        [InputRequired()],
        coerce=int,
        description=lazy_gettext("Someone else than the trial manager: the analyst works blind."),
    )
    reasons = TextAreaField(
        lazy_gettext("Reasons of the decision"),
        [InputRequired(), Length(max=4000)],
        description=lazy_gettext("These are public."),
    )


class StopForm(Form):
    reason = SelectField(lazy_gettext("Reason"), [InputRequired()])
    explanation = TextAreaField(
        lazy_gettext("Explanation"),
        [InputRequired(), Length(max=2000)],
        description=lazy_gettext("Public at once. Do not name a school or what a group did."),
    )

    def offer_reasons(self) -> "StopForm":
        self.reason.choices = [SelectChoice(code.value, STOP_WORDS[code]) for code in StopReason]
        return self
