"""Forms to judge and to sign a document, and to begin an amendment."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from web.forms import Form


class ConfirmForm(Form):
    """A button and nothing else."""


class AmendForm(Form):
    reason = TextAreaField(
        lazy_gettext("Why is a new version needed?"),
        [InputRequired(), Length(max=1000)],
        description=lazy_gettext("This is public, with the moment at which it is locked."),
    )


class ReviewForm(Form):
    valid = RadioField(
        lazy_gettext("Can this design answer its question?"),
        [InputRequired()],
        choices=[
            SelectChoice("yes", lazy_gettext("Yes, it can be signed")),
            SelectChoice("no", lazy_gettext("No, a new version is needed")),
        ],
    )
    remarks = TextAreaField(lazy_gettext("Your remarks"), [InputRequired(), Length(max=4000)])


class SignForm(Form):
    party = HiddenField(validators=[InputRequired()])
    shown_sha256 = HiddenField(validators=[InputRequired(), Length(64, 64)])
    agreed = BooleanField(
        lazy_gettext("I have read this version and sign it for my party"),
        [InputRequired(lazy_gettext("Tick this to sign."))],
    )
