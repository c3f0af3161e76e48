import pytest

from analysis import AnalysisError, estimate_effect
from analysis.reporting.lodged import LodgedResult, Margins, check_lodged

CRT = {"outcome": "Posttest", "school": "School", "arm": "Intervention", "covariates": ["Prettest"]}


def lodged(**changes):
    values = {
        "arm": "1",
        "control": "0",
        "estimate": 3.11,
        "std_error": 1.2158,
        "df": 17.8,
        "n_pupils": 265,
        "software": "lme4 1.1-31",
        "script_sha256": "0" * 64,
    }
    return LodgedResult(**values | changes)


def test_the_same_result_is_confirmed(crt):
    check = check_lodged(lodged(), estimate_effect(crt, **CRT).to_dict())

    assert check.agrees
    assert check.differences == ()


def test_a_program_without_kenward_roger_is_confirmed_too(crt):
    ours = estimate_effect(crt, **CRT).to_dict()
    ours["contrasts"][0]["std_error"] *= 1.2  # as with few schools of unequal size

    check = check_lodged(lodged(std_error=ours["contrasts"][0]["model_std_error"]), ours)

    assert check.agrees


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"estimate": 3.3}, "The estimates are 0.037 standard deviations apart"),
        ({"std_error": 0.55}, "The lodged standard error is 0.45 times ours"),
        ({"n_pupils": 264}, "The lodged analysis has 264 pupils, ours 265."),
    ],
)
def test_what_parts_is_said_in_a_sentence(crt, changes, sentence):
    check = check_lodged(lodged(**changes), estimate_effect(crt, **CRT).to_dict())

    assert not check.agrees
    assert str(check.differences[0]).startswith(sentence)


def test_the_margin_is_the_readers_to_state(crt):
    wide = Margins(estimate=0.05, std_error=0.05, pupils=2)

    check = check_lodged(
        lodged(estimate=3.3, n_pupils=264), estimate_effect(crt, **CRT).to_dict(), wide
    )

    assert check.agrees
    assert check.margins == wide


def test_a_contrast_we_do_not_have_and_values_nobody_can_have(crt):
    with pytest.raises(AnalysisError, match="no contrast of 2 against 0"):
        check_lodged(lodged(arm="2"), estimate_effect(crt, **CRT).to_dict())
    with pytest.raises(AnalysisError, match="above zero"):
        lodged(std_error=0.0)
    with pytest.raises(AnalysisError, match="64 hexadecimal digits"):
        lodged(script_sha256="abc")
