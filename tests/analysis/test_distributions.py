import pytest
from numpy.testing import assert_allclose

from analysis.distributions import infer, normal_quantile


@pytest.mark.parametrize(
    ("df", "p_value", "half"),
    [(None, 0.0455002639, 1.6448536270), (10.0, 0.0733880348, 1.8124611228)],
)
def test_a_test_and_its_interval_are_those_of_the_tables(df, p_value, half):
    """R: 2 * pnorm(-2), 2 * pt(-2, 10), and the quantiles of an interval of 90 %."""
    found = infer(-2.0, 1.0, df=df, df_method="any", level=0.9)

    assert_allclose([found.t, found.p_value], [-2.0, p_value], rtol=1e-8)
    assert_allclose([found.low, found.high], [-2 - half, -2 + half], rtol=1e-9)


def test_at_95_per_cent_the_normal_quantile_is_the_rounded_one_of_reports():
    assert normal_quantile(0.95) == 1.96
    assert_allclose(normal_quantile(0.9), 1.6448536270, rtol=1e-9)
