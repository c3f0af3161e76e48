"""Who acts on the command line, and when: services ask the same of it as of a page."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from migrations import runner
from trials.people.actors import actor_for, holders
from trials.people.models import Person
from trials.permissions import PROGRAMME, Actor, Permission
from web.commands import Refused
from web.visitor import read_deployment


def moment_of(engine: Engine) -> datetime:
    """Return the time acts carry: now, or in a demonstration the time of its fixed clock.

    Raises ``Refused`` for a database that is not at the newest revision.
    """
    if runner.current(engine) != runner.head():
        raise Refused("the database is not up to date; bring it there with: loting db upgrade")
    _demonstration, clock = read_deployment(engine)
    return clock()


def acting(session: Session, permission: Permission, mail: str | None, now: datetime) -> Actor:
    """Return who acts: the person of ``mail``, or the one person who has ``permission``.

    Whoever may run commands on the server is trusted to say who they are; the audit chain names
    the person. Raises ``Refused`` for an unknown address and when it is not plain who is meant.
    """
    if mail is not None:
        person = session.scalar(select(Person).where(Person.email == mail.strip().lower()))
        if person is None:
            raise Refused(f"nobody here has the address {mail}")
        return actor_for(session, person.id, now)
    able = holders(session, permission, (PROGRAMME,), now)
    if len(able) != 1:
        raise Refused(
            f"{len(able)} people may do this; say who you are with --as and a mail address"
        )
    return able[0]
