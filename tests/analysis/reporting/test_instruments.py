import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.reporting.instruments import Norm, standardised


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "test": ["Cito", "Cito", "Cito", "IEP", "IEP", "IEP"],
            "grade": [8] * 6,
            "score": [530.0, 535, 540, 60, 80, np.nan],
        }
    )


def test_each_test_is_standardised_by_its_norm_or_by_its_pupils(frame):
    found = standardised(
        frame, score="score", groups=["test", "grade"], norms={"Cito/8": Norm(534.0, 10.0)}
    )

    assert_allclose(found.scores[:3], [-0.4, 0.1, 0.6])
    assert_allclose(found.scores[3:5], [-1, 1] / np.sqrt(2))
    assert np.isnan(found.scores[5])
    assert found.by == {"Cito/8": "norm", "IEP/8": "sample"}


def test_a_raw_score_of_no_test_is_refused_by_row(frame):
    frame.loc[1, "test"] = None

    with pytest.raises(AnalysisError, match="row 2 has a score but no test"):
        standardised(frame, score="score", groups=["test"])


def test_a_test_taken_by_one_pupil_needs_its_norm(frame):
    frame.loc[3, "score"] = np.nan

    with pytest.raises(AnalysisError, match="IEP has too few different scores"):
        standardised(frame, score="score", groups=["test"])
