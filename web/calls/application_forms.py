"""The form of an application, one for each kind of call."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from trials.calls.models import ApplicantKind, Application, CallKind
from web.fields import NumberField
from web.forms import Form

SECTORS = (
    SelectChoice("bo", lazy_gettext("primary school")),
    SelectChoice("sbo", lazy_gettext("special primary school")),
    SelectChoice("so", lazy_gettext("special education")),
    SelectChoice("vo", lazy_gettext("secondary school")),
    SelectChoice("vso", lazy_gettext("special secondary school")),
)
GROUPS = (
    SelectChoice("", lazy_gettext("Choose")),
    SelectChoice("A", lazy_gettext("A: more education")),
    SelectChoice("B", lazy_gettext("B: more effective education")),
    SelectChoice("C", lazy_gettext("C: social, emotional and physical growth")),
    SelectChoice("D", lazy_gettext("D: executive functions")),
    SelectChoice("E", lazy_gettext("E: staff")),
    SelectChoice("F", lazy_gettext("F: conditions, with one of A to E")),
)
SPARE_PARTNERS = 2


class PartnerPart(Part):
    name = StringField(lazy_gettext("Partner"), [Length(max=200)])
    role = StringField(lazy_gettext("What it does"), [Length(max=200)])


class ApplicationForm(Form):
    """What both kinds of application ask. A draft may leave anything but the title empty."""

    request_key = HiddenField(validators=[InputRequired(), Length(8, 64)])
    kind = RadioField(
        lazy_gettext("As whom do you apply?"),
        [InputRequired()],
        choices=[
            SelectChoice(ApplicantKind.DEVELOPER.value, lazy_gettext("developer")),
            SelectChoice(ApplicantKind.SCHOOL.value, lazy_gettext("school or school board")),
            SelectChoice(ApplicantKind.MUNICIPALITY.value, lazy_gettext("municipality")),
            SelectChoice(ApplicantKind.SCIENTIST.value, lazy_gettext("scientist")),
            SelectChoice(ApplicantKind.CONSORTIUM.value, lazy_gettext("consortium")),
        ],
    )
    title = StringField(lazy_gettext("Title in Dutch"), [InputRequired(), Length(max=200)])
    title_en = StringField(lazy_gettext("Title in English"), [Length(max=200)])
    partners = FieldList(
        FormField(PartnerPart),
        label=lazy_gettext("Partners"),
        min_entries=SPARE_PARTNERS,
        max_entries=20,
    )

    def content(self) -> dict[str, Any]:
        """Return what the application says, title and kind apart, as far as it is filled in."""
        apart = {"request_key", "kind", "title", "partners", "csrf_token"}
        filled = {
            name: value
            for name, value in self.data.items()
            if name not in apart and value not in (None, "", [])
        }
        partners = [part for part in self.partners.data if part["name"] or part["role"]]
        return filled | {"partners": partners}


class InterventionForm(ApplicationForm):
    summary_nl = TextAreaField(lazy_gettext("Summary in Dutch"), [Length(max=1000)])
    summary_en = TextAreaField(lazy_gettext("Summary in English"), [Length(max=1000)])
    evidence = TextAreaField(
        lazy_gettext("What is known about its effect?"),
        [Length(max=4000)],
        description=lazy_gettext("Studies, with what they found and how strong they are."),
    )
    scalability = TextAreaField(lazy_gettext("How can many schools use it?"), [Length(max=4000)])
    delivery_team = TextAreaField(
        lazy_gettext("Who delivers it to the schools?"), [Length(max=1000)]
    )
    sectors = SelectMultipleField(
        lazy_gettext("For which schools?"),
        choices=SECTORS,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    group = SelectField(
        lazy_gettext("What does it change?"), choices=GROUPS, default="", validate_choice=False
    )
    schools = NumberField(lazy_gettext("How many schools can you serve?"))
    cost_per_pupil = NumberField(lazy_gettext("Cost per pupil a year, in euro"))


class EvaluatorForm(ApplicationForm):
    approach = TextAreaField(lazy_gettext("How will you study it?"), [Length(max=4000)])
    team = TextAreaField(lazy_gettext("Who does the work?"), [Length(max=2000)])
    experience = TextAreaField(lazy_gettext("What have you done before?"), [Length(max=4000)])
    independence = TextAreaField(
        lazy_gettext("Declaration of independence"),
        [Length(max=2000)],
        description=lazy_gettext("Say what ties you to the provider or the intervention, if any."),
    )
    budget = NumberField(lazy_gettext("Budget, in euro"))


FORMS: dict[CallKind, type[ApplicationForm]] = {
    CallKind.INTERVENTIONS: InterventionForm,
    CallKind.EVALUATORS: EvaluatorForm,
}


def filled_form(application: Application, *, sent: bool = True) -> ApplicationForm:
    """Return the form with what the newest version says, and empty partners to add.

    Without ``sent`` it ignores what the request carries: it only shows.
    """
    version = application.current
    partners = [*version.content.get("partners", []), *({} for _ in range(SPARE_PARTNERS))]
    values = version.content | {
        "partners": partners,
        "title": version.title,
        "kind": application.kind.value,
        "request_key": application.request_key,
    }
    form_class = FORMS[application.call.kind]
    return form_class(data=values) if sent else form_class(formdata=None, data=values)
