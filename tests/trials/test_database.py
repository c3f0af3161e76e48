"""The foundations: times, transactions, and the settings durability rests on."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from trials.database import transaction
from trials.people.models import Organisation, OrganisationKind, Person, SignInMethod

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def a_person(**changes: object) -> Person:
    values = {
        "name": "Voorbeeld",
        "email": "a@voorbeeld.example",
        "method": SignInMethod.LINK,
        "created_at": NOON,
    }
    return Person(**(values | changes))


def test_a_naive_time_is_refused(session: Session) -> None:
    session.add(a_person(created_at=datetime(2027, 1, 4, 12)))

    with pytest.raises(StatementError, match="naive times are refused"):
        session.flush()


def test_a_time_comes_back_in_utc(session: Session) -> None:
    winter = timezone(timedelta(hours=1))
    with transaction(session):
        session.add(a_person(created_at=datetime(2027, 1, 4, 13, tzinfo=winter)))
    session.expire_all()

    stored = session.scalars(select(Person.created_at)).one()

    assert stored == NOON
    assert stored.tzinfo is UTC


def test_all_of_a_transaction_is_kept_or_none(session: Session) -> None:
    def half_way() -> None:
        with transaction(session):
            session.add(a_person())
            session.flush()
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        half_way()

    assert session.scalars(select(Person)).all() == []


def test_a_service_inside_a_service_is_refused(session: Session) -> None:
    with (
        pytest.raises(RuntimeError, match="must not call another service"),
        transaction(session),
        transaction(session),
    ):
        pass


def test_changes_outside_a_service_are_refused(session: Session) -> None:
    session.add(a_person())

    with pytest.raises(RuntimeError, match="would be lost"), transaction(session):
        pass


def test_a_state_outside_the_list_is_refused_by_the_database(session: Session) -> None:
    session.add(Organisation(kind=OrganisationKind.BOARD, name="Stichting Voorbeeld"))
    session.flush()

    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE organisation SET kind = 'ministerie'"))


def test_commits_survive_power_loss_by_setting(fresh_engine: Engine) -> None:
    with fresh_engine.connect() as connection:
        if fresh_engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        else:
            assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_an_error_of_the_database_does_not_tell_what_was_sent(fresh_engine):
    with pytest.raises(Exception, match="no_such_table") as caught, fresh_engine.connect() as db:
        db.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "Anna Pupil"})

    assert "Anna Pupil" not in str(caught.value)
