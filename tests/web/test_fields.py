"""What people type is read as they mean it, and shown back as they typed it."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import Optional

from web.fields import DayField, LinesField, MomentField, NumberField, NumbersField


class Typed(Form):
    moment = MomentField(validators=[Optional()])
    day = DayField(validators=[Optional()])
    number = NumberField()
    lines = LinesField()
    numbers = NumbersField()


def _typed(**values):
    return Typed(MultiDict(values))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-03-12T17:00", datetime(2027, 3, 12, 16, tzinfo=UTC)),
        ("2027-07-12T17:00:30", datetime(2027, 7, 12, 15, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_typed_in_amsterdam_and_kept_in_utc(text, moment):
    assert _typed(moment=text).moment.data == moment
    assert Typed(data={"moment": moment}).moment._value().startswith(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,13", 0.13), ("0.13", 0.13), ("1.234,5", 1234.5), ("20", 20), ("20,0", 20), ("-5", -5)],
)
def test_a_decimal_comma_is_a_decimal_comma(text, number):
    form = _typed(number=text)

    assert form.number.data == number
    assert isinstance(form.number.data, type(number))
    assert form.number._value() == text


@pytest.mark.parametrize("text", ["veel", "nan", "inf", "1e9", "--5", "1,2,3", "²"])
def test_what_is_no_number_is_refused_and_stays_on_the_page(app, text):
    with app.test_request_context():
        form = _typed(number=text)

        assert not form.validate()
        assert form.number._value() == text


@pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
def test_a_year_that_no_trial_has_is_refused_where_it_was_typed(app, year):
    """The first moment has no UTC and the last no Amsterdam; no page could show either."""
    with app.test_request_context():
        form = _typed(moment=f"{year}-12-31T23:59", day=f"{year}-12-31")

        assert not form.validate()
        told = [f"Het jaar {int(year)} ligt niet tussen 2000 en 2099; controleer de datum."]
        assert form.errors == {"moment": told, "day": told}
        assert (form.moment.data, form.day.data) == (None, None)
        assert (form.moment._value(), form.day._value()) == (
            f"{year}-12-31T23:59",
            f"{year}-12-31",
        )


def test_an_empty_number_is_none_and_a_number_is_shown_with_a_comma():
    assert _typed(number=" ").number.data is None
    shown = [Typed(data={"number": n}).number._value() for n in (0.5, 20.0, 1234567, 1234.5678)]
    assert shown == ["0,5", "20", "1234567", "1234,5678"]


def test_lines_and_numbers_are_lists():
    form = _typed(lines="bo\r\n\r\n sbo ", numbers="20; 50,5;")

    assert form.lines.data == ["bo", "sbo"]
    assert form.numbers.data == [20, 50.5]
    assert Typed(data={"numbers": [20, 50.5]}).numbers._value() == "20; 50,5"
