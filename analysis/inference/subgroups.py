"""Effects by subgroup: an interaction in the whole sample, and each subgroup by itself."""

import numpy as np

from analysis.arms import check_arms
from analysis.coding.columns import Labels
from analysis.coding.sample import Sample
from analysis.coding.terms import Term, dummy_terms
from analysis.contrasts import contrasts
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns
from analysis.models import design_terms, fit_model, fit_unconditional
from analysis.request import Request
from analysis.result import Interaction, Subgroup, SubgroupLevel


def subgroup_effects(sample: Sample, request: Request) -> tuple[Subgroup, ...]:
    """Return both views of every subgroup column, whatever the interaction says.

    The separate models use the subgroup's own variances for its effect sizes. A level in which the
    effect cannot be estimated is listed with the reason.
    """
    return tuple(_one_column(sample, request, column) for column in sample.subgroups)


def _one_column(sample: Sample, request: Request, column: Labels) -> Subgroup:
    known = ~column.missing
    inside, labels = sample.take(known), column.take(known)
    if len(labels.levels) < 2:
        raise AnalysisError(
            "subgroup {column} has only one level among the pupils analysed", column=column.name
        )
    refused: str | None = None
    try:
        interactions = _interactions(inside, request, labels)
    except AnalysisError as refusal:
        interactions, refused = (), str(refusal)
    return Subgroup(
        column=column.name,
        without=int(np.sum(~known)),
        interactions=interactions,
        refused=refused,
        levels=tuple(
            _one_level(inside, request, labels, k, level) for k, level in enumerate(labels.levels)
        ),
    )


def _interactions(sample: Sample, request: Request, labels: Labels) -> tuple[Interaction, ...]:
    """Return arm by level, each against the first level, from one model of all pupils."""
    own = labels.name in request.covariates
    groups = dummy_terms(labels, labels.levels[0])
    terms = [t for t in design_terms(sample, request) if not (own and _belongs(t, labels.name))]
    arms = [term for term in terms if term.name in arm_columns(sample)]
    products = [
        Term(f"{arm.name}:{group.name}", arm.values * group.values)
        for arm in arms
        for group in groups
    ]
    fitted = fit_model(sample, [*terms, *groups, *products], request)
    found = []
    for product in products:
        if product.name not in fitted.terms:
            raise AnalysisError(
                "{term} does not vary inside schools, so school dummies absorb it",
                term=product.name,
            )
        judged = fitted.judge(fitted.coefficient(product.name), fitted.df_methods[0])
        estimate = fitted.model.coefficients[fitted.coefficient(product.name)].estimate
        found.append(
            Interaction(
                product.name,
                estimate,
                judged.std_error,
                judged.df,
                judged.p_value,
                judged.low,
                judged.high,
            )
        )
    return tuple(found)


def _one_level(
    sample: Sample, request: Request, labels: Labels, code: int, level: str
) -> SubgroupLevel:
    inside = sample.take(labels.codes == code).without_covariate(labels.name)
    n, schools = inside.outcome.size, len(inside.school.levels)
    try:
        if inside.arm is not None and len(inside.arm.levels) < 2:
            raise AnalysisError(
                "only arm {arm} has pupils in this subgroup", arm=inside.arm.levels[0]
            )
        if inside.arm is not None and inside.control not in inside.arm.levels:
            raise AnalysisError("no pupil of {control} is in this subgroup", control=inside.control)
        check_arms(inside, request.design)
        terms = design_terms(inside, request)
        fitted = fit_model(inside, terms, request)
        found = contrasts(inside, fitted, fit_unconditional(inside, request), request)
    except AnalysisError as refusal:
        return SubgroupLevel(level, n, schools, (), str(refusal))
    return SubgroupLevel(level, n, schools, found, None)


def _belongs(term: Term, column: str) -> bool:
    return term.name == column or term.name.startswith(f"{column}[")
