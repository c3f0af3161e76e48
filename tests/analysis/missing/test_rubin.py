import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError
from analysis.missing.rubin import pool


def test_rubins_rules_written_out():
    estimates, variances = [1.0, 1.2, 0.9, 1.3], [0.04, 0.05, 0.04, 0.05]

    found = pool(estimates, variances, complete_df=1e12)

    between = np.var(estimates, ddof=1)
    total = 0.045 + 1.25 * between
    assert_allclose([found.estimate, found.std_error], [1.1, np.sqrt(total)])
    assert_allclose(found.df, 3 * (1 + 0.045 / (1.25 * between)) ** 2, rtol=1e-6)
    assert_allclose(found.missing_information, 1.25 * between / total)


def test_few_schools_stay_few():
    """Barnard & Rubin (1999), from the share of information that is missing."""
    found = pool([1.0, 1.1, 0.9], [0.04] * 3, complete_df=18)

    share = 4 / 3 * 0.01 / (0.04 + 4 / 3 * 0.01)
    of_draws, of_data = 2 / share**2, 19 / 21 * 18 * (1 - share)
    assert_allclose(found.df, of_draws * of_data / (of_draws + of_data), rtol=1e-12)
    assert found.df < 18


def test_equal_estimates_are_the_analysis_itself():
    found = pool([1.0, 1.0], [0.04, 0.04], complete_df=30)

    assert found.missing_information == 0
    assert_allclose(found.std_error, 0.2)


def test_one_data_set_is_no_pool():
    with pytest.raises(AnalysisError, match="at least two"):
        pool([1.0], [0.1], complete_df=10)
