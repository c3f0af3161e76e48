import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, Extras, estimate_effect


@pytest.fixture
def frame():
    """Four schools of three; the last pupil of the first has no outcome."""
    return pd.DataFrame(
        {
            "school": np.repeat([1, 2, 3, 4], 3),
            "arm": np.repeat(["a", "a", "0", "0"], 3),
            "score": [3.0, 5, 7, 4, 5, 6, 1, 3, np.nan, 2, 3, 2],
            "girl": ["yes", "no", "yes", "no", "no", "yes", "no", "no", None, "no", "yes", "no"],
            "post": [1.0, 2, np.nan, 4, 5, 6, 3, 5, 6, 2, 1, 7],
        }
    )


def balance(frame, *columns):
    result = estimate_effect(
        frame, outcome="post", school="school", arm="arm", extras=Extras(balance=columns)
    )
    return result.balance


def test_the_difference_is_hedges_g(frame):
    drawn, _ = balance(frame, "score")

    groups = [frame.score[:6], frame.score[6:].dropna()]
    pooled = np.sqrt((5 * groups[0].var() + 4 * groups[1].var()) / 9)
    apart = groups[0].mean() - groups[1].mean()
    assert_allclose(drawn.difference, (1 - 3 / 35) * apart / pooled, rtol=1e-12)
    assert (drawn.sides["control"].n, drawn.sides["control"].missing) == (5, 1)


def test_text_is_compared_level_by_level(frame):
    found = [row for row in balance(frame, "girl") if row.sample == "as randomised"]

    assert [b.name for b in found] == ["girl[no]", "girl[yes]"]
    assert_allclose(found[1].sides["arm"].mean, 1 / 2)
    assert_allclose(found[0].difference, -found[1].difference)


def test_pupils_without_an_outcome_are_in_the_sample_as_randomised_only(frame):
    drawn, analysed = balance(frame, "score")

    assert (drawn.sample, analysed.sample) == ("as randomised", "as analysed")
    assert (drawn.sides["arm"].n, analysed.sides["arm"].n) == (6, 5)


def test_what_cannot_be_standardised_has_no_difference(frame):
    frame["same"] = np.where(frame.arm == "a", 1.0, 2.0)

    assert balance(frame, "same")[0].difference is None


def test_without_an_arm_there_is_nothing_to_balance(frame):
    with pytest.raises(AnalysisError, match="balance is between arms"):
        estimate_effect(frame, outcome="post", school="school", extras=Extras(balance=("score",)))
