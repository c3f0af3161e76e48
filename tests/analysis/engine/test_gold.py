"""Random-intercept models against tightly converged lme4."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import fit_multilevel

# id: (outcome, columns of the design after the intercept, school)
RANDOM_INTERCEPT = {
    "BDF-1": ("langPOST", [], "schoolNR"),
    "BDF-1R": ("langPOST", [], "schoolNR"),
    "BDF-2": ("langPOST", ["IQ.ver.cen"], "schoolNR"),
    "BDF-4": ("aritPOST", ["aritPRET"], "schoolNR"),
    "BDF-5": ("langPOST", ["langPRET"], "schoolNR"),
    "BRA-1": ("lpo", [], "sch"),
    "BRA-2": ("lpo", ["iqv"], "sch"),
    "BRA-3": ("lpo", ["lpr", "iqv", "ses", "sex"], "sch"),
    "EXAM-1": ("normexam", [], "school"),
    "EXAM-2": ("normexam", ["standLRT"], "school"),
    "EXAM-3": ("normexam", ["standLRT", "sex=M", "schgend=boys", "schgend=girls"], "school"),
    "HSB-1": ("mAch", [], "school"),
    "HSB-2": ("mAch", ["meanses"], "school"),
    "CRT-1": ("Posttest", [], "School"),
    "CRT-2": ("Posttest", ["Intervention"], "School"),
    "CRT-3": ("Posttest", ["Intervention", "Prettest"], "School"),
    "CRT-3ML": ("Posttest", ["Intervention", "Prettest"], "School"),
    "MST-1": ("Posttest", [], "School"),
    "MST-2": ("Posttest", ["Intervention", "Prettest"], "School"),
}


def design(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    parts = [np.ones(len(frame))]
    for column in columns:
        name, equals, level = column.partition("=")
        parts.append((frame[name] == level).to_numpy(float) if equals else frame[column])
    return np.column_stack(parts)


@pytest.mark.parametrize("name", RANDOM_INTERCEPT)
def test_a_random_intercept_model_is_the_one_lme4_converges_to(name, gold, load):
    entry = gold[name]
    outcome, columns, school = RANDOM_INTERCEPT[name]
    used = [outcome, *(column.partition("=")[0] for column in columns)]
    frame = load(entry["file"].removesuffix(".csv")).dropna(subset=used)

    fit = fit_multilevel(
        frame[outcome], design(frame, columns), frame[school], method=entry["estimator"]
    )

    expected = list(entry["fixed"].values())
    assert_allclose(fit.coefficients, [e["estimate"] for e in expected], rtol=1e-6)
    assert_allclose(fit.std_errors, [e["se"] for e in expected], rtol=1e-6)
    between, pupil = entry["variance"].values()
    assert_allclose([fit.variances["school"], fit.variances["pupil"]], [between, pupil], rtol=1e-6)
    assert_allclose(fit.deviance, entry["criterion_minus2loglik"], atol=1e-8, rtol=0)
    assert (fit.n_pupils, fit.n_schools) == (entry["n"], entry["groups"][school])
    assert fit.singular is False


@pytest.mark.parametrize("name", ["CRT-3", "MST-2"])
def test_small_sample_corrections_are_those_of_pbkrtest_and_lmertest(name, gold, load):
    entry = gold[name]
    outcome, columns, school = RANDOM_INTERCEPT[name]
    frame, arm = load(entry["file"].removesuffix(".csv")), np.array([0.0, 1.0, 0.0])

    fit = fit_multilevel(frame[outcome], design(frame, columns), frame[school])

    kr, satterthwaite = entry["kenward_roger_Intervention"], entry["satterthwaite_Intervention"]
    std_error = np.sqrt(fit.kenward_roger_covariance[1, 1])
    assert_allclose(std_error, kr["Std. Error"], rtol=1e-6)
    assert_allclose(fit.kenward_roger_df(arm), kr["df"], rtol=1e-6)
    assert_allclose(fit.satterthwaite_df(arm), satterthwaite["df"], rtol=1e-6)
