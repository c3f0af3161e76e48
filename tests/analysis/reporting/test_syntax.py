import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyreadstat
import pytest
from numpy.testing import assert_allclose

from analysis import estimate_effect
from analysis.reporting.opening import DataFile, opened_in_stata
from analysis.reporting.syntax import syntax_of
from analysis.request import Request

DATA = Path(__file__).parents[1] / "data"
CRT = {
    "outcome": "Posttest",
    "school": "School",
    "arm": "Intervention",
    "covariates": ("Prettest",),
}
EXAM = {
    "outcome": "normexam",
    "school": "school",
    "covariates": ("standLRT", "schgend"),
    "references": {"schgend": "mixed"},
}
CASES = {
    "cluster": ("crtData", CRT),
    "maximum likelihood": ("crtData", CRT | {"method": "ML"}),
    "slope": ("mstData", CRT | {"design": "multisite-slope"}),
    "dummies": ("mstData", CRT | {"design": "fixed-effects"}),
    "labels": ("exam", EXAM),
    "dots": ("bdf", {"outcome": "langPOST", "school": "schoolNR", "covariates": ("IQ.verb",)}),
}


def written(load, name):
    file, options = CASES[name]
    result = estimate_effect(load(file), **options)
    request = Request(**options)
    return result, syntax_of(request, result, file=str(DATA / f"{file}.csv"))


def ours(result):
    return np.array([c.estimate for c in result.model.coefficients])


@pytest.mark.parametrize("name", [name for name in CASES if name != "slope"])
def test_the_python_code_runs_and_gives_the_same_coefficients(name, load):
    result, syntax = written(load, name)
    scope: dict = {}

    exec(syntax.statsmodels, scope)

    fit = scope["fit"]
    found = np.asarray(fit.fe_params if hasattr(fit, "fe_params") else fit.params)
    if name == "dummies":
        found = found[
            [list(fit.params.index).index(k) for k in fit.params.index if "School" not in k]
        ]
        found = found[1:]
    # a formula puts labels before numbers
    assert_allclose(np.sort(found), np.sort(ours(result)), rtol=1e-4, atol=1e-6)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
@pytest.mark.parametrize("name", ["slope", "labels"])
def test_the_r_code_runs_and_gives_the_same_coefficients(name, load, tmp_path):
    result, syntax = written(load, name)
    script = tmp_path / "model.R"
    script.write_text(f"{syntax.r}\ncat('COEFFICIENTS', format(fixef(fit), digits = 15))\n")

    done = subprocess.run(["Rscript", str(script)], capture_output=True, text=True, check=False)
    if "there is no package" in done.stderr:
        pytest.skip("lme4 is not here")

    assert done.returncode == 0, done.stderr
    found = np.array(done.stdout.split("COEFFICIENTS")[1].split(), dtype=float)
    assert_allclose(found, ours(result), rtol=1e-3)


def test_stata_gets_factors_levels_and_kenward_roger(load):
    _, syntax = written(load, "cluster")

    last = syntax.stata.splitlines()[-1]
    assert last == "mixed Posttest i.Intervention_n Prettest || School:, reml dfmethod(kroger)"


def test_stata_is_told_which_level_is_the_reference(load):
    """By its number, or by the number that ``encode`` gave its text."""
    assert "fvset base 0 Intervention_n" in written(load, "cluster")[1].stata.splitlines()
    _, syntax = written(load, "labels")
    assert 'fvset base `="mixed":schgend_n\' schgend_n' in syntax.stata.splitlines()
    long = "a_column_with_a_name_of_forty_characters"
    options = CRT | {"covariates": (long,), "categorical": (long,)}
    frame = load("crtData").rename(columns={"Prettest": long})
    stata = syntax_of(Request(**options), estimate_effect(frame, **options)).stata
    assert all(len(word) <= 32 for word in re.findall(r"\w+", stata))


def test_names_that_are_no_names_are_quoted(load):
    frame = load("crtData").rename(columns={"Prettest": "pre test (A)"})
    options = CRT | {"covariates": ("pre test (A)",)}
    result = estimate_effect(frame, **options)

    syntax = syntax_of(Request(**options), result)

    assert "`pre test (A)`" in syntax.r
    assert 'Q("pre test (A)")' in syntax.statsmodels
    assert "pre_test__A_" in syntax.stata


def as_sent(load, folder, kind):
    """Return the published file with two pupils without a score, as others save it."""
    frame = load("crtData").astype({"Posttest": object})
    frame.loc[[3, 50], "Posttest"] = "ziek"
    path = folder / f"leerlingen.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252")
        return frame, DataFile(str(path), ";", ",", "Windows-1252")
    frame["Posttest"] = frame.Posttest.replace("ziek", -99).astype(float)
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        pyreadstat.write_dta(frame, str(path))
    return frame, DataFile(str(path))


@pytest.mark.parametrize("kind", ["csv", "parquet", "dta"])
def test_the_python_code_opens_the_file_as_it_was_read(load, tmp_path, kind):
    options = CRT | {"missing": ("ziek", "-99")}
    frame, file = as_sent(load, tmp_path, kind)
    result, scope = estimate_effect(frame, **options, syntax=file), {}

    exec(result.syntax.statsmodels, scope)

    assert result.dropped == {"missing Posttest": 2}
    assert_allclose(
        np.sort(np.asarray(scope["fit"].fe_params)), np.sort(ours(result)), rtol=1e-4, atol=1e-6
    )


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_the_r_code_opens_a_dutch_file_and_leaves_out_who_has_no_score(load, tmp_path):
    frame, file = as_sent(load, tmp_path, "csv")
    result = estimate_effect(frame, **CRT, missing=["ziek"], syntax=file)

    done = subprocess.run(
        ["Rscript", "-e", f"{result.syntax.r}\ncat('COEFFICIENTS', fixef(fit))"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "there is no package" in done.stderr:
        pytest.skip("lme4 is not here")

    found = np.array(done.stdout.split("COEFFICIENTS")[1].split(), dtype=float)
    assert_allclose(found, ours(result), rtol=1e-3)


def test_stata_opens_each_kind_of_file_in_its_own_way():
    dutch = opened_in_stata(DataFile("a.csv", ";", ",", "Windows-1252"), ["ziek", "-99"])

    assert dutch[0] == (
        'import delimited "a.csv", delimiter(";") encoding("windows-1252") case(preserve) clear'
    )
    assert "quietly mvdecode _all, mv(-99)" in dutch
    assert dutch[-1] == "destring _all, replace dpcomma"
    assert opened_in_stata(DataFile("a.dta"), []) == ['use "a.dta", clear']
    assert opened_in_stata(DataFile("a.sav"), []) == ['import spss using "a.sav", clear']
    assert opened_in_stata(DataFile("a.xlsx"), []) == ['import excel "a.xlsx", firstrow clear']
    assert "save the table as a.csv first" in opened_in_stata(DataFile("a.parquet"), [])[0]
