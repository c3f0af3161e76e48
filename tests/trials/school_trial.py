"""A trial whose protocol is locked, with a register of invented schools, for tests to build on."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.copying import copied
from trials.agreements.example import PROTOCOL
from trials.agreements.models import Document, DocumentKind, Moment
from trials.agreements.states import DocumentState
from trials.audit import record
from trials.calls.models import Intervention, PupilsLiveAt, Trial
from trials.lifecycle import TrialState
from trials.people.models import Grant, Organisation, OrganisationKind, Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, HeldRole, Role, Scope, ScopeKind
from trials.register.models import Board, Edition, Site, SiteKind, SiteVersion
from trials.signups.agreement import agreement, shown_sha256
from trials.signups.models import CouncilAnswer, SchoolCall, Signup
from trials.signups.services import (
    CallTerms,
    GroupSize,
    accept_both_groups,
    open_school_call,
    record_council_decision,
    register_interest,
    sign_for_board,
    state_groups,
    state_tests,
    submit_signup,
)

NOON = datetime(2027, 2, 1, 11, 0, tzinfo=UTC)
ANSWERS = {"runs_other_reading_programme": False, "tests_twice": True}


@dataclass
class Scene:
    """Ids of what a test needs; actors are made on the spot."""

    trial_id: int
    board_id: int
    site_ids: list[int]
    people: dict[str, int]

    def person(self, name: str, *roles: tuple[Role, Scope]) -> Actor:
        held = frozenset(HeldRole(role, scope) for role, scope in roles)
        return Actor(self.people[name], held)

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind.TRIAL, self.trial_id)

    @property
    def officer(self) -> Actor:
        return self.person("officer", (Role.NRO_OFFICER, PROGRAMME))

    @property
    def manager(self) -> Actor:
        return self.person("manager", (Role.TRIAL_MANAGER, self.scope))

    @property
    def recruiter(self) -> Actor:
        return self.person("recruiter", (Role.RECRUITER, self.scope))

    @property
    def tester(self) -> Actor:
        return self.person("tester", (Role.OUTCOME_TESTER, self.scope))

    @property
    def signatory(self) -> Actor:
        return self.person(
            "signatory", (Role.BOARD_SIGNATORY, Scope(ScopeKind.BOARD, self.board_id))
        )

    def coordinator(self, *signup_ids: int, name: str = "coordinator") -> Actor:
        scopes = [Scope(ScopeKind.SIGNUP, signup_id) for signup_id in signup_ids]
        return self.person(name, *((Role.SCHOOL_COORDINATOR, scope) for scope in scopes))

    def council(self, *signup_ids: int) -> Actor:
        scopes = [Scope(ScopeKind.SIGNUP, signup_id) for signup_id in signup_ids]
        return self.person("council", *((Role.COUNCIL, scope) for scope in scopes))


def designed_trial(
    session: Session,
    *,
    sites: int = 3,
    protocol: dict[str, Any] | None = None,
    pupils_live_at: PupilsLiveAt = PupilsLiveAt.HERE,
) -> Scene:
    """A trial in design with a locked protocol; committed."""
    return copied(
        session,
        _designed,
        sites=sites,
        protocol=protocol or deepcopy(PROTOCOL),
        pupils_live_at=pupils_live_at,
    )


def _designed(
    session: Session, *, sites: int, protocol: dict[str, Any], pupils_live_at: PupilsLiveAt
) -> Scene:
    names = (
        "officer",
        "manager",
        "recruiter",
        "tester",
        "coordinator",
        "colleague",
        "signatory",
        "council",
    )
    people = {name: _person(name) for name in names}
    evaluator = Organisation(kind=OrganisationKind.EVALUATOR, name="Voorbeeldinstituut")
    board = Board(number="99999", name="Stichting Voorbeeld")
    intervention = Intervention(
        title_nl="Samen lezen",
        title_en="Reading together",
        summary_nl="",
        summary_en="",
        added_at=NOON,
    )
    session.add_all([*people.values(), evaluator, board, intervention])
    session.flush()
    trial = Trial(
        slug="samen-lezen",
        title_nl="Samen lezen in tweetallen",
        title_en="Reading together in pairs",
        state=TrialState.DESIGNING,
        intervention_id=intervention.id,
        evaluator_id=evaluator.id,
        pupils_live_at=pupils_live_at,
        awarded_at=NOON,
    )
    session.add(trial)
    session.flush()
    lock_document(session, trial.id, DocumentKind.PROTOCOL, protocol, people["manager"])
    found = [_site(session, number, board) for number in range(1, sites + 1)]
    record(session, "scene_set", f"trial:{trial.id}", by=None, at=NOON)
    session.commit()
    return Scene(
        trial.id, board.id, [site.id for site in found], {n: p.id for n, p in people.items()}
    )


def lock_document(
    session: Session, trial_id: int, kind: DocumentKind, content: dict[str, Any], by: Person
) -> None:
    session.add(
        Document(
            trial_id=trial_id,
            kind=kind,
            version=1,
            state=DocumentState.LOCKED,
            content=content,
            content_sha256="0" * 64,
            drafted_by=by.id,
            drafted_at=NOON,
            locked_at=NOON,
            moment=Moment.BEFORE_DRAW,
        )
    )


def _person(name: str) -> Person:
    return Person(
        name=name.capitalize(),
        email=f"{name}@voorbeeld.nl",
        method=SignInMethod.LINK,
        created_at=NOON,
    )


def _site(session: Session, number: int, board: Board) -> Site:
    edition = Edition(
        source="demonstration",
        reference_date=date(2026, 10, 1),
        file_name="",
        file_sha256=f"{number:064}",
        rows=1,
        imported_at=NOON,
    )
    site = Site(kind=SiteKind.DEMONSTRATION, code=f"99ZZ{number:02}")
    session.add_all([edition, site])
    session.flush()
    name = f"Voorbeeldschool {number:03}"
    session.add(
        SiteVersion(
            site_id=site.id,
            edition_id=edition.id,
            valid_from=date(2020, 8, 1),
            name=name,
            search_text=name.lower(),
            town="Assen",
            sector="bo",
            denomination="Openbaar",
            board_id=board.id,
        )
    )
    return site


def terms(**changes: Any) -> CallTerms:
    usual: dict[str, Any] = {
        "places": 2,
        "opens_at": NOON,
        "closes_at": NOON + timedelta(days=40),
        "told_by": date(2027, 4, 30),
        "compensation_euro": 1500,
        "control_gets_nl": "Een jaar later dezelfde training.",
        "control_gets_en": "The same training a year later.",
    }
    return CallTerms(**{**usual, **changes})


def open_call(session: Session, scene: Scene, **changes: Any) -> SchoolCall:
    return open_school_call(
        session, trial_id=scene.trial_id, terms=terms(**changes), actor=scene.officer, now=NOON
    )


def prepared(session: Session, scene: Scene, site: int = 0, name: str = "coordinator") -> Signup:
    """A sign-up that is ready to be sent."""
    signup = register_interest(
        session,
        trial_id=scene.trial_id,
        site_id=scene.site_ids[site],
        answers=ANSWERS,
        actor=scene.person(name),
        now=NOON,
    )
    actor = scene.coordinator(signup.id, name=name)
    size = GroupSize("groep 8", classes=1, pupils=24)
    state_groups(session, signup_id=signup.id, groups=[size], actor=actor, now=NOON)
    state_tests(session, signup_id=signup.id, tests="Cito M8", actor=actor, now=NOON)
    accept_both_groups(session, signup_id=signup.id, accepted=True, actor=actor, now=NOON)
    return signup


def sent(session: Session, scene: Scene, site: int = 0, name: str = "coordinator") -> Signup:
    signup = prepared(session, scene, site, name)
    return submit_signup(
        session, signup_id=signup.id, actor=scene.coordinator(signup.id, name=name), now=NOON
    )


def complete(session: Session, scene: Scene, site: int = 0) -> Signup:
    signup = sent(session, scene, site)
    sign(session, scene, signup)
    return record_council_decision(
        session,
        signup_id=signup.id,
        answer=CouncilAnswer.CONSENTS,
        decided_on=NOON.date(),
        actor=scene.council(signup.id),
        now=NOON,
    )


def sign(session: Session, scene: Scene, signup: Signup) -> Signup:
    call = session.query(SchoolCall).filter_by(trial_id=scene.trial_id).one()
    return sign_for_board(
        session,
        signup_id=signup.id,
        shown=shown_sha256(agreement(call, signup)),
        actor=scene.signatory,
        now=NOON,
    )


def interest(session: Session, scene: Scene, name: str = "coordinator", **changes: Any) -> Signup:
    usual: dict[str, Any] = {"answers": ANSWERS, "now": NOON}
    return register_interest(
        session,
        trial_id=scene.trial_id,
        site_id=scene.site_ids[0],
        actor=scene.person(name),
        **{**usual, **changes},
    )


def council_answers(
    session: Session, scene: Scene, signup: Signup, answer: CouncilAnswer
) -> Signup:
    return record_council_decision(
        session,
        signup_id=signup.id,
        answer=answer,
        decided_on=NOON.date(),
        actor=scene.council(signup.id),
        now=NOON,
    )


def grant(
    session: Session,
    scene: Scene,
    name: str,
    role: Role,
    kind: ScopeKind = ScopeKind.TRIAL,
    scope_id: int | None = None,
) -> None:
    session.add(
        Grant(
            person_id=scene.people[name],
            role=role,
            scope_kind=kind,
            scope_id=scope_id or scene.trial_id,
            granted_at=NOON,
        )
    )
    session.commit()


def drawn(session: Session, scene: Scene, *signups: Signup, plan: bool = True) -> None:
    """As if these schools had been drawn at noon; with a locked analysis plan unless told."""
    trial = session.get_one(Trial, scene.trial_id)
    trial.state, trial.first_drawn_at, trial.first_sealed_at = TrialState.DELIVERING, NOON, NOON
    for signup in signups:
        signup.drawn_at = NOON
    if plan:
        manager = session.get_one(Person, scene.people["manager"])
        lock_document(session, scene.trial_id, DocumentKind.ANALYSIS_PLAN, {}, manager)
    session.commit()
