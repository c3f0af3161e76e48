"""What a school still has to do after sending its sign-up, and whose turn it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from flask import current_app, url_for
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from trials.permissions import Actor, Role
from trials.signups.contacts import holders_of
from trials.signups.models import SchoolCall, Signup
from trials.signups.queries import council_decision, signature_of
from trials.signups.states import SignupState


class Turn(Enum):
    """Whose turn it is, in words and as a badge."""

    YOURS = (lazy_gettext("waits for you"), "wait")
    BOARD = (lazy_gettext("waits for the board"), "todo")
    COUNCIL = (lazy_gettext("waits for the council"), "todo")
    OTHERS = (lazy_gettext("you will hear from us"), "todo")
    OPEN = (lazy_gettext("when there are any"), "todo")
    CLOSED = (lazy_gettext("closed"), "todo")
    LATER = (lazy_gettext("later"), "todo")
    DONE = (lazy_gettext("done"), "done")

    @property
    def words(self) -> LazyString:
        return self.value[0]

    @property
    def badge(self) -> str:
        return str(self.value[1])


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the school's list."""

    title: LazyString
    turn: Turn
    href: str | None = None
    minutes: int = 0
    due: datetime | date | None = None


def sign_up_items(
    session: Session, signup: Signup, call: SchoolCall, now: datetime
) -> Iterator[Item]:
    """Yield agreement, council and parents: what must be there before the draw."""
    signatory = holders_of(session, signup, Role.BOARD_SIGNATORY, now)
    if signature_of(session, signup):
        yield _item(signup, lazy_gettext("Agreement signed"), Turn.DONE, "agreement")
    elif signatory:
        title = lazy_gettext("The board signs the agreement")
        yield _item(signup, title, Turn.BOARD, "agreement", 5, call.closes_at)
    else:
        title = lazy_gettext("Say who signs for your board")
        yield _item(signup, title, Turn.YOURS, "signatory", 1, call.closes_at)
    if council_decision(session, signup):
        yield _item(signup, lazy_gettext("The council's answer"), Turn.DONE, "council")
    elif holders_of(session, signup, Role.COUNCIL, now):
        title = lazy_gettext("The participation council answers")
        yield _item(signup, title, Turn.COUNCIL, "council", 10, call.closes_at)
    else:
        title = lazy_gettext("Say who answers for the participation council")
        yield _item(signup, title, Turn.YOURS, "council_contact", 1, call.closes_at)
    turn = Turn.DONE if signup.parents_informed_on else Turn.YOURS
    title = lazy_gettext("Send the letter to the parents")
    yield _item(signup, title, turn, "parents", 10, call.closes_at)


def draw_item(signup: Signup, call: SchoolCall) -> Item:
    """Return the line on the draw, with the way to the result once there is one."""
    title = lazy_gettext("The draw: hear your group")
    if signup.drawn_at is None:
        return Item(title, Turn.OTHERS, due=call.told_by)
    endpoint = "draws.school_result"
    known = endpoint in current_app.view_functions
    return Item(title, Turn.DONE, url_for(endpoint, signup_id=signup.id) if known else None)


def _item(
    signup: Signup,
    title: LazyString,
    turn: Turn,
    page: str,
    minutes: int = 0,
    due: datetime | None = None,
) -> Item:
    over = turn is Turn.DONE or signup.state is SignupState.WITHDRAWN
    href = url_for(f"signups.{page}", signup_id=signup.id)
    return Item(title, turn, href, 0 if over else minutes, None if over else due)


def waits_for(items: list[Item]) -> Item | None:
    """Return the first line that waits for the coordinator."""
    return next((item for item in items if item.turn is Turn.YOURS), None)


def is_coordinator(signup: Signup, actor: Actor) -> bool:
    return actor.holds(Role.SCHOOL_COORDINATOR, *signup.scopes)
