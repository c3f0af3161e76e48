"""Correcting one score: the earlier version stays beside the new one, with the reason."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from trials.agreements.protocol import InstrumentRole, Protocol
from trials.audit import record
from trials.database import transaction
from trials.days import check_years, day_of
from trials.errors import BadInput, NotFound, NotReady
from trials.measurements.comparing import latest_scores, pupils_by_number
from trials.measurements.instruments import instruments_of_trial
from trials.measurements.keys import PupilKeys, number_hmac
from trials.measurements.models import Measurement, UploadKind
from trials.measurements.rows import refuse_unless_here, signup_for_upload
from trials.permissions import Actor
from trials.signups.models import Signup


def correct_score(
    session: Session,
    *,
    signup_id: int,
    number: str,
    instrument_code: str,
    wave: int = 1,
    value: float | None,
    taken_on: date | None = None,
    outcome: bool,
    reason: str,
    keys: PupilKeys,
    actor: Actor,
    now: datetime,
) -> Measurement:
    """Correct or, with ``value`` None, take away a score that is stored.

    ``number`` is the school's own; the day of the test stays unless another is given. The wave
    must not be locked. Raises ``NotFound`` when there is no such pupil or score.
    """
    kind = UploadKind.OUTCOME if outcome else UploadKind.BASELINE
    with transaction(session):
        signup, protocol = signup_for_upload(session, signup_id, kind, wave, actor)
        refuse_unless_here(signup.trial)
        check_years(taken_on=taken_on)
        if taken_on is not None and taken_on > day_of(now):
            raise BadInput("the day of the test cannot lie in the future", field="taken_on")
        _check(protocol, instrument_code, wave, kind, value, reason)
        key = keys.key(signup.trial_id)
        stored = _stored(session, signup, protocol, (instrument_code, wave), number, key)
        corrected = Measurement(
            pupil_id=stored.pupil_id,
            instrument_id=stored.instrument_id,
            version=stored.version + 1,
            value=value,
            taken_on=taken_on or stored.taken_on,
            blinding=stored.blinding,
            upload_id=stored.upload_id,
            reason=reason.strip()[:500],
        )
        session.add(corrected)
        session.flush()
        details = {"measurement": corrected.id, "version": corrected.version}
        subject = f"signup:{signup.id}"
        record(session, "score_corrected", subject, by=actor.person_id, at=now, details=details)
    return corrected


def _check(
    protocol: Protocol,
    code: str,
    wave: int,
    kind: UploadKind,
    value: float | None,
    reason: str,
) -> None:
    plan = protocol.instrument(code, wave)
    outcome = kind is UploadKind.OUTCOME
    if plan is None or (plan.role is InstrumentRole.OUTCOME) is not outcome:
        raise NotReady("the protocol has no instrument {code} in this round", code=code)
    if not reason.strip():
        raise BadInput("say why the score is corrected", field="reason")
    if value is not None and not plan.lowest <= value <= plan.highest:
        raise BadInput(
            "a score on this test lies between {lowest} and {highest}",
            lowest=plan.lowest,
            highest=plan.highest,
            field="value",
        )


def _stored(
    session: Session,
    signup: Signup,
    protocol: Protocol,
    which: tuple[str, int],
    number: str,
    key: bytes,
) -> Measurement:
    instrument = instruments_of_trial(session, signup.trial, protocol)[which]
    pupil = pupils_by_number(session, signup.id).get(number_hmac(key, signup.id, number))
    scores = latest_scores(session, signup.id, {which[0]: instrument})
    stored = scores.get((pupil.id, which[0])) if pupil else None
    if stored is None:
        raise NotFound("no such score of this pupil is stored")
    return stored
