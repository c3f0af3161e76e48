"""The README's roster of 400 real schools, and what its draw promises."""

from collections import Counter

import numpy as np
import pytest

from randomisation import BalanceRule, redraw, stratified
from randomisation.chances import chances
from randomisation.redrawing import distances
from tests.randomisation.real_roster import COLUMNS, real_roster


@pytest.fixture(scope="module")
def roster():
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in real_roster()]
    return rows, [f"{row['province']}/{row['quartile']}" for row in rows]


def test_the_sample_is_the_same_400_schools_each_time(roster):
    """Compared once with the joined register: province, score and mean of every site agree."""
    rows, strata = roster

    assert len({row["site"] for row in rows}) == 400
    assert rows[0] == {
        "unit": "S001",
        "site": "05VV00",
        "province": "Zuid-Holland",
        "quartile": "q1",
        "pretest": "545.64",
    }
    assert len(set(strata)) == 47
    assert Counter(row["quartile"] for row in rows) == {"q1": 89, "q2": 105, "q3": 100, "q4": 106}


def test_allocations_of_the_real_roster_are_balanced_in_every_stratum_and_in_the_mean(roster):
    rows, strata = roster
    rule = BalanceRule(np.array([[float(row["pretest"])] for row in rows]), 0.0157908)
    design = stratified(["controle", "lezen"], strata, balance=rule)

    drawn = redraw(design, 200, np.random.default_rng(1))

    assert set(drawn.sum(axis=1)) == {200}
    for members in design.blocks:
        assert np.all(np.abs(2 * drawn[:, members].sum(axis=1) - members.size) <= 1)
    assert np.all(distances(rule, drawn, 2) < rule.threshold)


def test_exact_chances_of_the_real_roster_are_the_simulated_ones_within_four_errors(roster):
    """All arms of 400 schools and 300 of their pairs, over 10,000 draws."""
    _, strata = roster
    design = stratified(["controle", "lezen"], strata)
    exact = chances(design, np.random.default_rng(1))

    drawn = redraw(design, 10_000, np.random.default_rng(2))

    assert exact.how == "exact"
    assert np.all(np.abs(drawn.mean(axis=0) - 0.5) < 4 * np.sqrt(0.25 / 10_000))
    for first, second in np.random.default_rng(3).choice(400, size=(300, 2)):
        p = exact.same[first, second]
        error = np.sqrt(p * (1 - p) / 10_000)
        assert abs((drawn[:, first] == drawn[:, second]).mean() - p) <= 4 * error
