"""What a request knows: a session, the time, and who is there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from trials.audit import AuditRow
from trials.people.actors import actor_for
from trials.people.models import Deployment, Person

Clock = Callable[[], datetime]
Who = Callable[[Session, datetime], int | None]  # the id of the person this request comes from


def read_deployment(engine: Engine) -> tuple[bool, Clock]:
    """Return whether this database is a demonstration, and the clock pages go by.

    The demonstration's clock starts at its fixed moment, or at the last act recorded when that
    is later, and moves on with the real time since the process started: so a restart never
    goes back behind what was done.
    """
    with Session(engine) as session:
        deployment = session.get(Deployment, 1)
        if deployment is None or deployment.clock is None:
            return bool(deployment and deployment.demonstration), lambda: datetime.now(UTC)
        last_act = session.scalar(select(func.max(AuditRow.at)))
        start = max(deployment.clock, last_act or deployment.clock)
        demonstration = deployment.demonstration
    began = time.monotonic()
    return demonstration, lambda: start + timedelta(seconds=time.monotonic() - began)


def welcome() -> None:
    """Open the request's session and find out who is there."""
    g.session = current_app.extensions["sessions"]()
    g.now = current_app.config["CLOCK"]()
    g.actor, g.person = None, None
    person_id = current_app.config["WHO"](g.session, g.now)
    if person_id is not None:
        g.person = g.session.get(Person, person_id)
        g.actor = actor_for(g.session, person_id, g.now)


def say_goodbye(_error: BaseException | None = None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()


def receive_visitors(app: Flask, engine: Engine) -> None:
    app.extensions["sessions"] = sessionmaker(engine)
    app.config.setdefault("WHO", lambda _session, _now: None)  # the people's folder knows better
    app.before_request(welcome)
    app.teardown_request(say_goodbye)
