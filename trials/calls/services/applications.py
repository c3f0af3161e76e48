"""Applying to a call: drafts, the one moment of sending, versions until closing, withdrawal."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.content import read_application
from trials.calls.loading import application_for_update, call_for_update
from trials.calls.models import ApplicantKind, Application, ApplicationVersion, Call, Rebuttal
from trials.calls.states import ApplicationState, CallState
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotFound, NotReady
from trials.fields import written
from trials.people.models import Person
from trials.permissions import Actor, Permission, require


def save_draft(
    session: Session,
    *,
    call_id: int,
    request_key: str,
    kind: ApplicantKind,
    title: str,
    content: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Application:
    """Keep what is written so far; a draft may be incomplete and is seen by its applicant only."""
    with transaction(session):
        call = _open_call(session, call_id, actor, now)
        application = _with_key(session, call, request_key, actor)
        if application is None:
            application = _begin(session, call, request_key, kind, actor)
        elif application.state is not ApplicationState.DRAFT:
            raise Conflict("this application was sent already; change it there")
        application.kind = kind
        _add_version(application, title.strip()[:200], content, actor, now)
        session.flush()
        record(session, "draft_saved", _name(application), by=actor.person_id, at=now)
    return application


def submit_application(
    session: Session,
    *,
    call_id: int,
    request_key: str,
    kind: ApplicantKind,
    title: str,
    content: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Application:
    """Send an application, once: a second press with the same key returns the first.

    Raises ``NotReady`` outside the dates of the call (from ``closes_at`` on it is closed, to the
    second), ``BadInput`` with every field that needs mending.
    """
    with transaction(session):
        call = _known_call(session, call_id, actor)
        application = _with_key(session, call, request_key, actor)
        if application is not None and application.state is not ApplicationState.DRAFT:
            return application
        _must_be_open(call, now)
        cleaned = _checked(call, kind, title, content)
        if application is None:
            application = _begin(session, call, request_key, kind, actor)
        application.kind = kind
        _add_version(application, title.strip(), cleaned, actor, now)
        application.advance_to(ApplicationState.SUBMITTED)
        application.submitted_at = now
        session.flush()
        record(session, "application_submitted", _name(application), by=actor.person_id, at=now)
    return application


def revise_application(
    session: Session,
    *,
    application_id: int,
    title: str,
    content: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Application:
    """Replace a sent application by a new version while its call is open; the old one is kept."""
    with transaction(session):
        application = _own(session, application_id, actor)
        if application.state is not ApplicationState.SUBMITTED:
            raise NotReady("only an application that was sent and not decided can be changed")
        _must_be_open(application.call, now)
        cleaned = _checked(application.call, application.kind, title, content)
        if _add_version(application, title.strip(), cleaned, actor, now):
            record(session, "application_revised", _name(application), by=actor.person_id, at=now)
    return application


def withdraw_application(
    session: Session, *, application_id: int, actor: Actor, now: datetime
) -> Application:
    """Take back one's own application, at any moment before its decision."""
    with transaction(session):
        application = _own(session, application_id, actor)
        application.advance_to(ApplicationState.WITHDRAWN)
        record(session, "application_withdrawn", _name(application), by=actor.person_id, at=now)
    return application


def write_rebuttal(
    session: Session, *, application_id: int, text: str, actor: Actor, now: datetime
) -> Rebuttal:
    """Answer the assessors, once, while the rebuttal round runs."""
    with transaction(session):
        application = _own(session, application_id, actor)
        until = application.call.rebuttal_until
        if application.state is not ApplicationState.SUBMITTED or until is None or now >= until:
            raise NotReady("there is no round of rebuttals at this moment")
        if session.scalar(select(Rebuttal).where(Rebuttal.application_id == application.id)):
            raise Conflict("you answered the assessors already")
        rebuttal = Rebuttal(
            application_id=application.id,
            text=written(text, field="text", longest=10_000),
            written_at=now,
        )
        session.add(rebuttal)
        record(session, "rebuttal_written", _name(application), by=actor.person_id, at=now)
    return rebuttal


def _name(application: Application) -> str:
    return f"application:{application.id}"


def _known_call(session: Session, call_id: int, actor: Actor) -> Call:
    call = call_for_update(session, call_id)
    if call.state is CallState.DRAFT:
        raise NotFound("there is no such call")
    require(actor, Permission.APPLICATION_SUBMIT, call.scope)
    return call


def _open_call(session: Session, call_id: int, actor: Actor, now: datetime) -> Call:
    call = _known_call(session, call_id, actor)
    _must_be_open(call, now)
    return call


def _must_be_open(call: Call, now: datetime) -> None:
    if call.state is CallState.WITHDRAWN:
        raise NotReady("this call was withdrawn")
    if now < call.opens_at:
        raise NotReady("this call is not open yet")
    if not call.is_open(now):
        raise NotReady("this call is closed; nothing can be sent or changed any more")


def _with_key(session: Session, call: Call, request_key: str, actor: Actor) -> Application | None:
    """Return the application this form made before; the call's lock makes the answer final."""
    found = session.scalar(
        select(Application)
        .where(Application.call_id == call.id, Application.request_key == request_key)
        .with_for_update()
    )
    if found is not None and found.applicant_id != actor.person_id:
        raise NotFound("there is no such application")
    return found


def _own(session: Session, application_id: int, actor: Actor) -> Application:
    application = application_for_update(session, application_id)
    if application.applicant_id != actor.person_id:
        raise NotFound("there is no such application")
    return application


def _begin(
    session: Session, call: Call, request_key: str, kind: ApplicantKind, actor: Actor
) -> Application:
    if not 8 <= len(request_key) <= 64:
        raise BadInput("the form was incomplete; open it again")
    application = Application(
        call=call,
        request_key=request_key,
        applicant_id=actor.person_id,
        organisation_id=session.get_one(Person, actor.person_id).organisation_id,
        kind=kind,
        state=ApplicationState.DRAFT,
    )
    session.add(application)
    return application


def _checked(
    call: Call, kind: ApplicantKind, title: str, content: dict[str, Any]
) -> dict[str, Any]:
    problems: list[BadInput] = []
    if not 10 <= len(title.strip()) <= 200:
        problems.append(BadInput("use 10 to 200 characters", field="title", value=title.strip()))
    try:
        cleaned = read_application(call.kind, kind, content)
    except BadInput as refusal:
        problems += refusal.problems
    if problems:
        raise BadInput(
            "{count} fields need mending; nothing was stored", tuple(problems), count=len(problems)
        )
    return cleaned


def _add_version(
    application: Application, title: str, content: dict[str, Any], actor: Actor, now: datetime
) -> bool:
    """Append a version, unless it says what the last one says."""
    last = application.versions[-1] if application.versions else None
    if last is not None and (last.title, last.content) == (title, content):
        return False
    application.versions.append(
        ApplicationVersion(
            number=len(application.versions) + 1,
            title=title,
            content=content,
            written_by=actor.person_id,
            written_at=now,
        )
    )
    return True
