"""Effect sizes against the published numbers of eefAnalytics on its two data sets."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import estimate_effect
from analysis.effects.sizes import ArmSizes, hedges_total, hedges_within, multisite_size


@pytest.fixture
def sizes(crt):
    result = estimate_effect(
        crt, outcome="Posttest", school="School", arm="Intervention", covariates=["Prettest"]
    )
    return {size.name: size for size in result.contrasts[0].effect_sizes}


@pytest.mark.parametrize("variance", ["conditional", "unconditional"])
@pytest.mark.parametrize("spread", ["within", "total"])
def test_hedges_sizes_are_those_of_the_gold_entry(sizes, gold, variance, spread):
    expected, size = gold["CRT-ES"][variance], sizes[f"hedges_{spread}_{variance}"]

    found = [size.value, size.low, size.high]

    assert_allclose(found, [expected[spread + end] for end in ("", "_lo", "_hi")], rtol=1e-6)


@pytest.mark.parametrize(
    ("df", "low", "high"),
    [("normal", 0.1442829, 1.0694774), ("kenward-roger", 0.1080072, 1.1057531)],
)
def test_the_headline_interval_is_the_models_divided_by_one_deviation(crt, df, low, high):
    result = estimate_effect(
        crt, outcome="Posttest", school="School", arm="Intervention", covariates=["Prettest"], df=df
    )

    headline = result.contrasts[0].effect_sizes[0]

    assert (headline.name, headline.interval) == ("g_total_unconditional", "scaled")
    assert_allclose(
        [headline.value, headline.low, headline.high], [0.6068801, low, high], atol=2e-7
    )


def test_multisite_sizes_are_those_of_the_published_package(mst):
    """eefAnalytics 1.1.5, mstFREQ on its own data; printed to four decimals."""
    result = estimate_effect(
        mst,
        outcome="Posttest",
        school="School",
        arm="Intervention",
        covariates=["Prettest"],
        design="multisite-slope",
    )

    sizes = {size.name: size for size in result.contrasts[0].effect_sizes}

    published = {
        "hedges_within_conditional": (0.4245864, 0.1187, 0.7305),
        "hedges_total_conditional": (0.3266323, 0.0913, 0.5620),
        "hedges_total_unconditional": (0.2747595, -0.0497, 0.5992),
    }
    for name, expected in published.items():
        found = (sizes[name].value, sizes[name].low, sizes[name].high)
        assert_allclose(found, expected, atol=6e-5)
    assert_allclose(sizes["hedges_within_unconditional"].value, 0.3564423, atol=1e-6)


def test_equal_schools_give_the_simple_formula():
    """With m schools of n pupils an arm, Hedges (2007, equation 8) needs no sums over schools."""
    m, n, icc, b = 6, 20, 0.2, 0.3
    arms = (ArmSizes(np.full(m, float(n))),) * 2

    size = hedges_within("within", b, 1.0, icc, arms, 0.95)

    variance = 2 / (m * n) * (1 + (n - 1) * icc) / (1 - icc) + b**2 / (2 * (2 * m * n - 2 * m))
    assert_allclose(size.high - size.value, 1.96 * np.sqrt(variance), rtol=1e-12)


def test_schools_of_two_pupils_leave_no_interval():
    ones = np.ones(5)

    size = multisite_size("total", 0.5, 4.0, 4.0, 0.0, (ones, ones), 0.95)

    assert (size.value, size.low, size.high) == (0.25, None, None)


def test_an_arm_of_one_school_has_a_size_without_interval():
    arms = (ArmSizes(np.array([30.0])), ArmSizes(np.array([10.0, 20.0])))

    size = hedges_total("total", 0.5, 4.0, 0.2, arms, 0.95)

    assert (size.value, size.low, size.high) == (0.25, None, None)
