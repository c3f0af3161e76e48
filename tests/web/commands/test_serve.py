"""``loting serve`` starts in seconds, and refuses what would be unsafe."""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from sqlalchemy.orm import Session
from waitress import create_server

from tests.postgres import free_port
from trials.database import make_engine
from trials.people.models import Deployment
from trials.schema import metadata
from web.commands.serve import proxy_settings
from web.settings import Settings

SERVE = [sys.executable, "-c", "from web.commands import main; main()", "serve"]


@pytest.fixture
def database(tmp_path):
    """A real programme in a file; ``demonstrate()`` marks it as a demonstration."""
    url = f"sqlite:///{tmp_path}/loting.sqlite"
    engine = make_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


def _demonstrate(url):
    with Session(make_engine(url)) as session:
        session.add(Deployment(id=1, demonstration=True))
        session.commit()


def _environment(url, **extra):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOTING_")}
    return clean | {"LOTING_DATABASE_URL": url} | extra


def test_the_pages_are_served_within_seconds(database):
    _demonstrate(database)
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen(
        [*SERVE, "--port", str(port)], env=_environment(database), stdout=subprocess.DEVNULL
    )
    try:
        assert _answer(f"http://127.0.0.1:{port}/healthz", before=began + 20) == 200
    finally:
        server.terminate()
        server.wait(timeout=10)


def test_a_demonstration_is_served_on_this_machine_only(database):
    _demonstrate(database)

    said = _run([*SERVE, "--host", "0.0.0.0"], database)

    assert said.returncode == 1
    assert "on this machine only" in said.stderr


def test_a_real_programme_is_not_served_without_its_secret(database):
    said = _run(SERVE, database)

    assert said.returncode == 1
    assert "LOTING_SECRET_KEY" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(("proxy", "seen"), [(None, "127.0.0.1"), ("127.0.0.1", "6.6.6.6")])
def test_forwarded_addresses_count_from_the_trusted_proxy_only(proxy, seen):
    def where(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["REMOTE_ADDR"].encode()]

    server = create_server(
        where, host="127.0.0.1", port=0, **proxy_settings(Settings(trusted_proxy=proxy))
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.effective_port}/", headers={"X-Forwarded-For": "6.6.6.6"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.read().decode() == seen
    server.close()


def _run(command, url):
    return subprocess.run(
        command, env=_environment(url), capture_output=True, text=True, timeout=60, check=False
    )


def _answer(address, *, before):
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status
        except (urllib.error.URLError, ConnectionError):
            if time.perf_counter() > before:
                raise
            time.sleep(0.1)
