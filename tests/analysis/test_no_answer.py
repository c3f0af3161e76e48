"""What cannot be estimated is refused with a sentence; what can holds no figure without a value."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest

from analysis import AnalysisError, Extras, estimate_effect

COLUMNS = {"outcome": "y", "school": "school", "arm": "arm"}


@pytest.fixture
def pupils():
    """Twelve schools of six pupils; arms whole, or halved inside schools as ``inside``."""
    rng, school = np.random.default_rng(5), np.repeat(np.arange(12), 6)
    score = rng.normal(size=12)[school] + rng.normal(size=72)
    return pd.DataFrame(
        {
            "school": [f"s{k}" for k in school],
            "arm": school % 2,
            "inside": np.arange(72) % 2,
            "pre": rng.normal(size=72),
            "dose": np.arange(72) % 4,
            "y": score,
        }
    )


def one_school_mixed(pupils):
    return pupils.assign(arm=np.where(np.arange(72) == 0, 1, pupils.arm))


@pytest.mark.parametrize(
    ("changes", "options", "sentence"),
    [
        ({"y": 5.0}, {}, "outcome y is 5 for every pupil analysed"),
        ({"copy": lambda d: 2 * d.y + 1}, {"covariates": ["copy"]}, "follows completely from copy"),
        ({"y": lambda d: d.arm}, {}, r"follows completely from arm\[1\]; leave arm\[1\] out"),
        (
            {"y": lambda d: d.pre + d.dose},
            {"covariates": ["pre", "dose"]},
            "follows completely from the other columns",
        ),
        ({"y": None}, {}, "column y is empty for every pupil"),
        (
            {"y": lambda d: np.where(d.arm == 1, "1 234", "0.5")},
            {},
            r"e.g. 1 234; write numbers without thousands",
        ),
        ({"y": lambda d: ["1_000", *map(str, d.y[1:])]}, {}, r"row 1 holds text \(1_000\)"),
    ],
    ids=["constant", "copy", "arm", "sum", "empty", "thousands", "underscore"],
)
def test_an_outcome_without_news_is_named_with_its_cause(pupils, changes, options, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        estimate_effect(pupils.assign(**changes), **COLUMNS, **options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"design": "multisite-slope", "df": "between-within"}, "by between-within"),
        ({"design": "fixed-effects", "extras": Extras(robust=True)}, "leave --robust out"),
        ({"design": "fixed-effects", "extras": Extras(wild=9)}, "leave --wild out"),
        ({"design": "fixed-effects", "dose": "dose", "threshold": 3}, "by schools less one"),
        ({"design": "multisite-slope", "profile": True}, "leave them out"),
    ],
)
def test_one_school_in_which_arms_differ_is_too_few(pupils, options, sentence):
    frame = one_school_mixed(pupils).assign(dose=lambda d: 3 * d.arm)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(AnalysisError, match=sentence):
            estimate_effect(frame, **COLUMNS, **options)


def test_compliers_are_everyone_where_all_did_as_drawn(pupils):
    frame = pupils.assign(dose=3 * pupils.arm)

    result = estimate_effect(frame, **COLUMNS, dose="dose", threshold=3)

    cace = result.contrasts[0].cace
    assert cace.estimate == pytest.approx(frame.groupby("arm").y.mean().diff()[1])
    assert cace.first_stage_f is None
    assert "first-stage F without end" in result.summary()


def test_the_text_says_who_had_no_dose_and_which_difference_has_no_estimate(pupils):
    frame = pupils.assign(
        dose=np.where(np.arange(72) < 6, np.nan, pupils.dose + pupils.arm),
        town=np.where(np.arange(72) < 2, None, np.where(pupils.arm == 1, "north", "south")),
    )

    text = estimate_effect(frame, **COLUMNS, dose="dose", threshold=2, subgroups=["town"]).summary()

    assert "were the 6 pupils without a dose to have had none or enough" in text
    assert "difference in effect: not estimated, town[south] cannot be told" in text
    assert "without a value in town: 2 pupils" in text


def test_a_df_method_without_degrees_of_freedom_is_left_out_of_the_others(pupils):
    result = estimate_effect(one_school_mixed(pupils), **COLUMNS, design="multisite-slope")

    methods = [other.df_method for other in result.contrasts[0].other_df]
    assert methods == ["satterthwaite", "normal"]


def test_a_bootstrap_that_draws_an_outcome_constant_leaves_that_draw_out(pupils):
    frame = pupils.assign(y=np.where(np.arange(72) == 3, 1.0, 0.0))

    found = estimate_effect(frame, **COLUMNS, bootstrap=60).contrasts[0].bootstrap

    assert 0 < found.failed < 60
    assert math.isfinite(found.effect_size_low)


def test_one_pupil_of_each_arm_in_a_school_leaves_no_interval_of_pupils(pupils):
    pairs = pupils.assign(arm=pupils.inside).groupby("school").head(2)

    sizes = estimate_effect(pairs, **COLUMNS, design="multisite").contrasts[0].effect_sizes

    assert {s.name: s.low for s in sizes}["hedges_within_unconditional"] is None


@pytest.mark.parametrize("unit", [1e-90, 1e90])
def test_the_unit_of_the_outcome_changes_no_test(pupils, unit):
    plain = estimate_effect(pupils, **COLUMNS).contrasts[0]

    scaled = estimate_effect(pupils.assign(y=pupils.y * unit), **COLUMNS).contrasts[0]

    assert scaled.df == pytest.approx(plain.df)
    assert scaled.p_value == pytest.approx(plain.p_value)


def test_no_figure_without_a_value_leaves_the_package(pupils, monkeypatch):
    monkeypatch.setattr("analysis.contrasts.months_of_progress", lambda size: float("nan"))

    with pytest.raises(AnalysisError, match=r"contrasts 1\.months has no finite value"):
        estimate_effect(pupils, **COLUMNS)


@pytest.mark.parametrize(("code", "told"), [(-99, True), (999, True), (9, False)])
def test_a_code_that_may_stand_for_missing_is_told(pupils, code, told):
    frame = pupils.assign(y=np.where(np.arange(72) < 3, code, pupils.y.round(1) + 5))

    result = estimate_effect(frame, **COLUMNS)
    without = estimate_effect(frame, **COLUMNS, missing=[str(code)])

    assert [w for w in result.warnings if f"holds {code} for 3 pupils" in w] == (
        list(result.warnings[:1]) if told else []
    )
    assert not [w for w in without.warnings if "holds" in w]


def test_a_text_for_missing_is_no_school_but_a_number_may_be_one(pupils):
    frame = pupils.assign(school=["NA", *pupils.school[1:-1], "99"])

    result = estimate_effect(frame, **COLUMNS, missing=["NA", "99"])

    assert result.dropped == {"missing school": 1}
    assert result.n_schools == 13


def test_schools_without_differences_are_drawn_without_a_correlation(pupils):
    frame = pupils.assign(y=np.tile([0.0, 1, 2, 3, 4, 5], 12))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot = estimate_effect(frame, **COLUMNS, extras=Extras(plots=True)).plot("schools")

    assert "sees no difference between them" in plot.alternative
