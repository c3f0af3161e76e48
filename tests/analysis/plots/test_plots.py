import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from analysis import AnalysisError, estimate_effect
from analysis.engine.moments import reduce_to_schools
from analysis.inference.profile import ProfileDeviance
from analysis.plots import (
    forest,
    permutation_distribution,
    profile_curve,
    school_levels_plot,
    specifications,
)
from analysis.reporting.curve import specification_curve
from analysis.reporting.schools import SchoolLevel, school_levels

CRT = {
    "outcome": "Posttest",
    "school": "School",
    "arm": "Intervention",
    "covariates": ("Prettest",),
}


def texts(plot):
    root = ElementTree.fromstring(plot.svg)
    return [node.text for node in root.iter() if node.tag.endswith("}text")]


def test_a_forest_has_a_line_for_every_contrast_and_says_its_numbers(crt):
    result = estimate_effect(crt, **CRT)

    plot = forest([result, result], title="Reading improved")

    assert "Posttest: 1 against 0: 0.61, interval 0.11 to 1.11." in plot.alternative
    assert texts(plot).count("Posttest: 1 against 0") == 2
    assert "standard deviations" in texts(plot)


def test_the_same_data_give_the_same_bytes(crt):
    result = estimate_effect(crt, **CRT)

    one, again = (forest([result], title="Reading improved").svg for _ in "12")

    assert one == again
    assert "<dc:date>" not in one


def test_a_panel_of_models_is_drawn_in_its_order(crt):
    plot = specifications(specification_curve(crt, **CRT), title="It does not depend on the model")

    names = [name for name in texts(plot) if name and name.endswith("(1)")]
    assert names[0] == "planned (1)"
    assert "least squares, CR2 (1)" in names


def test_a_profile_says_where_it_is_least_and_where_it_passes(crt):
    x = [np.ones(len(crt)), crt.Intervention.to_numpy(float), crt.Prettest.to_numpy(float)]
    moments = reduce_to_schools([*x, crt.Posttest.to_numpy(float)], crt.School.to_numpy())

    plot = profile_curve(
        ProfileDeviance(moments, 1), 0.7495, 5.4672, level=0.95, title="The effect is not zero"
    )

    assert "least at 3.11 and passes the 95% line at 0.75 and 5.47" in plot.alternative


def test_a_permutation_distribution_counts_what_lies_beyond():
    statistics = np.array([2.0, 0.5, -2.5, np.nan, 1.0])

    plot = permutation_distribution(statistics, 0.4, title="Chance could do this")

    assert "Of 3 other allocations 1 give a statistic" in plot.alternative
    assert "observed 2.00" in texts(plot)


def test_levels_of_schools_carry_no_names(crt):
    plot = school_levels_plot(school_levels(crt, **CRT), title="Schools differ")

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
