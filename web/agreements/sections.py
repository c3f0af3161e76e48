"""From the content of a draft to the form of one section and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, lazy_gettext
from wtforms import BooleanField, Field, FieldList, FormField

from trials.agreements.models import DocumentKind
from trials.errors import BadInput
from web.agreements import plan_forms, protocol_forms
from web.forms import Form

SPARE_ROWS = 2  # empty rows at the end of every list


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a draft; its form's fields are the keys of the content it fills."""

    name: str
    title: LazyString
    form: type[Form]

    def owns(self, problem: BadInput) -> bool:
        """Say whether a problem is about a field of this section."""
        place = str(problem.values.get("field", ""))
        return place.partition(".")[0] in self.keys

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(
            name for name, value in vars(self.form).items() if hasattr(value, "field_class")
        )


PROTOCOL_SECTIONS = (
    Section("question", lazy_gettext("Question and unit"), protocol_forms.QuestionSection),
    Section("size", lazy_gettext("Size"), protocol_forms.SizeSection),
    Section("schools", lazy_gettext("Which schools"), protocol_forms.EligibilitySection),
    Section("groups", lazy_gettext("Groups"), protocol_forms.ArmsSection),
    Section("draw", lazy_gettext("The draw"), protocol_forms.DrawSection),
    Section("tests", lazy_gettext("Tests and scales"), protocol_forms.InstrumentsSection),
    Section("data", lazy_gettext("Data and ethics"), protocol_forms.DataSection),
    Section("delivery", lazy_gettext("Delivery and burden"), protocol_forms.DeliverySection),
)
PLAN_SECTIONS = (
    Section("model", lazy_gettext("Model"), plan_forms.ModelSection),
    Section("groups", lazy_gettext("Subgroups and compliance"), plan_forms.GroupsSection),
    Section("missing", lazy_gettext("Missing data"), plan_forms.MissingSection),
)
SECTIONS: Mapping[DocumentKind, tuple[Section, ...]] = {
    DocumentKind.PROTOCOL: PROTOCOL_SECTIONS,
    DocumentKind.ANALYSIS_PLAN: PLAN_SECTIONS,
}


def section_named(kind: DocumentKind, name: str) -> Section | None:
    return next((section for section in SECTIONS[kind] if section.name == name), None)


def filled(section: Section, content: Mapping[str, Any]) -> Form:
    """Return the section's form with what the draft says, and spare rows in its lists."""
    values = {key: _to_form(content[key]) for key in section.keys if key in content}
    form = section.form(data=values)
    if not form.is_submitted():
        _add_rows(form)
    return form


def _to_form(value: Any) -> Any:
    """Answers that a form asks as yes or no are stored as true and false."""
    if isinstance(value, dict):
        return {key: _to_form(part) for key, part in value.items()} | (
            {"must_be": "yes" if value["must_be"] else "no"} if "must_be" in value else {}
        )
    return [_to_form(part) for part in value] if isinstance(value, list) else value


def _add_rows(fields: Iterable[Field]) -> None:
    for field in fields:
        if isinstance(field, FormField):
            _add_rows(field.form)
        elif isinstance(field, FieldList):
            for _ in range(SPARE_ROWS):
                field.append_entry()


def typed(form: Form) -> dict[str, Any]:
    """Return the content a sent section holds; empty rows and empty fields are left out."""
    return {field.short_name: _typed(field) for field in form if field.type != "CSRFTokenField"}


def _typed(field: Field) -> Any:
    if isinstance(field, FormField):
        return _object(field)
    if isinstance(field, FieldList):
        return [_object(entry) for entry in field if _is_filled(entry)]
    if field.short_name == "must_be":
        return field.data == "yes"
    return field.data.strip() if isinstance(field.data, str) else field.data


def _object(part: FormField) -> dict[str, Any]:
    return {field.short_name: _typed(field) for field in part.form}


def _is_filled(row: FormField) -> bool:
    """A row in which only choices stand, which always have a value, is an empty row."""
    return any(
        field.data not in (None, "", [])
        for field in row.form
        if not isinstance(field, BooleanField) and not hasattr(field, "choices")
    )
