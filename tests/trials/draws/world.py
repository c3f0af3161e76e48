"""A trial that recruited its schools, with the persons around it: where a draw begins."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.copying import copied
from trials.agreements.example import PROTOCOL
from trials.agreements.models import Document, DocumentKind, Moment
from trials.agreements.states import DocumentState
from trials.calls.models import Intervention, Trial
from trials.database import transaction
from trials.lifecycle import TrialState
from trials.people.actors import actor_for
from trials.people.models import Deployment, Grant, Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, Role, Scope, ScopeKind, trial_scope
from trials.register.models import Board, Edition, Site, SiteKind, SiteVersion
from trials.signups.models import Signup, SignupGroup
from trials.signups.states import SignupState

NOON = datetime(2027, 4, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LEVELS = ("rk", "pc", "openbaar")
Ids = tuple[int, dict[str, int], list[int]]  # of the trial, its people and its sign-ups

STAFF = {  # who, and whether the role is for the trial alone
    "manager": (Role.TRIAL_MANAGER, True),
    "second_manager": (Role.TRIAL_MANAGER, True),
    "analyst": (Role.ANALYST, True),
    "provider": (Role.PROVIDER, True),
    "recruiter": (Role.RECRUITER, True),
    "tester": (Role.OUTCOME_TESTER, True),
    "expert": (Role.EXPERT_GROUP, True),
    "officer": (Role.NRO_OFFICER, False),
    "director": (Role.NRO_DIRECTOR, False),
    "observer": (Role.OCW_OBSERVER, False),
    "assessor": (Role.ASSESSOR, False),
    "applicant": (Role.APPLICANT, False),
    "administrator": (Role.ADMINISTRATOR, False),
}


@dataclass
class World:
    """One trial and its people. Coordinator and board of a school are those of its number."""

    session: Session
    trial_id: int
    people: dict[str, int]
    signups: list[int]

    def actor(self, name: str, now: datetime = NOON) -> Actor:
        return actor_for(self.session, self.people[name], now)

    def coordinator(self, number: int = 0) -> Actor:
        return self.actor(f"coordinator {number}")

    @property
    def trial(self) -> Trial:
        return self.session.get_one(Trial, self.trial_id)


def recruited(
    session: Session,
    *,
    schools: int = 9,
    parties: Iterable[str] = ("evaluator",),
    beacon: str = "voorbeeld",
    **changes: Any,
) -> World:
    """Return a demonstration with a recruiting trial of complete sign-ups, three strata of them.

    ``changes`` are put into the protocol's content.
    """
    content = copy.deepcopy(PROTOCOL) | changes
    content["draw"] = content["draw"] | {"parties": list(parties), "beacon": beacon}
    return World(session, *copied(session, _recruit, content=content, schools=schools))


def _recruit(session: Session, *, content: dict[str, Any], schools: int) -> Ids:
    with transaction(session):
        people = {name: _person(session, name) for name in STAFF}
        session.add(Deployment(id=1, demonstration=True))
        trial = _trial(session, content, people["manager"])
        for name, (role, of_trial) in STAFF.items():
            _grant(session, people[name], role, trial_scope(trial.id) if of_trial else PROGRAMME)
        world = World(session, trial.id, people, [])
        edition = _edition(session)
        for number in range(schools):
            _school(world, edition, number)
    return world.trial_id, world.people, world.signups


def add_school(world: World, number: int, state: SignupState = SignupState.COMPLETE) -> int:
    """Add one more sign-up and return its id."""
    with transaction(world.session):
        return _school(world, world.session.query(Edition).one(), number, state)


def grant(world: World, name: str, role: Role) -> None:
    """Give a person one more role in the trial."""
    with transaction(world.session):
        _grant(world.session, world.people[name], role, trial_scope(world.trial_id))


def _person(session: Session, name: str) -> int:
    person = Person(
        name=name.capitalize(),
        email=f"{name.replace(' ', '.')}@voorbeeld.example",
        method=SignInMethod.PASSWORD,
        created_at=NOON - 100 * DAY,
    )
    session.add(person)
    session.flush()
    return person.id


def _grant(session: Session, person: int, role: Role, scope: Scope) -> None:
    session.add(
        Grant(
            person_id=person,
            role=role,
            scope_kind=scope.kind,
            scope_id=scope.id,
            granted_at=NOON - 100 * DAY,
        )
    )


def _trial(session: Session, content: dict[str, Any], manager: int) -> Trial:
    intervention = Intervention(
        title_nl="Samen lezen",
        title_en="Reading together",
        summary_nl="Lezen in tweetallen.",
        summary_en="Reading in pairs.",
        added_at=NOON - 90 * DAY,
    )
    trial = Trial(
        slug="samen-lezen",
        title_nl="Samen lezen in tweetallen",
        title_en="Reading together in pairs",
        state=TrialState.RECRUITING,
        intervention=intervention,
        awarded_at=NOON - 90 * DAY,
    )
    session.add(trial)
    session.flush()
    session.add(
        Document(
            trial_id=trial.id,
            kind=DocumentKind.PROTOCOL,
            version=1,
            state=DocumentState.LOCKED,
            content=content,
            content_sha256="0" * 64,
            drafted_by=manager,
            drafted_at=NOON - 80 * DAY,
            locked_at=NOON - 70 * DAY,
            moment=Moment.BEFORE_DRAW,
        )
    )
    return trial


def _edition(session: Session) -> Edition:
    edition = Edition(
        source="demonstration",
        reference_date=date(2027, 1, 1),
        file_name="scholen.csv",
        file_sha256="0" * 64,
        rows=0,
        imported_at=NOON - 100 * DAY,
    )
    session.add(edition)
    session.flush()
    return edition


def _school(
    world: World, edition: Edition, number: int, state: SignupState = SignupState.COMPLETE
) -> int:
    session, name = world.session, f"Voorbeeldschool {number:03d}"
    coordinator, signatory = f"coordinator {number}", f"board {number}"
    world.people |= {who: _person(session, who) for who in (coordinator, signatory)}
    board = Board(number=f"{90000 + number}", name=f"Bestuur {number}")
    site = Site(kind=SiteKind.DEMONSTRATION, code=f"V{number:05d}")
    session.add_all([board, site])
    session.flush()
    session.add(
        SiteVersion(
            site_id=site.id,
            edition_id=edition.id,
            valid_from=date(2027, 1, 1),
            name=name,
            search_text=name.lower(),
            sector="bo",
            denomination=LEVELS[number % len(LEVELS)],
            board_id=board.id,
        )
    )
    signup = Signup(
        trial_id=world.trial_id,
        site_id=site.id,
        board_id=board.id,
        school_name=name,
        state=state,
        coordinator_id=world.people[coordinator],
        answers={},
        interested_at=NOON - 30 * DAY,
        submitted_at=NOON - 29 * DAY,
        both_arms_accepted_at=NOON - 29 * DAY,
    )
    signup.groups = [SignupGroup(grade="groep 8", classes=1, pupils=25)]
    session.add(signup)
    session.flush()
    reach = Scope(ScopeKind.SIGNUP, signup.id)
    _grant(session, world.people[coordinator], Role.SCHOOL_COORDINATOR, reach)
    _grant(
        session,
        world.people[signatory],
        Role.BOARD_SIGNATORY,
        Scope(ScopeKind.BOARD, board.id),
    )
    world.signups.append(signup.id)
    return signup.id
