"""Forms about estimates and reports."""

from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from trials.agreements.plan import AnalysisDesign, DfMethod, Plan
from trials.agreements.protocol import Protocol
from trials.reports.naming import Title
from trials.reports.services import Wish, choices_of
from web.fields import NumberField
from web.forms import Form
from web.languages import label, words

LONG = [InputRequired(_("Fill in this text")), Length(max=4000)]


def checkboxes(text: object) -> SelectMultipleField:
    return SelectMultipleField(
        text, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class EstimateForm(Form):
    """Nothing to choose: the plan was locked before any outcome was known."""


class ExploreForm(Form):
    """An analysis beyond the plan; it begins with what the plan says."""

    outcome = SelectField(_("Outcome"))
    covariates = checkboxes(_("Covariates"))
    strata = checkboxes(_("Strata in the model"))
    subgroups = checkboxes(_("Subgroups"))
    design = SelectField(_("Design"))
    df_method = SelectField(_("Degrees of freedom"))
    reason = TextAreaField(
        _("Why this analysis?"), validators=[InputRequired(_("Fill in this text")), Length(max=500)]
    )

    def offer(self, protocol: Protocol, plan: Plan, titles: dict[str, Title]) -> None:
        """Give the choices this trial has; an empty form begins with the plan's own."""
        known = choices_of(protocol)

        def named(columns: tuple[str, ...]) -> list[SelectChoice]:
            return [
                SelectChoice(name, f"{words(titles[name], 'title')}" if name in titles else name)
                for name in columns
            ]

        self.outcome.choices = named(known.outcomes)
        self.covariates.choices = named(known.covariates)
        self.strata.choices = named(known.strata)
        self.subgroups.choices = named((*known.covariates, *known.strata))
        self.design.choices = _labels(AnalysisDesign)
        self.df_method.choices = _labels(DfMethod)
        if not self.is_submitted():
            self.process(
                outcome=plan.outcome,
                covariates=list(plan.covariates),
                strata=list(plan.strata),
                design=plan.design.value,
                df_method=plan.df_method.value,
            )

    def wish(self) -> Wish:
        return Wish(
            outcome=self.outcome.data,
            covariates=tuple(self.covariates.data or ()),
            strata=tuple(self.strata.data or ()),
            subgroups=tuple(self.subgroups.data or ()),
            design=AnalysisDesign(self.design.data),
            df_method=DfMethod(self.df_method.data),
        )


def _labels(options: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice(option.value, label(option)) for option in options]


class LodgedForm(Form):
    arm = SelectField(_("Arm"))
    estimate = NumberField(_("Estimate, in points of the test"), validators=[InputRequired()])
    std_error = NumberField(_("Standard error"), validators=[InputRequired(), NumberRange(min=0)])
    df = NumberField(_("Degrees of freedom"), validators=[Optional()])
    n_pupils = IntegerField(
        _("Number of pupils analysed"), validators=[InputRequired(), NumberRange(min=1)]
    )
    software = StringField(_("Software and version"), validators=[InputRequired(), Length(max=200)])
    script_sha256 = StringField(
        _("SHA-256 of the script"),
        validators=[Regexp(r"^[0-9a-f]{64}$", message=_("A SHA-256 has 64 hexadecimal digits"))],
    )

    def offer(self, protocol: Protocol) -> None:
        """Let the evaluator choose among the arms that are compared with control."""
        self.arm.choices = [
            SelectChoice(arm.label, words(arm, "title"))
            for arm in protocol.arms
            if arm.label != protocol.control
        ]


class PostForm(Form):
    result_file = FileField(
        _("What loting estimate --json printed"),
        validators=[FileRequired(_("Choose the file with the result"))],
    )


class ReportForm(Form):
    conclusion_nl = TextAreaField(_("Conclusion, in Dutch"), validators=LONG)
    conclusion_en = TextAreaField(_("Conclusion, in English"), validators=LONG)
    conditions_nl = TextAreaField(_("Under which conditions, in Dutch"), validators=LONG)
    conditions_en = TextAreaField(_("Under which conditions, in English"), validators=LONG)


class ReviewForm(Form):
    sound = RadioField(
        _("Does the conclusion follow from the figures?"),
        choices=[
            SelectChoice("yes", _("Yes, the report is sound")),
            SelectChoice("no", _("No, it must be mended first")),
        ],
        validators=[InputRequired(_("Choose yes or no"))],
    )
    remarks = TextAreaField(_("Your remarks"), validators=LONG)


class FinishForm(Form):
    """Nothing to fill in: the version that was read becomes final."""
