"""Sign-ups that somebody began and left before anything of the school was kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.calls.models import Trial
from trials.errors import NotFound
from trials.people.models import LinkPurpose, MailLink
from trials.permissions import Actor
from trials.signups.models import SchoolCall, Signup
from trials.signups.rows import TAKES_SCHOOLS
from trials.signups.states import STARTS_AGAIN

QUESTIONS = "/take-part/{slug}/{site_id}/questions"
BEGUN = re.compile(r"/take-part/([^/]+)/(\d+)/questions")


@dataclass(frozen=True, slots=True)
class Begun:
    """A mailed link to the questions of eligibility that were not answered since."""

    link_id: int
    path: str
    call: SchoolCall


def begun_signups(session: Session, actor: Actor, now: datetime) -> list[Begun]:
    """Return where the actor can go on, each school once, in calls that are open now."""
    links = session.scalars(
        select(MailLink)
        .where(
            MailLink.person_id == actor.person_id,
            MailLink.purpose == LinkPurpose.SIGN_IN,
            MailLink.path.startswith("/take-part/"),
        )
        .order_by(MailLink.id.desc())
    )
    newest = {link.path: link for link in reversed(links.all())}
    return list(_unanswered(session, newest.values(), now))


def begun_path(session: Session, link_id: int, actor: Actor, now: datetime) -> str:
    """Return the page at which one of them goes on. Raises ``NotFound`` once it was answered."""
    for begun in begun_signups(session, actor, now):
        if begun.link_id == link_id:
            return begun.path
    raise NotFound("there is no such sign-up")


def _unanswered(session: Session, links: Iterable[MailLink], now: datetime) -> Iterator[Begun]:
    for link in links:
        found = BEGUN.fullmatch(link.path)
        call = _open_call(session, found[1], now) if found else None
        if found and call and not _answered(session, call, int(found[2]), link.created_at):
            yield Begun(link.id, link.path, call)


def _open_call(session: Session, slug: str, now: datetime) -> SchoolCall | None:
    return session.scalar(
        select(SchoolCall)
        .join(SchoolCall.trial)
        .where(
            Trial.slug == slug,
            Trial.state.in_(TAKES_SCHOOLS),
            SchoolCall.opens_at <= now,
            SchoolCall.closes_at > now,
        )
    )


def _answered(session: Session, call: SchoolCall, site_id: int, since: datetime) -> bool:
    """Say whether the school is in already, by whomever, or was answered for since."""
    signup = session.scalar(
        select(Signup).where(Signup.trial_id == call.trial_id, Signup.site_id == site_id)
    )
    return signup is not None and (
        signup.state not in STARTS_AGAIN or signup.interested_at >= since
    )
