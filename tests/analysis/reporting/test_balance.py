import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.reporting.balance import baseline_balance


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "arm": ["a", "a", "a", "0", "0", "0"],
            "score": [3.0, 5.0, 7.0, 1.0, 3.0, np.nan],
            "girl": ["yes", "no", "yes", "no", "no", None],
            "post": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
        }
    )


def test_the_difference_is_hedges_g(frame):
    (found,) = baseline_balance(frame, arm="arm", control="0", columns=["score"])

    pooled = np.sqrt((2 * 4 + 1 * 2) / 3)
    assert_allclose(found.difference, (1 - 3 / 11) * (5 - 2) / pooled, rtol=1e-12)
    assert (found.sides["control"].n, found.sides["control"].missing) == (2, 1)


def test_text_is_compared_level_by_level(frame):
    found = baseline_balance(frame, arm="arm", control="0", columns=["girl"])

    assert [b.name for b in found] == ["girl[no]", "girl[yes]"]
    assert_allclose(found[1].sides["arm"].mean, 2 / 3)
    assert_allclose(found[0].difference, -found[1].difference)


def test_pupils_without_an_outcome_are_in_the_sample_as_randomised_only(frame):
    drawn, analysed = baseline_balance(
        frame, arm="arm", control="0", columns=["score"], outcome="post"
    )

    assert (drawn.sample, analysed.sample) == ("as randomised", "as analysed")
    assert (drawn.sides["arm"].n, analysed.sides["arm"].n) == (3, 2)


def test_what_cannot_be_standardised_has_no_difference(frame):
    frame["same"] = [1.0, 1, 1, 2, 2, 2]

    (found,) = baseline_balance(frame, arm="arm", control="0", columns=["same"])

    assert found.difference is None


def test_an_unknown_control_is_answered_with_the_arms(frame):
    with pytest.raises(AnalysisError, match="arm has no arm x; its arms are 0, a"):
        baseline_balance(frame, arm="arm", control="x", columns=["score"])
