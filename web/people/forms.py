"""Forms of signing in, the own account, inviting, and deciding a proposal."""

from flask_babel import lazy_gettext
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trials.people.tokens import TokenScope
from trials.permissions import Role, ScopeKind
from web.fields import DayField
from web.forms import Form
from web.languages import LANGUAGES
from web.roles import ROLE_WORDS

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
EMAIL = {"autocomplete": "username", "spellcheck": "false"}
NEW_PASSWORD = {"autocomplete": "new-password"}


MAIL_LANGUAGES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


class LinkForm(Form):
    email = EmailField(
        lazy_gettext("Your e-mail address"), [InputRequired(), Length(max=254)], render_kw=EMAIL
    )


class PasswordForm(LinkForm):
    password = PasswordField(
        lazy_gettext("Your password"),
        [InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ConfirmForm(Form):
    """A button and nothing else."""


class CodeForm(Form):
    code = StringField(lazy_gettext("Your code"), [InputRequired(), Length(max=40)], render_kw=CODE)


class NewPasswordForm(Form):
    password = PasswordField(
        lazy_gettext("Your new password"),
        [InputRequired(), Length(max=200)],
        render_kw=NEW_PASSWORD,
    )


class ProofForm(Form):
    """A change to the own account, with a fresh proof of identity."""

    proof = PasswordField(
        lazy_gettext("Code from your app"), [Optional(), Length(max=200)], render_kw=CODE
    )


class ChangePasswordForm(NewPasswordForm, ProofForm):
    pass


class TokenForm(ProofForm):
    name = StringField(lazy_gettext("What is it for?"), [InputRequired(), Length(max=100)])
    scopes = SelectMultipleField(
        lazy_gettext("What may be read with it?"),
        choices=[
            SelectChoice(TokenScope.SIGNUPS_READ.value, lazy_gettext("The state of sign-ups")),
            SelectChoice(TokenScope.RELEASES_READ.value, lazy_gettext("Releases of data")),
        ],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    days = IntegerField(
        lazy_gettext("For how many days?"), [InputRequired(), NumberRange(1, 365)], default=90
    )


class MandateForm(Form):
    deputy = EmailField(
        lazy_gettext("E-mail address of your deputy"), [InputRequired(), Length(max=254)]
    )
    held = SelectField(lazy_gettext("In which role?"))
    document = StringField(
        lazy_gettext("Where is the written mandate kept?"), [InputRequired(), Length(max=200)]
    )
    first_day = DayField(lazy_gettext("First day"), [InputRequired()])
    last_day = DayField(lazy_gettext("Last day"), [InputRequired()])


class InviteForm(Form):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Length(max=254)])
    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=200)])
    language = SelectField(lazy_gettext("Language of the mails"), choices=MAIL_LANGUAGES)
    role = SelectField(
        lazy_gettext("Role"), choices=[SelectChoice(role.value, ROLE_WORDS[role]) for role in Role]
    )
    reach = SelectField(
        lazy_gettext("For what?"),
        choices=[
            SelectChoice(ScopeKind.PROGRAMME.value, lazy_gettext("The whole programme")),
            SelectChoice(ScopeKind.CALL.value, lazy_gettext("One call")),
            SelectChoice(ScopeKind.TRIAL.value, lazy_gettext("One trial")),
            SelectChoice(ScopeKind.BOARD.value, lazy_gettext("One school board")),
            SelectChoice(ScopeKind.SIGNUP.value, lazy_gettext("One sign-up")),
        ],
    )
    number = IntegerField(
        lazy_gettext("Its number"),
        [Optional(), NumberRange(1)],
        description=lazy_gettext("Leave empty for the whole programme."),
    )


class SearchForm(Form):
    words = StringField(lazy_gettext("Name or e-mail address"), [Optional(), Length(max=100)])


class ApproveForm(Form):
    shown_sha256 = HiddenField(validators=[InputRequired(), Length(64, 64)])
    proof = PasswordField(
        lazy_gettext("Code from your app"), [Optional(), Length(max=200)], render_kw=CODE
    )


class RejectForm(Form):
    reason = TextAreaField(lazy_gettext("Why not?"), [InputRequired(), Length(max=1000)])


class LanguageForm(Form):
    language = SelectField(lazy_gettext("Language of your mails"), choices=MAIL_LANGUAGES)
