from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import Extras, estimate_effect


@pytest.fixture
def frame():
    """Sixteen schools, two outcomes that share most of what drives them, a third apart."""
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(16), 8)
    arm = (np.arange(16) % 2)[school]
    level = 0.5 * rng.normal(size=16)[school]
    shared = rng.normal(size=school.size) + level
    return pd.DataFrame(
        {
            "school": school,
            "arm": arm,
            "reading": 0.9 * arm + shared + 0.1 * rng.normal(size=school.size),
            "spelling": 0.9 * arm + shared + 0.1 * rng.normal(size=school.size),
            "sums": rng.normal(size=school.size) + level,
        }
    )


def family(frame, outcomes, method="westfall-young", n_draws=0, **options):
    result = estimate_effect(
        frame,
        outcome=outcomes[0],
        school="school",
        arm="arm",
        permutations=n_draws,
        extras=Extras(outcomes=outcomes[1:], family=method),
        **options,
    )
    return result.family


def test_each_outcome_is_analysed_as_if_alone(frame):
    found = family(frame, ["reading", "sums"], n_draws=99)

    for result in found.results:
        alone = estimate_effect(frame, outcome=result.outcome, school="school", arm="arm")
        assert result.contrasts == alone.contrasts


def test_few_schools_are_judged_by_all_their_allocations():
    """With equal schools that differ, the statistic is the t of school means: 20 by hand."""
    rng = np.random.default_rng(7)
    means = rng.normal(size=(6, 2)) * 3 + [[0, 0], [9, 2]] * 3
    pupils = rng.normal(size=(6, 4, 2))
    scores = (means[:, None] + pupils - pupils.mean(axis=1, keepdims=True)).reshape(24, 2)
    few = pd.DataFrame({"school": np.repeat(np.arange(6), 4), "a": scores[:, 0], "b": scores[:, 1]})
    few["arm"] = few["school"] % 2

    found = family(few, ["a", "b"], n_draws=99)

    t = np.array([school_t(means, list(chosen)) for chosen in combinations(range(6), 3)])
    observed = school_t(means, [1, 3, 5])
    first, second = np.argsort(-observed)
    by_hand = np.empty(2)
    by_hand[first] = np.mean(t.max(axis=1) >= observed[first] - 1e-9)
    by_hand[second] = max(by_hand[first], np.mean(t[:, second] >= observed[second] - 1e-9))
    assert (found.draws, found.exact) == (20, True)
    assert_allclose([h.adjusted_p_value for h in found.hypotheses], by_hand)


def school_t(means, chosen):
    """Two-sample t of the schools' means, per outcome, without its sign."""
    arm, control = means[chosen], np.delete(means, chosen, axis=0)
    pooled = (arm.var(axis=0, ddof=1) + control.var(axis=0, ddof=1)) / 2
    return np.abs(arm.mean(axis=0) - control.mean(axis=0)) / np.sqrt(pooled * 2 / 3)


def test_joint_draws_know_that_two_outcomes_are_nearly_one(frame):
    found = family(frame, ["reading", "spelling"], n_draws=999)

    reading = found.hypotheses[0]
    alone = family(frame, ["reading"], n_draws=999).hypotheses[0].adjusted_p_value
    assert reading.adjusted_p_value < 1.5 * alone
    holm = family(frame, ["reading", "spelling"], "holm").hypotheses
    assert_allclose(
        holm[0].adjusted_p_value, 2 * min(h.p_value for h in found.hypotheses), rtol=1e-9
    )


def test_pupils_without_one_outcome_keep_the_allocation_of_their_school(frame):
    frame.loc[frame.school == 3, "sums"] = np.nan

    found = family(frame, ["reading", "sums"], n_draws=99)

    assert [result.n_schools for result in found.results] == [16, 15]
    assert found.draws == 99


def test_pupils_drawn_inside_schools_are_drawn_jointly_too(frame):
    """Of one outcome the joint p-value is that of the permutation test, of other draws."""
    frame["arm"] = np.arange(len(frame)) % 2
    frame["reading"] += 0.4 * frame.arm
    frame.loc[::9, "sums"] = np.nan

    found = family(frame, ["reading", "sums"], n_draws=499, design="multisite")

    alone = family(frame, ["sums"], n_draws=499, design="multisite").hypotheses[0]
    asked = {"outcome": "sums", "school": "school", "arm": "arm", "design": "multisite"}
    test = estimate_effect(frame, **asked, permutations=499).contrasts[0].permutation
    error = np.sqrt(2 * test.p_value * (1 - test.p_value) / 499)
    assert abs(alone.adjusted_p_value - test.p_value) < 4 * error
    assert found.hypotheses[1].adjusted_p_value >= found.hypotheses[0].adjusted_p_value
    assert found.scheme == "labels permuted within 16 blocks"


def test_a_family_may_be_of_arms(frame):
    frame["arm"] = frame.school % 3

    found = family(frame, ["reading"], "hochberg")

    assert [h.arm for h in found.hypotheses] == ["1", "2"]
    assert found.draws is None


def test_only_a_family_that_draws_has_a_seed(frame):
    asked = {"outcome": "reading", "school": "school", "arm": "arm", "permutations": 0, "seed": 8}

    holm, joint = (
        estimate_effect(frame, **asked, extras=Extras(outcomes=["sums"], family=method))
        for method in ("holm", "westfall-young")
    )

    assert (holm.seed, joint.seed) == (None, 8)
    assert joint.family.draws == 1_000  # unless told otherwise
