"""Tables of persons, organisations, grants of roles, and proofs of who is who."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.permissions import Role, Scope, ScopeKind


class OrganisationKind(StrEnum):
    COUNCIL = "council"  # the research council that runs the programme
    MINISTRY = "ministry"
    EVALUATOR = "evaluator"
    PROVIDER = "provider"
    BOARD = "board"
    OTHER = "other"


class SignInMethod(StrEnum):
    """How a person proves who they are: by mail link, link and code, or password and TOTP."""

    LINK = "link"
    LINK_AND_CODE = "link_and_code"
    PASSWORD = "password"


class Deployment(Base):
    """What this database is: the mark of a demonstration can be set on an empty one only."""

    __tablename__ = "deployment"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    demonstration: Mapped[bool] = mapped_column(default=False)
    clock: Mapped[datetime | None]  # the fixed clock of a demonstration


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(one_of(OrganisationKind))
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    language: Mapped[str] = mapped_column(String(2), default="nl")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    method: Mapped[SignInMethod] = mapped_column(one_of(SignInMethod))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id
    totp_nonce: Mapped[str | None] = mapped_column(String(64))  # with the key it gives the secret
    totp_since: Mapped[datetime | None]  # when a first right code proved the device
    totp_last_step: Mapped[int | None]  # a code is used once
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(
        back_populates="person", foreign_keys="Grant.person_id"
    )


class Grant(Base):
    """A role a person holds in a scope, from a day until it is ended."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(scope_kind = 'programme') = (scope_id IS NULL)", name="scope_has_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(one_of(ScopeKind))
    scope_id: Mapped[int | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])

    @property
    def scope(self) -> Scope:
        return Scope(self.scope_kind, self.scope_id)


class Mandate(Base):
    """A deputy may act in a principal's role between two dates, by a written mandate."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("principal_id <> deputy_id", name="two_persons"),
        CheckConstraint("valid_from < valid_until", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(one_of(ScopeKind))
    scope_id: Mapped[int | None]
    document: Mapped[str] = mapped_column(String(200))  # where the written mandate is kept
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInSession(Base):
    """A browser that is signed in. The cookie's token is kept as a hash only."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


LONGEST_PATH = 200  # characters; a longer address is forgotten, not cut


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    RESET = "reset"  # of a password, never of the second factor


class MailLink(Base):
    """A link sent by mail: used once, within its time. Its token follows from the secret key."""

    __tablename__ = "mail_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    nonce: Mapped[str] = mapped_column(String(64))  # the token is an HMAC over id and nonce
    path: Mapped[str] = mapped_column(
        String(LONGEST_PATH), default="/"
    )  # where it leads afterwards
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class NextStep(StrEnum):
    """What a person who is signing in has to do next."""

    CODE = "code"  # type over the code that was mailed
    TOTP = "totp"  # a code from the app, or a recovery code
    PASSWORD = "password"  # choose a new one
    DEVICE = "device"  # set the app up


class SignInStep(Base):
    """Someone half signed in: what was proved so far, for a few minutes, in one browser."""

    __tablename__ = "sign_in_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    nonce: Mapped[str] = mapped_column(String(64))  # the mailed code follows from it and the key
    path: Mapped[str] = mapped_column(String(LONGEST_PATH), default="/")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_at: Mapped[datetime | None]  # when the second proof was given
    password_at: Mapped[datetime | None]  # when a new password was chosen
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_sha256: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One attempt at something that is throttled; ``key`` is a hash, so no address is kept."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]


class ApiToken(Base):
    """A personal token for the API, with a scope and an end."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(200))  # space-separated
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class IdentityProof(Base):
    """A fresh proof of identity, bound to one act and what was shown; used once."""

    __tablename__ = "identity_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(64))
    shown_sha256: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(16))  # totp, password, demonstration
    proved_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


PROPOSAL_TRANSITIONS: Mapping[ProposalState, frozenset[ProposalState]] = {
    ProposalState.OPEN: frozenset(set(ProposalState) - {ProposalState.OPEN}),
    ProposalState.APPROVED: frozenset(),
    ProposalState.REJECTED: frozenset(),
    ProposalState.WITHDRAWN: frozenset(),
    ProposalState.LAPSED: frozenset(),
}


class Proposal(Base):
    """An act that takes two persons: one proposes, another approves exactly what was shown."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(
            "decided_by IS NULL OR state = 'withdrawn' OR decided_by <> proposed_by",
            name="two_persons",
        ),
        CheckConstraint(
            "state <> 'approved' OR decided_for IS NULL OR decided_for <> proposed_by",
            name="not_for_the_proposer",
        ),
        CheckConstraint("(state = 'open') = (open_key IS NOT NULL)", name="open_has_key"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_moment"),
        UniqueConstraint("open_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(64))  # award, seal, true_arms, …
    subject_id: Mapped[int]
    open_key: Mapped[str | None] = mapped_column(String(100))  # act:subject while open, else NULL
    wish: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the proposer filled in
    shown: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON of what was shown
    shown_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[ProposalState] = mapped_column(one_of(ProposalState))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # by mandate
    proposed_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # by mandate
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(1000))

    def advance_to(self, state: ProposalState, *, at: datetime, by: int | None = None) -> None:
        """Decide the proposal. Raises ``IllegalTransition`` when it was decided before."""
        check_transition(PROPOSAL_TRANSITIONS, self.state, state, what="proposal")
        self.state, self.open_key = state, None
        self.decided_at, self.decided_by = at, by
