"""The protocol as sections, one page each; every field is named as in the content it fills."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import Length

from trials.agreements.protocol import (
    ColumnKind,
    ColumnRole,
    Consent,
    CouncilRight,
    DrawMethod,
    InstrumentRole,
    StratumSource,
    Unit,
)
from web.agreements.choices import choices_of
from web.fields import LinesField, NumberField, NumbersField
from web.forms import Form


def text(label: LazyString, longest: int = 200, hint: LazyString | str = "") -> StringField:
    return StringField(label, [Length(max=longest)], description=hint)


def long_text(label: LazyString, longest: int, hint: LazyString | str = "") -> TextAreaField:
    return TextAreaField(label, [Length(max=longest)], description=hint)


def select(label: LazyString, options: type[StrEnum]) -> SelectField:
    return SelectField(label, choices=lambda: choices_of(options), validate_choice=False)


def radio(label: LazyString, options: type[StrEnum]) -> RadioField:
    return RadioField(label, choices=lambda: choices_of(options), validate_choice=False)


class QuestionSection(Form):
    question_nl = long_text(lazy_gettext("Research question in Dutch"), 1000)
    question_en = long_text(lazy_gettext("Research question in English"), 1000)
    unit = radio(lazy_gettext("What is drawn?"), Unit)


class SizePart(Part):
    sites = NumberField(lazy_gettext("Schools"))
    pupils_per_site = NumberField(lazy_gettext("Pupils per school, on average"))
    detectable_effect = NumberField(
        lazy_gettext("Detectable effect, in standard deviations"),
        description=lazy_gettext("What this size can show, at the power below."),
    )
    power = NumberField(lazy_gettext("Power, from 0 to 1"))
    icc = NumberField(
        lazy_gettext("Intra-class correlation"),
        description=lazy_gettext("Share of the variance of the outcome between schools."),
    )
    r2_site = NumberField(lazy_gettext("Explained by the baseline, between schools"))
    r2_pupil = NumberField(lazy_gettext("Explained by the baseline, within schools"))


class SizeSection(Form):
    size = FormField(SizePart, label=lazy_gettext("Size"))


class EligibilityQuestionPart(Part):
    nl = text(lazy_gettext("Question in Dutch"), 300)
    en = text(lazy_gettext("Question in English"), 300)
    must_be = SelectField(
        lazy_gettext("A school can take part when the answer is"),
        choices=[SelectChoice("yes", lazy_gettext("yes")), SelectChoice("no", lazy_gettext("no"))],
    )
    key = text(lazy_gettext("Short name"), 32)


class EligibilityPart(Part):
    sectors = LinesField(
        lazy_gettext("Kinds of school"),
        description=lazy_gettext("One a line, as the register has them: bo, sbo, so, vo."),
    )
    grades = LinesField(
        lazy_gettext("Grades"), description=lazy_gettext("One a line, such as groep 8.")
    )
    questions = FieldList(
        FormField(EligibilityQuestionPart), label=lazy_gettext("Questions to schools")
    )


class EligibilitySection(Form):
    eligibility = FormField(EligibilityPart, label=lazy_gettext("Which schools?"))


class ArmPart(Part):
    label = text(
        lazy_gettext("Name in the receipt and the data"),
        60,
        lazy_gettext("Small letters, digits and -."),
    )
    title_nl = text(lazy_gettext("Title in Dutch"), 120)
    title_en = text(lazy_gettext("Title in English"), 120)
    ratio = NumberField(lazy_gettext("Share"))


class ArmsSection(Form):
    arms = FieldList(
        FormField(ArmPart),
        label=lazy_gettext("Groups"),
        description=lazy_gettext("The control group comes first."),
    )


class StratumPart(Part):
    code = text(lazy_gettext("Short name"), 32)
    title_nl = text(lazy_gettext("Title in Dutch"), 120)
    title_en = text(lazy_gettext("Title in English"), 120)
    source = select(lazy_gettext("Comes from"), StratumSource)
    bounds = NumbersField(
        lazy_gettext("Bounds"),
        description=lazy_gettext("Of a number, with ; between them. Leave empty for a text."),
    )
    levels = LinesField(
        lazy_gettext("Names of the bands"),
        description=lazy_gettext("One a line, from low to high, one more than bounds."),
    )


class DrawPart(Part):
    method = radio(lazy_gettext("Method"), DrawMethod)
    strata = FieldList(FormField(StratumPart), label=lazy_gettext("Strata"))
    covariates = LinesField(
        lazy_gettext("Balance on"),
        description=lazy_gettext("Short names of instruments, for pairs and re-randomising only."),
    )
    acceptance = NumberField(
        lazy_gettext("Share of draws accepted"), description=lazy_gettext("1, or less to balance.")
    )
    parties = LinesField(
        lazy_gettext("Who puts in a secret number?"),
        description=lazy_gettext("One a line, such as evaluator."),
    )
    beacon = text(
        lazy_gettext("Public beacon"),
        40,
        lazy_gettext("drand or nist. Empty for a draw without one, which the result will say."),
    )
    school_years = LinesField(
        lazy_gettext("School years of a crossover"),
        description=lazy_gettext(
            "Two, one a line, such as 2027-2028, when the classes of a school change groups after "
            "the first. Else leave empty."
        ),
    )


class DrawSection(Form):
    draw = FormField(DrawPart, label=lazy_gettext("The draw"))


class InstrumentPart(Part):
    code = text(lazy_gettext("Short name, as the column in uploads"), 32)
    title_nl = text(lazy_gettext("Title in Dutch"))
    title_en = text(lazy_gettext("Title in English"))
    role = select(lazy_gettext("Serves as"), InstrumentRole)
    wave = NumberField(lazy_gettext("Round of testing"))
    lowest = NumberField(lazy_gettext("Lowest score"))
    highest = NumberField(lazy_gettext("Highest score"))
    consent = select(lazy_gettext("Asked of parents"), Consent)
    primary = BooleanField(lazy_gettext("This is the primary outcome"))


class InstrumentsSection(Form):
    instruments = FieldList(FormField(InstrumentPart), label=lazy_gettext("Tests and scales"))
    baseline = text(
        lazy_gettext("Baseline"), 32, lazy_gettext("Short name of the pre-test; empty for none.")
    )


class ColumnPart(Part):
    code = text(lazy_gettext("Name of the column"), 32)
    role = select(lazy_gettext("What it holds"), ColumnRole)
    kind = select(lazy_gettext("Written as"), ColumnKind)
    levels = LinesField(
        lazy_gettext("Only these values"), description=lazy_gettext("One a line, or none.")
    )
    purpose_nl = text(lazy_gettext("Why it is needed, in Dutch"), 300)
    purpose_en = text(lazy_gettext("Why it is needed, in English"), 300)
    required = BooleanField(lazy_gettext("Every file must have it"))


class DataSection(Form):
    columns = FieldList(
        FormField(ColumnPart),
        label=lazy_gettext("Columns that may leave a school"),
        description=lazy_gettext("Scores of the tests come on top of these. All others stay."),
    )
    retention_until = text(
        lazy_gettext("Personal data are erased after"),
        10,
        lazy_gettext("Year-month-day, such as 2038-08-31."),
    )
    ethics_number = text(lazy_gettext("Number of the ethics decision"), 80)
    dpia_reference = text(lazy_gettext("Reference of the DPIA"), 80)
    registry_id = text(lazy_gettext("Number in the trial registry"), 80)


class ComponentPart(Part):
    code = text(lazy_gettext("Short name"), 32)
    title_nl = text(lazy_gettext("Title in Dutch"))
    title_en = text(lazy_gettext("Title in English"))


class CompliancePart(Part):
    dose = text(
        lazy_gettext("Dose"), 32, lazy_gettext("sessions, or the short name of a component.")
    )
    threshold = NumberField(lazy_gettext("Enough, from"))
    text_nl = long_text(lazy_gettext("In words, in Dutch"), 500)
    text_en = long_text(lazy_gettext("In words, in English"), 500)


class HoursPart(Part):
    coordinator = NumberField(lazy_gettext("Hours of a coordinator"))
    teacher = NumberField(lazy_gettext("Hours of a teacher"))
    pupil = NumberField(lazy_gettext("Hours of a pupil"))


class DeliverySection(Form):
    components = FieldList(FormField(ComponentPart), label=lazy_gettext("What is delivered"))
    compliance = FormField(CompliancePart, label=lazy_gettext("When does a school comply?"))
    council_right = radio(lazy_gettext("The participation council"), CouncilRight)
    hours = FormField(HoursPart, label=lazy_gettext("What it asks of a school"))
    delivery_from = text(
        lazy_gettext("Delivery begins"), 10, lazy_gettext("Year-month-day, such as 2027-08-30.")
    )
    delivery_until = text(
        lazy_gettext("Delivery ends"), 10, lazy_gettext("Year-month-day, such as 2028-05-26.")
    )
