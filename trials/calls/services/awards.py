"""Awarding an application to a call for interventions. It takes two persons.

What they are shown holds the standing of the application, so an approval after a changed score is
refused by the proposal itself.
"""

import re
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
from trials.calls.loading import application_for_update, call_for_update
from trials.calls.models import Application, Call, CallKind, Intervention, PupilsLiveAt, Trial
from trials.calls.titles import application_titles
from trials.errors import BadInput, Conflict, NotFound, NotReady
from trials.fields import Fields
from trials.lifecycle import TrialState
from trials.people.acts import Act, register_act
from trials.people.enrolment import give_role
from trials.people.models import Organisation, OrganisationKind
from trials.permissions import Actor, Permission, Role, Scope

SLUG = r"[a-z0-9][a-z0-9-]{2,79}"


def application_scopes(session: Session, application_id: int) -> tuple[Scope, ...]:
    application = session.get(Application, application_id)
    if application is None:
        raise NotFound("there is no such application")
    return (application.call.scope,)


def _award_shown(session: Session, application_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """The wish names slug, title_nl, title_en, summary_nl, summary_en, pupils_live_at, reasons."""
    application = session.get_one(Application, application_id)
    if application.call.kind is not CallKind.INTERVENTIONS:
        raise NotReady("an evaluator is appointed to a trial, not awarded one")
    standing = standing_of(session, application)
    fields = Fields(wish)
    catalogue = {
        "slug": fields.text("slug", longest=80, pattern=SLUG),
        "title_nl": fields.text("title_nl"),
        "title_en": fields.text("title_en"),
        "summary_nl": fields.text("summary_nl", longest=1000),
        "summary_en": fields.text("summary_en", longest=1000),
        "pupils_live_at": fields.choice("pupils_live_at", PupilsLiveAt).value,
    }
    reasons = fields.text("reasons", longest=4000)
    fields.finish()
    if session.scalar(select(Trial.id).where(Trial.slug == catalogue["slug"])):
        raise BadInput("this address is in use; choose another", field="slug")
    return {
        **about(application),
        "standing": in_figures(standing),
        "catalogue": catalogue,
        "reasons": reasons,
    }


def _lock_call(session: Session, application_id: int) -> Call:
    return call_for_update(session, session.get_one(Application, application_id).call_id)


def _award(
    session: Session,
    application_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> Trial:
    """Award: the decision, the intervention in the catalogue, and the trial, all at once."""
    call = _lock_call(session, application_id)
    must_be_decidable(call, now)
    application = application_for_update(session, application_id)
    decide(session, application, awarded=True, reasons=shown["reasons"], approver=approver, now=now)
    close_if_all_decided(session, call, approver, now)
    trial = _new_trial(session, application, shown["catalogue"], now)
    provider = application.applicant
    give_role(session, provider, Role.PROVIDER, trial.scope, by=approver.person_id, now=now)
    record(
        session,
        "trial_awarded",
        f"trial:{trial.id}",
        by=approver.person_id,
        at=now,
        details={"application": application.id, "proposer": proposer_id},
    )
    return trial


def _new_trial(
    session: Session, application: Application, catalogue: dict[str, str], now: datetime
) -> Trial:
    if session.scalar(select(Trial.id).where(Trial.slug == catalogue["slug"])):
        raise Conflict("another trial took this address in the meantime; propose anew")
    intervention = Intervention(
        application_id=application.id,
        provider=_provider(session, application),
        title_nl=catalogue["title_nl"],
        title_en=catalogue["title_en"],
        summary_nl=catalogue["summary_nl"],
        summary_en=catalogue["summary_en"],
        group=application.current.content["group"],
        added_at=now,
    )
    trial = Trial(
        slug=catalogue["slug"],
        title_nl=catalogue["title_nl"],
        title_en=catalogue["title_en"],
        state=TrialState.AWARDED,
        intervention=intervention,
        pupils_live_at=PupilsLiveAt(catalogue["pupils_live_at"]),
        awarded_at=now,
    )
    session.add(trial)
    session.flush()
    return trial


def _provider(session: Session, application: Application) -> Organisation:
    """The applicant's organisation; whoever applied without one provides under their own name."""
    if application.organisation is not None:
        return application.organisation
    name = application.applicant.name
    known = session.scalar(select(Organisation).where(Organisation.name == name))
    return known or Organisation(kind=OrganisationKind.PROVIDER, name=name)


def suggested_slug(title: str) -> str:
    """Return an address made of a title: ``Samen lezen!`` gives ``samen-lezen``."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80]


AWARD = register_act(
    Act(
        name="award",
        propose=Permission.AWARD_PROPOSE,
        approve=Permission.AWARD_APPROVE,
        scopes=application_scopes,
        shown=_award_shown,
        lock=_lock_call,
        carry_out=_award,
        titles=application_titles,
    )
)
