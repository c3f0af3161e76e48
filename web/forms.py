"""The base of every form: it checks, runs one use case, and shows what was refused."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField
from wtforms.form import BaseForm

from trials.errors import BadInput, Conflict, NotReady, TooOften, TrialError
from web.languages import sentence_of

SHOWN_IN_FORM = (BadInput, NotReady, Conflict, TooOften)


class Form(FlaskForm):
    """A form whose refusals, from WTForms or from the domain, end up in one summary.

    ``result`` is what the use case returned. A ``BadInput`` that carries ``field="name"`` among
    its values, or ``field="arms.1.ratio"`` for an enclosed field, is shown there; every other
    refusal stands in the summary only.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result: Any = None
        self.refusals: list[str] = []

    def accepts(self, use_case: Callable[[], Any]) -> bool:
        """Say whether the form was sent, holds, and ``use_case`` went through.

        Refusals a person can mend are kept for the page; others (not found, not allowed,
        proof needed) are raised on.
        """
        return self.validate_on_submit() and self.runs(use_case)

    def runs(self, use_case: Callable[[], Any]) -> bool:
        """Say whether ``use_case`` went through, where what was typed is stored already."""
        try:
            self.result = use_case()
        except SHOWN_IN_FORM as refusal:
            g.session.rollback()
            self.keep(refusal)
            return False
        return True

    def page(self, template: str, **context: Any) -> ResponseReturnValue:
        """Render ``template`` with ``form``: 422 after a refusal, else 200."""
        return render_template(template, form=self, **context), 422 if self.summary else 200

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """Return (id of the field or None, sentence) for each thing to mend, in page order."""
        general: list[tuple[str | None, str]] = [(None, text) for text in self.refusals]
        wrong = [(field, _own_errors(field)) for field in _every(self)]
        return general + [
            (_target(field), _with_label(field, errors[0])) for field, errors in wrong if errors
        ]

    def keep(self, refusal: TrialError) -> None:
        """Show a refusal, and each of its problems, at the field it names."""
        problems = getattr(refusal, "problems", ()) or (refusal,)
        for problem in problems:
            place = str(problem.values.get("field", ""))
            field = _at(self, place)
            if field is not None:
                field.errors = [*field.errors, sentence_of(problem)]
            else:
                sentence = sentence_of(problem)
                self.refusals.append(f"{place}: {sentence}" if place else sentence)


def _at(form: BaseForm, place: str) -> Field | None:
    """Return the field at a place such as ``arms.1.ratio``; None where there is none."""
    found: Any = form
    for name in place.split("."):
        if isinstance(found, FieldList):
            entries = found.entries
            found = entries[int(name)] if name.isdigit() and int(name) < len(entries) else None
        else:
            fields = getattr(getattr(found, "form", found), "_fields", {})
            found = fields.get(name)
        if found is None:
            return None
    return next(_every([found]), None) if isinstance(found, FormField) else found


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    """Yield every field in page order, lists of fields before what they hold."""
    for field in fields:
        if isinstance(field, FormField):
            yield from _every(field.form)
        elif field.type != "CSRFTokenField":
            yield field
            if isinstance(field, FieldList):
                yield from _every(field.entries)


def _own_errors(field: Field) -> list[str]:
    """Return the sentences of a field itself; those of enclosed fields are told there."""
    return [str(error) for error in field.errors if not isinstance(error, dict | list | tuple)]


def _target(field: Field) -> str:
    """Return the id a link in the summary leads to: of a group, its first choice."""
    if isinstance(field, FieldList) and field.entries:
        return _target(next(_every(field.entries[:1])))
    return f"{field.id}-0" if field.type == "RadioField" else field.id


def _with_label(field: Field, sentence: str) -> str:
    """Return a thing to mend with the label of its field, so that it stands alone."""
    first_word = sentence.partition(" ")[0]
    if first_word[1:].isalpha() and first_word[1:].islower():  # a word, not a code or an acronym
        sentence = sentence[:1].lower() + sentence[1:]
    return f"{field.label.text}: {sentence}"
