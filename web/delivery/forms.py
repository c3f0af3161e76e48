"""Forms of the delivery log."""

from flask_babel import lazy_gettext
from wtforms import (
    DecimalField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from trials.agreements.protocol import Protocol
from trials.delivery.models import CostKind, EventKind
from web.fields import DayField
from web.forms import Form
from web.languages import label, words

DIGITS = {"inputmode": "decimal", "autocomplete": "off"}
REASON = lazy_gettext("Only when you correct an earlier entry: why does it change?")


class FidelityForm(Form):
    component = SelectField(lazy_gettext("Which part?"), validators=[InputRequired()])
    checked_on = DayField(lazy_gettext("On which day?"), [InputRequired()])
    score = IntegerField(
        lazy_gettext("How much of it was done as described?"),
        [InputRequired()],
        description=lazy_gettext("In percent, from 0 to 100"),
        render_kw={"inputmode": "numeric"},
    )
    note = StringField(lazy_gettext("Note"), [Optional(), Length(max=1000)])
    reason = StringField(REASON, [Optional(), Length(max=500)])

    def offer(self, protocol: Protocol) -> "FidelityForm":
        """Let the reader choose a component of the protocol."""
        self.component.choices = [
            SelectChoice(part.code, words(part, "title")) for part in protocol.components
        ]
        return self


class DoseForm(Form):
    week = DayField(lazy_gettext("A day of the week"), [InputRequired()])
    sessions = IntegerField(
        lazy_gettext("How many sessions in that week?"),
        [InputRequired()],
        render_kw={"inputmode": "numeric"},
    )
    class_id = SelectField(lazy_gettext("For whom?"), default="")
    reason = StringField(REASON, [Optional(), Length(max=500)])

    def offer(self, classes: list[tuple[int, str]], whole: str) -> "DoseForm":
        """Let the reader choose the whole school or one of its classes."""
        self.class_id.choices = [
            SelectChoice("", whole),
            *(SelectChoice(str(number), name) for number, name in classes),
        ]
        return self


class EventForm(Form):
    kind = SelectField(lazy_gettext("What was it?"), validators=[InputRequired()])
    happened_on = DayField(lazy_gettext("On which day?"), [InputRequired()])
    text = TextAreaField(lazy_gettext("What happened?"), [InputRequired(), Length(max=2000)])

    def offer(self, delivers: bool) -> "EventForm":
        """Let the reader choose a kind of event; only who delivers can stop delivering."""
        kinds = [
            kind for kind in EventKind if delivers or kind is not EventKind.WITHDRAWAL_OF_DELIVERY
        ]
        self.kind.choices = [SelectChoice(kind.value, label(kind)) for kind in kinds]
        return self


class CorrectEventForm(Form):
    happened_on = DayField(lazy_gettext("On which day?"), [InputRequired()])
    text = TextAreaField(lazy_gettext("What happened?"), [InputRequired(), Length(max=2000)])
    reason = StringField(
        lazy_gettext("Why was the earlier entry wrong?"), [InputRequired(), Length(max=500)]
    )


class AmountField(DecimalField):
    """An amount with a decimal comma or point: 1.250,50 and 1250.50 are the same."""

    def process_formdata(self, valuelist: list[str]) -> None:
        texts = [text.replace(" ", "") for text in valuelist]
        plain = [t.replace(".", "").replace(",", ".") if "," in t else t for t in texts]
        super().process_formdata(plain)


class CostForm(Form):
    item = StringField(lazy_gettext("What was paid for?"), [InputRequired(), Length(max=200)])
    kind = SelectField(lazy_gettext("What kind of cost?"), validators=[InputRequired()])
    euro = AmountField(lazy_gettext("Amount in euro"), [InputRequired()], render_kw=DIGITS)
    staff_hours = AmountField(lazy_gettext("Hours of staff"), [Optional()], render_kw=DIGITS)
    corrects_id = SelectField(lazy_gettext("Does it correct an earlier entry?"), default="")
    reason = StringField(REASON, [Optional(), Length(max=500)])

    def offer(self, costs: list[tuple[int, str]], none: str) -> "CostForm":
        """Let the reader choose a kind of cost, and an entry this one corrects."""
        self.kind.choices = [SelectChoice(kind.value, label(kind)) for kind in CostKind]
        self.corrects_id.choices = [
            SelectChoice("", none),
            *(SelectChoice(str(number), item) for number, item in costs),
        ]
        return self
