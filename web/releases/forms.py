"""Forms about releases."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from web.forms import Form


class MaskedReleaseForm(Form):
    reason = StringField(_("Why this version?"), validators=[Length(max=500)])


class TrueAgainForm(MaskedReleaseForm):
    """The true arms once more, with the reason."""


class FileForm(Form):
    sha256 = StringField(
        _("SHA-256 of the file"), validators=[InputRequired(_("Fill in the fingerprint"))]
    )
    rows = IntegerField(_("Pupils in the file"), validators=[InputRequired(), NumberRange(min=1)])
    reason = StringField(_("Why this version?"), validators=[Length(max=500)])


class CodeForm(Form):
    code = FileField(
        _("Analysis code"), validators=[FileRequired(_("Choose the file with the analysis code"))]
    )


class TrueArmsForm(Form):
    """Nothing to fill in: what is proposed follows from the records."""
