"""A refusal is shown at the field it is about, also one inside a list of forms."""

import pytest
from flask import g
from wtforms import FieldList, FormField, IntegerField, StringField
from wtforms import Form as Part

from trials.errors import BadInput
from web.forms import Form


class ArmPart(Part):
    label = StringField("Label")
    ratio = IntegerField("Ratio")


class ProtocolForm(Form):
    title = StringField("Title")
    arms = FieldList(FormField(ArmPart), label="Arms", min_entries=2)


@pytest.fixture
def form(app, session):
    with app.test_request_context(method="POST", data={"arms-0-ratio": "1", "arms-1-ratio": "0"}):
        g.session = session
        yield ProtocolForm()


def _refuse(*fields):
    problems = tuple(BadInput("fill this in", field=field) for field in fields)
    raise BadInput("two things", problems)


def test_each_problem_stands_at_its_own_field_in_page_order(form):
    assert not form.accepts(lambda: _refuse("arms.1.ratio", "title", "arms"))

    assert form.summary == [
        ("title", "Title: vul dit in."),
        ("arms-0-label", "Arms: vul dit in."),
        ("arms-1-ratio", "Ratio: vul dit in."),
    ]


@pytest.mark.parametrize("place", ["arms.7.ratio", "arms.x", "arms.0.seed", "nowhere", "title.x"])
def test_a_problem_at_an_unknown_place_is_told_with_the_place(form, place):
    assert not form.accepts(lambda: _refuse(place))

    assert form.summary == [(None, f"{place}: Vul dit in.")]
