"""Delivery in one school, for the provider, the evaluator's trial manager and the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.delivery.access import OPEN, arms_of_signup, signup_for
from trials.delivery.calendar import week_of
from trials.delivery.models import DeliveryEvent, Dose, FidelityCheck
from trials.delivery.standing import standing_checks, standing_doses, standing_events
from trials.errors import NotFound
from trials.measurements.models import SchoolClass
from trials.permissions import Actor, Permission
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class WeekOfFidelity:
    """The mean score of one component in one week."""

    week: date  # its Monday
    component: str
    mean: float  # percent
    schools: int  # that were checked


@dataclass(frozen=True, slots=True)
class SchoolLog:
    """All that stands in the log of one school."""

    signup: Signup
    protocol: Protocol
    classes: list[tuple[int, str]]  # id and name
    delivers: bool  # False: works as it is used to
    may_log: bool
    checks: Sequence[FidelityCheck]  # newest day first, like all of these
    weeks: Sequence[WeekOfFidelity]  # oldest first, for the chart
    doses: Sequence[Dose]
    events: Sequence[DeliveryEvent]


def log_of_school(session: Session, signup_id: int, actor: Actor) -> SchoolLog:
    """Return the log of a school that was told its group; ``NotFound`` before, and to others."""
    signup = signup_for(session, signup_id, actor, Permission.FIDELITY_READ)
    arms = arms_of_signup(session, signup.id)
    if not arms:
        raise NotFound("there is no such school")
    checks = standing_checks(session, [signup.id])
    protocol = locked_protocol(session, signup.trial_id)
    return SchoolLog(
        signup,
        protocol,
        _classes(session, signup.id),
        arms != {protocol.control},
        actor.may(Permission.FIDELITY_LOG, *signup.scopes) and signup.trial.state in OPEN,
        checks[::-1],
        by_week(checks),
        standing_doses(session, [signup.id])[::-1],
        standing_events(session, [signup.id])[::-1],
    )


def _classes(session: Session, signup_id: int) -> list[tuple[int, str]]:
    found = session.execute(
        select(SchoolClass.id, SchoolClass.name)
        .where(SchoolClass.signup_id == signup_id)
        .order_by(SchoolClass.name)
    )
    return [(number, name) for number, name in found]


def event_to_correct(session: Session, event_id: int, actor: Actor) -> DeliveryEvent:
    """Return an event to who may correct it; raises ``NotFound`` to anyone else."""
    event = session.get(DeliveryEvent, event_id)
    if event is None:
        raise NotFound("there is no such event")
    signup_for(session, event.signup_id, actor, Permission.FIDELITY_LOG)
    return event


def versions_of_check(session: Session, check_id: int, actor: Actor) -> list[FidelityCheck]:
    """Return every version of one check, oldest first, with the reasons of the corrections."""
    check = session.get(FidelityCheck, check_id)
    if check is None:
        raise NotFound("there is no such check")
    signup_for(session, check.signup_id, actor, Permission.FIDELITY_READ)
    return list(
        session.scalars(
            select(FidelityCheck)
            .where(
                FidelityCheck.signup_id == check.signup_id,
                FidelityCheck.component == check.component,
                FidelityCheck.checked_on == check.checked_on,
            )
            .order_by(FidelityCheck.version)
        )
    )


def by_week(checks: Sequence[FidelityCheck]) -> list[WeekOfFidelity]:
    """Average checks per week and component, oldest week first."""
    groups: dict[tuple[date, str], list[FidelityCheck]] = {}
    for check in checks:
        groups.setdefault((week_of(check.checked_on), check.component), []).append(check)
    return [
        WeekOfFidelity(
            week,
            component,
            sum(check.score for check in found) / len(found),
            len({check.signup_id for check in found}),
        )
        for (week, component), found in sorted(groups.items())
    ]
