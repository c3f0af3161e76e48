"""What cannot be estimated is refused with a sentence that names it."""

import numpy as np
import pytest

from analysis import AnalysisError, estimate_effect

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def two_armed(frame):
    frame.loc[frame.index[frame.School == 3][0], "Intervention"] = (
        1 - frame.Intervention[frame.School == 3].iloc[0]
    )
    return frame


def three_schools(frame):
    arm = frame.groupby("School").Intervention.first()
    return [*arm.index[arm == 0][:2], arm.index[arm == 1][0]]


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (two_armed, {}, "school 3 has pupils in arms 0 and 1; in a cluster design"),
        (lambda f: f[f.School.isin(three_schools(f))], {}, "only 3 schools"),
        (
            lambda f: f[(f.Intervention == 0) | (f.School == f.School[f.Intervention == 1].min())],
            {},
            "arm 1 has one school",
        ),
        (lambda f: f.assign(Intervention="x"), {}, "only one arm, x"),
        (lambda f: f.assign(Intervention=f.Intervention + 1), {}, "which arm is the control"),
        (lambda f: f, {"control": "2"}, "which arm is the control"),
        (lambda f: f[f.Intervention == 0], {}, "only one arm, 0; an effect needs two"),
        (
            lambda f: f.assign(Posttest=f.Posttest.where(f.Intervention == 0)),
            {},
            "arm 1 has no pupil with Posttest",
        ),
        (lambda f: f.assign(Posttest=4.0), {}, "outcome Posttest is 4 for every pupil"),
        (
            lambda f: f.assign(Posttest=f.Posttest.where(f.index != 6, np.inf)),
            {},
            "column Posttest: row 7 holds an infinite value",
        ),
        (lambda f: f.assign(Prettest=4), {}, "covariate Prettest has the same value"),
        (lambda f: f.assign(Prettest=f.Posttest), {}, "Posttest follows completely from Prettest"),
        (lambda f: f.assign(Posttest="good"), {}, "outcome Posttest holds text"),
        (lambda f: f, {"covariates": ["Prettest", "Prettest"]}, "Prettest has two roles"),
        (lambda f: f, {"design": "multisite"}, "no school has pupils in both 1 and 0"),
        (lambda f: f, {"df": "kenward-roger", "method": "ml"}, "Kenward-Roger is defined for REML"),
        (lambda f: f, {"design": "cohort"}, "no design cohort"),
        (
            lambda f: f.assign(Prettest=np.nan),
            {"arm": None},
            "no pupil has a value in every column",
        ),
        (
            lambda f: f.assign(much="often"),
            {"dose": "much", "threshold": 1},
            "dose much holds text, not numbers",
        ),
        (lambda f: f.assign(town="north"), {"covariates": ["town"]}, "only the level north"),
        (lambda f: f, {"references": {"Prettest": "9"}}, "Prettest has no level 9; its levels are"),
        (lambda f: f, {"covariates": {"x": [1.0, 2.0]}}, "x has 2 values where others have 265"),
        (lambda f: f, {"df": "guess"}, "no df method guess"),
        (lambda f: f, {"method": "bayes"}, "the method is REML or ML, not BAYES"),
        (lambda f: f, {"level": 0.0}, r"between 0 and 1, not 0\.0"),
        (lambda f: f, {"level": 1.0}, r"between 0 and 1, not 1\.0"),
        (
            lambda f: f.assign(group=f.School * 2 + f.index % 2),
            {"klass": "group", "slope": "Prettest"},
            "classes or a random slope, not both",
        ),
        (lambda f: f, {"design": "fixed-effects", "slope": "Prettest"}, "neither classes nor"),
        (
            lambda f: f,
            {"design": "fixed-effects", "arm": None, "covariates": []},
            "nothing in this model varies inside schools",
        ),
        (
            lambda f: f.assign(Intervention=f.index % 2, twin=f.Prettest * 2 + 1),
            {"design": "fixed-effects", "covariates": ["Prettest", "twin"]},
            "twin cannot be told from the columns before it",
        ),
        (
            lambda f: f.assign(Intervention=f.index % 2, School=f.index // 2, x=f.index**2)[:4],
            {"design": "fixed-effects", "covariates": ["x"]},
            "not more pupils than schools and columns together",
        ),
        (
            lambda f: f.assign(Prettest=np.where(f.Prettest > 2, "high", "low")),
            {"slope": "Prettest"},
            "Prettest holds labels; only a numeric covariate has a slope",
        ),
        (
            lambda f: f.assign(Intervention=f.index % 3),
            {"design": "multisite-slope"},
            "compares two arms; Intervention has 3",
        ),
        (lambda f: f, {"slope": "School"}, "name School as a covariate too"),
        (lambda f: f, {"design": "multisite-slope", "arm": None}, "it needs an arm"),
        (lambda f: f.assign(group=1), {"klass": "group"}, "class 1 occurs in more than one school"),
        (lambda f: f.assign(group=f.School), {"klass": "group"}, "every school has one class"),
        (
            lambda f: f.assign(twin=f.Prettest * 2 + 1),
            {"covariates": ["Prettest", "twin"]},
            "twin cannot be told from the columns before it",
        ),
        (
            lambda f: f.assign(town=np.where(f.Intervention == 1, "north", "south")),
            {"strata": ["town"]},
            r"town\[south\] cannot be told from",
        ),
        (
            lambda f: f[f.groupby("Intervention").School.transform("rank", "dense") <= 2].assign(
                level=f.groupby("School").Prettest.transform("mean"),
                size=f.groupby("School").Prettest.transform("size"),
            ),
            {"covariates": ["level", "size"]},
            "4 schools are too few for the 4 columns that are constant in a school",
        ),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(crt, change, options, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        estimate_effect(change(crt.copy()), **CRT | options)
