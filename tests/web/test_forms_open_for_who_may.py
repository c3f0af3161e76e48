"""A page with a form is not found for who may not send it: every route, for every part.

In the played programme each part opens every page that takes something, for each record there is
one of. Where a form shows, sending it filled in may be refused for what was typed (422) or for
the moment (409), never for who sends it (401, 403) or as if the page were not there (404).
"""

from collections.abc import Iterator
from itertools import product
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker
from werkzeug.routing import AnyConverter, Rule

from tests.web.conftest import SECRET
from tests.web.filling import forms_of
from trials.calls.models import Application, Call, Trial
from trials.draws.models import Draw
from trials.people.models import Person, Proposal
from trials.signups.models import Signup
from web.app import create_app
from web.demonstration.cast import PARTS, address
from web.settings import Settings

FOR_ALL = ("/sign-in", "/sign-out", "/language")  # the frame of every page
FAILED = {401, 403, 404, 405, 500}


@pytest.fixture(scope="module")
def programme(played_engine, catalogues):
    """The application on the played programme, in one transaction that is undone at the end."""
    app = create_app(Settings(secret_key=SECRET), played_engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with played_engine.connect() as connection:
        outer = connection.begin()
        app.extensions["sessions"] = sessionmaker(
            connection, join_transaction_mode="create_savepoint"
        )
        yield app, connection
        outer.rollback()


@pytest.fixture(scope="module")
def addresses(programme):
    """The pages that can be sent something, with one record of each kind in each state."""
    app, connection = programme
    known = dict(_records(connection))
    rules = [r for r in app.url_map.iter_rules() if {"GET", "POST"} <= (r.methods or set())]
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in rules:
        names = sorted(rule.arguments)
        for values in product(*(known.get(name) or _words(rule, name) for name in names)):
            found.append(adapter.build(rule.endpoint, dict(zip(names, values, strict=True))))
    return found


def _words(rule: Rule, name: str) -> list[object]:
    """Return the words an argument of a route can be, or 1 for a number."""
    converter = rule._converters[name]
    return sorted(converter.items) if isinstance(converter, AnyConverter) else [1]


def _records(connection) -> Iterator[tuple[str, list[object]]]:
    yield "trial_id", list(connection.scalars(select(Trial.id)))
    yield "slug", list(connection.scalars(select(Trial.slug)))
    for name, table, kind in (
        ("signup_id", Signup, (Signup.state,)),
        ("draw_id", Draw, (Draw.state,)),
        ("application_id", Application, (Application.state,)),
        ("call_id", Call, (Call.kind,)),
        ("proposal_id", Proposal, (Proposal.state,)),
    ):
        rows = connection.execute(select(table.id, *kind).order_by(table.id)).all()
        yield name, sorted({tuple(row[1:]): row[0] for row in rows}.values())


@pytest.mark.parametrize("played_engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("part", [part for part in PARTS if not part.endswith("_2")])
def test_a_page_with_a_form_is_found_only_by_who_may_send_it(programme, addresses, part):
    app, connection = programme
    person = connection.scalar(select(Person.id).where(Person.email == address(part)))
    app.config["WHO"] = lambda _session, _now: person
    client = app.test_client()
    wrong = []
    for page in addresses:
        shown = client.get(page)
        assert shown.status_code < 500, page
        for form in forms_of(shown.get_data(as_text=True)):
            action = urlsplit(form.action or page).path
            if action.startswith(FOR_ALL):
                continue
            with connection.begin_nested() as point:
                sent = client.post(action, data=form.values)
                point.rollback()
            if sent.status_code in FAILED:
                wrong.append((page, action, sent.status_code))

    assert wrong == []
