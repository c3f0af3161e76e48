"""Every part of the demonstration walks through every page it can reach by links.

No link leads nowhere, and one page of each kind is looked at: in Dutch by axe and on both
widths, in English on a phone, where long words would stick out.
"""

import re
import shutil
from html import unescape
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import PHONE, served, sideways
from trials.database import make_engine
from trials.people.models import Person
from web.demonstration.cast import PARTS, address

PAGE = "text/html; charset=utf-8"
LEFTOVERS = re.compile(r">\s*(?:None|Undefined)\s*<|%\(\w+\)s|\{\w+\}")


@pytest.fixture(scope="module")
def programme(played_engine, tmp_path_factory):
    """The small demonstration served from a copy, so that signing in changes nobody's data."""
    copy = tmp_path_factory.mktemp("walk") / "played.sqlite"
    with played_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(played_engine.url.database, copy)
    with served(make_engine(f"sqlite:///{copy}")) as site:
        yield site


@pytest.fixture(scope="module")
def looked_at() -> set[str]:
    """The kinds of page that somebody has looked at."""
    return set()


@pytest.mark.parametrize("played_engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", [None, *PARTS])
def test_every_link_leads_to_a_page_that_passes(programme, page: Page, look_at, looked_at, part):
    if part is not None:
        with programme.session() as session:
            person = session.scalars(select(Person).where(Person.email == address(part))).first()
        if person is None or not _can_sign_in(page, programme, person):
            pytest.skip("the small demonstration gives this part nothing to do")
        programme.press_sign_in(page, person)
    reached = dict(_walk(page, programme, ["/", "/desk"] if part else ["/"]))

    for kind, path in reached.items():
        if kind not in looked_at:
            looked_at.add(kind)
            _look(page, programme, look_at, kind, path)


def _look(page: Page, programme, look_at, kind: str, path: str) -> None:
    page.goto(programme.url + path)
    look_at(page, kind)
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.goto(f"{programme.url}/language/en?next={path}")
    assert sideways(page) == [], f"{path} scrolls sideways in English"
    page.request.get(f"{programme.url}/language/nl")


def _can_sign_in(page: Page, site, person: Person) -> bool:
    page.goto(f"{site.url}/sign-in")
    return page.locator(f"form[action*='/sign-in/as/{person.id}?']").count() > 0


def _walk(page: Page, site, waiting: list[str]):
    """Yield (endpoint, path) of one page of each kind; files are only fetched."""
    addresses = site.app.url_map.bind("localhost")
    kinds = set()
    while waiting:
        path = waiting.pop(0)
        try:
            rule, _ = addresses.match(urlsplit(path).path, return_rule=True)
        except HTTPException as missing:
            raise AssertionError(f"{path} leads nowhere") from missing
        if rule.endpoint in kinds:
            continue
        kinds.add(rule.endpoint)
        answer = page.request.get(site.url + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        if answer.headers["content-type"] != PAGE:
            continue
        yield rule.endpoint, path
        text = answer.text().partition("<main")[2].partition("</main>")[0]
        assert LEFTOVERS.findall(text) == [], path
        waiting += [unescape(link) for link in re.findall(r'href="(/[^"/][^"]*)"', text)]
