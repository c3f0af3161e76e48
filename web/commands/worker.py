"""``loting worker``: an extra process for background work."""

import signal
import threading

import click

from web.app import create_app
from web.background import on_sqlite, run_jobs, stop_jobs
from web.settings import SettingsError, read_settings


@click.command()
@click.option("--name", required=True, help="The worker's own name; keep it from start to start.")
def worker_command(name: str) -> None:
    """Run an extra background worker until stopped with Ctrl-C (PostgreSQL only)."""
    settings = read_settings()
    if on_sqlite(settings):
        raise click.ClickException("on SQLite the web server itself does the background work")
    try:
        app = create_app(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    run_jobs(app, worker=name)
    click.echo(f"worker {name} is at work")
    over.wait()
    stop_jobs()
