import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect
from analysis.reporting.outcomes import estimate_family


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


def family(frame, outcomes, **options):
    return estimate_family(frame, outcomes=outcomes, school="school", arm="arm", **options)


def test_each_outcome_is_analysed_as_if_alone(frame):
    found = family(frame, ["reading", "sums"], n_draws=99)

    for result in found.results:
        alone = estimate_effect(frame, outcome=result.outcome, school="school", arm="arm")
        assert result.contrasts == alone.contrasts


def test_joint_draws_know_that_two_outcomes_are_nearly_one(frame):
    found = family(frame, ["reading", "spelling"], n_draws=999)

    reading = found.hypotheses[0]
    alone = family(frame, ["reading"], n_draws=999).hypotheses[0].westfall_young
    assert_allclose(reading.holm, 2 * min(h.p_value for h in found.hypotheses), rtol=1e-9)
    assert reading.westfall_young < 1.5 * alone


def test_pupils_without_one_outcome_keep_the_allocation_of_their_school(frame):
    frame.loc[frame.school == 3, "sums"] = np.nan

    found = family(frame, ["reading", "sums"], n_draws=99)

    assert [result.n_schools for result in found.results] == [16, 15]
    assert found.draws == 99


def test_families_of_other_designs_are_refused(frame):
    with pytest.raises(AnalysisError, match="of a cluster design"):
        family(frame, ["reading"], design="multisite")
    with pytest.raises(AnalysisError, match="of a cluster design"):
        family(frame, [])
