"""Forms of the call for schools; one question per page."""

from enum import StrEnum
from typing import Any

from flask_babel import LazyString, lazy_gettext
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trials.agreements.protocol import CouncilRight
from trials.signups.models import Answer, Channel, CouncilAnswer, SchoolCall
from trials.signups.queries import Suggestion
from trials.signups.services import GroupSize
from web.fields import DayField, MomentField
from web.forms import Form
from web.languages import label, words
from web.signups.words import (
    COUNCIL_WORDS,
    INTERVENTIONS,
    NO_TESTS,
    TESTS,
)


def lazy_label(state: StrEnum) -> LazyString:
    """Return the word for a state, looked up when the page is made."""
    return LazyString(lambda: label(state).capitalize())


WHOLE = {"inputmode": "numeric"}


class ConfirmForm(Form):
    """A button and nothing else."""


class ContactForm(Form):
    name = StringField(
        lazy_gettext("Name"),
        [InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        lazy_gettext("Work e-mail address"),
        [InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


class OtherPersonForm(Form):
    """Someone else's name and address, so the browser must not fill in one's own."""

    name = StringField(
        lazy_gettext("Name"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "off"}
    )
    email = EmailField(
        lazy_gettext("Work e-mail address"),
        [InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


YES_OR_NO = [SelectChoice("yes", lazy_gettext("Yes")), SelectChoice("no", lazy_gettext("No"))]


def questions_form(call: SchoolCall, *args: Any, **kwargs: Any) -> Form:
    """Return a form with the call's own questions, each yes or no."""
    fields = {
        question["key"]: RadioField(
            words_of(question),
            [InputRequired(lazy_gettext("Answer yes or no."))],
            choices=YES_OR_NO,
        )
        for question in call.questions
    }
    form: Form = type("QuestionsForm", (Form,), fields)(*args, **kwargs)
    return form


def words_of(question: dict[str, Any]) -> str:
    return words({"text_nl": question["nl"], "text_en": question["en"]}, "text")


def answers_in(form: Form, call: SchoolCall) -> dict[str, bool]:
    return {question["key"]: form[question["key"]].data == "yes" for question in call.questions}


class GroupForm(PlainForm):
    """Two numbers about one grade; left empty, the grade does not take part."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.optional = False  # the page says it once for the whole grade

    classes = IntegerField(
        lazy_gettext("Classes"), [Optional(), NumberRange(0, 99)], render_kw=WHOLE
    )
    pupils = IntegerField(
        lazy_gettext("Pupils"), [Optional(), NumberRange(0, 2000)], render_kw=WHOLE
    )


class GroupsForm(Form):
    groups = FieldList(FormField(GroupForm))

    @classmethod
    def of(cls, suggestions: list[Suggestion]) -> "GroupsForm":
        """Return the form filled in as far as the register goes."""
        return cls(groups=[{"classes": s.classes, "pupils": s.pupils} for s in suggestions])

    def sizes(self, suggestions: list[Suggestion]) -> list[GroupSize]:
        """Return the grades that take part; one left empty or at zero does not."""
        typed = zip(suggestions, self.groups.data, strict=False)
        sizes = [GroupSize(s.grade, g["classes"] or 0, g["pupils"] or 0) for s, g in typed]
        return [size for size in sizes if size.classes or size.pupils]


class TestsForm(Form):
    tests = RadioField(
        lazy_gettext("Pupil tracking system"),
        [InputRequired(lazy_gettext("Choose one."))],
        choices=[
            *(SelectChoice(name, name) for name in TESTS),
            SelectChoice("other", lazy_gettext("Another one")),
            SelectChoice(NO_TESTS, lazy_gettext("None")),
        ],
    )
    other = StringField(lazy_gettext("Which one?"), [Optional(), Length(max=100)])

    @property
    def answer(self) -> str:
        if self.tests.data == "other":
            return (self.other.data or "").strip()
        return str(self.tests.data)

    def fill_in(self, answer: str) -> None:
        known = answer in (*TESTS, NO_TESTS)
        self.tests.data = answer if known else "other"
        self.other.data = "" if known else answer


class InterventionsForm(Form):
    names = SelectMultipleField(
        lazy_gettext("What is your school working on this year?"),
        choices=[SelectChoice(name, name) for name in INTERVENTIONS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    other = StringField(lazy_gettext("Something else"), [Optional(), Length(max=200)])

    @property
    def answer(self) -> list[str]:
        other = (self.other.data or "").strip()
        return [*(self.names.data or []), *([other] if other else [])]

    def fill_in(self, names: list[str]) -> None:
        self.names.data = [name for name in names if name in INTERVENTIONS]
        self.other.data = ", ".join(name for name in names if name not in INTERVENTIONS)


class BothGroupsForm(Form):
    accepted = BooleanField(lazy_gettext("Both groups"))


class SignForm(Form):
    shown = HiddenField()
    read = BooleanField(
        lazy_gettext("Signature"),
        [InputRequired(lazy_gettext("Tick the box to sign."))],
    )


class CouncilForm(Form):
    answer = RadioField(
        lazy_gettext("What did the council decide?"),
        [InputRequired(lazy_gettext("Choose one."))],
        coerce=str,
    )
    decided_on = DayField(lazy_gettext("On which day?"), [InputRequired()])
    note = TextAreaField(lazy_gettext("Remark"), [Optional(), Length(max=1000)])

    def offer(self, right: CouncilRight) -> None:
        """Offer the answers that fit the council's right."""
        offered = {
            CouncilRight.CONSENT: (CouncilAnswer.CONSENTS, CouncilAnswer.REFUSES),
            CouncilRight.ADVICE: (CouncilAnswer.ADVISES, CouncilAnswer.REFUSES),
            CouncilRight.INFORMED: (CouncilAnswer.INFORMED,),
        }[right]
        self.answer.choices = [SelectChoice(a.value, COUNCIL_WORDS[a]) for a in offered]


class ParentsForm(Form):
    informed_on = DayField(lazy_gettext("On which day did you send the letter?"), [InputRequired()])


class WithdrawForm(Form):
    reason = TextAreaField(lazy_gettext("Why do you stop?"), [Optional(), Length(max=500)])


class CallForm(Form):
    places = IntegerField(lazy_gettext("Places"), [InputRequired()], render_kw=WHOLE)
    opens_at = MomentField(lazy_gettext("Schools can sign up from"), [InputRequired()])
    closes_at = MomentField(lazy_gettext("Schools can sign up until"), [InputRequired()])
    told_by = DayField(lazy_gettext("Schools hear their group no later than"), [InputRequired()])
    compensation_euro = IntegerField(
        lazy_gettext("Compensation per school, in euro"), [InputRequired()], render_kw=WHOLE
    )
    control_gets_nl = TextAreaField(
        lazy_gettext("What schools in the control group get, in Dutch"), [InputRequired()]
    )
    control_gets_en = TextAreaField(
        lazy_gettext("What schools in the control group get, in English"), [InputRequired()]
    )


class PlacesForm(Form):
    places = IntegerField(
        lazy_gettext("Places"), [InputRequired(), NumberRange(1, 100_000)], render_kw=WHOLE
    )


class ApproachForm(Form):
    channel = RadioField(
        lazy_gettext("How did you approach the school?"),
        [InputRequired(lazy_gettext("Choose one."))],
        choices=[SelectChoice(c.value, lazy_label(c)) for c in Channel],
    )
    answer = RadioField(
        lazy_gettext("What did the school answer?"),
        [InputRequired(lazy_gettext("Choose one."))],
        choices=[SelectChoice(a.value, lazy_label(a)) for a in Answer],
    )
    reason = TextAreaField(
        lazy_gettext("Why, in the school's own words"), [Optional(), Length(max=500)]
    )

    @property
    def values(self) -> tuple[Channel, Answer]:
        return Channel(self.channel.data), Answer(self.answer.data)
