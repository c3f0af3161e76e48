"""The adjusted model of a design, and the empty one beside it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.coding.columns import Labels
from analysis.coding.sample import Sample
from analysis.coding.terms import Term, dummy_terms, numeric_term, reference_level
from analysis.distributions import Inference, infer
from analysis.engine.arrays import Floats
from analysis.engine.fit import MultilevelFit, fit_columns
from analysis.engine.least_squares import fit_school_dummies
from analysis.errors import AnalysisError, RankDeficient
from analysis.request import Request
from analysis.result import Coefficient, Model, Unconditional


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted model and how to judge one of its coefficients."""

    model: Model
    terms: tuple[str, ...]
    judge: Callable[[int, str], Inference]  # (coefficient number, df method)
    df_methods: tuple[str, ...]  # the one asked for first
    warnings: tuple[str, ...] = ()

    def coefficient(self, name: str) -> int:
        return self.terms.index(name)


def design_terms(sample: Sample, request: Request) -> list[Term]:
    """Return the columns of the design: intercept, arms, covariates, strata, in that order."""
    terms = [Term("(Intercept)", np.ones(sample.outcome.size))]
    if sample.arm is not None and sample.control is not None:
        terms += dummy_terms(sample.arm, sample.control)
    for column in sample.covariates:
        if isinstance(column, Labels):
            terms += dummy_terms(column, reference_level(column, request.references))
        else:
            terms.append(numeric_term(column))
    if sample.stratum is not None and len(sample.stratum.levels) > 1:
        terms += dummy_terms(sample.stratum, reference_level(sample.stratum, request.references))
    return terms


def fit_model(sample: Sample, terms: list[Term], request: Request) -> Fitted:
    """Fit the model the design asks for; a column that follows from others is named."""
    if request.design == "fixed-effects":
        return _fit_fixed_effects(sample, terms, request)
    try:
        fit = fit_columns(
            sample.outcome,
            [term.values for term in terms],
            sample.school.codes,
            method=request.method,
        )
    except RankDeficient as refusal:
        raise _named(refusal, terms) from None
    return _fitted(fit, terms, sample, request)


def fit_unconditional(sample: Sample, request: Request) -> Unconditional:
    """Fit the empty random-intercept model on the same pupils."""
    fit = fit_columns(
        sample.outcome, [np.ones(sample.outcome.size)], sample.school.codes, method=request.method
    )
    return Unconditional(dict(fit.variances), shares(fit.variances))


def shares(variances: dict[str, float]) -> dict[str, float]:
    """Return the share of each level above the pupil in the total variance."""
    total = sum(variances.values())
    return {name: value / total for name, value in variances.items() if name != "pupil"}


def _named(refusal: RankDeficient, terms: list[Term]) -> AnalysisError:
    return AnalysisError(
        "{term} cannot be told from the columns before it in the model; leave one of them out",
        term=terms[refusal.column].name,
    )


def _fitted(fit: MultilevelFit, terms: list[Term], sample: Sample, request: Request) -> Fitted:
    names = tuple(term.name for term in terms)
    between = [_constant_in_schools(term, sample) for term in terms]
    n, schools = sample.outcome.size, len(sample.school.levels)

    def df_of(k: int, method: str) -> float | None:
        contrast = np.eye(len(terms))[k]
        if method == "kenward-roger":
            return fit.kenward_roger_df(contrast)
        if method == "satterthwaite":
            return fit.satterthwaite_df(contrast)
        if method == "between-within":
            inside = len(terms) - sum(between)
            return float(schools - sum(between) if between[k] else n - schools - inside)
        return None

    def judge(k: int, method: str) -> Inference:
        covariance = fit.kenward_roger_covariance if method == "kenward-roger" else fit.covariance
        return infer(
            float(fit.coefficients[k]),
            float(np.sqrt(covariance[k, k])),
            df=df_of(k, method),
            df_method=method,
            level=request.level,
        )

    known = ["kenward-roger", "satterthwaite", "between-within", "normal"]
    if request.method == "ML":
        known.remove("kenward-roger")
    asked = request.df or known[0]
    model = Model(
        method=fit.method,
        singular=fit.singular,
        deviance=fit.deviance,
        coefficients=_coefficients(names, fit.coefficients, fit.std_errors),
        variances=dict(fit.variances),
        icc=dict(shares(fit.variances)),
    )
    return Fitted(model, names, judge, (asked, *(name for name in known if name != asked)))


def _constant_in_schools(term: Term, sample: Sample) -> bool:
    first = np.empty(len(sample.school.levels))
    first[sample.school.codes] = term.values
    return bool(np.array_equal(first[sample.school.codes], term.values))


def _fit_fixed_effects(sample: Sample, terms: list[Term], request: Request) -> Fitted:
    arms = {f"{sample.arm.name}[{level}]" for level in sample.arm.levels} if sample.arm else set()
    inside = [term for term in terms if not _constant_in_schools(term, sample)]
    absorbed = [t.name for t in terms[1:] if t not in inside]
    if arms & set(absorbed):
        raise AnalysisError("arms do not vary inside schools, so school dummies absorb the effect")
    if not inside:
        raise AnalysisError("nothing in this model varies inside schools")
    try:
        fit = fit_school_dummies(
            sample.outcome, [term.values for term in inside], sample.school.codes
        )
    except RankDeficient as refusal:
        raise _named(refusal, inside) from None
    names = tuple(term.name for term in inside)
    std_errors = np.sqrt(np.diag(fit.covariance))

    def judge(k: int, method: str) -> Inference:
        return infer(
            float(fit.coefficients[k]),
            float(std_errors[k]),
            df=None if method == "normal" else float(fit.df),
            df_method=method,
            level=request.level,
        )

    model = Model(
        method="OLS",
        singular=False,
        deviance=None,
        coefficients=_coefficients(names, fit.coefficients, std_errors),
        variances={"school": None, "pupil": fit.residual_variance},
        icc={"school": None},
    )
    note = f"School dummies absorb {', '.join(absorbed)}, which do not vary inside schools."
    asked = request.df or "residual"
    others = tuple(name for name in ("residual", "normal") if name != asked)
    return Fitted(model, names, judge, (asked, *others), (note,) if absorbed else ())


def _coefficients(
    names: tuple[str, ...], estimates: Floats, errors: Floats
) -> tuple[Coefficient, ...]:
    return tuple(
        Coefficient(name, float(b), float(se))
        for name, b, se in zip(names, estimates, errors, strict=True)
    )
