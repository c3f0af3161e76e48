"""Work in the background: handed over, swept up, resumed after a kill, and kept without words."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from tests.mailserver import Mailbox, mail_server
from trials import jobs
from trials.database import transaction
from trials.mail import OutboxRow, post
from trials.people.letters import INVITATION
from trials.people.models import Person, SignInMethod
from trials.posting import unsent

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
only_postgres = pytest.mark.parametrize(  # on SQLite one process runs the jobs
    "fresh_engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
LOUD = "loting-test-name-that-must-not-be-stored"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def running() -> Iterator[Callable[..., None]]:
    """Starts the jobs of this process; they stop with the test."""

    def start(engine: Engine, tools: jobs.Tools, **named: str) -> None:
        jobs.start(engine.url.render_as_string(hide_password=False), tools, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "LOOK_SECONDS", 0.1)
        yield start
        jobs.stop(wait_seconds=0)


def tools_for(engine: Engine, url: str | None, var: Path) -> jobs.Tools:
    return jobs.Tools(
        sessions=sessionmaker(engine),
        clock=lambda: NOON,
        base_url="https://loting.example",
        secret_key="a secret for the tests only",
        sender="Loting <loting@voorbeeld.nl>",
        var=var,
        mail_url=url,
    )


def post_mails(engine: Engine, count: int) -> None:
    with Session(engine) as session, transaction(session):
        person = Person(name=LOUD, email=f"{LOUD}@s.nl", method=SignInMethod.LINK, created_at=NOON)
        session.add(person)
        session.flush()
        for _ in range(count):
            post(session, INVITATION, person, NOON, subject_id=None)


def unsent_count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).where(OutboxRow.sent_at.is_(None))) or 0


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_mail_posted_while_jobs_run_is_sent_after_the_commit(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))

    post_mails(fresh_engine, 3)

    wait_for(lambda: unsent_count(fresh_engine) == 0)
    assert len({mail["Message-ID"] for mail in mailbox.taken}) == len(mailbox.taken) == 3


def test_mail_posted_before_is_swept_up_at_the_start(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    post_mails(fresh_engine, 3)

    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))

    wait_for(lambda: unsent_count(fresh_engine) == 0)
    assert len(mailbox.taken) == 3


def test_handing_over_twice_sends_once(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    post_mails(fresh_engine, 1)
    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))
    for _ in range(5):
        assert jobs.enqueue("mail", 1)

    wait_for(lambda: unsent_count(fresh_engine) == 0)
    time.sleep(0.5)  # longer than the queue takes to look again
    assert len(mailbox.taken) == 1


def test_nothing_is_handed_over_where_nothing_runs() -> None:
    assert jobs.enqueue("mail", 1) is False


def test_the_jobs_own_tables_hold_no_words(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    """A refused mail too: the server's answer names the address, and is not kept."""
    mailbox.refuse_with = f"451 {LOUD}@s.nl later"
    post_mails(fresh_engine, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(jobs.AGAIN, "max_attempts", 1)
        running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))
        wait_for(lambda: "StepFailed" in kept_by_dbos(fresh_engine))

    kept = kept_by_dbos(fresh_engine)
    assert "mail:1" in kept
    assert LOUD not in kept
    assert list(unsent(tools_for(fresh_engine, mailbox.url, tmp_path))) == [("mail", 1)]


def kept_by_dbos(engine: Engine) -> str:
    """Return everything DBOS stores, decoded, in one text."""
    url = make_url(jobs.system_database(engine.url.render_as_string(hide_password=False)))
    postgres = engine.dialect.name == "postgresql"
    system = create_engine(url.set(drivername="postgresql+psycopg") if postgres else url)
    if not inspect(system).has_table("operation_outputs", schema="dbos" if postgres else None):
        return ""  # not started yet
    schema = "dbos." if postgres else ""
    cells = []
    with system.connect() as connection:
        for table in ("workflow_status", "operation_outputs"):
            for row in connection.execute(text(f"SELECT * FROM {schema}{table}")):
                cells += [str(cell) for cell in row]
    system.dispose()
    decoded = []
    for cell in cells:
        try:
            decoded.append(base64.b64decode(cell, validate=True).decode(errors="replace"))
        except ValueError:
            decoded.append("")
    return "\n".join(cells + decoded)


def test_what_failed_is_handed_over_again_by_the_next_sweep(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    mailbox.refuse_with = "451 later"
    post_mails(fresh_engine, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(jobs.AGAIN, "max_attempts", 1)
        running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))
        wait_for(lambda: "StepFailed" in kept_by_dbos(fresh_engine))
        mailbox.refuse_with = None
        jobs.stop()
        running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))

        wait_for(lambda: unsent_count(fresh_engine) == 0)
    assert len(mailbox.taken) == 1


def test_finished_work_is_forgotten_at_the_next_sweep(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    post_mails(fresh_engine, 2)
    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))
    wait_for(lambda: kept_by_dbos(fresh_engine).count("SUCCESS") == 2)
    jobs.stop()

    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path))

    wait_for(lambda: "mail:" not in kept_by_dbos(fresh_engine))


def test_the_commands_help_waits_for_no_dbos() -> None:
    code = "import sys, trials.posting, trials.people.proposals; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path.cwd()).returncode == 0


PROCESS = """
import logging, sys, time
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy.orm import sessionmaker
from trials import jobs, posting
from trials.database import make_engine
from trials.people import letters

url, mail_url, name, var, delay = sys.argv[1:6]
engine = make_engine(url)
deliver = posting.deliver

def slowly(tools, number):
    time.sleep(float(delay))
    done = deliver(tools, number)
    time.sleep(float(delay))
    return done

slowly.__name__ = "deliver"
posting.deliver = slowly
jobs.LOOK_SECONDS = 0.1
now = lambda: datetime(2027, 1, 4, 12, tzinfo=UTC)
jobs.start(url, jobs.Tools(sessionmaker(engine), now, "https://loting.example", "k" * 32,
           "Loting <loting@voorbeeld.nl>", Path(var), mail_url), worker=name)
print("running", flush=True)
while True:
    time.sleep(1)
"""


def run_worker(
    engine: Engine, mailbox: Mailbox, var: Path, *, name: str = "main", delay: float = 0.05
) -> subprocess.Popen[str]:
    url = engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", PROCESS, url, mailbox.url, name, str(var), str(delay)]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("kills", [1, 2])
def test_killed_in_the_middle_of_mail_nothing_is_lost(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, kills: int
) -> None:
    """Mails on their way while the process is killed with -9, then a process that finishes.

    Every mail arrives. One kill sends none more than twice, and always under its own Message-ID;
    sending is slowed on both sides of the moment the server takes a mail, to be hit there.
    """
    count = 10 * (kills + 1)
    post_mails(fresh_engine, count)
    for kill_number in range(1, kills + 1):
        process = run_worker(fresh_engine, mailbox, tmp_path, delay=0.3)
        wait_for(lambda reached=kill_number * 8: len(mailbox.taken) >= reached, seconds=60)
        kill(process)

    process = run_worker(fresh_engine, mailbox, tmp_path, delay=0)
    try:
        wait_for(lambda: unsent_count(fresh_engine) == 0, seconds=60)
    finally:
        kill(process)

    with Session(fresh_engine) as session:
        posted = set(session.scalars(select(OutboxRow.message_id)))
    arrived = Counter(str(mail["Message-ID"]) for mail in mailbox.taken)
    assert set(arrived) == posted
    assert len(posted) == count
    assert max(arrived.values()) <= kills + 1


@only_postgres
def test_a_living_worker_takes_over_from_a_dead_one(
    fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path, running
) -> None:
    post_mails(fresh_engine, 4)
    process = run_worker(fresh_engine, mailbox, tmp_path, name="first", delay=60)
    wait_for(lambda: kept_by_dbos(fresh_engine).count("PENDING") == 4)
    kill(process)
    with Session(fresh_engine) as session, transaction(session):
        worker = session.get_one(jobs.Worker, "first")
        worker.seen_at = datetime.now(UTC) - jobs.DEAD_AFTER - timedelta(seconds=1)

    running(fresh_engine, tools_for(fresh_engine, mailbox.url, tmp_path), worker="second")

    wait_for(lambda: unsent_count(fresh_engine) == 0)
    assert len(mailbox.taken) == 4
    with Session(fresh_engine) as session:
        assert session.scalars(select(jobs.Worker.name)).all() == ["second"]


@only_postgres
def test_two_workers_share_the_mail(fresh_engine: Engine, mailbox: Mailbox, tmp_path: Path) -> None:
    post_mails(fresh_engine, 30)
    workers = [
        run_worker(fresh_engine, mailbox, tmp_path, name=name) for name in ("first", "second")
    ]
    try:
        wait_for(lambda: unsent_count(fresh_engine) == 0, seconds=60)
    finally:
        for worker in workers:
            kill(worker)

    assert Counter(str(mail["Message-ID"]) for mail in mailbox.taken).most_common(1)[0][1] == 1
    assert len(mailbox.taken) == 30
