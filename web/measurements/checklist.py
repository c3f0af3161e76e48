"""The lines about pupils and tests on a school's list."""

from collections.abc import Iterator
from datetime import datetime

from flask import g, url_for
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.measurements.models import UploadKind
from trials.measurements.queries import plan_is_locked, pupils_are_here, sent_files
from trials.measurements.rows import wave_locked
from trials.permissions import Permission
from trials.signups.models import SchoolCall, Signup
from trials.signups.states import SignupState
from web.signups.checklist import Item, Turn

SIGNED = (SignupState.SIGNED, SignupState.COMPLETE)


def pupil_items(
    session: Session, signup: Signup, call: SchoolCall, *, before_draw: bool
) -> Iterator[Item]:
    """Yield what the school sends before the draw, or after it."""
    protocol = locked_protocol(session, signup.trial_id)
    sent = sent_files(session, signup.trial, signup.id)
    if before_draw:
        ready = signup.state in SIGNED or signup.drawn_at is not None
        yield _change(signup, lazy_gettext("Objections of parents"), "objections", ready=ready)
        title = lazy_gettext("Send the list of pupils")
        yield _item(signup, title, UploadKind.PUPILS, signup.id in sent.pupils, ready, call)
        if protocol.baseline and pupils_are_here(signup.trial):
            title = lazy_gettext("Send the scores of the pre-test")
            listed = ready and signup.id in sent.pupils
            done = signup.id in sent.baseline
            yield _item(signup, title, UploadKind.BASELINE, done, listed, call)
        return
    yield from _changes(signup)
    ready = signup.drawn_at is not None and plan_is_locked(session, signup.trial_id)
    for wave in protocol.outcome_waves():
        done = signup.id in sent.outcomes.get(wave, set())
        title = lazy_gettext("Send the scores of test round %(wave)s", wave=wave)
        if len(protocol.outcome_waves()) == 1:
            title = lazy_gettext("Send the scores of the final test")
        if wave_locked(session, signup.trial_id, wave) and not done:
            yield Item(title, Turn.CLOSED)
        else:
            yield _item(signup, title, UploadKind.OUTCOME, done, ready, None, wave)


def _changes(signup: Signup) -> Iterator[Item]:
    """What may happen at any moment after the draw."""
    yield _change(signup, lazy_gettext("Objections of parents"), "objections")
    if pupils_are_here(signup.trial):
        yield _change(signup, lazy_gettext("A pupil leaves the school"), "leavers")


def _change(signup: Signup, title: LazyString, page: str, *, ready: bool = True) -> Item:
    own = g.actor.may(Permission.PUPILS_UPLOAD, *signup.scopes)
    href = url_for(f"measurements.{page}", signup_id=signup.id) if own else None
    return Item(title, Turn.OPEN if ready else Turn.LATER, href, 2)


def _item(
    signup: Signup,
    title: LazyString,
    kind: UploadKind,
    done: bool,
    ready: bool,
    call: SchoolCall | None,
    wave: int = 1,
) -> Item:
    turn = Turn.DONE if done else Turn.YOURS if ready else Turn.LATER
    due: datetime | None = call.closes_at if call and turn is Turn.YOURS else None
    page = "send" if pupils_are_here(signup.trial) else "count"
    href = url_for(f"measurements.{page}", signup_id=signup.id, kind=kind.value, wave=wave)
    if done:
        href = url_for("measurements.pupils", signup_id=signup.id)
    return Item(title, turn, href if ready or done else None, 0 if done else 10, due)
