"""The agreement as it stands, and what board and council said to it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.errors import NotReady
from trials.signups.agreement import agreement, shown_sha256
from trials.signups.models import BoardSignature, CouncilDecision, Signup
from trials.signups.queries.calls import call_of_trial


def agreement_of(session: Session, signup: Signup) -> tuple[dict[str, Any], str]:
    """Return what the board reads, and the hash it signs. Raises ``NotReady`` before sending."""
    call = call_of_trial(session, signup.trial_id)
    if call is None or signup.submitted_at is None:
        raise NotReady("there is an agreement once the sign-up has been sent and has a place")
    content = agreement(call, signup)
    return content, shown_sha256(content)


def signature_of(session: Session, signup: Signup) -> BoardSignature | None:
    """Return the board's signature under the sign-up as it stands."""
    if signup.submitted_at is None:
        return None
    return session.scalar(
        select(BoardSignature).where(
            BoardSignature.signup_id == signup.id,
            BoardSignature.signed_at >= signup.submitted_at,
        )
    )


def council_decision(session: Session, signup: Signup) -> CouncilDecision | None:
    """Return the council's answer to this sending of the sign-up, if it has answered."""
    if signup.submitted_at is None:
        return None
    return session.scalar(
        select(CouncilDecision).where(
            CouncilDecision.signup_id == signup.id,
            CouncilDecision.recorded_at >= signup.submitted_at,
        )
    )
