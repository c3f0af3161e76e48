import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, Extras, estimate_effect
from analysis.reporting.instruments import standardised as standardised_by_rows


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "test": ["Cito", "Cito", "Cito", "IEP", "IEP", "IEP"],
            "grade": [8] * 6,
            "score": [530.0, 535, 540, 60, 80, np.nan],
        }
    )


def standardised(frame, norms=(), **options):
    rows = np.arange(1, len(frame) + 1)
    return standardised_by_rows(frame, score="score", norms=dict(norms), rows=rows, **options)


def test_each_test_is_standardised_by_its_norm_or_by_its_pupils(frame):
    norms = {"Cito/8": (534.0, 10.0)}

    scores, how = standardised(frame, norms, groups=["test", "grade"])

    assert_allclose(scores[:3], [-0.4, 0.1, 0.6])
    assert_allclose(scores[3:5], [-1, 1] / np.sqrt(2))
    assert np.isnan(scores[5])
    assert {norm.group: norm.by for norm in how.norms} == {"Cito/8": "norm", "IEP/8": "sample"}


def test_a_raw_score_of_no_test_is_refused_by_row(frame):
    frame.loc[1, "test"] = None

    with pytest.raises(AnalysisError, match="row 2 has a score but no test"):
        standardised(frame, groups=["test"])


def test_a_test_taken_by_one_pupil_needs_its_norm(frame):
    frame.loc[3, "score"] = np.nan

    with pytest.raises(AnalysisError, match="IEP has too few different scores"):
        standardised(frame, groups=["test"])


@pytest.fixture
def two_tests(crt):
    """Odd schools took a test of other units; the fixture's effect is that of the raw scores."""
    crt["toets"] = np.where(crt.School % 2 == 1, "IEP", "Cito")
    crt.loc[crt.toets == "IEP", "Posttest"] = crt.Posttest[crt.toets == "IEP"] * 20 + 300
    return crt


ASKED = {"outcome": "Posttest", "school": "School", "arm": "Intervention"}


def test_raw_scores_of_two_tests_in_one_outcome_are_refused(two_tests):
    with pytest.raises(AnalysisError, match=r"mixes the raw scores of different tests \(Cito, IEP"):
        estimate_effect(two_tests, **ASKED)


def test_the_units_of_a_test_do_not_matter_and_each_test_is_shown_alone(crt, two_tests):
    extras = Extras(instruments={"Posttest": ["toets"]})

    result = estimate_effect(two_tests, **ASKED, extras=extras)

    two_tests["Posttest"] = crt.Posttest
    same = estimate_effect(two_tests, **ASKED, extras=extras)
    assert_allclose(result.contrasts[0].estimate, same.contrasts[0].estimate, rtol=1e-9)
    (how,) = result.instruments
    assert [(row.pupils, row.instrument) for row in how.sensitivity] == [
        ("only", "Cito"),
        ("only", "IEP"),
    ]
    alone = estimate_effect(two_tests[two_tests.toets == "Cito"].drop(columns="toets"), **ASKED)
    size = alone.contrasts[0].effect_sizes[0].value
    assert_allclose(how.sensitivity[0].effect_size, size, rtol=1e-6)


def test_only_the_outcome_is_tried_without_a_test(crt, two_tests):
    two_tests["Posttest"] = crt.Posttest
    extras = Extras(instruments={"Prettest": ["toets"], "Posttest": ["toets"]})

    before, after = estimate_effect(
        two_tests, **ASKED, covariates=["Prettest"], extras=extras
    ).instruments

    assert (before.score, before.sensitivity) == ("Prettest", ())
    assert len(after.sensitivity) == 2


def test_of_three_tests_each_is_left_out_in_turn(crt):
    crt["toets"] = np.array(["Cito", "DIA", "IEP"])[crt.School % 3]
    extras = Extras(instruments={"Posttest": ["toets"]})

    (how,) = estimate_effect(crt, **ASKED, extras=extras).instruments

    pupils = {(row.pupils, row.instrument): row.n_pupils for row in how.sensitivity}
    sizes = crt.toets.value_counts()
    assert pupils == {("only", test): n for test, n in sizes.items()} | {
        ("without", test): len(crt) - n for test, n in sizes.items()
    }
