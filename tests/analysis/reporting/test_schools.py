import numpy as np
from numpy.testing import assert_allclose

from analysis import Extras, estimate_effect

CRT = {
    "outcome": "Posttest",
    "school": "School",
    "arm": "Intervention",
    "covariates": ("Prettest",),
}


def levels(frame):
    return estimate_effect(frame, **CRT, permutations=9, extras=Extras(plots=True)).drawings.schools


def test_levels_are_the_conditional_means_of_the_full_covariance_matrix(crt):
    found = levels(crt)

    result = estimate_effect(crt, **CRT)
    school, pupil = (result.model.variances[key] for key in ("school", "pupil"))
    b = [c.estimate for c in result.model.coefficients]
    x = np.column_stack([np.ones(len(crt)), crt.Intervention, crt.Prettest])
    z = (crt.School.to_numpy()[:, None] == np.unique(crt.School)).astype(float)
    v = school * z @ z.T + pupil * np.eye(len(crt))
    solved = np.linalg.solve(v, np.column_stack([crt.Posttest - x @ b, z]))
    assert_allclose([s.level for s in found], school * z.T @ solved[:, 0], rtol=1e-7)
    spread = school - school**2 * np.diag(z.T @ solved[:, 1:])
    assert_allclose([s.std_error for s in found], np.sqrt(spread), rtol=1e-7)


def test_a_school_of_one_pupil_is_drawn_closest_to_the_others(crt):
    errors = {s.school: s.std_error for s in levels(crt)}

    sizes = crt.School.value_counts()
    assert max(errors, key=errors.get) == str(sizes.idxmin())
