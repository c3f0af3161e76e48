"""A real browser against a real server: Debian's chromium, waitress, a fresh SQLite file.

``site`` serves a demonstration with nothing in it; ``look_at(page)`` is what every page must
pass: axe finds nothing, and nothing scrolls sideways on a phone or a desk. With
``LOTING_SCREENSHOTS=folder`` it also leaves pictures to look at.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Page
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from waitress import create_server

from trials.database import make_engine
from trials.people.models import Deployment, Person
from trials.people.sessions import open_session
from trials.schema import metadata
from web.app import create_app
from web.catalogues import compile_all
from web.people.browser import SIGNED_IN
from web.settings import Settings

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PHONE, DESK = 360, 1280  # CSS pixels
QUIET = (  # as root, and without calls home
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts chromium; without it the tests are skipped, or fail in CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": chromium, "args": list(QUIET)}


@dataclass
class Site:
    """A running server, and the database and application behind it."""

    url: str
    app: Flask
    engine: Engine

    def session(self) -> Session:
        return Session(self.engine)

    def sign_in(self, page: Page, person: Person) -> None:
        """Sign ``person`` in by a session of their own, without a page to load."""
        with self.session() as session:
            token = open_session(
                session, session.get_one(Person, person.id), self.app.config["CLOCK"]()
            )
            session.commit()
        client, name = self.app.test_client(), self.app.config["SESSION_COOKIE_NAME"]
        with client.session_transaction() as cookie:
            cookie[SIGNED_IN] = token
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": name, "value": client.get_cookie(name).value, "url": self.url}]
        )

    def press_sign_in(self, page: Page, person: Person) -> None:
        """Sign ``person`` in by the demonstration's button."""
        page.goto(f"{self.url}/sign-in")
        page.locator(f"form[action*='/sign-in/as/{person.id}'] button").first.click()
        page.wait_for_url(lambda address: "/sign-in" not in address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration in which nothing has happened yet."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('site')}/loting.sqlite")
    metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Deployment(id=1, demonstration=True))
        session.commit()
    with served(engine) as site:
        yield site


@contextmanager
def served(engine: Engine) -> Iterator[Site]:
    """Serve the demonstration on ``engine`` at a port of its own."""
    compile_all()
    app = create_app(Settings(), engine)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE / "templates")])
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", app, engine)
    server.close()
    thread.join(timeout=5)
    engine.dispose()


@pytest.fixture
def look_at(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return the check that a page is pleasant to use, called with a name for its pictures."""

    def check(page: Page, name: str) -> None:
        page.wait_for_load_state()  # a click goes on before the style sheets are in
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert sideways(page) == [], f"{name} scrolls sideways at {width}"
            assert _axe(page) == [], f"{name} at {width}"
            _picture(page, f"{name}-{width}")

    return check


def sideways(page: Page) -> list[str]:
    """Return what sticks out to the right of the page, as tag and class."""
    return page.evaluate("""() => {
      const wide = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= wide) return [];
      return [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > wide + 1)
        .map((e) => `${e.tagName}.${e.className}`);
    }""")


def _axe(page: Page) -> list[str]:
    """Return what axe-core finds, one line per node. Run through the debugger, past our policy.

    The debugger itself loads it, once per document: Playwright would parse it several times.
    """
    if not page.evaluate("'axe' in window"):
        debugger = page.context.new_cdp_session(page)
        debugger.send("Runtime.evaluate", {"expression": f"{AXE}; 0"})
        debugger.detach()
    found = page.evaluate("""async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const only = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
      const result = await axe.run(document, {...only, preload: false});  // we have no media
      return result.violations.flatMap((v) => v.nodes.map(
        (n) => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary}`));
    }""")
    return list(found)


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("LOTING_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
