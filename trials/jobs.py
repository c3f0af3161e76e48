"""Work in the background that survives a crash: DBOS runs it, our own rows are the truth.

A folder registers a job; a job gets an id and what it may use, and does its work in steps that can
run twice without harm. DBOS keeps ids only. What is unfinished when a process dies is taken up by
the next process of the same name, and what DBOS never heard of is found by the sweeps.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, Session, mapped_column

from trials.database import Base, transaction

if TYPE_CHECKING:
    from dbos._core import StepOptions

log = logging.getLogger(__name__)

VERSION = "1"  # constant: another version would leave half-done work of the last one lying
SWEEP_SECONDS, BEAT_SECONDS = 600.0, 15.0
LOOK_SECONDS = 1.0  # between two looks into a queue
DEAD_AFTER = timedelta(seconds=90)
STOP = ("", 0)  # not a job
AGAIN: "StepOptions" = {  # after 2, 6 and 18 seconds
    "retries_allowed": True,
    "interval_seconds": 2.0,
    "backoff_rate": 3.0,
    "max_attempts": 4,
}
FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class Worker(Base):
    """A process that runs jobs, by its stable name, and when it last showed itself alive."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a job may use. Nothing of it is ever stored with the job."""

    sessions: Callable[[], Session]
    clock: Callable[[], datetime]
    base_url: str  # how addresses in mails begin
    secret_key: str
    sender: str  # "Loting <loting@voorbeeld.nl>"
    var: Path
    mail_url: str | None = None  # smtp://user:password@host:port
    demonstration: bool = False


class StepFailed(Exception):
    """A step did not get through this time; the message holds ids and a class, no more."""


Step = Callable[..., Any]  # step(function, *ids): runs function(tools, *ids) and keeps its result
Job = Callable[[int, Step], None]
Sweep = Callable[[Tools], Iterable[tuple[str, int]]]

_JOBS: dict[str, tuple[Job, int]] = {}
_SWEEPS: list[Sweep] = []
_running: "Runner | None" = None


def job(name: str, *, at_once: int = 1) -> Callable[[Job], Job]:
    """Register ``function(subject_id, step)`` as the job of this name.

    A process runs ``at_once`` of them at the same time: one where they compute, more where they
    wait for others.
    """

    def register(function: Job) -> Job:
        if name in _JOBS:
            raise ValueError(f"there is a job named {name} already")
        _JOBS[name] = (function, at_once)
        return function

    return register


def sweep(function: Sweep) -> Sweep:
    """Register a function that finds what waits: (name of the job, id) pairs."""
    _SWEEPS.append(function)
    return function


def enqueue(name: str, subject_id: int) -> bool:
    """Hand a job over, after the commit it belongs to; twice is once.

    Returns False where nothing runs in this process: the next sweep finds the work.
    """
    if _running is None:
        return False
    _running.waiting.put((name, subject_id))
    return True


def start(database_url: str, tools: Tools, *, worker: str = "main") -> None:
    """Run jobs in this process from now on, under a stable name.

    On SQLite one process runs them; on PostgreSQL any number, each with its own name.
    """
    global _running
    if _running is not None:
        raise RuntimeError("jobs run in this process already")
    _running = Runner(database_url, tools, worker)


def stop(*, wait_seconds: int = 5) -> None:
    """Stop running jobs; what is half-done goes on at the next start."""
    global _running
    if _running is not None:
        _running.stop(wait_seconds)
        _running = None


def system_database(database_url: str) -> str:
    """Return where DBOS keeps its own tables: a file beside ours, or a schema in our database."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    path = Path(url.database or "loting.sqlite")
    return url.set(database=str(path.with_name(f"{path.stem}-jobs.sqlite"))).render_as_string()


class Runner:
    """DBOS in this process, under a thread that hands over, sweeps and shows that it is alive.

    The thread starts DBOS too, so that no web server waits for it.
    """

    def __init__(self, database_url: str, tools: Tools, worker: str) -> None:
        self.database_url, self.tools, self.worker = database_url, tools, worker
        self.waiting: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self.wait_seconds = 5
        self.keeper = threading.Thread(target=self._run, name="loting-jobs", daemon=True)
        self.keeper.start()

    def stop(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        self.waiting.put(STOP)
        self.keeper.join(timeout=wait_seconds + 30)

    def _run(self) -> None:
        from dbos import DBOS, SetWorkflowID  # half a second that ``loting --help`` does not have

        self.dbos, self.with_id = DBOS, SetWorkflowID
        try:
            while not self._launched():
                if self._asked(BEAT_SECONDS) is STOP:
                    return
            self._keep()
        finally:
            wait = self.wait_seconds
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=wait)

    def _launched(self) -> bool:
        """Start DBOS; False, to be tried again, when its database is not there."""
        try:
            self._launch()
        except Exception:
            log.warning("background work cannot start yet", exc_info=True)
            self.dbos.destroy(destroy_registry=True)
            return False
        return True

    def _launch(self) -> None:
        DBOS = self.dbos
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS(
            config={
                "name": "loting",
                "system_database_url": system_database(self.database_url),
                "application_version": VERSION,
                "executor_id": self.worker,
                "log_level": "WARNING",
                "max_executor_threads": 24,
            }
        )
        self.workflows = {name: self._workflow(name, work) for name, (work, _) in _JOBS.items()}
        DBOS.launch()
        for name, (_, at_once) in _JOBS.items():
            DBOS.register_queue(
                name,
                worker_concurrency=at_once,
                polling_interval_sec=LOOK_SECONDS,
                on_conflict="always_update",
            )

    def _asked(self, seconds: float) -> tuple[str, int] | None:
        """Return the next job that is asked for, or None when none is for ``seconds``."""
        try:
            return self.waiting.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def _enqueue(self, name: str, subject_id: int) -> None:
        with self.with_id(f"{name}:{subject_id}"):
            self.dbos.enqueue_workflow(name, self.workflows[name], subject_id)

    def _workflow(self, name: str, function: Job) -> Callable[[int], None]:
        def step(work: Callable[..., Any], *ids: int) -> Any:
            options: StepOptions = {**AGAIN, "name": work.__name__}
            return self.dbos.run_step(options, lambda: _told_without_words(work, self.tools, *ids))

        def workflow(subject_id: int) -> None:
            function(subject_id, step)

        workflow.__qualname__ = workflow.__name__ = name
        return self.dbos.workflow(name=name)(workflow)

    def _keep(self) -> None:
        """Hand over what is asked; sweep at once and then every ten minutes; beat meanwhile.

        A thread of its own, so that a job too can ask for a job, and no request waits for it.
        """
        beat_at = sweep_at = time.monotonic()
        while True:
            try:
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_SECONDS
                    self._beat()
                if time.monotonic() >= sweep_at:
                    sweep_at = time.monotonic() + SWEEP_SECONDS
                    self._sweep()
                asked = self._asked(beat_at - time.monotonic())
                if asked is STOP:
                    return
                if asked is not None:
                    self._enqueue(*asked)
            except Exception:  # a database may be away for a moment; the next sweep finds it all
                log.warning("the keeper of the jobs tries again", exc_info=True)

    def _sweep(self) -> None:
        """Forget finished work, so that what failed can be handed over anew; then hand over."""
        done = self.dbos.list_workflows(status=FINISHED, load_input=False, load_output=False)
        if done:
            self.dbos.delete_workflows([each.workflow_id for each in done])
        for find in _SWEEPS:
            try:
                found = list(find(self.tools))
            except Exception:  # one folder's trouble must not hold up the mail of all
                log.warning("a sweep failed and is tried again", exc_info=True)
                continue
            for name, subject_id in found:
                self._enqueue(name, subject_id)

    def _beat(self) -> None:
        """Say that this worker lives; take over from those that have not for a while.

        By real time, not the demonstration's clock.
        """
        now = datetime.now(UTC)
        with self.tools.sessions() as session:
            with transaction(session):
                session.merge(Worker(name=self.worker, seen_at=now))
            silent = session.scalars(
                select(Worker.name).where(Worker.seen_at < now - DEAD_AFTER)
            ).all()
            session.rollback()
            for name in silent:
                self._adopt(session, name, now)

    def _adopt(self, session: Session, name: str, now: datetime) -> None:
        with transaction(session):
            gone = session.get(Worker, name, with_for_update={"skip_locked": True})
            if gone is None or gone.seen_at >= now - DEAD_AFTER:
                return
            log.warning("worker %s is silent; its work goes on here", name)
            self.dbos._recover_pending_workflows([name])
            session.delete(gone)


def _told_without_words(work: Callable[..., Any], tools: Tools, *ids: int) -> Any:
    """Run a step; what went wrong is kept by its class only: DBOS stores what is raised.

    A mail server's refusal, for one, holds the address it was for.
    """
    try:
        return work(tools, *ids)
    except Exception as error:
        what = f"{work.__name__} of {ids} failed: {type(error).__name__}"
        log.warning(what)
    raise StepFailed(what)
