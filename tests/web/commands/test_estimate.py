import errno
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from click.testing import CliRunner

from analysis import estimate_effect
from analysis.extras import FAMILIES, MISSING_DATA
from analysis.inference.bootstrap import SCHEMES
from analysis.inference.posterior import PRIORS
from analysis.request import DESIGNS, DF_METHODS
from web.commands import estimate, estimate_extras
from web.commands.estimate import estimate_command

DATA = Path(__file__).parents[2] / "analysis" / "data"
CRT = ["--outcome", "Posttest", "--school", "School", "--arm", "Intervention"]
WITH_PRETEST = [*CRT, "--covariate", "Prettest"]


@pytest.fixture
def crt():
    return pd.read_csv(DATA / "crtData.csv")


@pytest.fixture
def run():
    def invoke(*arguments):
        return CliRunner().invoke(estimate_command, [str(a) for a in arguments])

    return invoke


def test_the_command_prints_the_result_of_the_same_function(run, crt):
    answer = run(DATA / "crtData.csv", *WITH_PRETEST, "--json")

    printed = json.loads(answer.stdout)
    direct = estimate_effect(
        crt, outcome="Posttest", school="School", arm="Intervention", covariates=["Prettest"]
    ).to_dict()
    assert answer.exit_code == 0
    assert printed["contrasts"] == direct["contrasts"]
    assert len(printed["data_sha256"]) == 64


def test_the_same_file_gives_the_same_bytes(run):
    first, second = (run(DATA / "crtData.csv", *WITH_PRETEST, "--json").stdout for _ in "12")

    assert first == second


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "dta", "sav"])
def test_every_format_gives_the_same_estimate(run, crt, tmp_path, ending):
    path = tmp_path / f"trial.{ending}"
    if ending == "csv":
        crt.to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    elif ending == "xlsx":
        workbook = xlsxwriter.Workbook(str(path))
        sheet = workbook.add_worksheet("pupils")
        for k, row in enumerate([list(crt), *crt.to_numpy().tolist()]):
            sheet.write_row(k, 0, row)
        workbook.close()
    elif ending == "parquet":
        crt.to_parquet(path)
    else:
        getattr(pyreadstat, f"write_{ending}")(crt, str(path))

    printed = json.loads(run(path, *WITH_PRETEST, "--json").stdout)

    assert printed["contrasts"][0]["estimate"] == pytest.approx(3.1097086316, abs=1e-9)


def test_text_shows_warnings_first_and_what_was_left_out_last(run, tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text((DATA / "crtData.csv").read_text().replace("1,16,1,1,", "1,ziek,1,1,", 1))

    answer = run(path, *WITH_PRETEST, "--missing", "ziek")

    left_out, _, read = answer.stdout.splitlines()[-3:]
    assert left_out == "Left out, missing Posttest: 1."
    assert read == "Read: 265 rows of csv, separated by ',', in UTF-8."


def test_a_full_disk_leaves_no_half_plot_and_is_said(run, tmp_path, monkeypatch):
    (tmp_path / "forest.svg").write_text("of before")

    def full(path, *_, **__):
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    answer = run(DATA / "crtData.csv", *CRT, "--permutations", 9, "--plots", tmp_path)

    assert answer.exit_code == 1
    assert "no plot could be written: No space left on device" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["forest.svg"]
    assert (tmp_path / "forest.svg").read_bytes() == b"of before"


def test_a_full_disk_under_the_answer_is_one_sentence_and_exit_two():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-c", "from web.commands import main; main()", "estimate"]
        done = subprocess.run(
            [*command, DATA / "crtData.csv", *CRT, "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=DATA.parents[2],
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == "Error: not all of it could be written: No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--outcome", "Post", "--school", "School"], "there is no column Post"),
        ([*CRT, "--covariate", "Posttest"], "column Posttest has two roles"),
        ([*CRT, "--control", "7"], "which arm is the control"),
        ([*CRT, "--school", "Prettest"], "two school columns is cross-classified"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_two(run, arguments, sentence):
    answer = run(DATA / "crtData.csv", *arguments)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_text_in_a_score_is_named_by_its_row_in_the_file(run, tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text((DATA / "crtData.csv").read_text().replace("1,16,1,1,", "1,ziek,1,1,", 1))

    answer = run(path, *WITH_PRETEST)

    assert "column Posttest holds numbers, but row 2 holds text (ziek)" in answer.stderr


@pytest.mark.parametrize("option", ["--permutations", "--bootstrap", "--wild"])
def test_more_draws_than_memory_holds_are_refused_before_any_is_made(run, option):
    answer = run(DATA / "crtData.csv", *CRT, option, 1_000_001)

    assert answer.exit_code == 2
    assert "1000001 is not in the range 0<=x<=1000000" in answer.stderr


def test_the_choices_are_those_of_the_analysis():
    """Repeated in the command, because its help may not wait for numpy."""
    assert estimate.DESIGNS == DESIGNS
    assert estimate.DF_METHODS == DF_METHODS
    assert estimate.PRIORS == PRIORS
    assert estimate.SCHEMES == SCHEMES
    assert estimate_extras.MISSING_DATA == MISSING_DATA
    assert estimate_extras.FAMILIES == FAMILIES


def test_what_surrounds_the_estimate_is_asked_for_by_name(run, tmp_path):
    """One small run of everything; what the numbers mean is tested with each part."""
    arms = ["--arm", "Intervention2", "--control", "0", "--school", "School"]
    outcomes = ["--outcome", "Posttest", "--outcome", "Prettest", "--family", "hochberg"]
    more = ["--balance", "Percentage_Attendance", "--attrition", "--robust", "--wild", 99]
    drawn = ["--plots", tmp_path, "--permutations", 19, "--missing-data", "rule", "--json"]

    answer = run(DATA / "crtData.csv", *arms, *outcomes, *more, *drawn)

    printed = json.loads(answer.stdout)
    assert {"family", "balance", "attrition", "joint_test", "curve", "missing_data"} <= set(printed)
    assert {"robust", "wild", "permutation"} <= set(printed["contrasts"][1])
    assert [h["outcome"] for h in printed["family"]["hypotheses"]][::2] == ["Posttest", "Prettest"]
    kinds = ["curve", "forest", "permutation-1", "permutation-2", "profile-1", "profile-2"]
    assert sorted(path.stem for path in tmp_path.iterdir()) == [*kinds, "schools"]


def test_scores_of_several_tests_are_standardised_by_norm_or_sample(run, crt, tmp_path):
    path = tmp_path / "trial.csv"
    crt.assign(toets=crt.School.map(lambda s: "IEP" if s % 2 else "Cito")).to_csv(path, index=False)

    assert "mixes the raw scores of different tests" in run(path, *CRT).stderr
    answer = run(path, *CRT, "--instrument", "toets", "--norm", "Cito=20,4")

    assert "Cito: mean 20.00, deviation 4.00, by norm" in answer.stdout
    assert "by sample" in answer.stdout
    wrong = run(path, *CRT, "--instrument", "toets", "--norm", "Cito=20")
    assert "Cito=20 is not GROUP=MEAN,SD" in wrong.stderr


def test_permutations_are_asked_for_with_a_seed(run):
    answer = run(DATA / "crtData.csv", *CRT, "--permutations", 99, "--seed", 4, "--json")

    printed = json.loads(answer.stdout)
    assert printed["seed"] == 4
    assert printed["contrasts"][0]["permutation"]["draws"] == 99


def test_a_damaged_receipt_is_refused_in_one_sentence(run, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text('{"sealed": 1}')

    answer = run(DATA / "crtData.csv", *CRT, "--permutations", 9, "--receipt", path)

    assert answer.exit_code == 2
    assert answer.stderr.startswith("the receipt cannot be used: This receipt does not hold")


def test_compliers_subgroups_and_bootstrap_are_asked_for_by_option(run):
    more = ["--dose", "Percentage_Attendance", "--threshold", 40, "--subgroup", "Prettest"]

    printed = json.loads(
        run(DATA / "crtData.csv", *WITH_PRETEST, *more, "--bootstrap", 50, "--json").stdout
    )

    contrast = printed["contrasts"][0]
    assert contrast["cace"]["estimate"] == pytest.approx(3.8765401, abs=1e-7)
    assert contrast["bootstrap"]["draws"] == 50
    assert [level["level"] for level in printed["subgroups"][0]["levels"]] == list("12345")


def test_a_reference_is_named_by_column_and_level(run):
    exam = [DATA / "exam.csv", "--outcome", "normexam", "--school", "school"]
    model = [*exam, "--covariate", "schgend", "--json"]

    printed = json.loads(run(*model, "--reference", "schgend=mixed").stdout)

    terms = [one["term"] for one in printed["model"]["coefficients"]]
    assert terms == ["(Intercept)", "schgend[boys]", "schgend[girls]"]
    assert "schgend is not COL=LEVEL" in run(*model, "--reference", "schgend").stderr


def test_what_was_not_asked_for_is_not_in_the_object(run):
    printed = json.loads(run(DATA / "crtData.csv", *CRT, "--json").stdout)

    assert not {"seed", "subgroups", "syntax"} & set(printed)
    assert not {"permutation", "bootstrap", "cace"} & set(printed["contrasts"][0])


def test_the_model_is_written_for_other_programs_on_request(run):
    printed = json.loads(run(DATA / "crtData.csv", *WITH_PRETEST, "--syntax", "--json").stdout)
    text = run(DATA / "crtData.csv", *WITH_PRETEST, "--syntax").stdout

    assert "lmer(Posttest ~ Intervention + Prettest + (1 | School)" in printed["syntax"]["r"]
    assert "The same model in Stata:" in text


def test_the_model_for_other_programs_opens_the_file_as_it_was_read(run, crt, tmp_path):
    path = tmp_path / "trial.csv"
    crt.to_csv(path, sep=";", decimal=",", index=False)

    printed = json.loads(run(path, *CRT, "--syntax", "--missing", "ziek", "--json").stdout)

    assert printed["syntax"]["r"].splitlines()[1] == (
        'd <- read.csv("trial.csv", check.names = FALSE, sep = ";", dec = ",", '
        'na.strings = c("", "NA", "ziek"))'
    )
