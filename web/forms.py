"""The base of every form: it checks, runs one use case, and shows what was refused."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field

from trials.errors import BadInput, Conflict, NotReady, TooOften, TrialError
from web.languages import sentence_of

SHOWN_IN_FORM = (BadInput, NotReady, Conflict, TooOften)


class Form(FlaskForm):
    """A form whose refusals, from WTForms or from the domain, end up in one summary.

    ``result`` is what the use case returned. A ``BadInput`` that carries ``field="name"`` among
    its values is shown at that field; every other refusal stands in the summary only.
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
        if not self.validate_on_submit():
            return False
        try:
            self.result = use_case()
        except SHOWN_IN_FORM as refusal:
            g.session.rollback()
            self._keep(refusal)
            return False
        return True

    def page(self, template: str, **context: Any) -> ResponseReturnValue:
        """Render ``template`` with ``form``: 422 after a refusal, else 200."""
        return render_template(template, form=self, **context), 422 if self.summary else 200

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """Return (id of the field or None, sentence) for each thing to mend, in page order."""
        general: list[tuple[str | None, str]] = [(None, text) for text in self.refusals]
        wrong = [field for field in self if field.errors and field.type != "CSRFTokenField"]
        return general + [(_target(field), _with_label(field)) for field in wrong]

    def _keep(self, refusal: TrialError) -> None:
        problems = getattr(refusal, "problems", ()) or (refusal,)
        for problem in problems:
            field = self._fields.get(str(problem.values.get("field")))
            if field is None:
                self.refusals.append(sentence_of(problem))
            else:
                field.errors = [*field.errors, sentence_of(problem)]


def _target(field: Field) -> str:
    """Return the id a link in the summary leads to: of a group, its first choice."""
    return f"{field.id}-0" if field.type == "RadioField" else field.id


def _with_label(field: Field) -> str:
    """Return the first thing to mend at ``field``, with the label so that it stands alone."""
    sentence = _flat(field.errors)[0]
    first_word = sentence.partition(" ")[0]
    if first_word[1:].isalpha() and first_word[1:].islower():  # a word, not a code or an acronym
        sentence = sentence[:1].lower() + sentence[1:]
    return f"{field.label.text}: {sentence}"


def _flat(errors: Any) -> list[str]:
    """Return the sentences of a field; those of enclosed fields come as lists and dicts."""
    if isinstance(errors, dict):
        return [text for part in errors.values() for text in _flat(part)]
    if isinstance(errors, list | tuple):
        return [text for part in errors for text in _flat(part)]
    return [str(errors)]
