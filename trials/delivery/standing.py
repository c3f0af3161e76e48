"""Which entries stand: the newest version of each, or those no later entry corrects.

For the domain's own use: nothing here asks for a permission.
"""

from collections.abc import Iterable

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from trials.delivery.models import Cost, DeliveryEvent, Dose, EventKind, FidelityCheck


def standing_checks(session: Session, signups: Iterable[int]) -> list[FidelityCheck]:
    """Return the newest version of every fidelity check of the schools, by day and component."""
    newest = (
        select(
            FidelityCheck.signup_id,
            FidelityCheck.component,
            FidelityCheck.checked_on,
            func.max(FidelityCheck.version).label("version"),
        )
        .where(FidelityCheck.signup_id.in_(list(signups)))
        .group_by(FidelityCheck.signup_id, FidelityCheck.component, FidelityCheck.checked_on)
        .subquery()
    )
    same = and_(
        FidelityCheck.signup_id == newest.c.signup_id,
        FidelityCheck.component == newest.c.component,
        FidelityCheck.checked_on == newest.c.checked_on,
        FidelityCheck.version == newest.c.version,
    )
    order = (FidelityCheck.checked_on, FidelityCheck.component, FidelityCheck.signup_id)
    return list(session.scalars(select(FidelityCheck).join(newest, same).order_by(*order)))


def standing_doses(session: Session, signups: Iterable[int]) -> list[Dose]:
    """Return the newest version of every dose of the schools, by week."""
    newest = (
        select(Dose.signup_id, Dose.target, Dose.week, func.max(Dose.version).label("version"))
        .where(Dose.signup_id.in_(list(signups)))
        .group_by(Dose.signup_id, Dose.target, Dose.week)
        .subquery()
    )
    same = and_(
        Dose.signup_id == newest.c.signup_id,
        Dose.target == newest.c.target,
        Dose.week == newest.c.week,
        Dose.version == newest.c.version,
    )
    order = (Dose.week, Dose.signup_id, Dose.target)
    return list(session.scalars(select(Dose).join(newest, same).order_by(*order)))


def standing_events(
    session: Session, signups: Iterable[int], kind: EventKind | None = None
) -> list[DeliveryEvent]:
    """Return the events of the schools that no later entry corrects, oldest first."""
    corrected = select(DeliveryEvent.corrects_id).where(DeliveryEvent.corrects_id.is_not(None))
    found = select(DeliveryEvent).where(
        DeliveryEvent.signup_id.in_(list(signups)), DeliveryEvent.id.not_in(corrected)
    )
    if kind is not None:
        found = found.where(DeliveryEvent.kind == kind)
    return list(session.scalars(found.order_by(DeliveryEvent.happened_on, DeliveryEvent.id)))


def standing_costs(session: Session, trial_id: int) -> list[Cost]:
    """Return the costs of a trial that no later entry corrects."""
    corrected = select(Cost.corrects_id).where(Cost.corrects_id.is_not(None))
    return list(
        session.scalars(
            select(Cost)
            .where(Cost.trial_id == trial_id, Cost.id.not_in(corrected))
            .order_by(Cost.kind, Cost.id)
        )
    )
