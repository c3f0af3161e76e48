"""Background work beside the pages: the same settings, database and clock."""

import socket

from flask import Flask
from sqlalchemy.engine import make_url

from trials import jobs, posting
from web.settings import Settings

JOBS = (
    posting,
)  # importing one is what registers its jobs; those of folders come with their views


def run_jobs(app: Flask, *, worker: str | None = None) -> None:
    """Run jobs in this process until ``stop_jobs``.

    ``worker`` is the process's stable name. By default a machine has one web server.
    """
    settings: Settings = app.config["LOTING"]
    demonstration: bool = app.config["DEMONSTRATION"]
    tools = jobs.Tools(
        sessions=app.extensions["sessions"],
        clock=app.config["CLOCK"],
        base_url=settings.public_url,
        secret_key=settings.secret_for(demonstration=demonstration),
        sender=settings.sender,
        var=settings.var,
        mail_url=settings.mail_url,
        demonstration=demonstration,
    )
    jobs.start(settings.database_url, tools, worker=worker or web_name(settings))


def stop_jobs() -> None:
    """Stop; what is half-done goes on at the next start."""
    jobs.stop()


def on_sqlite(settings: Settings) -> bool:
    return make_url(settings.database_url).get_backend_name() == "sqlite"


def web_name(settings: Settings) -> str:
    """Return the web server's name as a worker: one on SQLite, one a machine on PostgreSQL."""
    return "main" if on_sqlite(settings) else f"web-{socket.gethostname()}"[:64]
