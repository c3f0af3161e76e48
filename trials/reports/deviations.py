"""What was planned, what was changed, and when: labels of estimates follow from locked versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import Document, DocumentKind, Moment
from trials.agreements.moments import is_late
from trials.agreements.plan import read_plan
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.states import DocumentState
from trials.calls.models import Trial
from trials.errors import NotReady
from trials.reports.models import EstimateLabel
from trials.reports.planned import Analysis, analyses_of

BLIND = (Moment.BEFORE_DRAW, Moment.BEFORE_OUTCOMES)  # nobody could know an outcome yet
MASKED = (*BLIND, Moment.BEFORE_TRUE_ARMS)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later version of protocol or plan: when it was locked, why, and what it changed."""

    kind: DocumentKind
    version: int
    locked_at: datetime
    moment: Moment
    reason: str
    changed: tuple[str, ...]  # names of fields


@dataclass(frozen=True, slots=True)
class Deviations:
    """How far the analysis parted from what was locked first."""

    amendments: tuple[Amendment, ...]  # oldest first
    late: bool  # the first plan was locked later than three months after the first draw


def labelled_analyses(
    session: Session, trial: Trial, receipts: tuple[int, ...]
) -> tuple[Document, list[tuple[Analysis, EstimateLabel]]]:
    """Return the plan in force at the true release, and its analyses with their labels.

    An analysis is planned when plan and protocol as last locked before any outcome ask for the
    very same; else it was changed with approval, while arms were masked. What was locked after the
    true release, of either, changes nothing here. Raises ``NotReady`` without a locked plan.
    """
    plans = locked_versions(session, trial.id, DocumentKind.ANALYSIS_PLAN)
    protocols = locked_versions(session, trial.id, DocumentKind.PROTOCOL)
    in_force = _last(plans, MASKED), _last(protocols, MASKED)
    first = _last(plans, BLIND), _last(protocols, BLIND)
    if in_force[0] is None:
        raise NotReady("the analysis plan is not locked yet")
    known = _analyses(*first, receipts)
    return in_force[0], [
        (one, EstimateLabel.PLANNED if one in known else EstimateLabel.APPROVED_CHANGE)
        for one in _analyses(*in_force, receipts)
    ]


def _last(versions: Sequence[Document], moments: Collection[Moment]) -> Document | None:
    return next((one for one in reversed(versions) if one.moment in moments), None)


def _analyses(
    plan: Document | None, protocol: Document | None, receipts: tuple[int, ...]
) -> list[Analysis]:
    if plan is None or protocol is None:
        return []
    return analyses_of(read_plan(plan.content, None), read_protocol(protocol.content), receipts)


def locked_versions(session: Session, trial_id: int, kind: DocumentKind) -> list[Document]:
    """Return the locked versions, oldest first."""
    return list(
        session.scalars(
            select(Document)
            .where(
                Document.trial_id == trial_id,
                Document.kind == kind,
                Document.state == DocumentState.LOCKED,
            )
            .order_by(Document.version)
        )
    )


def deviations(session: Session, trial: Trial) -> Deviations:
    """Return every amendment of protocol and plan; locked versions are public."""
    plans = locked_versions(session, trial.id, DocumentKind.ANALYSIS_PLAN)
    protocols = locked_versions(session, trial.id, DocumentKind.PROTOCOL)
    found = [*_amendments(protocols), *_amendments(plans)]
    first = plans[0].locked_at if plans else None
    return Deviations(
        tuple(sorted(found, key=lambda amendment: amendment.locked_at)),
        late=first is not None and is_late(trial, first),
    )


def _amendments(versions: Sequence[Document]) -> list[Amendment]:
    found = []
    for before, after in pairwise(versions):
        if after.locked_at is None or after.moment is None:
            raise RuntimeError(f"document {after.id} is locked without a moment")
        names = before.content.keys() | after.content.keys()
        changed = sorted(n for n in names if before.content.get(n) != after.content.get(n))
        found.append(
            Amendment(
                after.kind, after.version, after.locked_at, after.moment, after.reason,
                tuple(changed),
            )
        )  # fmt: skip
    return found
