"""The first administrator, the audit chain, and the extra worker, from the command line."""

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlalchemy.orm import Session

from trials.audit import AuditRow
from trials.database import make_engine
from trials.people.models import MailLink, Person
from trials.schema import metadata
from web.commands import main

SECRET = "a-secret-of-the-tests-of-more-than-32-characters"


@pytest.fixture
def database(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/loting.sqlite"
    engine = make_engine(url)
    metadata.create_all(engine)
    monkeypatch.setenv("LOTING_DATABASE_URL", url)
    monkeypatch.setenv("LOTING_SECRET_KEY", SECRET)
    monkeypatch.setenv("LOTING_PUBLIC_URL", "https://loting.example")
    return engine


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_the_first_administrator_gets_a_link(database):
    answer = run("admin", "invite", "Beheer@NKO.example")

    assert answer.exit_code == 0
    address = answer.output.split()[-1]
    assert address.startswith("https://loting.example/sign-in/link/1-")
    with Session(database) as session:
        assert session.get_one(Person, 1).email == "beheer@nko.example"
        assert session.get_one(MailLink, 1).nonce not in address


def test_what_is_no_address_is_one_sentence(database):
    answer = run("admin", "invite", "geen adres")

    assert answer.exit_code == 2
    assert "not an e-mail address" in answer.output


def test_without_a_secret_nobody_is_invited(database, monkeypatch):
    monkeypatch.delenv("LOTING_SECRET_KEY")

    answer = run("admin", "invite", "beheer@nko.example")

    assert answer.exit_code != 0
    assert "LOTING_SECRET_KEY" in answer.output
    with Session(database) as session:
        assert session.get(Person, 1) is None


def test_the_chain_is_walked(database):
    run("admin", "invite", "beheer@nko.example")

    answer = run("audit", "verify")

    assert answer.exit_code == 0
    assert "whole: 3 records" in answer.output


def test_a_tampered_record_is_named(database):
    run("admin", "invite", "beheer@nko.example")
    with Session(database) as session:
        session.execute(update(AuditRow).where(AuditRow.id == 2).values(event="nothing_done"))
        session.commit()

    answer = run("audit", "verify")

    assert answer.exit_code == 1
    assert "breaks at record 2; 1 before" in answer.output


def test_an_extra_worker_is_for_postgresql(database):
    answer = run("worker", "--name", "second")

    assert answer.exit_code == 1
    assert "on SQLite the web server" in answer.output
