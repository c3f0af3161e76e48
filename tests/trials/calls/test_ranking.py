"""Ranks follow weighted means exactly; minimums and ties are those of the call."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trials.calls.models import TieRule
from trials.calls.ranking import rank

IN_ORDER, SHARED = TieRule.CRITERIA_IN_ORDER, TieRule.SHARED


def _rank(marks, *, weights=(60, 40), minimums=(None, None), tie_rule=IN_ORDER):
    return rank(marks, weights=weights, minimums=minimums, tie_rule=tie_rule)


def test_a_weighted_mean_is_the_one_worked_out_by_hand():
    """(7 + 8) / 2 = 7.5 and (4 + 5) / 2 = 4.5; 0.6 × 7.5 + 0.4 × 4.5 = 6.3."""
    (standing,) = _rank({1: {10: (7, 4), 11: (8, 5)}})

    assert standing.means == (Fraction(15, 2), Fraction(9, 2))
    assert standing.weighted == Fraction(63, 10)


def test_equal_means_are_told_apart_by_the_first_criterion_or_share_a_rank():
    """1 and 2 both reach 6.0; 2 is the stronger on the first criterion."""
    marks = {1: {10: (4, 9), 11: (4, 9)}, 2: {10: (6, 6), 11: (6, 6)}, 3: {10: (1, 1), 11: (1, 1)}}

    in_order = [(s.application_id, s.rank) for s in _rank(marks)]
    shared = [(s.application_id, s.rank) for s in _rank(marks, tie_rule=SHARED)]

    assert in_order == [(2, 1), (1, 2), (3, 3)]
    assert shared == [(1, 1), (2, 1), (3, 3)]


def test_thirds_make_no_false_winner():
    """Three assessors with sums 20 and 20, given in another order: a float mean could differ."""
    marks = {1: {10: (7, 1), 11: (7, 1), 12: (6, 1)}, 2: {10: (6, 1), 11: (7, 1), 12: (7, 1)}}

    assert {s.rank for s in _rank(marks)} == {1}


def test_a_mean_below_the_minimum_cannot_be_funded_and_one_on_it_can():
    marks = {1: {10: (5, 9), 11: (4, 9)}, 2: {10: (5, 1), 11: (5, 1)}}

    by_id = {s.application_id: s for s in _rank(marks, minimums=(5, None))}

    assert by_id[1].below == (0,)
    assert by_id[2].below == ()


def test_one_assessor_is_not_enough_and_none_come_last():
    standings = _rank({1: {}, 2: {10: (1, 1)}})

    assert [(s.application_id, s.complete) for s in standings] == [(2, False), (1, False)]


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine makes inputs slowly
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=4),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 99),
)
def test_nobody_is_ranked_above_a_better_mean(scores, weight):
    marks = {n: dict(enumerate(sets)) for n, sets in enumerate(scores)}

    standings = _rank(marks, weights=(weight, 100 - weight))

    assert sorted(s.application_id for s in standings) == list(range(len(scores)))
    for better, worse in pairwise(standings):
        assert better.weighted >= worse.weighted
        assert better.rank <= worse.rank
