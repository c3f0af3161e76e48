"""Roles and mandates: who gives them, which do not go together, and when they end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.people.cast import HOUR, NOON, add_person
from trials.audit import AuditRow
from trials.database import transaction
from trials.errors import BadInput, Conflict, NotAllowed, NotFound
from trials.mail import OutboxRow
from trials.people.actors import actor_for, holders
from trials.people.enrolment import clean_address, enrol, give_role
from trials.people.models import Grant, Person, SignInMethod
from trials.people.services.grants import (
    disable_person,
    end_grant,
    end_mandate,
    give_mandate,
    grant_role,
)
from trials.people.services.invitations import invite
from trials.permissions import (
    PROGRAMME,
    Actor,
    HeldRole,
    Permission,
    Role,
    Scope,
    ScopeKind,
    trial_scope,
)

DAY = timedelta(days=1)


@pytest.fixture
def officer(session: Session) -> Actor:
    return actor_for(session, add_person(session, "Officer", Role.NRO_OFFICER), NOON)


@pytest.fixture
def director(session: Session) -> Actor:
    return actor_for(session, add_person(session, "Director", Role.NRO_DIRECTOR), NOON)


def grant(session: Session, person: int, role: Role, scope: Scope, by: Actor) -> Grant:
    return grant_role(session, person_id=person, role=role, scope=scope, actor=by, now=NOON)


def mandate(session: Session, by: Actor, **changes: object):
    values = {
        "email": "deputy@voorbeeld.example",
        "role": Role.NRO_DIRECTOR,
        "scope": PROGRAMME,
        "document": "archief 2027/1",
        "valid_from": NOON,
        "valid_until": NOON + 7 * DAY,
    }
    return give_mandate(session, **(values | changes), actor=by, now=NOON)


def test_a_role_counts_from_the_moment_it_is_given(session: Session, officer: Actor) -> None:
    person = add_person(session, "Eva")
    given = grant(session, person, Role.ANALYST, trial_scope(3), officer)

    actor = actor_for(session, person, NOON)
    assert actor.may(Permission.RELEASE_DOWNLOAD, trial_scope(3))
    assert not actor.may(Permission.RELEASE_DOWNLOAD, trial_scope(4))
    assert actor_for(session, person, NOON - HOUR).roles == frozenset()
    end_grant(session, grant_id=given.id, actor=officer, now=NOON + HOUR)
    assert actor_for(session, person, NOON + HOUR).roles == frozenset()
    with pytest.raises(Conflict):
        end_grant(session, grant_id=given.id, actor=officer, now=NOON + HOUR)


def test_a_role_can_be_given_until_a_day(session: Session, officer: Actor) -> None:
    person = add_person(session, "Eva")
    with transaction(session):
        eva = session.get_one(Person, person)
        give_role(session, eva, Role.ASSESSOR, PROGRAMME, by=None, now=NOON, until=NOON + DAY)

    assert actor_for(session, person, NOON + DAY - HOUR).roles != frozenset()
    assert actor_for(session, person, NOON + DAY).roles == frozenset()


def test_the_same_role_twice_is_one(session: Session, officer: Actor) -> None:
    person = add_person(session, "Eva")
    once = grant(session, person, Role.ANALYST, trial_scope(3), officer)
    twice = grant(session, person, Role.ANALYST, trial_scope(3), officer)

    assert once.id == twice.id


BLIND = (Role.RECRUITER, Role.OUTCOME_TESTER, Role.ANALYST)
SEEING = (
    Role.TRIAL_MANAGER,
    Role.PROVIDER,
    Role.NRO_OFFICER,
    Role.NRO_DIRECTOR,
    Role.SCHOOL_COORDINATOR,
    Role.BOARD_SIGNATORY,
)


@pytest.mark.parametrize("blind", BLIND)
@pytest.mark.parametrize("seeing", SEEING)
def test_nobody_is_blind_and_seeing_at_once(
    session: Session, officer: Actor, blind: Role, seeing: Role
) -> None:
    for first, second in ((blind, seeing), (seeing, blind)):
        person = add_person(session, f"P {first} {second}")
        grant(session, person, first, trial_scope(3), officer)
        for scope in (trial_scope(3), PROGRAMME, Scope(ScopeKind.SIGNUP, 9)):
            with pytest.raises(Conflict, match="must not know any arm"):
                grant(session, person, second, scope, officer)


def test_blind_in_one_trial_and_seeing_in_another_is_fine(session: Session, officer: Actor) -> None:
    person = add_person(session, "Eva")
    grant(session, person, Role.ANALYST, trial_scope(3), officer)
    grant(session, person, Role.TRIAL_MANAGER, trial_scope(4), officer)

    assert len(actor_for(session, person, NOON).roles) == 2


def test_who_was_seeing_may_be_blind_later(session: Session, officer: Actor) -> None:
    """The rule is about roles held together; history is for the one who appoints to judge."""
    person = add_person(session, "Eva")
    first = grant(session, person, Role.PROVIDER, trial_scope(3), officer)
    end_grant(session, grant_id=first.id, actor=officer, now=NOON)

    grant(session, person, Role.OUTCOME_TESTER, trial_scope(3), officer)


def test_nobody_gives_themselves_a_role(session: Session, officer: Actor) -> None:
    with pytest.raises(NotAllowed, match="themselves"):
        grant(session, officer.person_id, Role.ADMINISTRATOR, PROGRAMME, officer)
    with pytest.raises(NotAllowed, match="themselves"):
        invite(
            session,
            email="officer@voorbeeld.example",
            name="Officer",
            role=Role.ADMINISTRATOR,
            scope=PROGRAMME,
            actor=officer,
            now=NOON,
        )


def test_giving_a_role_takes_the_right_to_invite(session: Session, director: Actor) -> None:
    person = add_person(session, "Eva")
    with pytest.raises(NotAllowed):
        grant(session, person, Role.ASSESSOR, PROGRAMME, director)
    assert session.scalars(select(Grant).where(Grant.person_id == person)).all() == []


def test_a_role_raises_how_its_holder_must_sign_in(session: Session, officer: Actor) -> None:
    with transaction(session):
        person = enrol(session, email="a@s.nl", name="A", now=NOON)
    assert person.method is SignInMethod.LINK

    for role, method in (
        (Role.SCHOOL_COORDINATOR, SignInMethod.LINK),
        (Role.BOARD_SIGNATORY, SignInMethod.LINK_AND_CODE),
        (Role.COUNCIL, SignInMethod.LINK_AND_CODE),
        (Role.ASSESSOR, SignInMethod.PASSWORD),
        (Role.SCHOOL_COORDINATOR, SignInMethod.PASSWORD),
    ):
        grant(session, person.id, role, Scope(ScopeKind.SIGNUP, 7), officer)
        assert person.method is method


def test_known_and_new_persons_are_told_apart_by_address(session: Session) -> None:
    with transaction(session):
        first = enrol(session, email=" Eva@School.NL ", name="Eva", now=NOON)
        again = enrol(session, email="eva@school.nl", name="Een ander", now=NOON)

    assert first.id == again.id
    assert again.name == "Eva"
    assert first.email == "eva@school.nl"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "eva",
        "eva@",
        "@school.nl",
        "eva@school",
        "e va@school.nl",
        "eva@school.nl\nBcc: x@y.nl",
        "eva@school.nl, b@c.nl",
        '"eva"@school.nl',
        "eva@sch<ool.nl",
        "x" * 250 + "@school.nl",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadInput):
        clean_address(email)


def test_a_name_of_two_lines_is_refused(session: Session) -> None:
    with pytest.raises(BadInput), transaction(session):
        enrol(session, email="a@s.nl", name="A\r\nBcc: b@s.nl", now=NOON)


def test_a_mandate_lets_the_deputy_act_between_its_dates(session: Session, director: Actor) -> None:
    deputy = add_person(session, "Deputy")
    given = mandate(session, director, valid_from=NOON + DAY)

    assert actor_for(session, deputy, NOON).roles == frozenset()
    inside = actor_for(session, deputy, NOON + DAY)
    assert inside.roles == {HeldRole(Role.NRO_DIRECTOR, PROGRAMME, director.person_id)}
    assert actor_for(session, deputy, NOON + 7 * DAY).roles == frozenset()
    end_mandate(session, mandate_id=given.id, actor=director, now=NOON + DAY)
    assert actor_for(session, deputy, NOON + DAY).roles == frozenset()


def test_a_mandate_is_not_passed_on(session: Session, director: Actor) -> None:
    deputy = add_person(session, "Deputy")
    add_person(session, "Third")
    mandate(session, director)

    with pytest.raises(NotAllowed, match="role of your own"):
        mandate(session, actor_for(session, deputy, NOON), email="third@voorbeeld.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"document": " "},
        {"valid_until": NOON},
        {"valid_from": NOON + 8 * DAY},
        {"email": "nobody@voorbeeld.example"},
        {"email": "director@voorbeeld.example"},
    ],
)
def test_a_mandate_without_paper_dates_or_another_person_is_refused(
    session: Session, director: Actor, changes: dict[str, object]
) -> None:
    add_person(session, "Deputy")
    with pytest.raises(BadInput):
        mandate(session, director, **changes)


def test_a_mandate_in_a_role_one_lacks_is_refused(session: Session, director: Actor) -> None:
    add_person(session, "Deputy")
    with pytest.raises(NotAllowed):
        mandate(session, director, role=Role.NRO_OFFICER)


def test_a_blind_person_cannot_deputise_for_one_who_sees_arms(
    session: Session, director: Actor
) -> None:
    add_person(session, "Deputy", Role.RECRUITER)
    with pytest.raises(Conflict, match="must not know any arm"):
        mandate(session, director)


def test_a_deputy_who_signed_in_by_link_is_invited_to_a_password(
    session: Session, director: Actor
) -> None:
    with transaction(session):
        deputy = enrol(session, email="deputy@voorbeeld.example", name="Deputy", now=NOON)
    mandate(session, director)

    assert deputy.method is SignInMethod.PASSWORD
    assert session.scalars(select(OutboxRow.kind)).all() == ["set_up_link"]


def test_strangers_end_no_mandate(session: Session, director: Actor, officer: Actor) -> None:
    add_person(session, "Deputy")
    given = mandate(session, director)
    with pytest.raises(NotFound):
        end_mandate(session, mandate_id=given.id, actor=officer, now=NOON)


def test_whoever_holds_a_permission_is_found_by_scope(session: Session, officer: Actor) -> None:
    here, there = add_person(session, "Here"), add_person(session, "There")
    grant(session, here, Role.TRIAL_MANAGER, trial_scope(3), officer)
    grant(session, there, Role.TRIAL_MANAGER, trial_scope(4), officer)

    found = holders(session, Permission.DRAW_FREEZE, (trial_scope(3),), NOON)

    assert [actor.person_id for actor in found] == [here]


def test_shutting_out_takes_the_right_and_another_person(
    session: Session, officer: Actor, director: Actor
) -> None:
    with pytest.raises(NotAllowed):
        disable_person(session, person_id=officer.person_id, actor=director, now=NOON)
    with pytest.raises(Conflict):
        disable_person(session, person_id=officer.person_id, actor=officer, now=NOON)
    disable_person(session, person_id=director.person_id, actor=officer, now=NOON)
    with pytest.raises(Conflict):
        grant(session, director.person_id, Role.ASSESSOR, PROGRAMME, officer)


def test_each_of_these_acts_leaves_its_line(session: Session, officer: Actor) -> None:
    person = add_person(session, "Eva")
    given = grant(session, person, Role.ANALYST, trial_scope(3), officer)
    end_grant(session, grant_id=given.id, actor=officer, now=NOON)
    disable_person(session, person_id=person, actor=officer, now=NOON)

    rows = session.execute(select(AuditRow.event, AuditRow.subject, AuditRow.actor_id)).all()
    assert rows == [
        (event, f"person:{person}", officer.person_id)
        for event in ("role_given", "role_ended", "person_disabled")
    ]
