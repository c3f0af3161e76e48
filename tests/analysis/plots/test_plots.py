import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from analysis import AnalysisError, Extras, estimate_effect
from analysis.plots import forest, permutation_distribution, school_levels_plot, specifications
from analysis.reporting.schools import SchoolLevel

CRT = {
    "outcome": "Posttest",
    "school": "School",
    "arm": "Intervention",
    "covariates": ("Prettest",),
}


@pytest.fixture(scope="module")
def drawn(load):
    """A result that kept what its plots need."""
    return estimate_effect(load("crtData"), **CRT, permutations=99, extras=Extras(plots=True))


def texts(plot):
    root = ElementTree.fromstring(plot.svg)
    return [node.text for node in root.iter() if node.tag.endswith("}text")]


def test_a_forest_has_a_line_for_every_contrast_and_says_its_numbers(crt):
    result = estimate_effect(crt, **CRT)

    plot = forest([result, result], title="Reading improved")

    assert "Posttest: 1 against 0: 0.61, interval 0.11 to 1.11." in plot.alternative
    read_out = [node.text for node in ElementTree.fromstring(plot.svg)[:2]]
    assert read_out == ["Reading improved", plot.alternative]
    assert texts(plot).count("Posttest: 1 against 0") == 2
    assert "standard deviations" in texts(plot)


def test_outcomes_of_a_family_are_drawn_together(crt):
    result = estimate_effect(crt, **CRT | {"covariates": ()}, extras=Extras(outcomes=["Prettest"]))

    assert "Prettest: 1 against 0: -0.02, interval" in result.plot("forest").alternative


def test_the_same_data_give_the_same_bytes(crt):
    result = estimate_effect(crt, **CRT)

    one, again = (forest([result], title="Reading improved").svg for _ in "12")

    assert one == again
    assert "<dc:date>" not in one


def test_a_panel_of_models_is_drawn_in_its_order(drawn):
    plot = drawn.plot("curve", title="It does not depend on the model")

    names = [name for name in texts(plot) if name and name.endswith("(1)")]
    assert names[0] == "planned (1)"
    assert "least squares, CR2 (1)" in names


def test_a_profile_says_where_it_is_least_and_where_it_passes(drawn):
    plot = drawn.plot("profile")

    assert "least at 3.11 and passes the 95% line at 0.75 and 5.47" in plot.alternative
    (curve,) = drawn.drawings.profiles
    assert curve.effects[0] < curve.interval.low < curve.interval.high < curve.effects[-1]
    at_low = np.interp(curve.interval.low, curve.effects, curve.costs)
    assert abs(at_low - curve.allowed) < 0.05  # of 3.84, between points a width apart


def test_the_drawn_permutations_are_those_of_the_test(drawn):
    plot = drawn.plot("permutation", arm="1")

    p_value = drawn.contrasts[0].permutation.p_value
    assert drawn.contrasts[0].permutation.draws == 99  # as asked, not anew
    assert plot.alternative.endswith(f"p = {p_value:.3f}.")
    assert "statistics" not in drawn.to_dict()["contrasts"][0]["permutation"]


def test_what_was_not_kept_is_not_drawn(crt):
    result = estimate_effect(crt, **CRT)

    for kind in ("profile", "permutation", "schools", "curve"):
        with pytest.raises(AnalysisError, match=f"nothing to draw the plot {kind} from"):
            result.plot(kind)
    with pytest.raises(AnalysisError, match="no plot pie; choose from forest, profile"):
        result.plot("pie")
    with pytest.raises(AnalysisError, match="no contrast of arm 7"):
        result.plot("forest", arm="7")


def test_a_permutation_distribution_counts_what_lies_beyond():
    statistics = np.array([2.0, 0.5, -2.5, np.nan, 1.0])

    plot = permutation_distribution(statistics, 0.4, title="Chance could do this")

    assert "Of 3 other allocations 1 give a statistic" in plot.alternative
    assert "observed 2.00" in texts(plot)


def test_levels_of_schools_carry_no_names(drawn):
    plot = drawn.plot("schools", title="Schools differ")

    assert plot.alternative.startswith("Schools differ. 22 schools from -")
    assert not any("School" in (text or "") for text in texts(plot))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: forest([], title="x"),
        lambda: specifications([], title="x"),
        lambda: permutation_distribution(np.array([1.0]), 1.0, title="x"),
        lambda: school_levels_plot([SchoolLevel("a", 0.0, 1.0)], title="x"),
    ],
)
def test_nothing_to_draw_is_a_refusal(draw):
    with pytest.raises(AnalysisError):
        draw()
