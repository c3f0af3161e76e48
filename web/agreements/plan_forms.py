"""The analysis plan as sections, one page each; every field is named as in its content."""

from flask_babel import lazy_gettext
from wtforms import FieldList, FormField
from wtforms import Form as Part

from trials.agreements.plan import AnalysisDesign, DfMethod, EstimationMethod, MissingRule
from web.agreements.protocol_forms import long_text, radio, text
from web.fields import LinesField, NumberField
from web.forms import Form


class ModelSection(Form):
    outcome = text(lazy_gettext("Primary outcome"), 32)
    wave = NumberField(lazy_gettext("Round of testing"))
    secondary = LinesField(
        lazy_gettext("Further outcomes"), description=lazy_gettext("Short names, one a line.")
    )
    design = radio(lazy_gettext("Design"), AnalysisDesign)
    method = radio(lazy_gettext("Estimation"), EstimationMethod)
    df_method = radio(lazy_gettext("Degrees of freedom"), DfMethod)
    level = NumberField(
        lazy_gettext("Level of the interval"), description=lazy_gettext("Usually 0,95.")
    )
    covariates = LinesField(
        lazy_gettext("Covariates"),
        description=lazy_gettext("Short names, one a line, in the order of the model."),
    )
    categorical = LinesField(
        lazy_gettext("Covariates that are no numbers"),
        description=lazy_gettext("Short names, one a line."),
    )
    strata = LinesField(
        lazy_gettext("Strata in the model"), description=lazy_gettext("Short names, one a line.")
    )
    permutations = NumberField(
        lazy_gettext("Permutations"),
        description=lazy_gettext("Draws by the same rule for a second p-value; 0 for none."),
    )
    software = text(lazy_gettext("Software"))


class SubgroupPart(Part):
    column = text(lazy_gettext("Short name"), 32)
    title_nl = text(lazy_gettext("Title in Dutch"))
    title_en = text(lazy_gettext("Title in English"))


class DosePart(Part):
    dose = text(
        lazy_gettext("Dose"), 32, lazy_gettext("sessions, or the short name of a component.")
    )
    threshold = NumberField(lazy_gettext("Enough, from"))


class GroupsSection(Form):
    subgroups = FieldList(FormField(SubgroupPart), label=lazy_gettext("Subgroups"))
    smallest_subgroup = NumberField(
        lazy_gettext("Smallest subgroup, in pupils per group"),
        description=lazy_gettext("At least 10. Smaller ones are not estimated."),
    )
    compliance = FormField(DosePart, label=lazy_gettext("When does a school comply?"))


class MissingPart(Part):
    rule = radio(lazy_gettext("Pupils without a score"), MissingRule)
    above = NumberField(
        lazy_gettext("Share missing that matters"),
        description=lazy_gettext("From 0 to 1; usually 0,05."),
    )
    imputations = NumberField(
        lazy_gettext("Imputations"),
        description=lazy_gettext("0 for complete cases, else at least 20."),
    )
    text_nl = long_text(lazy_gettext("In words, in Dutch"), 1000)
    text_en = long_text(lazy_gettext("In words, in English"), 1000)


class MissingSection(Form):
    missing = FormField(MissingPart, label=lazy_gettext("Missing data"))
