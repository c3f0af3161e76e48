"""What people type is read as they mean it, and shown back as they typed it."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from web.fields import LinesField, MomentField, NumberField, NumbersField


class Typed(Form):
    moment = MomentField()
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


def test_a_moment_before_the_first_in_utc_is_refused(app):
    with app.test_request_context():
        form = _typed(moment="0001-01-01T00:00")

        assert not form.validate()
        assert form.moment.data is None


def test_an_empty_number_is_none_and_a_number_is_shown_with_a_comma():
    assert _typed(number=" ").number.data is None
    shown = [Typed(data={"number": n}).number._value() for n in (0.5, 20.0, 1234567, 1234.5678)]
    assert shown == ["0,5", "20", "1234567", "1234,5678"]


def test_lines_and_numbers_are_lists():
    form = _typed(lines="bo\r\n\r\n sbo ", numbers="20; 50,5;")

    assert form.lines.data == ["bo", "sbo"]
    assert form.numbers.data == [20, 50.5]
    assert Typed(data={"numbers": [20, 50.5]}).numbers._value() == "20; 50,5"
