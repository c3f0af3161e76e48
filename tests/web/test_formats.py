"""Dates, numbers and money as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from flask import g
from flask_babel import force_locale

from trials.lifecycle import TrialState
from trials.permissions import Role
from web import formats
from web.languages import label, words

LATE_EVENING = datetime(2027, 3, 11, 23, 30, tzinfo=UTC)  # already 12 March in Amsterdam


@pytest.fixture(params=["nl", "en"])
def language(request, app):
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def _in(language, dutch, english):
    return dutch if language == "nl" else english


def test_a_moment_is_told_in_amsterdam(language):
    assert formats.date(LATE_EVENING) == _in(language, "12 maart 2027", "12 March 2027")
    assert formats.moment(LATE_EVENING) == _in(
        language, "12 maart 2027, 00.30\N{NO-BREAK SPACE}uur", "12 March 2027, 00:30"
    )


def test_a_day_stays_that_day(language):
    assert formats.date(date(2027, 3, 11)) == _in(language, "11 maart 2027", "11 March 2027")


def test_a_number_keeps_the_decimals_asked_for(language):
    assert formats.number(1234.5, 2) == _in(language, "1.234,50", "1,234.50")
    assert formats.number(1234) == _in(language, "1.234", "1,234")
    assert formats.number(-0.004, 2) == _in(language, "−0,00", "−0.00")


def test_an_effect_shows_its_sign_and_zero_has_none(language):
    assert formats.signed(0.2401, 2) == _in(language, "+0,24", "+0.24")
    assert formats.signed(-0.2401, 2) == _in(language, "−0,24", "−0.24")
    assert formats.signed(-0.004, 2) == _in(language, "0,00", "0.00")


def test_a_p_value_is_never_nothing(language):
    assert formats.p_value(0.0341) == _in(language, "0,034", "0.034")
    assert formats.p_value(0.00001) == _in(language, "< 0,001", "< 0.001")


def test_money_shows_cents_only_where_there_are_any(language):
    assert formats.euro(1500) == _in(language, "€\N{NO-BREAK SPACE}1.500", "€1,500")
    assert formats.euro(37.5) == _in(language, "€\N{NO-BREAK SPACE}37,50", "€37.50")


def test_what_is_not_known_is_left_empty(language):
    assert [f(None) for f in (formats.date, formats.moment, formats.number, formats.euro)] == [
        ""
    ] * 4


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2027, 3, 11, 22, 59, tzinfo=UTC), "late"),
        (datetime(2027, 3, 11, 23, 1, tzinfo=UTC), "tomorrow"),  # midnight in Amsterdam is past
        (datetime(2027, 3, 11, 22, 59, 59, tzinfo=UTC), "today"),
        (datetime(2027, 3, 13, 12, tzinfo=UTC), "later"),
    ],
)
def test_a_deadline_is_near_by_the_calendar_of_amsterdam(app, moment, said):
    with app.test_request_context():
        g.now = datetime(2027, 3, 11, 22, 59, 30 if said == "late" else 0, tzinfo=UTC)

        assert formats.nearness(moment) == said


def test_states_and_roles_have_words(language):
    assert label(TrialState.RECRUITING) == _in(language, "werft scholen", "recruiting")
    assert label(Role.NRO_OFFICER) == _in(language, "programmamedewerker", "programme officer")


def test_a_record_in_two_languages_gives_the_one_of_the_page(language):
    assert words({"title_nl": "Lezen", "title_en": "Reading"}, "title") == _in(
        language, "Lezen", "Reading"
    )
