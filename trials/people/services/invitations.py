"""Inviting people by mail, the first administrator among them, and mending a lost second step."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import Base, transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound
from trials.people.enrolment import enrol, give_role
from trials.people.links import send_invitation, send_link
from trials.people.models import LinkPurpose, MailLink, Person, RecoveryCode, SignInMethod
from trials.people.sessions import end_sessions
from trials.permissions import PROGRAMME, Actor, Permission, Role, Scope, require


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    scope: Scope,
    actor: Actor,
    now: datetime,
    language: str = "nl",
    organisation_id: int | None = None,
) -> Person:
    """Add a person where new, give the role, and mail an invitation.

    Raises ``BadInput`` for a call, trial, board or sign-up that is not there, ``Conflict`` for
    whom was shut out, or a role that would mix sight of arms with blindness.
    """
    with transaction(session):
        require(actor, Permission.PEOPLE_INVITE, scope)
        _check_there(session, scope)
        person = enrol(
            session,
            email=email,
            name=name,
            now=now,
            language=language,
            organisation_id=organisation_id,
        )
        if person.id == actor.person_id:
            raise NotAllowed("nobody gives a role to themselves; ask a colleague")
        if person.disabled_at is not None:
            raise Conflict("this person has no access any more; invite someone else")
        give_role(session, person, role, scope, by=actor.person_id, now=now)
        send_invitation(session, person, now)
        record(session, "invited", f"person:{person.id}", by=actor.person_id, at=now)
    return person


def _check_there(session: Session, scope: Scope) -> None:
    """Refuse a role for something that is not there. A kind of scope is named after its table."""
    if scope.id is None:
        return
    table = Base.metadata.tables[scope.kind.value]
    if session.scalar(select(table.c.id).where(table.c.id == scope.id)) is None:
        raise BadInput("nothing has this number; look it up and try again", field="number")


def invite_administrator(session: Session, *, email: str, now: datetime) -> MailLink:
    """Invite an administrator from the command line: whoever reaches the machine is trusted.

    Returns the link, whose token the command line shows beside the mail.
    """
    with transaction(session):
        person = enrol(session, email=email, name=email, now=now)
        if person.disabled_at is not None:
            raise Conflict("this person has no access any more; invite someone else")
        give_role(session, person, Role.ADMINISTRATOR, PROGRAMME, by=None, now=now)
        if person.totp_since is not None:
            raise Conflict("this person has a password and a second step already")
        link = send_link(session, person, LinkPurpose.INVITATION, now)
        record(session, "invited", f"person:{person.id}", by=None, at=now)
    return link


def reset_second_step(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Let someone who lost device and recovery codes set both steps up anew, by a mailed link.

    The password goes too: link, new password and new device prove the person afresh.
    """
    with transaction(session):
        require(actor, Permission.PEOPLE_INVITE)
        person = session.get(Person, person_id, with_for_update={"key_share": True})
        if person is None or person.method is not SignInMethod.PASSWORD:
            raise NotFound("there is no such person")
        if person.id == actor.person_id:
            raise NotAllowed("ask a colleague: nobody resets the own second step")
        if person.disabled_at is not None:
            raise Conflict("this person has no access any more; invite someone else")
        person.password_hash = person.totp_nonce = None
        person.totp_since = person.totp_last_step = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        end_sessions(session, person.id, now)
        send_link(session, person, LinkPurpose.INVITATION, now)
        subject = f"person:{person.id}"
        record(session, "second_step_reset", subject, by=actor.person_id, at=now)
