import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis import AnalysisError, SealedDraw, estimate_effect, fit_multilevel
from analysis.inference.schemes import permuted_labels, redrawn
from randomisation import Arm, Party, Rerandomised, Unit, commitment, draw, new_record

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}
NONCE = "7" * 64


def trial(arm_of_school, seed, *, effect=0.0, stratum=None, pupils=4):
    """Schools of a few pupils; a stratum shifts the outcome by two standard deviations."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(len(arm_of_school)), pupils)
    y = 0.5 * rng.normal(size=len(arm_of_school))[school] + rng.normal(size=school.size)
    frame = pd.DataFrame({"school": school, "arm": np.asarray(arm_of_school)[school]})
    if stratum is not None:
        frame["stratum"] = np.asarray(stratum)[school]
        y = y + 2 * frame["stratum"].to_numpy()
    return frame.assign(y=y + effect * (frame.arm == 1))


def receipt(n=12, *, strata=("a", "b"), covariates=None, acceptance="0.2", seed=1, arms="01"):
    """A drawn receipt over schools 0 … n - 1."""
    units = [
        Unit(
            str(k), strata[k % len(strata)], () if covariates is None else (f"{covariates[k]:.3f}",)
        )
        for k in range(n)
    ]
    record = new_record(
        trial="NL-1",
        arms=[Arm(label) for label in arms],
        units=units,
        entropy=[Party("evaluator", commitment("evaluator", NONCE))],
        salt=f"{seed:064x}",
        method=None if covariates is None else Rerandomised(("size",), acceptance),
    )
    return draw(record.to_dict(), [NONCE]).to_dict()


def arms_of(given, n=12):
    return [int(given["allocation"][str(k)]) for k in range(n)]


def p_value(frame, draws=199, **options):
    options = {"outcome": "y", "school": "school", "arm": "arm"} | options
    return estimate_effect(frame, permutations=draws, **options).contrasts[0].permutation


def test_the_p_value_of_the_published_data_is_the_published_one(crt):
    """eefAnalytics: 0.021 of 1,000 draws, Monte Carlo error 0.005."""
    test = estimate_effect(crt, **CRT, permutations=2_000).contrasts[0].permutation

    assert (test.draws, test.scheme, test.exact) == (2_000, "labels permuted", False)
    assert_allclose(test.p_value, 0.021, atol=4 * 0.0045)
    assert 0 < test.low < 3.11 < test.high


def test_a_small_trial_is_enumerated_and_agrees_with_a_fit_of_every_allocation():
    frame = trial([0, 1] * 4, seed=3, effect=1.5)

    test = p_value(frame, draws=100)

    codes = permuted_labels(np.arange(8) % 2, np.zeros(8, dtype=int), 100, None).codes
    t = []
    for row in codes:
        x = np.column_stack([np.ones(len(frame)), row[frame.school]])
        fit = fit_multilevel(frame.y, x, frame.school)
        t.append(abs(fit.coefficients[1] / fit.std_errors[1]))
    observed = [k for k, row in enumerate(codes) if np.array_equal(row, np.arange(8) % 2)]
    assert (test.exact, test.draws) == (True, 70)
    assert_allclose(test.p_value, np.mean(np.array(t) >= t[observed[0]] * (1 - 1e-9)), rtol=1e-12)


def test_the_interval_holds_the_effects_the_test_does_not_reject():
    """Taking an effect out of the treated pupils and testing zero is testing that effect."""
    frame = trial([0, 1] * 6, seed=5, effect=0.8)
    test = p_value(frame, draws=399)

    for edge, sign in ((test.low, -1), (test.high, 1)):
        inside, outside = (
            p_value(frame.assign(y=frame.y - (edge + sign * step) * frame.arm), draws=399).p_value
            for step in (-0.02, 0.02)
        )
        assert inside > 0.05 >= outside


def test_allocations_respect_the_strata():
    stratum = np.repeat([0, 1, 2], 4)
    codes = permuted_labels(np.arange(12) % 2, stratum, 50, np.random.default_rng(1)).codes

    for block in range(3):
        assert np.all(codes[:, stratum == block].sum(axis=1) == 2)


@pytest.mark.parametrize("design", ["stratified", "rerandomised", "multisite"])
def test_under_no_effect_p_values_are_uniform_within_each_design(design):
    """200 trials: 20 in each tenth, standard deviation 4.2; the draw is redone for each."""
    found = []
    for seed in range(200):
        rng = np.random.default_rng(1_000 + seed)
        if design == "multisite":
            frame = trial(np.zeros(4, dtype=int), seed, pupils=8)
            inside = np.concatenate([rng.permutation([0, 1] * 4) for _ in range(4)])
            test = _without_interval(frame.assign(arm=inside), design="multisite")
        else:
            size = rng.normal(size=12) if design == "rerandomised" else None
            given = receipt(covariates=size, seed=seed)
            frame = trial(arms_of(given), seed, stratum=np.arange(12) % 2)
            if size is not None:
                frame["y"] += 1.5 * size[frame.school]
            test = _without_interval(frame, strata=("stratum",), receipt=given)
        found.append(test)

    counts = np.histogram(found, bins=np.linspace(0, 1, 11))[0]
    assert np.all(np.abs(counts - 20) < 4 * 4.3)
    assert abs(np.mean(np.array(found) <= 0.05) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 200)


def test_ignoring_the_strata_of_the_draw_is_seen():
    """With strata two deviations apart, labels permuted over all schools give far too large p."""
    found = []
    for seed in range(60):
        given = receipt(seed=seed)
        frame = trial(arms_of(given), seed, stratum=np.arange(12) % 2)
        found.append(_without_interval(frame))  # neither receipt nor strata

    assert np.mean(found) > 0.6  # 0.5 if uniform, standard deviation 0.037


def _without_interval(frame, *, design="cluster", strata=(), receipt=None):
    from analysis.coding.sample import complete_cases
    from analysis.inference.permutation import permutation_tests
    from analysis.models import design_terms, fit_model
    from analysis.request import Request

    request = Request(outcome="y", school="school", arm="arm", strata=strata, design=design)
    sample = complete_cases(frame, request, rows=np.arange(len(frame)))
    terms = design_terms(sample, request)
    arm = fit_model(sample, terms, request).model.coefficients[1]
    (test,) = permutation_tests(
        sample,
        terms,
        request,
        [(arm.estimate, arm.std_error)],
        n_draws=99,
        rng=np.random.default_rng(8),
        sealed=None if receipt is None else SealedDraw.from_receipt(receipt),
        interval=False,
    )
    return test.p_value


def test_a_receipt_redraws_lost_schools_too_and_says_its_rule():
    size = np.random.default_rng(3).normal(size=12)
    given = receipt(covariates=size)
    frame = trial(arms_of(given), seed=2)

    test = p_value(frame[frame.school != 4], sealed=SealedDraw.from_receipt(given))

    assert test.scheme == "redrawn by the sealed rule, balance included"
    assert 0 < test.p_value <= 1


def test_an_evenly_blocked_rule_is_enumerated():
    given = receipt(n=8, strata=("a", "b"))

    drawn = redrawn(SealedDraw.from_receipt(given).waves[0].design, 100, np.random.default_rng(1))

    assert (drawn.exact, len(drawn.codes)) == (True, 36)
    assert len(np.unique(drawn.codes, axis=0)) == 36


def test_all_allocations_are_taken_when_just_so_many_are_asked_for():
    design = SealedDraw.from_receipt(receipt(n=8)).waves[0].design
    rng, arm, block = np.random.default_rng(1), np.arange(8) % 2, np.zeros(8, dtype=int)

    assert [redrawn(design, n, rng).exact for n in (35, 36)] == [False, True]
    assert [permuted_labels(arm, block, n, rng).exact for n in (69, 70)] == [False, True]


@pytest.fixture
def classes():
    """Four schools with two classes each, drawn inside their school, and the receipt."""
    units = [Unit(str(k), f"school {k // 2}") for k in range(8)]
    record = new_record(
        trial="NL-2",
        arms=[Arm("0"), Arm("1")],
        units=units,
        entropy=[Party("evaluator", commitment("evaluator", NONCE))],
        salt="0" * 64,
    )
    given = draw(record.to_dict(), [NONCE]).to_dict()
    frame = trial(arms_of(given, 8), seed=2).rename(columns={"school": "group"})
    return frame.assign(school=frame.group // 2), given


def test_classes_drawn_inside_schools_are_redrawn_by_their_receipt(classes):
    """Two ways in each of four schools: sixteen allocations, each with a fit of its own."""
    frame, given = classes
    asked = {"design": "multisite", "sealed": SealedDraw.from_receipt(given)}

    test = p_value(frame, klass="group", draws=20, **asked)

    assert (test.draws, test.exact, test.scheme) == (16, True, "redrawn by the sealed rule")
    with pytest.raises(AnalysisError, match="name their column as the class"):
        p_value(frame, **asked)
    frame.loc[0, "arm"] = 1 - frame.arm[0]
    with pytest.raises(AnalysisError, match="units of the draw have pupils in two arms"):
        p_value(frame, klass="group", draws=20, **asked)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.assign(school=f.school + 1), "12 is in the data but not in the receipt"),
        (lambda f: f.assign(arm=1 - f.arm), "0 has arm . in the data and . in the receipt"),
        (lambda f: f.assign(arm=f.arm.map({0: "control", 1: "new"})), "the receipt has no arm"),
    ],
)
def test_a_receipt_of_another_draw_is_refused(change, sentence):
    given = receipt()
    frame = change(trial(arms_of(given), seed=2))

    with pytest.raises(AnalysisError, match=sentence):
        p_value(frame, sealed=SealedDraw.from_receipt(given))


def test_an_arm_that_the_file_lacks_is_not_counted_as_control():
    """Drawn anew, some of the schools in the file would go to the arm that was left out."""
    given = receipt(arms="012")
    frame = trial(arms_of(given), seed=2)

    with pytest.raises(AnalysisError, match="drew arm 2 too, of which nobody is analysed"):
        p_value(frame[frame.arm != 2], sealed=SealedDraw.from_receipt(given))


def test_a_receipt_that_does_not_hold_is_refused():
    given = receipt()
    given["allocation"]["0"] = str(1 - int(given["allocation"]["0"]))

    with pytest.raises(AnalysisError, match="This receipt does not hold"):
        SealedDraw.from_receipt(given)


def test_other_seeds_give_other_draws_and_the_same_seed_the_same(crt):
    one, two, again = (
        estimate_effect(crt, **CRT, permutations=299, seed=seed).to_dict() for seed in (1, 2, 1)
    )

    assert one == again
    assert one["seed"] == 1
    assert one["contrasts"][0]["permutation"] != two["contrasts"][0]["permutation"]


def test_a_model_without_batched_refits_is_refitted_one_by_one(mst):
    test = (
        estimate_effect(mst, **CRT, design="multisite-slope", permutations=19)
        .contrasts[0]
        .permutation
    )

    assert (test.draws, test.low) == (19, None)
    with pytest.raises(AnalysisError, match="at most 2000"):
        estimate_effect(mst, **CRT, design="multisite-slope", permutations=5_000)
