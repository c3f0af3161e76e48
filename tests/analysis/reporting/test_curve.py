import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import Extras, estimate_effect

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def curve(frame, extra=(), **options):
    extras = Extras(curve=True, curve_covariates=extra)
    return estimate_effect(frame, **CRT, **options, extras=extras).curve


def test_the_planned_model_comes_first_and_the_gold_alternatives_follow(crt, gold):
    found = {row.name: row for row in curve(crt)}

    planned = estimate_effect(crt, **CRT).contrasts[0].effect_sizes[0]
    assert next(iter(found)) == "planned"
    assert_allclose(found["planned"].effect_size, planned.value, rtol=1e-12)
    deviation = np.sqrt(sum(gold["CRT-1"]["variance"].values()))
    plain = gold["CRT-2"]["fixed"]["Intervention"]["estimate"] / deviation
    assert_allclose(found["no covariates"].effect_size, plain, rtol=1e-6)
    clustered = gold["CRT-4"]["fixed"]["Intervention"]["estimate"] / deviation
    assert_allclose(found["least squares, CR2"].effect_size, clustered, rtol=1e-6)
    assert_allclose(found["least squares, CR2"].p_value, 0.061500967796, rtol=1e-6)
    robust = estimate_effect(crt, **CRT, extras=Extras(robust=True)).contrasts[0].robust
    ends = [found["least squares, CR2"].low, found["least squares, CR2"].high]
    assert_allclose(ends, [robust.low / deviation, robust.high / deviation], rtol=1e-6)


PLAIN = ["planned", "no covariates", "maximum likelihood", "least squares, CR2"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, PLAIN),
        ({"method": "ml"}, [name for name in PLAIN if name != "maximum likelihood"]),
        ({"strata": ["town"]}, [*PLAIN[:2], "no strata", *PLAIN[2:]]),
    ],
)
def test_the_alternatives_are_those_that_change_something(crt, options, names):
    crt["town"] = np.where(crt.School % 3 == 0, "north", "south")

    assert [row.name for row in curve(crt, **options)] == names


@pytest.mark.parametrize("design", ["multisite", "fixed-effects"])
def test_designs_with_arms_inside_schools_are_set_beside_each_other(mst, design):
    """Classes stay where a design has them, and nothing is refused."""
    mst["group"] = mst.School * 10 + np.arange(len(mst)) % 2
    klass = {"klass": "group"} if design == "multisite" else {}

    found = {row.name: row.refused for row in curve(mst, design=design, **klass)}

    others = {"multisite", "multisite-slope", "fixed-effects"} - {design}
    assert {name for name in found if "design" in name} == {f"design {one}" for one in others}
    assert ("maximum likelihood" in found) is (design == "multisite")
    assert set(found.values()) == {None}


def test_an_alternative_that_cannot_be_fitted_says_why(crt):
    crt["same"] = 1

    rows = curve(crt, ["same"])

    (row,) = [row for row in rows if row.name == "extra covariates"]
    assert row.effect_size is None
    assert "same has the same value" in row.refused
