"""Loading what an upload is for, locked, and refusing before anything is read."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.models import DocumentKind
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_document, locked_protocol
from trials.calls.models import PupilsLiveAt, Trial
from trials.errors import NotFound, NotReady
from trials.lifecycle import TrialState
from trials.measurements.models import OutcomeWave, UploadKind
from trials.permissions import Actor, Permission
from trials.signups.models import Signup
from trials.signups.states import SignupState

MAY_SEND: Mapping[UploadKind, tuple[Permission, ...]] = {
    UploadKind.PUPILS: (Permission.PUPILS_UPLOAD,),
    UploadKind.BASELINE: (Permission.PUPILS_UPLOAD, Permission.OUTCOMES_UPLOAD),
    UploadKind.OUTCOME: (Permission.OUTCOMES_UPLOAD,),
}
BEFORE_OUTCOMES = frozenset({TrialState.RECRUITING, TrialState.SEALED, TrialState.DELIVERING})
AFTER_DRAW = frozenset(
    {TrialState.DELIVERING, TrialState.MEASURED, TrialState.RELEASED, TrialState.REPORTED}
)
SIGNED = frozenset({SignupState.SIGNED, SignupState.COMPLETE})


def signup_for_upload(
    session: Session, signup_id: int, kind: UploadKind, wave: int, actor: Actor
) -> tuple[Signup, Protocol]:
    """Return the sign-up, locked, and its protocol, when such a file may come in now.

    Outcomes lock the trial first, so that none slips in while a wave is being locked. Raises
    ``NotFound`` to whoever may not send it, ``NotReady`` while a step before it is open.
    """
    signup = signup_locked(session, signup_id, lock_trial=kind is UploadKind.OUTCOME)
    if not any(actor.may(permission, *signup.scopes) for permission in MAY_SEND[kind]):
        raise NotFound("there is no such sign-up")
    trial = signup.trial
    protocol = locked_protocol(session, trial.id)
    if kind is UploadKind.OUTCOME:
        _check_outcomes(session, signup, protocol, wave)
    elif trial.state not in BEFORE_OUTCOMES:
        raise NotReady("this trial takes no pupils or pre-tests any more")
    elif signup.state not in SIGNED and signup.drawn_at is None:
        raise NotReady("pupils come in once the board has signed")
    return signup, protocol


def refuse_unless_here(trial: Trial) -> None:
    """Refuse files of pupils where they live with the evaluator."""
    if trial.pupils_live_at is not PupilsLiveAt.HERE:
        raise NotReady(
            "in this trial the evaluator keeps the pupils' data; "
            "only numbers of pupils are reported here"
        )


def signup_locked(session: Session, signup_id: int, *, lock_trial: bool) -> Signup:
    """Return a sign-up locked against other uploads; the trial, when asked, before it."""
    trial_id = session.scalar(select(Signup.trial_id).where(Signup.id == signup_id))
    if trial_id is None:
        raise NotFound("there is no such sign-up")
    if lock_trial:
        session.get_one(Trial, trial_id, with_for_update=True, populate_existing=True)
    return session.get_one(Signup, signup_id, with_for_update=True, populate_existing=True)


def wave_locked(session: Session, trial_id: int, wave: int) -> bool:
    """Say whether a round of outcomes is closed."""
    row = wave_of(session, trial_id, wave)
    return row is not None and row.locked_at is not None


def wave_of(session: Session, trial_id: int, wave: int) -> OutcomeWave | None:
    return session.scalar(
        select(OutcomeWave).where(OutcomeWave.trial_id == trial_id, OutcomeWave.wave == wave)
    )


def _check_outcomes(session: Session, signup: Signup, protocol: Protocol, wave: int) -> None:
    trial = signup.trial
    if locked_document(session, trial.id, DocumentKind.ANALYSIS_PLAN) is None:
        raise NotReady("no outcome comes in before the analysis plan is locked")
    if trial.state not in AFTER_DRAW:
        raise NotReady("outcomes come in after the draw and until the result is published")
    if signup.drawn_at is None and signup.state is not SignupState.COMPLETE:
        raise NotReady("this school was not drawn, so it has no outcomes")
    if wave not in protocol.outcome_waves():
        raise NotReady("the protocol has no round {wave} of testing", wave=wave)
    if wave_locked(session, trial.id, wave):
        raise NotReady("round {wave} of testing is locked; nothing is added any more", wave=wave)
