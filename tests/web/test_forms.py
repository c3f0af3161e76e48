"""A form shows what was refused at the place that mends it, and keeps what was typed."""

import pytest
from wtforms import StringField
from wtforms.validators import InputRequired

from trials.errors import BadInput, Conflict, NotAllowed, NotFound, ProofNeeded
from web.forms import Form


class SchoolForm(Form):
    """A name and a code."""

    name = StringField("Naam", [InputRequired("Vul de naam in")])
    code = StringField("Code")


@pytest.fixture
def sent(app, session):
    """Send the form; ``use_case`` decides what happens."""

    def send(use_case, **typed):
        with app.test_request_context("/", method="POST", data=typed):
            app.preprocess_request()
            form = SchoolForm()
            return form, form.accepts(use_case)

    return send


def _refuse(refusal):
    def use_case():
        raise refusal

    return use_case


def test_what_the_use_case_returns_is_kept(sent):
    form, accepted = sent(lambda: 42, name="Voorbeeldschool")

    assert accepted
    assert form.result == 42
    assert form.summary == []


def test_nothing_runs_before_the_fields_hold(sent):
    form, accepted = sent(_refuse(AssertionError("ran")), name="")

    assert not accepted
    assert form.summary == [("name", "Naam: vul de naam in")]


def test_a_refusal_with_a_field_stands_at_that_field(sent):
    form, accepted = sent(
        _refuse(BadInput("{code} is unknown", code="X1", field="code")), name="A", code="X1"
    )

    assert not accepted
    assert form.summary == [("code", "Code: X1 is unknown.")]
    assert form.code.data == "X1"


def test_every_problem_of_an_upload_is_listed(sent):
    problems = tuple(BadInput("row {row}: no school", row=row) for row in (3, 5))
    form, _ = sent(_refuse(BadInput("{n} rows need mending", problems, n=2)), name="A")

    assert form.summary == [(None, "Row 3: no school."), (None, "Row 5: no school.")]


def test_someone_else_being_first_is_said_on_the_page(sent):
    form, accepted = sent(_refuse(Conflict("the last place is taken")), name="A")

    assert not accepted
    assert form.summary == [(None, "The last place is taken.")]


@pytest.mark.parametrize("refusal", [NotFound("x"), NotAllowed("x"), ProofNeeded("x")])
def test_what_typing_cannot_mend_is_no_matter_of_the_form(sent, refusal):
    with pytest.raises(type(refusal)):
        sent(_refuse(refusal), name="A")
