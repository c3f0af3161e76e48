"""A stopped trial is told to all who spoke for a school in it, with what it means for them."""

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.school_trial import NOON, Scene, complete, drawn, grant, open_call, sent
from trials.calls.services.stopping import STOP
from trials.database import transaction
from trials.mail import Links, OutboxRow, letter_for
from trials.people.models import Person
from trials.permissions import Role, ScopeKind
from trials.signups.queries import tasks_for
from trials.signups.services import withdraw_signup
from trials.signups.stopping import SCHOOL_STOPPED

LINKS = Links("https://voorbeeld.example", "a secret for the tests only")


def stopped(session: Session, scene: Scene) -> None:
    """As if two persons had stopped the trial at noon."""
    shown = {"reason": "too_few_schools", "explanation": "Twaalf van tachtig scholen."}
    with transaction(session):
        STOP.carry_out(session, scene.trial_id, shown, scene.people["manager"], scene.officer, NOON)


def told(session: Session, scene: Scene) -> Counter[str]:
    """Count the mails to schools by who got them."""
    names = {number: name for name, number in scene.people.items()}
    rows = session.scalars(select(OutboxRow.person_id).where(OutboxRow.kind == SCHOOL_STOPPED))
    return Counter(names[person] for person in rows)


def test_coordinator_board_and_council_hear_that_their_trial_stopped(
    session: Session, scene: Scene
) -> None:
    open_call(session, scene)
    signup, other = complete(session, scene), sent(session, scene, 1, name="colleague")
    grant(session, scene, "signatory", Role.BOARD_SIGNATORY, ScopeKind.BOARD, scene.board_id)
    grant(session, scene, "council", Role.COUNCIL, ScopeKind.SIGNUP, signup.id)
    withdraw_signup(
        session, signup_id=other.id, actor=scene.coordinator(other.id, name="colleague"), now=NOON
    )

    stopped(session, scene)

    assert told(session, scene) == {"coordinator": 1, "signatory": 1, "council": 1}


def test_a_drawn_school_that_left_hears_it_too(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    signup = sent(session, scene)
    drawn(session, scene, signup)
    withdraw_signup(session, signup_id=signup.id, actor=scene.coordinator(signup.id), now=NOON)

    stopped(session, scene)

    assert told(session, scene) == {"coordinator": 1}


def test_a_stopped_trial_asks_nothing_of_a_school_any_more(session: Session, scene: Scene) -> None:
    open_call(session, scene)
    coordinator = scene.coordinator(sent(session, scene).id)
    assert tasks_for(session, coordinator, NOON)

    stopped(session, scene)

    assert tasks_for(session, coordinator, NOON) == []


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        (
            "coordinator",
            "nl",
            ("hoeft voor dit onderzoek niets meer", "31 augustus 2038", "ouders vertellen"),
        ),
        (
            "coordinator",
            "en",
            ("need not do anything more", "31 August 2038", "tell your colleagues"),
        ),
    ],
)
def test_the_mail_says_what_it_means_for_the_school(
    session: Session, scene: Scene, name: str, language: str, words: tuple[str, ...]
) -> None:
    open_call(session, scene)
    sent(session, scene)
    session.get_one(Person, scene.people[name]).language = language
    session.commit()

    stopped(session, scene)

    row = session.scalars(select(OutboxRow).where(OutboxRow.kind == SCHOOL_STOPPED)).one()
    body = letter_for(session, row, LINKS).body
    assert all(word in body for word in words), body
    assert "https://voorbeeld.example/trials/samen-lezen\n" in body
