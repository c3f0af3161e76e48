import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, Extras, estimate_effect
from analysis.reporting.attrition import CAUTIOUS, OPTIMISTIC, OVERALL, lee_bounds


def pupils(lost_in_arm, lost_in_control, n=100):
    """Two arms of ``n`` pupils in five schools each; the first pupils of an arm are lost."""
    outcome = np.arange(2 * n, dtype=float)
    outcome[:lost_in_arm] = np.nan
    outcome[n : n + lost_in_control] = np.nan
    arm = np.repeat(["new", "0"], n)
    return pd.DataFrame({"y": outcome, "arm": arm, "school": np.repeat(np.arange(10), n // 5)})


def lost(*args, **options):
    result = estimate_effect(
        pupils(*args, **options),
        outcome="y",
        school="school",
        arm="arm",
        extras=Extras(attrition=True),
    )
    (found,) = result.attrition
    return found


def test_pupils_and_schools_are_counted_by_arm():
    found = lost(20, 10)

    assert_allclose([found.overall, found.differential], [0.15, 0.10])
    assert (found.pupils["arm"].drawn, found.pupils["arm"].analysed) == (100, 80)
    assert (found.schools["arm"].drawn, found.schools["arm"].analysed) == (5, 4)
    assert found.schools["control"].share == 0


@pytest.mark.parametrize(
    ("arm", "control", "cautious", "optimistic"),
    [
        (13, 7, True, True),  # 10 % overall, 6 points: 6.3 and 10.9 are tolerable
        (15, 5, False, True),  # 10 points
        (16, 4, False, False),  # 12 points
        (23, 17, False, True),  # 20 % overall, 6 points: 5.4 and 10.2
        (60, 60, False, False),  # beyond the table
    ],
)
def test_the_boundaries_are_those_of_the_clearinghouse(arm, control, cautious, optimistic):
    found = lost(arm, control)

    assert (found.cautious, found.optimistic) == (cautious, optimistic)


def test_the_table_is_the_printed_one():
    """What Works Clearinghouse, Standards Handbook 4.0, table II.1."""
    printed = "0 5.7 10 5 6.1 10.5 10 6.3 10.9 15 5.9 10.8 20 5.4 10.2 25 4.8 9.4 30 4.1 8.4"
    rows = np.array(f"{printed} 40 2.6 6.3 50 1.0 3.9".split(), dtype=float).reshape(-1, 3)

    assert np.array_equal(np.column_stack([OVERALL, CAUTIOUS, OPTIMISTIC]), rows)


def test_without_an_arm_nobody_is_lost_from_one():
    with pytest.raises(AnalysisError, match="attrition is between arms"):
        estimate_effect(pupils(2, 2), outcome="y", school="school", extras=Extras(attrition=True))


def test_between_the_rows_of_the_table_the_boundary_is_a_line():
    """At 12.5 % overall 6.1 points are tolerable: half-way between 6.3 and 5.9."""
    assert lost(15, 10).cautious
    found = lost(156, 94, n=1_000)

    assert_allclose([found.overall, found.differential], [0.125, 0.062])
    assert not found.cautious


def test_pupils_without_a_pre_test_are_not_analysed_either():
    frame = pupils(20, 10)
    frame["x"] = np.where(np.arange(200) == 199, np.nan, np.arange(200) % 7)

    result = estimate_effect(
        frame,
        outcome="y",
        school="school",
        arm="arm",
        covariates=["x"],
        extras=Extras(attrition=True),
    )

    assert result.attrition[0].pupils["control"].analysed == 89
    assert result.to_dict()["attrition"][0]["schools"]["arm"]["share"] == pytest.approx(0.2)


def test_bounds_trim_the_arm_that_kept_more():
    """Eight of ten stayed in the arm, four of ten in control: half of the eight are trimmed."""
    arm = np.array([*np.arange(1.0, 9), *[np.nan] * 2])
    control = np.array([2.0, 4, 6, 8, *[np.nan] * 6])

    found = lee_bounds(arm, control, "n", "0")

    assert (found.trimmed, found.share) == ("n", 0.5)
    assert_allclose([found.low, found.high], [2.5 - 5, 6.5 - 5])


def test_a_whole_pupil_too_many_is_trimmed_whole():
    """Seven of ten against six of ten: one of the seven goes, whatever 7 * (1 - 6/7) rounds to."""
    arm = np.array([1.0, 2, 3, 4, 5, 6, 30, *[np.nan] * 3])
    control = np.array([1.0, 2, 3, 4, 5, 6, *[np.nan] * 4])

    found = lee_bounds(arm, control, "n", "0")

    assert_allclose([found.low, found.high], [3.5 - 3.5, 50 / 6 - 3.5])


def test_a_part_of_a_pupil_is_trimmed_in_part():
    """Three of four in control against five of eight: half a pupil of the three goes."""
    arm = np.array([1.0, 2, 3, 4, 5, *[np.nan] * 3])
    control = np.array([1.0, 2, 6, np.nan])

    found = lee_bounds(arm, control, "n", "0")

    assert found.trimmed == "0"
    assert_allclose(found.share, 1 / 6)
    assert_allclose([found.low, found.high], [3 - (0.5 + 2 + 6) / 2.5, 3 - (1 + 2 + 3) / 2.5])


def test_with_equal_attrition_there_is_nothing_to_trim():
    found = lost(10, 10).lee

    assert found.low == found.high
