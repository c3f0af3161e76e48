"""Random slopes and three levels against lme4, pbkrtest and the full covariance matrix."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, fit_multilevel


def hsb_columns(frame):
    catholic = (frame.sector == "Catholic").to_numpy(float)
    columns = [frame.meanses, catholic, frame.cses, frame.meanses * frame.cses]
    return [*columns, catholic * frame.cses]


# id: (outcome, columns after the intercept, slope, school, relative tolerance of the variances)
SLOPES = {
    "BDF-3": ("langPOST", lambda f: [f["IQ.ver.cen"], f["avg.IQ.ver.cen"]], "IQ.ver.cen", 1e-6),
    "EXAM-4": ("normexam", lambda f: [f.standLRT], "standLRT", 1e-6),
    "HSB-3": ("mAch", hsb_columns, "cses", 5e-6),  # a slope variance the likelihood hardly sees
    "MST-3": ("Posttest", lambda f: [f.Intervention, f.Prettest], "Intervention", 1e-6),
}


@pytest.mark.parametrize("name", SLOPES)
def test_a_random_slope_model_is_the_one_lme4_converges_to(name, gold, load):
    entry = gold[name]
    outcome, columns, slope, tolerance = SLOPES[name]
    frame = load(entry["file"].removesuffix(".csv"))
    x = np.column_stack([np.ones(len(frame)), *columns(frame)])
    (school,) = entry["groups"]

    fit = fit_multilevel(
        frame[outcome], x, frame[school], slope=frame[slope], method=entry["estimator"]
    )

    expected = list(entry["fixed"].values())
    assert_allclose(fit.coefficients, [e["estimate"] for e in expected], rtol=1e-6)
    assert_allclose(fit.std_errors, [e["se"] for e in expected], rtol=1e-6)
    keys = ("school", "slope", "slope_covariance", "pupil")
    found = [fit.variances[key] for key in keys]
    assert_allclose(found, list(entry["variance"].values()), rtol=tolerance)
    assert_allclose(fit.deviance, entry["criterion_minus2loglik"], atol=1e-8, rtol=0)
    assert fit.singular is entry["singular"]


def test_kenward_roger_stays_with_pbkrtest_in_a_singular_slope_model(mst):
    """pbkrtest 0.5-2 on the same model: standard error 1.3125400705, df 50.1089972805."""
    x = np.column_stack([np.ones(len(mst)), mst.Intervention, mst.Prettest])

    fit = fit_multilevel(mst.Posttest, x, mst.School, slope=mst.Intervention)

    assert_allclose(np.sqrt(fit.kenward_roger_covariance[1, 1]), 1.3125400705458, rtol=1e-6)
    assert_allclose(fit.kenward_roger_df(np.array([0.0, 1.0, 0.0])), 50.1089972805, rtol=1e-6)


def test_where_a_slope_is_measured_from_changes_nothing_but_the_level(load):
    frame = load("bdf")
    x = np.column_stack([np.ones(len(frame)), frame["IQ.verb"]])
    raw = fit_multilevel(frame.langPOST, x, frame.schoolNR, slope=frame["IQ.verb"])
    x[:, 1] -= 100

    moved = fit_multilevel(frame.langPOST, x, frame.schoolNR, slope=x[:, 1])

    assert_allclose(moved.deviance, raw.deviance, rtol=1e-12)
    assert_allclose(moved.variances["slope"], raw.variances["slope"], rtol=1e-5)


def classes(seed=5):
    """Schools of one to four classes, half the schools treated."""
    rng = np.random.default_rng(seed)
    school_of_class = np.repeat(np.arange(14), rng.integers(1, 5, 14))
    klass = np.repeat(np.arange(school_of_class.size), rng.integers(1, 9, school_of_class.size))
    school = school_of_class[klass]
    x = np.column_stack([np.ones(klass.size), school % 2, rng.normal(size=klass.size)])
    level = 0.6 * rng.normal(size=14)[school] + 0.5 * rng.normal(size=klass.max() + 1)[klass]
    return x @ [1.0, 0.3, 0.7] + level + rng.normal(size=klass.size), x, school, klass


def written_out(y, x, school, klass, variances):
    """Deviance and Kenward-Roger from full matrices (Kenward & Roger 1997), nothing shared."""
    n, p = x.shape
    parts = [school[:, None] == school, klass[:, None] == klass, np.eye(n)]
    parts = [np.asarray(part, dtype=float) for part in parts]
    v = sum(w * part for w, part in zip(variances, parts, strict=True))
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ inverse @ x)
    r = y - x @ phi @ x.T @ inverse @ y
    project = inverse - inverse @ x @ phi @ x.T @ inverse
    information = np.array(
        [[np.trace(project @ a @ project @ b) / 2 for b in parts] for a in parts]
    )
    weights = np.linalg.inv(information)
    ps = [-x.T @ inverse @ part @ inverse @ x for part in parts]
    inner = sum(
        weights[i, j] * (x.T @ inverse @ a @ inverse @ b @ inverse @ x - ps[i] @ phi @ ps[j])
        for i, a in enumerate(parts)
        for j, b in enumerate(parts)
    )
    gradient = np.array([(phi @ part @ phi)[1, 1] for part in ps])
    df = 2 * phi[1, 1] ** 2 / (gradient @ weights @ gradient)
    logdets = np.linalg.slogdet(v)[1] - np.linalg.slogdet(phi)[1]
    deviance = logdets + r @ inverse @ r + (n - p) * np.log(2 * np.pi)
    return deviance, phi + 2 * phi @ inner @ phi, df


def test_three_levels_agree_with_the_full_covariance_matrix():
    y, x, school, klass = classes()

    fit = fit_multilevel(y, x, school, klass=klass)

    variances = [fit.variances[key] for key in ("school", "class", "pupil")]
    deviance, covariance, df = written_out(y, x, school, klass, variances)
    assert_allclose(fit.deviance, deviance, rtol=1e-12)
    assert_allclose(fit.kenward_roger_covariance, covariance, rtol=1e-8)
    assert_allclose(fit.kenward_roger_df(np.array([0.0, 1.0, 0.0])), df, rtol=1e-8)
    for k in range(3):
        for step in (0.999, 1.001):
            moved = [w * step if k == i else w for i, w in enumerate(variances)]
            assert written_out(y, x, school, klass, moved)[0] > fit.deviance


@pytest.mark.parametrize("level", ["school", "class"])
def test_a_level_without_variance_is_a_boundary_and_said(level):
    y, x, school, klass = classes()
    if level == "class":
        inside = np.array([y[klass == c].mean() for c in range(klass.max() + 1)])[klass]
        y = y - inside + np.array([y[school == s].mean() for s in range(14)])[school]
    else:
        y = y - np.array([y[school == s].mean() for s in range(14)])[school]

    fit = fit_multilevel(y, x[:, [0, 2]], school, klass=klass)

    assert fit.variances[level] == 0.0
    assert fit.singular


def test_classes_numbered_anew_in_each_school_are_refused():
    y, x, school, klass = classes()

    with pytest.raises(AnalysisError, match="class 0 occurs in more than one school"):
        fit_multilevel(y, x, school, klass=klass % 3)


def test_a_cross_classified_model_is_refused(load):
    frame = load("scotssec")
    one = np.ones((len(frame), 1))

    with pytest.raises(AnalysisError, match="cross-classified"):
        fit_multilevel(frame.attain, one, frame.primary, klass=frame.second)
    with pytest.raises(AnalysisError, match="cross-classified"):
        fit_multilevel(frame.attain, one, frame[["primary", "second"]])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (lambda school, klass: {"klass": school}, "every school has one class"),
        (
            lambda school, klass: {"klass": np.arange(school.size)},
            "one pupil, so that it cannot be told",
        ),
        (lambda school, klass: {"slope": school % 2}, "does not vary inside any school"),
        (lambda school, klass: {"slope": np.full(school.size, np.nan)}, "finite numbers"),
        (lambda school, klass: {"slope": klass * 1.0, "klass": klass}, "not both"),
    ],
)
def test_levels_and_slopes_that_cannot_be_told_apart_are_refused(options, sentence):
    y, x, school, klass = classes()

    with pytest.raises(AnalysisError, match=sentence):
        fit_multilevel(y, x, school, **options(school, klass))
