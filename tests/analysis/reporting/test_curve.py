import numpy as np
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


def test_designs_with_arms_inside_schools_are_set_beside_each_other(mst):
    found = [row.name for row in curve(mst, design="multisite")]

    assert {"design multisite-slope", "design fixed-effects"} <= set(found)


def test_an_alternative_that_cannot_be_fitted_says_why(crt):
    crt["same"] = 1

    rows = curve(crt, ["same"])

    (row,) = [row for row in rows if row.name == "extra covariates"]
    assert row.effect_size is None
    assert "same has the same value" in row.refused
