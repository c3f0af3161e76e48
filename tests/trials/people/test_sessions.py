"""Sessions: how long they last, and how they end at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.people.cast import HOUR, NOON, add_person, mark_demonstration
from tests.trials.people.ways_in import MINUTE, coordinator, invited, last_mail, link_in, open_
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import NotFound, NotReady
from trials.people.enrolment import give_role
from trials.people.models import Person
from trials.people.services.grants import disable_person, end_grant
from trials.people.services.sessions import end_other_sessions, note_seen, sign_out
from trials.people.services.sign_in import (
    ask_for_link,
    sign_in_demonstration,
)
from trials.people.sessions import visitor
from trials.permissions import PROGRAMME, Actor, Role


def test_a_session_idles_out_and_ends_in_any_case(session: Session) -> None:
    mark_demonstration(session)
    progress = sign_in_demonstration(session, person_id=add_person(session, "Iemand"), now=NOON)
    token = progress.token

    assert visitor(session, token, NOON + 2 * HOUR - MINUTE) is not None
    assert visitor(session, token, NOON + 2 * HOUR) is None
    for hours in range(1, 12):
        found = visitor(session, token, NOON + hours * HOUR)
        assert found is not None
        note_seen(session, session_id=found.session_id, now=NOON + hours * HOUR)
    assert visitor(session, token, NOON + 12 * HOUR - MINUTE) is not None
    assert visitor(session, token, NOON + 12 * HOUR) is None


def test_signing_out_ends_the_session_on_the_server(session: Session) -> None:
    mark_demonstration(session)
    number = add_person(session, "Iemand")
    one, other = (
        sign_in_demonstration(session, person_id=number, now=NOON).token for _ in range(2)
    )
    assert one != other
    sign_out(session, token=one, now=NOON)

    assert visitor(session, one, NOON) is None
    assert visitor(session, other, NOON) is not None


def test_a_role_that_ends_is_gone_at_the_next_request(
    session: Session, administrator: Actor
) -> None:
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token
    grant = session.get_one(Person, number).grants[0]

    end_grant(session, grant_id=grant.id, actor=administrator, now=NOON)

    found = visitor(session, token, NOON)
    assert found is not None
    assert found.actor.roles == frozenset()


def test_who_is_shut_out_is_out_at_once(session: Session, administrator: Actor) -> None:
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token

    disable_person(session, person_id=number, actor=administrator, now=NOON)

    assert visitor(session, token, NOON) is None
    with pytest.raises(NotFound):
        sign_in_demonstration(session, person_id=number, now=NOON)


def test_an_open_session_of_whom_was_shut_out_counts_for_nothing(session: Session) -> None:
    """Should a session ever stay behind, the person's own state decides."""
    mark_demonstration(session)
    number = add_person(session, "Officer", Role.NRO_OFFICER)
    token = sign_in_demonstration(session, person_id=number, now=NOON).token
    with transaction(session):
        session.get_one(Person, number).disabled_at = NOON

    assert visitor(session, token, NOON) is None


def test_a_stronger_role_ends_sessions_begun_with_less(session: Session) -> None:
    person = coordinator(session)
    ask_for_link(session, email=person.email, origin="::1", now=NOON)
    token = open_(session, link_in(last_mail(session))).token
    ask_for_link(session, email=person.email, origin="::1", now=NOON)
    link = link_in(last_mail(session))
    with transaction(session):
        give_role(session, person, Role.ASSESSOR, PROGRAMME, by=None, now=NOON)

    assert visitor(session, token, NOON) is None
    with pytest.raises(NotReady, match="password now"):
        open_(session, link)


def test_other_sessions_can_be_ended(session: Session) -> None:
    mark_demonstration(session)
    number = add_person(session, "Iemand")
    one, other = (
        sign_in_demonstration(session, person_id=number, now=NOON).token for _ in range(2)
    )
    here = visitor(session, one, NOON)
    assert here is not None
    end_other_sessions(session, but=here.session_id, actor=here.actor, now=NOON)

    assert visitor(session, one, NOON) is not None
    assert visitor(session, other, NOON) is None


def test_the_demonstrations_button_works_in_a_demonstration_only(session: Session) -> None:
    number = add_person(session, "Iemand", Role.NRO_OFFICER)

    with pytest.raises(NotFound):
        sign_in_demonstration(session, person_id=number, now=NOON)


def test_signing_in_is_in_the_audit_chain_without_personal_text(
    session: Session, administrator: Actor
) -> None:
    person, _ = invited(session, administrator)

    rows = session.scalars(select(AuditRow)).all()
    assert "signed_in" in [row.event for row in rows]
    for row in rows:
        text = f"{row.event} {row.subject} {row.details}"
        assert person.name not in text
        assert person.email not in text
