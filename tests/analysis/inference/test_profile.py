import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, estimate_effect, fit_multilevel

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def test_the_profile_interval_is_that_of_lme4(crt):
    """eefAnalytics prints it from confint.merMod: 0.7494659 to 5.4672171."""
    found = estimate_effect(crt, **CRT, profile=True).contrasts[0].profile

    assert_allclose([found.low, found.high], [0.7494659, 5.4672171], atol=3e-6)


def test_both_ends_cost_exactly_the_deviance_allowed(crt):
    found = estimate_effect(crt, **CRT, profile=True, level=0.9).contrasts[0].profile

    x = np.column_stack([np.ones(len(crt)), crt.Prettest])
    full = np.column_stack([x, crt.Intervention])
    best = fit_multilevel(crt.Posttest, full, crt.School, method="ML").deviance
    for end in (found.low, found.high):
        held = fit_multilevel(crt.Posttest - end * crt.Intervention, x, crt.School, method="ML")
        assert_allclose(held.deviance - best, 1.6448536269514722**2, rtol=1e-7)


def test_a_model_with_classes_has_no_profile(crt):
    crt["class"] = crt.School * 10 + np.arange(len(crt)) % 2

    with pytest.raises(AnalysisError, match="with two levels"):
        estimate_effect(crt, **CRT, profile=True, klass="class")
