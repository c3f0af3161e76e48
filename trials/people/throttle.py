"""How often something may be tried, counted in the database so that every process counts along."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.errors import TooOften
from trials.people.keys import fingerprint
from trials.people.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``tries`` in ``within``."""

    what: str
    tries: int
    within: timedelta = timedelta(minutes=15)


PROOF = Limit("proof", 5)


def count_try(session: Session, limit: Limit, who: object, now: datetime) -> int:
    """Note one try and return its number's row; refuse when there were too many.

    The try is committed before it is counted: of many at the same moment no more than
    ``limit.tries`` can then see few enough others. A refused try is forgotten again, so nobody
    can keep another person out by going on. Raises ``TooOften``.
    """
    key = fingerprint(limit.what, who)
    with transaction(session):
        session.execute(delete(Attempt).where(Attempt.key == key, Attempt.at <= now - limit.within))
        attempt = Attempt(key=key, at=now)
        session.add(attempt)
        session.flush()
        number = attempt.id
    made = session.scalar(select(func.count()).where(Attempt.key == key)) or 0
    if made > limit.tries:
        with transaction(session):
            session.execute(delete(Attempt).where(Attempt.id == number))
        minutes = int(limit.within.total_seconds() // 60)
        raise TooOften("too many attempts; try again in {minutes} minutes", minutes=minutes)
    return number


def forgive(session: Session, limit: Limit, who: object) -> None:
    """Forget the tries of whom succeeded, in the caller's transaction."""
    session.execute(delete(Attempt).where(Attempt.key == fingerprint(limit.what, who)))
