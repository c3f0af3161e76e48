"""Appointing the evaluator of a trial: two persons, declared independence, two blind roles."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.decisions import (
    about,
    close_if_all_decided,
    decide,
    in_figures,
    must_be_decidable,
    standing_of,
)
from trials.calls.letters import EVALUATOR_APPOINTED
from trials.calls.loading import application_for_update, call_for_update, trial_for_update
from trials.calls.models import Application, Appointment, CallKind, Trial
from trials.calls.titles import trial_titles
from trials.errors import BadInput, NotFound, NotReady
from trials.fields import Fields
from trials.lifecycle import TrialState
from trials.mail import post
from trials.people.acts import Act, register_act
from trials.people.enrolment import give_role
from trials.people.models import Grant, Person
from trials.permissions import Actor, Permission, Role, Scope, ScopeKind


def trial_scopes(session: Session, trial_id: int) -> tuple[Scope, ...]:
    trial = session.get(Trial, trial_id)
    if trial is None:
        raise NotFound("there is no such trial")
    return (trial.scope,)


def _appointment_shown(session: Session, trial_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """The wish names application_id, trial_manager_id, analyst_id (persons) and reasons."""
    trial = session.get_one(Trial, trial_id)
    fields = Fields(wish)
    application_id = fields.whole("application_id", least=1, most=2**31 - 1)
    manager_id = fields.whole("trial_manager_id", least=1, most=2**31 - 1)
    analyst_id = fields.whole("analyst_id", least=1, most=2**31 - 1)
    reasons = fields.text("reasons", longest=4000)
    fields.finish()
    application = _application_for(session, trial, application_id)
    manager = _member(session, manager_id, application, "trial_manager_id")
    analyst = _member(session, analyst_id, application, "analyst_id")
    if manager.id == analyst.id:
        raise BadInput("trial manager and analyst are two different persons", field="analyst_id")
    for person in (manager, analyst):
        _must_be_independent(session, trial, person)
    assert application.organisation is not None  # _application_for refuses one without
    return {
        **about(application),
        "trial": trial.id,
        "trial_nl": trial.title_nl,
        "trial_en": trial.title_en,
        "organisation": application.organisation.id,
        "organisation_name": application.organisation.name,
        "independence": application.current.content["independence"],
        "standing": in_figures(standing_of(session, application)),
        "trial_manager": {"id": manager.id, "name": manager.name},
        "analyst": {"id": analyst.id, "name": analyst.name},
        "reasons": reasons,
    }


def _application_for(session: Session, trial: Trial, application_id: int) -> Application:
    """Return the application if it may lead to this appointment at all."""
    if trial.state is not TrialState.AWARDED:
        raise NotReady("this trial has its evaluator already, or was stopped")
    application = session.get(Application, application_id)
    if application is None or application.call.trial_id != trial.id:
        raise BadInput("choose an application to this trial's call", field="application_id")
    assert application.call.kind is CallKind.EVALUATORS  # the table's own check
    if application.organisation is None:
        raise NotReady("an evaluator is an organisation; this applicant belongs to none")
    if application.organisation_id == trial.intervention.provider_id:
        raise NotReady("the provider of an intervention cannot evaluate it")
    return application


def _member(session: Session, person_id: int, application: Application, field: str) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.organisation_id != application.organisation_id:
        raise BadInput("choose someone of the evaluator's organisation", field=field)
    if person.disabled_at is not None:
        raise BadInput("this person has no access any more", field=field)
    return person


def _must_be_independent(session: Session, trial: Trial, person: Person) -> None:
    provides = session.scalar(
        select(Grant.id).where(
            Grant.person_id == person.id,
            Grant.role == Role.PROVIDER,
            Grant.scope_kind == ScopeKind.TRIAL,
            Grant.scope_id == trial.id,
        )
    )
    if provides is not None:
        raise NotReady("whoever provides the intervention cannot evaluate it")


def _appoint(
    session: Session,
    trial_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> Appointment:
    """Appoint: the decision, the evaluator, both of its roles; the trial becomes ``designing``."""
    trial = trial_for_update(session, trial_id)
    call = call_for_update(session, session.get_one(Application, shown["application"]).call_id)
    must_be_decidable(call, now)
    application = application_for_update(session, shown["application"])
    decide(session, application, awarded=True, reasons=shown["reasons"], approver=approver, now=now)
    close_if_all_decided(session, call, approver, now)
    appointment = Appointment(
        trial_id=trial.id,
        organisation_id=shown["organisation"],
        application_id=application.id,
        independence=shown["independence"],
        reasons=shown["reasons"],
        appointed_at=now,
    )
    session.add(appointment)
    trial.evaluator_id = shown["organisation"]
    trial.advance_to(TrialState.DESIGNING)
    for key, role in (("trial_manager", Role.TRIAL_MANAGER), ("analyst", Role.ANALYST)):
        person = session.get_one(Person, shown[key]["id"])
        give_role(session, person, role, trial.scope, by=approver.person_id, now=now)
        post(session, EVALUATOR_APPOINTED, person, now, subject_id=trial.id)
    record(
        session,
        "evaluator_appointed",
        f"trial:{trial.id}",
        by=approver.person_id,
        at=now,
        details={"organisation": shown["organisation"], "proposer": proposer_id},
    )
    return appointment


APPOINT = register_act(
    Act(
        name="appoint",
        propose=Permission.EVALUATOR_PROPOSE,
        approve=Permission.EVALUATOR_APPROVE,
        scopes=trial_scopes,
        shown=_appointment_shown,
        lock=trial_for_update,
        carry_out=_appoint,
        titles=trial_titles,
    )
)
