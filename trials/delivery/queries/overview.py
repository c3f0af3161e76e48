"""Delivery over a whole trial, and in totals over the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.delivery.access import OPEN, trial_for
from trials.delivery.models import Cost, CostKind, EventKind, FidelityCheck
from trials.delivery.queries.schools import WeekOfFidelity, by_week
from trials.delivery.standing import (
    standing_checks,
    standing_costs,
    standing_doses,
    standing_events,
)
from trials.draws.access import kept_blind, sees_arms
from trials.draws.queries import arms_of_trial
from trials.errors import NotFound
from trials.permissions import Actor, Permission, require
from trials.signups.models import Signup, SignupGroup

FEWEST_PUPILS = 10  # behind a figure (rule 5)
FEWEST_SCHOOLS = 3  # so that none of them finds itself, or its neighbour, in the mean (rule 6)


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school in the overview of its trial."""

    signup: Signup
    delivers: bool  # False: works as it is used to
    last_check: date | None
    mean: float | None  # percent, over the standing checks
    sessions: int
    withdrew_on: date | None  # from delivery; it stays in the intention-to-treat set


@dataclass(frozen=True, slots=True)
class TrialDelivery:
    trial: Trial
    protocol: Protocol
    schools: Sequence[SchoolLine]  # by name
    weeks: Sequence[WeekOfFidelity]


@dataclass(frozen=True, slots=True)
class TrialCosts:
    trial: Trial
    costs: Sequence[Cost]  # that stand
    may_log: bool

    def total(self, kind: CostKind) -> Decimal:
        """Return the euros of one kind."""
        return sum((cost.euro for cost in self.costs if cost.kind is kind), Decimal(0))


@dataclass(frozen=True, slots=True)
class ProgrammeFidelity:
    """The mean fidelity of one trial, in a total that points to no school."""

    trial: Trial
    schools: int
    mean: float  # percent


@dataclass(frozen=True, slots=True)
class DoseTotal:
    """What one site, class or pupil received in all, for the compliance threshold."""

    signup_id: int
    class_id: int | None
    pupil_id: int | None
    sessions: int


def delivery_of_trial(session: Session, trial_id: int, actor: Actor) -> TrialDelivery:
    """Return how delivery goes in every school that was drawn; ``NotFound`` to who may not."""
    trial = trial_for(session, trial_id, actor, Permission.FIDELITY_READ)
    protocol = locked_protocol(session, trial.id)
    arms: dict[int, set[str]] = {}
    for unit in arms_of_trial(session, trial.id):
        arms.setdefault(unit.signup_id, set()).add(unit.arm)
    checks = standing_checks(session, arms)
    doses = _sessions(session, arms)
    withdrawals = {
        event.signup_id: event.happened_on
        for event in standing_events(session, arms, EventKind.WITHDRAWAL_OF_DELIVERY)
    }
    signups = session.scalars(select(Signup).where(Signup.id.in_(arms)))
    lines = [
        _line(
            signup,
            arms[signup.id] != {protocol.control},
            [check for check in checks if check.signup_id == signup.id],
            doses.get(signup.id, 0),
            withdrawals.get(signup.id),
        )
        for signup in sorted(signups, key=lambda signup: (signup.school_name, signup.id))
    ]
    return TrialDelivery(trial, protocol, lines, by_week(checks))


def _line(
    signup: Signup,
    delivers: bool,
    checks: Sequence[FidelityCheck],
    sessions: int,
    withdrew_on: date | None,
) -> SchoolLine:
    mean = sum(check.score for check in checks) / len(checks) if checks else None
    last = max((check.checked_on for check in checks), default=None)
    return SchoolLine(signup, delivers, last, mean, sessions, withdrew_on)


def _sessions(session: Session, signups: dict[int, set[str]]) -> dict[int, int]:
    totals: dict[int, int] = {}
    for dose in standing_doses(session, signups):
        totals[dose.signup_id] = totals.get(dose.signup_id, 0) + dose.sessions
    return totals


def costs_of_trial(session: Session, trial_id: int, actor: Actor) -> TrialCosts:
    """Return the standing costs of a trial, for those who read delivery or see arms."""
    trial = session.get(Trial, trial_id)
    if (
        trial is None
        or kept_blind(actor, trial)
        or not (sees_arms(actor, trial) or actor.may(Permission.FIDELITY_READ, trial.scope))
    ):
        raise NotFound("there is no such trial")
    costs = standing_costs(session, trial.id)
    may_log = actor.may(Permission.FIDELITY_LOG, trial.scope) and trial.state in OPEN
    return TrialCosts(trial, costs, may_log)


def fidelity_of_programme(session: Session, actor: Actor) -> list[ProgrammeFidelity]:
    """Return the mean fidelity of each trial whose outcomes are locked.

    A trial with fewer than ten pupils or three schools behind its mean is left out.
    """
    require(actor, Permission.PROGRAMME_FIGURES)
    trials = session.scalars(
        select(Trial).where(Trial.outcomes_locked_at.is_not(None)).order_by(Trial.id)
    )
    figures = (_figure(session, trial) for trial in trials)
    return [figure for figure in figures if figure is not None]


def _figure(session: Session, trial: Trial) -> ProgrammeFidelity | None:
    signups = session.scalars(select(Signup.id).where(Signup.trial_id == trial.id)).all()
    checks = standing_checks(session, signups)
    schools = {check.signup_id for check in checks}
    pupils = session.scalar(
        select(func.sum(SignupGroup.pupils)).where(SignupGroup.signup_id.in_(schools))
    )
    if len(schools) < FEWEST_SCHOOLS or (pupils or 0) < FEWEST_PUPILS:
        return None
    mean = sum(check.score for check in checks) / len(checks)
    return ProgrammeFidelity(trial, len(schools), mean)


def doses_of_trial(session: Session, trial_id: int) -> list[DoseTotal]:
    """Return total sessions per site, class or pupil, for the domain's own use.

    It asks for no permission: dose follows the arm, so it goes where arms may go.
    """
    signups = session.scalars(select(Signup.id).where(Signup.trial_id == trial_id)).all()
    totals: dict[tuple[int, int | None, int | None], int] = {}
    for dose in standing_doses(session, signups):
        key = (dose.signup_id, dose.class_id, dose.pupil_id)
        totals[key] = totals.get(key, 0) + dose.sessions
    return [DoseTotal(*key, sessions) for key, sessions in totals.items()]
