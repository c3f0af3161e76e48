"""Reading trials and the catalogue of interventions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from trials.calls.models import Application, Appointment, Call, Decision, Intervention, Trial
from trials.errors import NotFound
from trials.people.models import Organisation, Person
from trials.permissions import Actor, Permission, Role, ScopeKind


def catalogue(session: Session) -> Sequence[Intervention]:
    """Return every intervention by group and title; public."""
    return session.scalars(
        select(Intervention)
        .options(selectinload(Intervention.provider))
        .order_by(Intervention.group, Intervention.title_nl)
    ).all()


def intervention_page(session: Session, intervention_id: int) -> Intervention:
    """Return one intervention; public. Raises ``NotFound``."""
    intervention = session.get(Intervention, intervention_id)
    if intervention is None:
        raise NotFound("there is no such intervention")
    return intervention


def trials_of(session: Session, intervention_id: int) -> Sequence[Trial]:
    """Return the trials of an intervention, the newest first; public, stopped ones included."""
    return session.scalars(
        select(Trial).where(Trial.intervention_id == intervention_id).order_by(Trial.id.desc())
    ).all()


def public_trials(session: Session) -> Sequence[Trial]:
    """Return every trial, the newest first. What is public of one is its state and milestones."""
    return session.scalars(select(Trial).order_by(Trial.awarded_at.desc(), Trial.id.desc())).all()


def trial_by_slug(session: Session, slug: str) -> Trial:
    """Return a trial by its public address. Raises ``NotFound``."""
    trial = session.scalar(select(Trial).where(Trial.slug == slug))
    if trial is None:
        raise NotFound("there is no such trial")
    return trial


def trial_for_party(session: Session, trial_id: int, actor: Actor | None) -> Trial:
    """Return a trial to whoever has a part in it. Raises ``NotFound`` for others."""
    trial = session.get(Trial, trial_id)
    if trial is None or not is_party(actor, trial):
        raise NotFound("there is no such trial")
    return trial


def is_party(actor: Actor | None, trial: Trial) -> bool:
    return actor is not None and actor.may(Permission.TRIAL_READ, trial.scope)


def own_trials(session: Session, actor: Actor) -> Sequence[Trial]:
    """Return the trials in which this person has a part, the newest first."""
    ids = actor.scope_ids(Permission.TRIAL_READ, ScopeKind.TRIAL)
    query = select(Trial).order_by(Trial.id.desc())
    return session.scalars(query if ids is None else query.where(Trial.id.in_(ids))).all()


def appointment_of(session: Session, trial_id: int) -> Appointment | None:
    """Return who evaluates a trial and why; public."""
    return session.scalar(select(Appointment).where(Appointment.trial_id == trial_id))


def award_of(session: Session, trial: Trial) -> Decision | None:
    """Return the decision a trial goes back to; public, with its reasons."""
    return session.scalar(
        select(Decision).where(Decision.application_id == trial.intervention.application_id)
    )


def origin_of(session: Session, trial: Trial) -> Call | None:
    """Return the call a trial goes back to."""
    application = session.get(Application, trial.intervention.application_id or 0)
    return application.call if application else None


def possible_members(session: Session, organisation_id: int, actor: Actor) -> Sequence[Person]:
    """Return the people of an applying organisation, to the officer who proposes an evaluator."""
    if not actor.holds(Role.NRO_OFFICER):
        raise NotFound("there is no such organisation")
    return session.scalars(
        select(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Organisation.id == organisation_id, Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()
