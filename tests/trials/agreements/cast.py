"""A trial that has its evaluator, and everyone who drafts, judges, signs or only reads."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.models import Document, DocumentKind, Party
from trials.agreements.services import (
    offer_for_signing,
    review_validity,
    save_draft,
    sign_document,
)
from trials.calls.models import Intervention, Trial
from trials.database import transaction
from trials.lifecycle import TrialState
from trials.people.actors import actor_for
from trials.people.models import Grant, Person, SignInMethod
from trials.permissions import PROGRAMME, Actor, Role, Scope, trial_scope

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EXAMPLES = {DocumentKind.PROTOCOL: PROTOCOL, DocumentKind.ANALYSIS_PLAN: PLAN}


def changed(content: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy of structured content with one place, such as ``arms.1.ratio``, changed."""
    copy = deepcopy(content)
    *parents, last = path.split(".")
    part: Any = copy
    for name in parents:
        part = part[int(name)] if isinstance(part, list) else part[name]
    part[int(last) if isinstance(part, list) else last] = value
    return copy


class Parties:
    """The persons around one trial in the state ``designing``."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with transaction(session):
            intervention = Intervention(
                title_nl="Samen lezen",
                title_en="Reading together",
                summary_nl="In tweetallen",
                summary_en="In pairs",
                added_at=NOON,
            )
            trial = Trial(
                slug="samen-lezen",
                title_nl="Samen lezen in tweetallen",
                title_en="Reading together in pairs",
                state=TrialState.DESIGNING,
                intervention=intervention,
                awarded_at=NOON - DAY,
            )
            session.add(trial)
            session.flush()
            self.trial_id = trial.id
        here = trial_scope(self.trial_id)
        self.people = {
            "officer": self._person("Officer", Role.NRO_OFFICER, PROGRAMME),
            "second_officer": self._person("Second officer", Role.NRO_OFFICER, PROGRAMME),
            "director": self._person("Director", Role.NRO_DIRECTOR, PROGRAMME),
            "manager": self._person("Manager", Role.TRIAL_MANAGER, here),
            "analyst": self._person("Analyst", Role.ANALYST, here),
            "provider": self._person("Provider", Role.PROVIDER, here),
            "expert": self._person("Expert", Role.EXPERT_GROUP, PROGRAMME),
            "stranger": self._person("Stranger", Role.TRIAL_MANAGER, trial_scope(10**6)),
        }

    def _person(self, name: str, role: Role, scope: Scope) -> int:
        with transaction(self.session):
            person = Person(
                name=name,
                email=f"{name.lower().replace(' ', '.')}@voorbeeld.example",
                method=SignInMethod.PASSWORD,
                created_at=NOON - DAY,
            )
            person.grants = [
                Grant(role=role, scope_kind=scope.kind, scope_id=scope.id, granted_at=NOON - DAY)
            ]
            self.session.add(person)
            self.session.flush()
            return person.id

    @property
    def trial(self) -> Trial:
        return self.session.get_one(Trial, self.trial_id)

    def actor(self, who: str) -> Actor:
        return actor_for(self.session, self.people[who], NOON)

    def reach(self, state: TrialState | None = None, **milestones: datetime) -> None:
        """Let the trial be further on, as later stages will leave it."""
        with transaction(self.session):
            trial = self.session.get_one(Trial, self.trial_id)
            trial.state = state or trial.state
            for name, moment in milestones.items():
                setattr(trial, name, moment)

    def draft(
        self,
        kind: DocumentKind = DocumentKind.PROTOCOL,
        content: dict[str, Any] | None = None,
        *,
        who: str = "manager",
        reason: str = "",
        now: datetime = NOON,
    ) -> Document:
        return save_draft(
            self.session,
            trial_id=self.trial_id,
            kind=kind,
            content=EXAMPLES[kind] if content is None else content,
            reason=reason,
            actor=self.actor(who),
            now=now,
        )

    def offer(self, document: Document, *, who: str = "manager", now: datetime = NOON) -> None:
        offer_for_signing(self.session, document_id=document.id, actor=self.actor(who), now=now)

    def review(self, document: Document, valid: bool = True, *, who: str = "expert") -> None:
        review_validity(
            self.session,
            document_id=document.id,
            valid=valid,
            remarks="Helder opgezet.",
            actor=self.actor(who),
            now=NOON,
        )

    def sign(
        self,
        document: Document,
        who: str,
        party: Party,
        *,
        sha256: str | None = None,
        now: datetime = NOON,
    ) -> None:
        sign_document(
            self.session,
            document_id=document.id,
            party=party,
            shown_sha256=document.content_sha256 if sha256 is None else sha256,
            actor=self.actor(who),
            now=now,
        )

    def locked(
        self,
        kind: DocumentKind = DocumentKind.PROTOCOL,
        content: dict[str, Any] | None = None,
        *,
        reason: str = "",
        now: datetime = NOON,
    ) -> Document:
        """Draft, offer, review where asked, and let all three sign."""
        document = self.draft(kind, content, reason=reason, now=now)
        self.offer(document, now=now)
        if kind is DocumentKind.PROTOCOL:
            self.review(document)
        for who, party in (
            ("manager", Party.EVALUATOR),
            ("provider", Party.PROVIDER),
            ("officer", Party.COUNCIL),
        ):
            self.sign(document, who, party, now=now)
        return document
