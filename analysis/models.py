"""The adjusted model of a design, and the empty one beside it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.coding.columns import Labels
from analysis.coding.sample import Sample
from analysis.coding.terms import Term, dummy_terms, numeric_term, reference_level
from analysis.distributions import Inference, infer
from analysis.engine.fit import MultilevelFit, fit_columns
from analysis.engine.two_level import SINGULAR_RATIO
from analysis.errors import AnalysisError, Explained, RankDeficient
from analysis.fitted import (
    Fitted,
    coefficients,
    constant_in,
    explained,
    named_refusal,
    shares,
    total_variance,
)
from analysis.fixed_effects import fit_fixed_effects
from analysis.notices import SLOPES, ZERO_CLASS, ZERO_SCHOOL
from analysis.parts import Model, Unconditional
from analysis.request import Request


def design_terms(sample: Sample, request: Request) -> list[Term]:
    """Return the columns of the design: intercept, arms, covariates, strata, in that order."""
    ones = np.broadcast_to(1.0, sample.outcome.size)  # a million pupils need no million ones
    terms = [Term("(Intercept)", ones)]
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
    """Fit the model the design asks for.

    Raises ``AnalysisError`` for what the design or the engine cannot fit; a column that follows
    from others is named.
    """
    if request.design == "fixed-effects":
        return fit_fixed_effects(sample, terms, request)
    slopes_of_arms = request.design == "multisite-slope"
    if slopes_of_arms and sample.arm is not None and len(sample.arm.levels) > 2:
        raise AnalysisError(
            "design multisite-slope compares two arms; {column} has {n}: "
            "leave the pupils of the others out, or choose multisite",
            column=request.arm,
            n=len(sample.arm.levels),
        )
    slope_term = random_slope_term(terms, request)
    slope = None if slope_term is None else slope_term.values
    try:
        fit = fit_columns(
            sample.outcome,
            [term.column for term in terms],
            sample.school.codes,
            klass=sample.klass.codes if sample.klass else None,
            slope=slope,
            method=request.method,
        )
    except RankDeficient as refusal:
        raise named_refusal(refusal, terms) from None
    except Explained:
        raise explained(sample.outcome, terms, request.outcome) from None
    return _fitted(fit, terms, sample, request, slope_term)


def random_slope_term(terms: Sequence[Term], request: Request) -> Term | None:
    """Return the term whose slope differs between schools, if the model has one.

    Raises ``AnalysisError`` for a column of labels.
    """
    if request.design == "multisite-slope":
        return terms[1]
    if request.slope is None:
        return None
    named = [term for term in terms if term.name == request.slope]
    if not named:
        raise AnalysisError(
            "{column} holds labels; only a numeric covariate has a slope", column=request.slope
        )
    return named[0]


def fit_unconditional(sample: Sample, request: Request) -> Unconditional:
    """Fit the empty random-intercept model on the same pupils."""
    fit = fit_columns(
        sample.outcome,
        [np.broadcast_to(1.0, sample.outcome.size)],
        sample.school.codes,
        klass=sample.klass.codes if sample.klass else None,
        method=request.method,
    )
    return Unconditional(dict(fit.variances), shares(fit.variances))


def _fitted(
    fit: MultilevelFit,
    terms: list[Term],
    sample: Sample,
    request: Request,
    slope: Term | None,
) -> Fitted:
    names = tuple(term.name for term in terms)
    between_within = _between_within(terms, sample, slope)
    column = None if slope is None else slope.values

    def df_of(k: int, method: str) -> float | None:
        contrast = np.eye(len(terms))[k]
        if method == "kenward-roger":
            return fit.kenward_roger_df(contrast)
        if method == "satterthwaite":
            return fit.satterthwaite_df(contrast)
        if method == "between-within":
            return between_within[k]
        return None

    def judge(k: int, method: str) -> Inference:
        covariance = fit.kenward_roger_covariance if method == "kenward-roger" else fit.covariance
        return infer(
            float(fit.coefficients[k]),
            float(np.sqrt(max(0.0, covariance[k, k]))),
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
        coefficients=coefficients(names, fit.coefficients, fit.std_errors),
        variances=dict(fit.variances),
        icc=dict(shares(fit.variances, column)),
    )
    others = (name for name in known if name != asked)
    notes = _singular_notes(fit)
    return Fitted(
        model, names, judge, (asked, *others), notes, total_variance(fit.variances, column)
    )


def covariate_shares(sample: Sample, request: Request) -> dict[str, dict[str, float]]:
    """Return each level's share of the variance of the numeric covariates that vary in schools."""
    found = {}
    for column in sample.covariates:
        if isinstance(column, Labels) or constant_in(sample.school, Term("", column.values)):
            continue
        covariate = replace(sample, outcome=column.values)
        try:
            found[column.name] = dict(fit_unconditional(covariate, request).icc)
        except AnalysisError:  # a column of classes has no pupils in it
            continue
    return found


def _singular_notes(fit: MultilevelFit) -> tuple[str, ...]:
    if not fit.singular:
        return ()
    if "slope" in fit.variances:
        return (SLOPES.told(),)
    levels = {"school": ZERO_SCHOOL, "class": ZERO_CLASS}
    none = SINGULAR_RATIO * fit.variances["pupil"]
    zero = [
        notice.told() for name, notice in levels.items() if fit.variances.get(name, none) < none
    ]
    return tuple(zero) or (ZERO_SCHOOL.told(),)


def _between_within(terms: list[Term], sample: Sample, slope: Term | None) -> list[float]:
    """Return each term's degrees of freedom at the highest level at which it is constant.

    Schluchter & Elashoff (1990), Journal of Statistical Computation and Simulation 37, 69-87. A
    random slope is known from the schools in which its column varies, less one. Raises
    ``AnalysisError`` where the columns use up the schools, whose variance is then anything.
    """
    groups = [sample.school, *([sample.klass] if sample.klass else [])]
    sizes = [*(len(group.levels) for group in groups), sample.outcome.size]
    level = [
        next((k for k, group in enumerate(groups) if constant_in(group, term)), len(groups))
        for term in terms
    ]
    used = [level.count(k) for k in range(len(sizes))]
    left = [size - (sizes[k - 1] if k else 0) - used[k] for k, size in enumerate(sizes)]
    if left[0] <= 0:
        raise AnalysisError(
            "{n} schools are too few for the {columns} columns that are constant in a school: "
            "nothing is left to tell how much schools differ; leave strata or covariates out",
            n=sizes[0],
            columns=used[0],
        )
    found = [float(left[k]) for k in level]
    for place, term in enumerate(terms):
        if term is slope:
            first = np.empty(len(sample.school.levels))
            first[sample.school.codes] = slope.values
            varies = np.unique(sample.school.codes[first[sample.school.codes] != slope.values])
            found[place] = float(varies.size - 1)
    return found
