"""The board's signature and the council's answer; together they make a sign-up complete."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from trials.agreements.protocol import CouncilRight
from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import BadInput, Conflict, NotAllowed, NotReady
from trials.permissions import Actor, Permission, require
from trials.signups.agreement import agreement, shown_sha256
from trials.signups.leaving import withdraw
from trials.signups.models import (
    BoardSignature,
    CouncilAnswer,
    CouncilDecision,
    SchoolCall,
    Signup,
)
from trials.signups.queries.signing import council_decision
from trials.signups.rows import call_for_update, signup_for_update
from trials.signups.states import SignupState

POSITIVE = {
    CouncilRight.CONSENT: CouncilAnswer.CONSENTS,
    CouncilRight.ADVICE: CouncilAnswer.ADVISES,
    CouncilRight.INFORMED: CouncilAnswer.INFORMED,
}


def sign_for_board(
    session: Session, *, signup_id: int, shown: str, actor: Actor, now: datetime
) -> Signup:
    """Sign the agreement for the school's board, over the hash of what was shown.

    Raises ``Conflict`` when the agreement is no longer what was shown, ``NotAllowed`` for the
    coordinator: the two roles are two persons.
    """
    with transaction(session):
        signup = signup_for_update(session, signup_id, actor)
        require(actor, Permission.BOARD_SIGN, *signup.scopes)
        if actor.person_id == signup.coordinator_id:
            raise NotAllowed("whoever coordinates the sign-up cannot sign for the board")
        if signup.state in (SignupState.SIGNED, SignupState.COMPLETE):
            return signup
        signup.advance_to(SignupState.SIGNED)
        call = call_for_update(session, signup.trial_id)
        content = agreement(call, signup)
        current = shown_sha256(content)
        if shown != current:
            raise Conflict("the agreement has changed since you read it; read it again")
        session.add(
            BoardSignature(
                signup_id=signup.id,
                person_id=actor.person_id,
                shown=content,
                shown_sha256=current,
                signed_at=now,
            )
        )
        if council_decision(session, signup) is not None:
            signup.advance_to(SignupState.COMPLETE)
        details = {"sha256": current}
        record(
            session,
            "board_signed",
            f"signup:{signup.id}",
            by=actor.person_id,
            at=now,
            details=details,
        )
    return signup


def record_council_decision(
    session: Session,
    *,
    signup_id: int,
    answer: CouncilAnswer,
    decided_on: date,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Signup:
    """Record what the participation council answered; a refusal ends the sign-up.

    The answer must fit the council's right in this trial: consent, advice, or being informed,
    which the coordinator may record too. Raises ``Conflict`` when it has answered before.
    """
    with transaction(session):
        signup = signup_for_update(session, signup_id, actor)
        call = call_for_update(session, signup.trial_id)
        _may_record(signup, call, actor)
        _check_answer(signup, call, answer, decided_on, now)
        if council_decision(session, signup) is not None:
            raise Conflict("the council's answer has been recorded already")
        session.add(
            CouncilDecision(
                signup_id=signup.id,
                answer=answer,
                decided_on=decided_on,
                note=note.strip()[:1000],
                recorded_by=actor.person_id,
                recorded_at=now,
            )
        )
        if answer is CouncilAnswer.REFUSES:
            withdraw(session, signup, "council", now)
        elif signup.state is SignupState.SIGNED:
            signup.advance_to(SignupState.COMPLETE)
        details = {"answer": answer.value}
        record(
            session,
            "council_decided",
            f"signup:{signup.id}",
            by=actor.person_id,
            at=now,
            details=details,
        )
    return signup


def _may_record(signup: Signup, call: SchoolCall, actor: Actor) -> None:
    informs = call.council_right == CouncilRight.INFORMED
    if not (informs and actor.may(Permission.SIGNUP_EDIT, *signup.scopes)):
        require(actor, Permission.COUNCIL_DECIDE, *signup.scopes)


def _check_answer(
    signup: Signup, call: SchoolCall, answer: CouncilAnswer, decided_on: date, now: datetime
) -> None:
    if signup.state not in (SignupState.SUBMITTED, SignupState.SIGNED):
        raise NotReady("the council answers between sending and the draw")
    right = CouncilRight(call.council_right)
    if answer not in (POSITIVE[right], CouncilAnswer.REFUSES) or (
        right is CouncilRight.INFORMED and answer is CouncilAnswer.REFUSES
    ):
        raise BadInput(
            "in this trial the council's right is {right}; {answer} does not fit it",
            right=right,
            answer=answer,
            field="answer",
        )
    if decided_on > day_of(now):
        raise BadInput("the day of the decision cannot lie in the future", field="decided_on")
