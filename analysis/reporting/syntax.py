"""The planned model in the languages of other programs, so that anyone can repeat it."""

import re
from collections.abc import Iterable

from analysis.parts import Syntax
from analysis.reporting.opening import DataFile, opened_in_python, opened_in_r, opened_in_stata
from analysis.request import Request
from analysis.result import EffectResult

FILE = "pupils.csv"
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*\Z")


def syntax_of(request: Request, result: EffectResult, *, file: str | DataFile = FILE) -> Syntax:
    """Return code that reads ``file`` and fits the model of ``result`` as ``request`` asks.

    Labels are made factors with the reference that was used, so that coefficients agree.
    """
    file = DataFile(file) if isinstance(file, str) else file
    factors = _factors(request, result)
    return Syntax(
        r=_r(request, factors, file),
        stata=_stata(request, factors, _numbered(factors, result), file),
        statsmodels=_statsmodels(request, factors, file),
    )


def _factors(request: Request, result: EffectResult) -> dict[str, str | None]:
    """Return the columns of labels and their reference, None where it is the first level."""
    named = {c.term.partition("[")[0] for c in result.model.coefficients if "[" in c.term}
    factors: dict[str, str | None] = {}
    if request.arm is not None:
        factors[request.arm] = result.contrasts[0].control if result.contrasts else None
    for column in request.covariates:
        if column in named or column in request.categorical:
            factors[column] = request.references.get(column)
    for column in request.strata:
        factors[column] = None
    return factors


def _numbered(factors: Iterable[str], result: EffectResult) -> set[str]:
    """Return the factors whose levels in the model are whole numbers, as Stata reads them."""
    levels = [c.term.removesuffix("]").split("[", 1) for c in result.model.coefficients]
    texts = {term[0] for term in levels if len(term) > 1 and not term[1].isdigit()}
    return set(factors) - texts


def _columns(request: Request) -> list[str]:
    return [*([request.arm] if request.arm else []), *request.covariates]


def _r(request: Request, factors: dict[str, str | None], file: DataFile) -> str:
    def name(column: str) -> str:
        return column if PLAIN.match(column) else f"`{column}`"

    lines = ["library(lme4); library(lmerTest); library(pbkrtest)"]
    lines += opened_in_r(file, request.missing)
    for column, reference in factors.items():
        level = f', ref = "{reference}"' if reference is not None else ""
        made = f'factor(d[["{column}"]])'
        lines.append(f'd[["{column}"]] <- ' + (f"relevel({made}{level})" if level else made))
    fixed = [name(column) for column in _columns(request)]
    if request.strata:
        fixed.append(":".join(name(column) for column in request.strata))
    if request.design == "fixed-effects":
        fixed.append(f"factor({name(request.school)})")
        formula = f"{name(request.outcome)} ~ {' + '.join(fixed) or '1'}"
        lines += [f"fit <- lm({formula}, data = d)", "summary(fit)"]
        return "\n".join(lines)
    slope = request.random_slope
    inside = f"1 + {name(slope)}" if slope else "1"
    random = [f"({inside} | {name(request.school)})"]
    if request.klass:
        random.append(f"(1 | {name(request.klass)})")
    formula = f"{name(request.outcome)} ~ {' + '.join([*(fixed or ['1']), *random])}"
    reml = "TRUE" if request.method == "REML" else "FALSE"
    lines.append(f"fit <- lmer({formula}, data = d, REML = {reml})")
    default = "kenward-roger" if request.method == "REML" else "satterthwaite"
    ddf = {"kenward-roger": "Kenward-Roger", "normal": "lme4"}.get(request.df or default)
    lines.append(f'summary(fit, ddf = "{ddf or "Satterthwaite"}")')
    return "\n".join(lines)


def _stata(
    request: Request, factors: dict[str, str | None], numbered: set[str], file: DataFile
) -> str:
    def name(column: str, longest: int = 32) -> str:
        return re.sub(r"[^A-Za-z0-9_]", "_", column)[:longest]

    lines, terms = opened_in_stata(file, request.missing), []
    for column in _columns(request):
        if column not in factors:
            terms.append(name(column))
            continue
        coded, reference = f"{name(column, 30)}_n", factors[column]
        lines.append(f"capture encode {name(column)}, generate({coded})")
        lines.append(f"capture generate {coded} = {name(column)}")
        terms.append(f"i.{coded}")
        if reference is not None:
            is_number = column in numbered and reference.isdigit()
            base = reference if is_number else f'`="{reference}":{coded}\''
            lines.append(f"fvset base {base} {coded}")
    if request.strata:
        lines.append(f"egen stratum = group({' '.join(name(column) for column in request.strata)})")
        terms.append("i.stratum")
    fixed = f"{name(request.outcome)} {' '.join(terms)}".strip()
    if request.design == "fixed-effects":
        lines.append(f"areg {fixed}, absorb({name(request.school)})")
        return "\n".join(lines)
    slope = request.random_slope
    random = f"|| {name(request.school)}:"
    if slope:
        varying = f"{name(slope, 30)}_n" if slope in factors else name(slope)
        random += f" {varying}, covariance(unstructured)"
    if request.klass:
        random += f" || {name(request.klass)}:"
    if request.method == "ML":
        return "\n".join([*lines, f"mixed {fixed} {random}, mle"])
    method = {"satterthwaite": "satterthwaite", "normal": None}.get(
        request.df or "kenward-roger", "kroger"
    )
    df = f" dfmethod({method})" if method else ""
    options = f"reml{df}"
    separator = " " if "covariance" in random else ", "
    return "\n".join([*lines, f"mixed {fixed} {random}{separator}{options}"])


def _statsmodels(request: Request, factors: dict[str, str | None], file: DataFile) -> str:
    def name(column: str) -> str:
        return column if column.isidentifier() else f'Q("{column}")'

    def term(column: str) -> str:
        if column not in factors:
            return name(column)
        reference = factors[column]
        if reference is None:
            return f"C({name(column)})"
        level = reference if reference.lstrip("-").isdigit() else f'"{reference}"'
        return f"C({name(column)}, Treatment({level}))"

    fixed = [term(column) for column in _columns(request)]
    if request.strata:
        fixed.append(":".join(term(column) for column in request.strata))
    lines = ["import pandas as pd", "import statsmodels.formula.api as smf", ""]
    used = [request.outcome, request.school, *_columns(request), *request.strata]
    used += [request.klass] if request.klass else []
    lines += opened_in_python(file, request.missing, used)
    if request.design == "fixed-effects":
        fixed.append(f"C({name(request.school)})")
    formula = f"{name(request.outcome)} ~ {' + '.join(fixed) or '1'}".replace("'", "\\'")
    if request.design == "fixed-effects":
        lines.append(f"fit = smf.ols('{formula}', d).fit()")
        return "\n".join([*lines, "print(fit.summary())"])
    more = ""
    slope = request.random_slope
    if slope:
        more += f", re_formula='~{term(slope)}'"
    if request.klass:
        more += f", vc_formula={{'class': '0 + C({name(request.klass)})'}}, re_formula='1'"
    lines.append(f"model = smf.mixedlm('{formula}', d, groups=d[{request.school!r}]{more})")
    reml = request.method == "REML"
    lines.append(f"fit = model.fit(reml={reml}, method='bfgs', gtol=1e-10)")
    lines.append("print(fit.summary())  # normal tests: statsmodels has no Kenward-Roger")
    return "\n".join(lines)
