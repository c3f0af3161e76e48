"""Sending a sign-up, which takes a place, and withdrawing, which gives it back."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput
from trials.mail import post
from trials.permissions import Actor, Permission, Role, require
from trials.signups.contacts import holders_of
from trials.signups.leaving import withdraw
from trials.signups.letters import SIGNATURE_ASKED
from trials.signups.models import Signup
from trials.signups.places import places_taken, take_place
from trials.signups.rows import open_call_for_update, signup_for_update
from trials.signups.states import SignupState


def submit_signup(session: Session, *, signup_id: int, actor: Actor, now: datetime) -> Signup:
    """Send a sign-up. It takes a place, or stands on the waiting list when all are taken.

    Pressing "send" twice changes nothing the second time. Raises ``NotReady`` outside the
    call's dates and ``BadInput`` naming what is still missing.
    """
    with transaction(session):
        signup = signup_for_update(session, signup_id, actor)
        require(actor, Permission.SIGNUP_EDIT, *signup.scopes)
        if signup.submitted_at or signup.waiting_since:
            return signup
        call = open_call_for_update(session, signup.trial_id, now)
        _check_complete(signup)
        if places_taken(session, signup.trial_id) < call.places:
            take_place(signup, now)
            for signatory in holders_of(session, signup, Role.BOARD_SIGNATORY, now):
                post(session, SIGNATURE_ASKED, signatory, now, subject_id=signup.id)
        else:
            signup.waiting_since = now
            signup.advance_to(SignupState.WAITING)
        event = "signup_waiting" if signup.waiting_since else "signup_submitted"
        record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now)
    return signup


def withdraw_signup(
    session: Session, *, signup_id: int, reason: str = "", actor: Actor, now: datetime
) -> Signup:
    """Withdraw a school, in one action and without having to say why.

    Before its draw the place goes to the school that waits longest. After it the school stays
    in the intention-to-treat set: that it left delivery is recorded, nothing else changes.
    """
    with transaction(session):
        signup = signup_for_update(session, signup_id, actor)
        if not actor.may(Permission.SIGNUP_EDIT, *signup.scopes):
            require(actor, Permission.BOARD_SIGN, *signup.scopes)
        if signup.state is SignupState.WITHDRAWN:
            return signup
        withdraw(session, signup, reason, now)
        event = "withdrawn_after_draw" if signup.drawn_at else "signup_withdrawn"
        record(session, event, f"signup:{signup.id}", by=actor.person_id, at=now)
    return signup


def _check_complete(signup: Signup) -> None:
    missing = []
    if not signup.groups:
        missing.append(BadInput("fill in which groups take part", field="groups"))
    if not signup.tests:
        missing.append(BadInput("fill in which tests your school uses", field="tests"))
    if signup.both_arms_accepted_at is None:
        missing.append(BadInput("say whether both groups are fine", field="accepted"))
    if missing:
        raise BadInput("{count} answers are still missing", tuple(missing), count=len(missing))
