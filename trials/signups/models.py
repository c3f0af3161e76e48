"""Tables of the call for schools: approaches, sign-ups, groups, signatures, consent."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trials.calls.models import Trial
from trials.database import Base, one_of
from trials.lifecycle import check_transition
from trials.people.models import Person
from trials.permissions import Scope, ScopeKind
from trials.register.models import Board, Site
from trials.signups.states import SIGNUP_TRANSITIONS, SignupState


class SchoolCall(Base):
    """The call for schools of one trial, opened when the protocol is locked."""

    __tablename__ = "school_call"
    __table_args__ = (
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("opens_at < closes_at", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), unique=True)
    places: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    told_by: Mapped[date]  # schools hear their group no later than this day
    sectors: Mapped[list[str]] = mapped_column(JSON)  # bo, sbo, vo …
    grades: Mapped[list[str]] = mapped_column(JSON)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # {key, nl, en, must_be}
    hours: Mapped[dict[str, int]] = mapped_column(JSON)  # coordinator, teacher, pupil
    compensation_euro: Mapped[int]
    control_gets_nl: Mapped[str] = mapped_column(Text)
    control_gets_en: Mapped[str] = mapped_column(Text)
    council_right: Mapped[str] = mapped_column(String(16))  # consent, advice, informed
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]

    trial: Mapped[Trial] = relationship()


class Channel(StrEnum):
    """How a school was approached."""

    MAIL = "mail"
    PHONE = "phone"
    VISIT = "visit"
    EVENT = "event"


class Answer(StrEnum):
    """What a school answered when it was approached."""

    NONE_YET = "none_yet"
    INTERESTED = "interested"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"


class Approach(Base):
    """One contact with a site about a trial, and what it answered."""

    __tablename__ = "approach"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    answer: Mapped[Answer] = mapped_column(one_of(Answer))
    reason: Mapped[str] = mapped_column(String(500), default="")
    approached_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    approached_at: Mapped[datetime]

    site: Mapped[Site] = relationship()


class Signup(Base):
    """One site in one trial."""

    __tablename__ = "signup"
    __table_args__ = (
        UniqueConstraint("trial_id", "site_id"),
        CheckConstraint(
            "state NOT IN ('submitted', 'signed', 'complete')"
            " OR (submitted_at IS NOT NULL AND both_arms_accepted_at IS NOT NULL)",
            name="submitted_at",
        ),
        CheckConstraint("state <> 'waiting' OR waiting_since IS NOT NULL", name="waiting_since"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    school_name: Mapped[str] = mapped_column(String(200))  # as the register had it then
    state: Mapped[SignupState] = mapped_column(one_of(SignupState))
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answers: Mapped[dict[str, bool]] = mapped_column(JSON)  # eligibility
    tests: Mapped[str] = mapped_column(String(200), default="")  # LVS and test moments
    other_interventions: Mapped[list[str]] = mapped_column(JSON, default=list)
    both_arms_accepted_at: Mapped[datetime | None]
    interested_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))
    parents_informed_on: Mapped[date | None]  # letter sent, so that parents can object
    drawn_at: Mapped[datetime | None]  # left here by the draw: from then on in the ITT set

    trial: Mapped[Trial] = relationship()
    site: Mapped[Site] = relationship()
    board: Mapped[Board | None] = relationship()
    coordinator: Mapped[Person] = relationship()
    groups: Mapped[list["SignupGroup"]] = relationship(back_populates="signup")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What a grant may be for so that it reaches this sign-up."""
        own = (Scope(ScopeKind.SIGNUP, self.id), Scope(ScopeKind.TRIAL, self.trial_id))
        return own if self.board_id is None else (*own, Scope(ScopeKind.BOARD, self.board_id))

    def advance_to(self, target: SignupState) -> None:
        """Take one step; raises ``IllegalTransition`` for any other."""
        check_transition(SIGNUP_TRANSITIONS, self.state, target, what="sign-up")
        self.state = target
        if target is not SignupState.WITHDRAWN:
            self.withdrawn_at = self.withdrawn_reason = None


class SignupGroup(Base):
    """Classes and pupils of one grade that take part; no names."""

    __tablename__ = "signup_group"
    __table_args__ = (
        UniqueConstraint("signup_id", "grade"),
        CheckConstraint("classes > 0 AND pupils > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    grade: Mapped[str] = mapped_column(String(16))
    classes: Mapped[int]
    pupils: Mapped[int]

    signup: Mapped[Signup] = relationship(back_populates="groups")


class BoardSignature(Base):
    """The board's signature under the agreement, over the hash of what was shown.

    A school that withdrew and came back is signed for again; the newest signature counts.
    """

    __tablename__ = "board_signature"
    __table_args__ = (UniqueConstraint("signup_id", "shown_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)  # what was signed, word for word
    shown_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]


class CouncilAnswer(StrEnum):
    CONSENTS = "consents"
    ADVISES = "advises"
    INFORMED = "informed"
    REFUSES = "refuses"


class CouncilDecision(Base):
    """What the participation council answered, and on which day.

    A school that withdrew and came back asks again; only a decision recorded since counts.
    """

    __tablename__ = "council_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    answer: Mapped[CouncilAnswer] = mapped_column(one_of(CouncilAnswer))
    decided_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(1000), default="")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
