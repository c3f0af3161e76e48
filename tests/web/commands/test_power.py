import json

import pytest
from click.testing import CliRunner

from web.commands.power import power_command


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(power_command, [str(a) for a in arguments])


CLUSTER = ["cluster", "--pupils", 25, "--icc", 0.15, "--r2-pupil", 0.5, "--r2-school", 0.5]


def test_schools_give_the_detectable_effect(run):
    answer = json.loads(run(*CLUSTER, "--covariates", 1, "--schools", 100, "--json").stdout)

    assert answer == {"detectable_effect": pytest.approx(0.171680, abs=1e-6), "df": 97}


def test_an_effect_gives_the_schools_and_both_give_the_power(run):
    answer = json.loads(
        run(*CLUSTER, "--covariates", 1, "--schools", 100, "--effect", 0.2, "--json").stdout
    )

    assert answer["power"] == pytest.approx(0.903905, abs=1e-6)
    assert 70 < answer["schools_needed"] < 80


def test_text_rounds_for_reading(run):
    answer = run(*CLUSTER, "--covariates", 1, "--schools", 100)

    assert answer.stdout == "detectable effect: 0.172\ndf: 97\n"


@pytest.mark.parametrize("sides", [[], ["--one-sided"]])
def test_a_simulation_stands_beside_the_formula(run, sides):
    asked = ["--schools", 40, "--effect", 0.2, "--simulate", 4_000, *sides, "--json"]

    answer = json.loads(run(*CLUSTER, *asked).stdout)

    assert abs(answer["simulated_power"] - answer["power"]) < 4 * answer["simulation_error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["individual", "--pupils", 400],
        ["multisite", "--schools", 40, "--pupils", 30, "--icc", 0.15],
        [
            "three-level",
            "--schools",
            "40",
            "--classes",
            "2",
            "--pupils",
            "20",
            "--icc",
            "0.1",
            "--icc-class",
            "0.05",
        ],
    ],
)
def test_every_design_has_a_detectable_effect(run, arguments):
    answer = json.loads(run(*arguments, "--json").stdout)

    assert 0 < answer["detectable_effect"] < 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (CLUSTER, "name the schools, or the effect to be seen, or both"),
        ([*CLUSTER, "--schools", 2], "leave no degrees of freedom"),
        ([*CLUSTER, "--icc", 2, "--schools", 20], "icc cannot be 2.0"),
        ([*CLUSTER, "--schools", 20, "--simulate", 100], "a simulation needs the schools and"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_two(run, arguments, sentence):
    answer = run(*arguments)

    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--effect", "nan"], "the effect to be seen is a number, not nan"),
        (["--size-cv", "nan"], "size_cv cannot be nan"),
        (["--pupils", "inf"], "pupils cannot be inf"),
    ],
)
def test_what_is_no_number_is_refused_before_it_reaches_the_answer(run, option, sentence):
    answer = run(*CLUSTER, "--schools", 40, *option, "--json")

    assert answer.exit_code == 2
    assert answer.stderr.strip() == sentence
