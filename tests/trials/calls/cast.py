"""A call, those who apply to it and those who judge, played through the real services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.copying import copied
from trials.calls.drafts import CallDraft, CriterionDraft
from trials.calls.models import ApplicantKind, Application, Call, CallKind
from trials.calls.services.applications import submit_application
from trials.calls.services.assessment import Mark, declare_interest, score_application
from trials.calls.services.calls import create_call, publish_call
from trials.database import transaction
from trials.people.actors import actor_for
from trials.people.models import (
    Deployment,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
    Proposal,
    SignInMethod,
)
from trials.people.proposals import approve, propose, prove_identity
from trials.permissions import PROGRAMME, Actor, Role, Scope

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
OPENS = MONDAY
QUESTIONS_UNTIL = MONDAY + timedelta(days=10)
CLOSES = MONDAY + timedelta(days=30)
BEFORE, AFTER = CLOSES - timedelta(seconds=1), CLOSES + timedelta(hours=1)
KEY = "form-0001"
INTERVENTION: dict[str, Any] = {
    "title_en": "Reading together in pairs",
    "summary_nl": "Leerlingen lezen drie keer per week een kwartier in tweetallen.",
    "summary_en": "Pupils read in pairs for fifteen minutes, three times a week.",
    "evidence": "Twee kleine onderzoeken vonden een positief verschil.",
    "scalability": "Een school kan na twee trainingsmiddagen beginnen.",
    "delivery_team": "Vier trainers met ervaring in het basisonderwijs.",
    "sectors": ["bo", "sbo"],
    "group": "B",
    "schools": 80,
    "cost_per_pupil": 35,
    "partners": [],
}
EVALUATOR: dict[str, Any] = {
    "title_en": "An independent evaluation",
    "approach": "Een onderzoek met loting per school en een voormeting.",
    "team": "Een onderzoeksleider en een analist.",
    "experience": "Acht eerdere onderzoeken met loting.",
    "independence": "Wij hebben geen band met de aanbieder of met de aanpak.",
    "budget": 240_000,
    "partners": [],
}


def person(
    session: Session,
    name: str,
    *roles: Role,
    scope: Scope = PROGRAMME,
    organisation: int | None = None,
) -> int:
    """Add a person with roles, from a day before the call on; return the id."""
    with transaction(session):
        added = Person(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@voorbeeld.example",
            method=SignInMethod.PASSWORD,
            organisation_id=organisation,
            created_at=MONDAY - timedelta(days=1),
        )
        added.grants = [
            Grant(
                role=role,
                scope_kind=scope.kind,
                scope_id=scope.id,
                granted_at=MONDAY - timedelta(days=1),
            )
            for role in roles
        ]
        session.add(added)
        session.flush()
        return added.id


def organisation(
    session: Session, name: str, kind: OrganisationKind = OrganisationKind.OTHER
) -> int:
    with transaction(session):
        added = Organisation(kind=kind, name=name)
        session.add(added)
        session.flush()
        return added.id


def draft(**changes: Any) -> CallDraft:
    """A call for interventions with the two criteria the programme asked for."""
    values: dict[str, Any] = {
        "kind": CallKind.INTERVENTIONS,
        "title_nl": "Oproep kansrijke interventies",
        "title_en": "Call for promising interventions",
        "text_nl": "Dien een aanpak in die u wilt laten onderzoeken.",
        "text_en": "Apply with an intervention you want to be studied.",
        "opens_at": OPENS,
        "questions_until": QUESTIONS_UNTIL,
        "closes_at": CLOSES,
        "criteria": (
            CriterionDraft("Sterkte van de evidentie", "Strength of the evidence", 60, 5),
            CriterionDraft("Schaalbaarheid", "Scalability", 40, None),
        ),
    }
    return CallDraft(**(values | changes))


class Programme:
    """NRO, three assessors and three applicants of three organisations.

    ``ids`` are those of a programme that is there already.
    """

    def __init__(self, session: Session, ids: dict[str, Any] | None = None) -> None:
        self.session = session
        self.ids = ids or copied(session, _enrol)
        self.officer: int = self.ids["officer"]
        self.director: int = self.ids["director"]
        self.assessors: list[int] = self.ids["assessors"]
        self.houses: list[int] = self.ids["houses"]
        self.applicants: list[int] = self.ids["applicants"]

    def actor(self, person_id: int, now: datetime = MONDAY) -> Actor:
        return actor_for(self.session, person_id, now)

    def published_call(self, **changes: Any) -> Call:
        officer = self.actor(self.officer)
        call = create_call(self.session, draft=draft(**changes), actor=officer, now=MONDAY)
        return publish_call(self.session, call_id=call.id, actor=officer, now=MONDAY)

    def application(self, call: Call, applicant: int = 0, **changes: Any) -> Application:
        content = INTERVENTION if call.kind is CallKind.INTERVENTIONS else EVALUATOR
        values: dict[str, Any] = {
            "request_key": KEY + str(applicant),
            "kind": ApplicantKind.DEVELOPER,
            "title": f"Samen lezen in tweetallen {applicant}",
            "content": content,
            "now": BEFORE,
        }
        values |= changes
        who = self.actor(self.applicants[applicant], values["now"])
        return submit_application(self.session, call_id=call.id, actor=who, **values)

    def declare(self, assessor: int, application: Application, relation: str = "") -> None:
        declare_interest(
            self.session,
            application_id=application.id,
            relation=relation,
            actor=self.actor(self.assessors[assessor]),
            now=AFTER,
        )

    def score(self, assessor: int, application: Application, *values: int) -> None:
        criteria = [criterion.id for criterion in application.call.criteria]
        score_application(
            self.session,
            application_id=application.id,
            marks={
                number: Mark(value, "Goed onderbouwd.")
                for number, value in zip(criteria, values, strict=True)
            },
            actor=self.actor(self.assessors[assessor]),
            now=AFTER,
        )

    def scored(self, application: Application, *values: int) -> None:
        """Let the first two assessors declare nothing and give the same scores."""
        for assessor in (0, 1):
            self.declare(assessor, application)
            self.score(assessor, application, *values)

    def propose(
        self, act: str, subject: int, wish: dict[str, Any], *, now: datetime = AFTER
    ) -> Proposal:
        officer = self.actor(self.officer, now)
        return propose(self.session, act=act, subject_id=subject, wish=wish, actor=officer, now=now)

    def approve(self, proposal: Proposal, *, now: datetime = AFTER) -> None:
        director = self.actor(self.director, now)
        sha256 = proposal.shown_sha256
        prove_identity(
            self.session,
            actor=director,
            act=proposal.act,
            shown_sha256=sha256,
            code_or_password="",
            now=now,
        )
        approve(
            self.session,
            proposal_id=proposal.id,
            shown_sha256=sha256,
            actor=director,
            now=now,
        )


def _enrol(session: Session) -> dict[str, Any]:
    with transaction(session):
        if session.get(Deployment, 1) is None:
            session.add(Deployment(id=1, demonstration=True))
    houses = [organisation(session, f"Organisatie {n}") for n in (1, 2, 3)]
    return {
        "officer": person(session, "Officer", Role.NRO_OFFICER),
        "director": person(session, "Director", Role.NRO_DIRECTOR),
        "assessors": [person(session, f"Assessor {n}", Role.ASSESSOR) for n in (1, 2, 3)],
        "houses": houses,
        "applicants": [
            person(session, f"Applicant {n}", Role.APPLICANT, organisation=house)
            for n, house in enumerate(houses, start=1)
        ],
    }


def scored_call_of_three(session: Session) -> tuple[dict[str, Any], int]:
    """Play a call with three scored applications, the third below a minimum; return the ids."""
    programme = Programme(session)
    call = programme.published_call()
    for number, values in enumerate([(7, 6), (5, 9), (4, 9)]):
        programme.scored(programme.application(call, number), *values)
    return programme.ids, call.id
