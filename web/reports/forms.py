"""Forms about estimates and reports."""

from flask_babel import lazy_gettext as _
from wtforms import (
    FloatField,
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from web.forms import Form

LONG = [InputRequired(_("Fill in this text")), Length(max=4000)]


class EstimateForm(Form):
    """Nothing to choose: the plan was locked before any outcome was known."""


class LodgedForm(Form):
    estimate = FloatField(_("Estimate, in points of the test"), validators=[InputRequired()])
    std_error = FloatField(_("Standard error"), validators=[InputRequired(), NumberRange(min=0)])
    n_pupils = IntegerField(
        _("Number of pupils analysed"), validators=[InputRequired(), NumberRange(min=1)]
    )
    software = StringField(_("Software and version"), validators=[InputRequired(), Length(max=200)])
    script_sha256 = StringField(
        _("SHA-256 of the script"),
        validators=[Regexp(r"^[0-9a-f]{64}$", message=_("A SHA-256 has 64 hexadecimal digits"))],
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
