"""An arm leaked on purpose, one way at a time: the walk must find it."""

import base64
import io
import pickle
import zipfile
from dataclasses import replace
from functools import partial

import pytest
import structlog
from flask import Response
from sqlalchemy import create_engine, text

from tests.concealment.background import kept_by_jobs
from tests.concealment.conftest import KEEPS
from tests.concealment.walking import assert_no_arm
from trials.draws.queries import arms_of_trial
from trials.mail import _RENDERERS, Letter

VIEW = "draws.lines_csv"


def arm_of(place):
    """The arm of the first school, which is another in each world."""
    units = arms_of_trial(place.world.session, place.world.trial_id)
    return next(unit.arm for unit in units if unit.signup_id == place.world.signups[0])


def in_a_page(arm):
    return f"one of the schools has {len(arm)} letters more"


def in_a_header(arm):
    name = f"lines-{arm}.csv"
    return Response("id,line", headers={"Content-Disposition": f"attachment; filename={name}"})


def in_a_status(arm):
    return "", 200 if arm == "controle" else 404


def in_an_archive(arm):
    """In a table inside a spreadsheet inside a ZIP file, as bytes that are packed twice."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet1.xml", f"<v>{arm}</v>")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("lines.xlsx", inner.getvalue())
    return Response(outer.getvalue(), content_type="application/zip")


def in_a_file_name(arm):
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{arm}.csv", "")
    return Response(outer.getvalue(), content_type="application/zip")


def in_the_log(arm):
    structlog.get_logger("web").info("lines", arm=arm)
    return "id,line"


@pytest.mark.parametrize(
    "leak",
    [in_a_page, in_a_header, in_a_status, in_an_archive, in_a_file_name, in_the_log],
    ids=lambda leak: leak.__name__,
)
def test_an_arm_in_an_answer_is_found(two_worlds, monkeypatch, leak):
    for place in two_worlds:
        view = partial(lambda arm, draw_id: leak(arm), arm_of(place))
        view.access = "public"
        monkeypatch.setitem(place.app.view_functions, VIEW, view)

    with pytest.raises(AssertionError, match="can tell arms from"):
        assert_no_arm(*two_worlds, None, only="draws.")


def test_an_arm_in_a_mail_to_another_school_is_found(two_worlds, monkeypatch):
    world, honest = two_worlds[0].world, _RENDERERS["draw_result"]

    def leaky(session, row, links):
        arms = {unit.signup_id: unit.arm for unit in arms_of_trial(session, world.trial_id)}
        letter = honest(session, row, links)
        return Letter(letter.subject, f"{letter.body}\n{arms[world.signups[0]]}")

    monkeypatch.setitem(_RENDERERS, "draw_result", leaky)

    with pytest.raises(AssertionError, match=f"coordinator {KEEPS} can tell arms from the mails"):
        assert_no_arm(*two_worlds, f"coordinator {KEEPS}", only="draws.")


def copied(place, folder):
    """The place on a copy of its database, in which a test may write."""
    engine = create_engine(f"sqlite:///{folder / place.world.trial.slug}")
    with engine.connect() as there, place.engine.connect() as here:
        here.connection.driver_connection.backup(there.connection.driver_connection)
    return replace(place, engine=engine)


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("audit", "UPDATE audit SET details = json_object('arm', :arm) WHERE event = 'drawn'"),
        ("outbox", "UPDATE outbox SET kind = kind || length(:arm) WHERE id = 1"),
        ("proposal", "UPDATE proposal SET reason = :arm"),
        ("signup", "UPDATE signup SET answers = json_object('a', :arm)"),
    ],
)
def test_an_arm_in_a_table_that_is_not_the_draws_is_found(two_worlds, tmp_path, table, statement):
    tables = []
    for position, place in enumerate(two_worlds):
        (tmp_path / str(position)).mkdir()
        copy = copied(place, tmp_path / str(position))
        with copy.engine.begin() as connection:
            connection.execute(text(statement), {"arm": arm_of(place)})
        tables.append(copy.tables())

    assert {name for name in tables[0] if tables[0][name] != tables[1][name]} == {table}


def test_an_arm_that_a_job_takes_or_returns_is_found(two_worlds):
    """Packed as DBOS packs it: a pickle in base64."""
    kept = []
    for place in two_worlds:
        engine = create_engine("sqlite://")
        packed = base64.b64encode(pickle.dumps({"args": (arm_of(place),)})).decode()
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE workflow_input (id TEXT, inputs TEXT)"))
            connection.execute(
                text("INSERT INTO workflow_input VALUES ('mail:1', :packed)"), {"packed": packed}
            )
        kept.append(kept_by_jobs(engine))

    assert kept[0] != kept[1]
    assert arm_of(two_worlds[0]).encode() in kept[0]["workflow_input"][0]
