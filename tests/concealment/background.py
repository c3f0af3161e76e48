"""What work in the background leaves behind: the tables of DBOS, and the mails as they went out."""

import base64
import binascii
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import Engine, MetaData, create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.concealment.walking import Place, normalised
from tests.trials.draws import ceremony as act
from tests.web.conftest import SECRET
from trials import jobs, posting
from trials.mail import OutboxRow
from trials.people.models import Person

JOBS = posting  # importing it registers the job that sends mail
BY_CHANCE = {"queue_id", "version_id", "creator_xid"}
EPOCH = 10**11  # whole numbers above are moments in milliseconds
PATIENCE = 30.0  # seconds


def run_jobs(place: Place, var: Path) -> None:
    """Send every mail of a place as a demonstration does, into ``var``; nothing else may wait."""
    tools = jobs.Tools(
        sessions=sessionmaker(place.engine),
        clock=lambda: act.TOLD_AT,
        base_url="http://loting",
        secret_key=SECRET,
        sender="Loting <loting@voorbeeld.nl>",
        var=var,
        demonstration=True,
    )
    until = time.monotonic() + PATIENCE
    jobs.start(_address(place), tools)
    try:
        while _waiting(place) and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        jobs.stop()
    assert not _waiting(place)


def kept_by_jobs(engine: Engine) -> dict[str, list[bytes]]:
    """Return every row of every table of DBOS, decoded, without moments and chance numbers."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(
                normalised(b" ".join(_cells(row)))
                for row in connection.execute(select(table)).mappings()
            )
            for table in found.sorted_tables
        }


def tables_of_jobs(place: Place) -> Engine:
    """Return where DBOS keeps its tables about a place."""
    return create_engine(jobs.system_database(_address(place)))


def mails_to(place, folder, name):
    """Return subject and body of each mail that went out to a person."""
    with Session(place.engine) as session:
        address = session.get_one(Person, place.world.people[name]).email
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(folder.rglob("*.eml"))
    ]
    return [
        (mail["Subject"], normalised(mail.get_content().encode()))
        for mail in mails
        if address in mail["To"]
    ]


def _address(place: Place) -> str:
    return place.engine.url.render_as_string(hide_password=False)


def _waiting(place: Place) -> int:
    with Session(place.engine) as session:
        open_ = OutboxRow.sent_at.is_(None) & OutboxRow.failed_at.is_(None)
        return session.scalar(select(func.count()).where(open_)) or 0


def _cells(row) -> list[bytes]:
    """Each cell as it stands and, where it is base64, as what it stands for."""
    kept = {
        name: value
        for name, value in row.items()
        if name not in BY_CHANCE and not (isinstance(value, int) and value > EPOCH)
    }
    return [f"{name}={value}".encode() + _decoded(value) for name, value in kept.items()]


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return b""
