"""Opening the call for schools, and changing how many places it has."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from trials.agreements.protocol import as_content
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.database import transaction
from trials.days import day_of, slips
from trials.errors import BadInput
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, require
from trials.signups.models import SchoolCall
from trials.signups.places import hand_out_places, places_taken
from trials.signups.rows import call_for_update, check_takes_schools


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What the council adds to the protocol when it calls for schools."""

    places: int
    opens_at: datetime
    closes_at: datetime
    told_by: date  # schools hear their group no later than this day
    compensation_euro: int  # per school, the same in both groups
    control_gets_nl: str
    control_gets_en: str

    def check(self) -> None:
        """Raise ``BadInput`` with every problem."""
        problems = slips(opens_at=self.opens_at, closes_at=self.closes_at, told_by=self.told_by)
        if problems:
            raise BadInput("the call for schools needs mending", tuple(problems))
        if self.places < 1:
            problems.append(BadInput("there must be at least one place", field="places"))
        if self.closes_at <= self.opens_at:
            problems.append(BadInput("the call must close after it opens", field="closes_at"))
        if self.told_by < day_of(self.closes_at):
            problems.append(
                BadInput("schools cannot hear their group before the call closes", field="told_by")
            )
        if self.compensation_euro < 0:
            problems.append(
                BadInput("the compensation cannot be negative", field="compensation_euro")
            )
        for field in ("control_gets_nl", "control_gets_en"):
            if not getattr(self, field).strip():
                problems.append(BadInput("say what schools in the control group get", field=field))
        if problems:
            raise BadInput("the call for schools needs mending", tuple(problems))


def open_school_call(
    session: Session, *, trial_id: int, terms: CallTerms, actor: Actor, now: datetime
) -> SchoolCall:
    """Open the call for schools of a trial whose protocol is locked.

    Eligibility, hours and the council's right are those of the protocol at this moment.
    Raises ``NotReady`` while the protocol is not locked, ``IllegalTransition`` from any state
    but designing.
    """
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.SCHOOL_CALL_OPEN, trial.scope)
        protocol = locked_protocol(session, trial_id)
        terms.check()
        trial.advance_to(TrialState.RECRUITING)
        content = as_content(protocol)
        call = SchoolCall(
            trial_id=trial_id,
            places=terms.places,
            opens_at=terms.opens_at,
            closes_at=terms.closes_at,
            told_by=terms.told_by,
            sectors=content["eligibility"]["sectors"],
            grades=content["eligibility"]["grades"],
            questions=content["eligibility"]["questions"],
            hours=content["hours"],
            compensation_euro=terms.compensation_euro,
            control_gets_nl=terms.control_gets_nl.strip(),
            control_gets_en=terms.control_gets_en.strip(),
            council_right=protocol.council_right,
            opened_by=actor.person_id,
            opened_at=now,
        )
        session.add(call)
        session.flush()
        record(
            session,
            "school_call_opened",
            f"trial:{trial_id}",
            by=actor.person_id,
            at=now,
            details={"places": terms.places},
        )
    return call


def change_places(
    session: Session, *, trial_id: int, places: int, actor: Actor, now: datetime
) -> SchoolCall:
    """Change the number of places; new ones go to the waiting list at once.

    No school that holds a place loses it, so fewer places than schools is refused. Raises
    ``NotReady`` once the trial takes no schools any more.
    """
    with transaction(session):
        call = call_for_update(session, trial_id)
        require(actor, Permission.SCHOOL_CALL_OPEN, call.trial.scope)
        check_takes_schools(call)
        taken = places_taken(session, trial_id)
        if places < max(taken, 1):
            raise BadInput(
                "{taken} schools already have a place; {places} places are too few",
                taken=taken,
                places=places,
                field="places",
            )
        call.places = places
        hand_out_places(session, call, now)
        record(
            session,
            "school_call_places",
            f"trial:{trial_id}",
            by=actor.person_id,
            at=now,
            details={"places": places},
        )
    return call
