"""Analyses beyond the plan, asked by the evaluator: kept as exploratory, never as planned."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trials.agreements.models import DocumentKind
from trials.agreements.plan import AnalysisDesign, DfMethod, EstimationMethod
from trials.agreements.protocol import ColumnKind, ColumnRole, InstrumentRole, Protocol
from trials.agreements.queries import locked_document, locked_plan, locked_protocol
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.fields import written
from trials.permissions import Actor
from trials.releases.codebook import column_of
from trials.reports.models import EstimateLabel, Estimation, Part
from trials.reports.planned import Analysis, specification_of
from trials.reports.services.estimating import (
    ask,
    check_unpublished,
    release_to_estimate,
    trial_of_writer,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an exploratory analysis does otherwise than the plan; columns as in the release."""

    outcome: str
    covariates: tuple[str, ...]
    strata: tuple[str, ...]
    subgroups: tuple[str, ...]
    design: AnalysisDesign
    df_method: DfMethod


@dataclass(frozen=True, slots=True)
class Choices:
    """The columns of a release that an exploratory analysis can use, each with its titles."""

    outcomes: tuple[str, ...]
    covariates: tuple[str, ...]  # subgroups too
    strata: tuple[str, ...]
    categorical: frozenset[str]


def choices_of(protocol: Protocol) -> Choices:
    instruments = [
        (i.role, column_of(i.code, i.wave))
        for i in protocol.instruments
        if protocol.by_arm_drawn(i.wave)
    ]
    columns = [c for c in protocol.columns if c.role is ColumnRole.COVARIATE]
    outcomes = tuple(name for role, name in instruments if role is InstrumentRole.OUTCOME)
    before = tuple(name for role, name in instruments if role is not InstrumentRole.OUTCOME)
    return Choices(
        outcomes,
        (*before, *(column.code for column in columns)),
        tuple(stratum.code for stratum in protocol.draw.strata),
        frozenset(column.code for column in columns if column.kind is ColumnKind.TEXT),
    )


def explore(
    session: Session, *, trial_id: int, wish: Wish, reason: str, actor: Actor, now: datetime
) -> Estimation:
    """Ask for an analysis the plan does not hold, on the newest true release, with the reason.

    Raises ``NotReady`` before the true arms are out.
    """
    with transaction(session):
        trial = trial_of_writer(session, trial_id, actor)
        check_unpublished(trial)
        why = written(reason, field="reason", longest=500)
        release = release_to_estimate(session, trial)
        plan = locked_document(session, trial_id, DocumentKind.ANALYSIS_PLAN)
        if plan is None:
            raise NotReady("the analysis plan is not locked yet")
        analysis = _analysis(session, trial_id, wish)
        estimation = Estimation(
            trial_id=trial_id,
            release_id=release.id,
            data_sha256=release.csv_sha256,
            exploratory=True,
            reason=why,
            plan_id=plan.id,
            analyses=[analysis.to_dict(EstimateLabel.EXPLORATORY)],
            refusals=[],
            asked_by=actor.person_id,
            asked_at=now,
        )
        ask(session, estimation, now)
    return estimation


def _analysis(session: Session, trial_id: int, wish: Wish) -> Analysis:
    protocol = locked_protocol(session, trial_id)
    known = choices_of(protocol)
    for field, names, allowed in (
        ("outcome", (wish.outcome,), known.outcomes),
        ("covariates", wish.covariates, known.covariates),
        ("strata", wish.strata, known.strata),
        ("subgroups", wish.subgroups, (*known.covariates, *known.strata)),
    ):
        for name in names:
            if name not in allowed:
                raise BadInput("the protocol has no {value} for this", field=field, value=name)
    specification = specification_of(locked_plan(session, trial_id), protocol) | {
        "outcome": wish.outcome,
        "covariates": list(wish.covariates),
        "strata": list(wish.strata),
        "categorical": [name for name in wish.covariates if name in known.categorical],
        "design": wish.design.value,
        "df": wish.df_method.value,
    }
    if wish.df_method is DfMethod.KENWARD_ROGER:
        specification["method"] = EstimationMethod.REML.value
    more = {"subgroups": list(wish.subgroups)} if wish.subgroups else {}
    return Analysis(Part.EXPLORATORY, wish.outcome, specification | more)
