"""The desk shows what waits first, and never more than anyone can start on."""

from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import lazy_gettext

from trials.people.models import Person, SignInMethod
from trials.tasks import Task, TaskState
from web.desk import gathering
from web.desk.gathering import lines_for
from web.tasks import TaskPage

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def person(session):
    person = Person(
        name="M. Voorbeeld", email="m@voorbeeld.nl", method=SignInMethod.LINK, created_at=NOON
    )
    session.add(person)
    session.commit()
    return person


@pytest.fixture
def tasks(monkeypatch):
    """Tasks as folders would report them, in the order they happen to find them."""
    reported = []
    pages = {
        kind: TaskPage("desk.index", "task", lazy_gettext("Done")) for kind in map(str, range(20))
    }
    monkeypatch.setattr(gathering, "_pages_by_room", lambda: [("calls", pages)])
    monkeypatch.setattr(gathering, "_tasks_of", lambda *_: reported)
    return reported


def _task(title, days=None, state=TaskState.WAITING, kind="0"):
    due = None if days is None else NOON + timedelta(days=days)
    return Task(kind, 1, state, title_nl=title, title_en=title, due=due)


def test_the_oldest_deadline_stands_first_and_none_last(tasks):
    tasks += [_task("none"), _task("later", 9), _task("late", -1), _task("soon", 1)]

    lines = lines_for(None, None, NOON)

    assert [line.task.title_nl for line in lines] == ["late", "soon", "later", "none"]


def test_seven_rows_at_most_and_the_rest_behind_a_link(tasks, client, person):
    tasks += [_task(f"Taak nummer {i}", i + 100, kind=str(i)) for i in range(9)]
    client.act_as(person)

    page = client.get("/desk").text

    assert page.count("Taak nummer") == 7
    assert "Toon er nog 2" in page
    assert client.get("/desk?all=1").text.count("Taak nummer") == 9


def test_a_near_deadline_is_said_in_words(app, tasks, client, person):
    app.config["CLOCK"] = lambda: NOON
    tasks += [_task("", days, kind=str(n)) for n, days in enumerate((-1, 0.1, 1, 30))]
    client.act_as(person)

    page = client.get("/desk").text

    assert "te laat: 1 november 2026" in page
    assert "vandaag 15.24" in page
    assert "morgen 13.00" in page
    assert "2 december 2026" in page


def test_many_of_one_kind_make_one_row_that_leads_to_them_all(tasks, client, person):
    tasks += [_task(f"Voorbeeldschool {i}", i + 100) for i in range(12)]
    tasks += [_task("Iets anders", 1, kind="1")]
    client.act_as(person)

    desk = client.get("/desk").text

    assert "Voorbeeldschool" not in desk
    assert "12 keer" in desk
    assert "60 min" in desk
    assert desk.index("Iets anders") < desk.index("12 keer")
    assert client.get("/desk/waiting/0").text.count("Voorbeeldschool") == 12
    assert client.get("/desk/done/0").status_code == 404


def test_an_empty_desk_says_what_will_stand_there(client, person):
    client.act_as(person)

    assert "Er wacht nu niets op u" in client.get("/desk").text


def test_nobody_has_a_desk_without_signing_in(client):
    assert client.get("/desk").status_code in (303, 401)
