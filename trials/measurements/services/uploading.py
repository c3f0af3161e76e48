"""Files of pupils and scores: read, checked and stored whole, in one go or with a look between."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.audit import record
from trials.database import transaction
from trials.days import day_of
from trials.errors import BadInput, NotFound
from trials.measurements.checking import Intent, check_file, refuse_if_any
from trials.measurements.comparing import PupilRow, compare, without_numbers
from trials.measurements.instruments import instruments_of_trial
from trials.measurements.keys import PupilKeys
from trials.measurements.models import (
    Blinding,
    Instrument,
    OutcomeWave,
    UploadDraft,
    UploadKind,
)
from trials.measurements.rows import refuse_unless_here, signup_for_upload, wave_of
from trials.measurements.storing import Stored, reading_as_json, store
from trials.permissions import Actor
from trials.signups.models import Signup

DRAFT_KEPT = timedelta(hours=24)


def upload_file(
    session: Session,
    *,
    signup_id: int,
    intent: Intent,
    content: bytes,
    name: str,
    keys: PupilKeys,
    actor: Actor,
    now: datetime,
) -> Stored:
    """Read, check and store a file of one school.

    ``name`` is the file's own name, used only to tell its format. Raises ``BadInput`` with
    every problem, ``NotReady`` while a step before it is open; then nothing is stored.
    """
    with transaction(session):
        signup, protocol = signup_for_upload(session, signup_id, intent.kind, intent.wave, actor)
        rows, reading, problems = _checked(signup, protocol, intent, content, name, keys, now)
        return _stored(session, signup, protocol, intent, rows, reading, actor, now, problems)


def check_upload(
    session: Session,
    *,
    signup_id: int,
    intent: Intent,
    content: bytes,
    name: str,
    keys: PupilKeys,
    actor: Actor,
    now: datetime,
) -> UploadDraft:
    """Read and check a file and keep its rows, under pseudonyms, until the sender accepts them.

    A new draft replaces the one before for this school; drafts older than a day go.
    """
    with transaction(session):
        signup, protocol = signup_for_upload(session, signup_id, intent.kind, intent.wave, actor)
        rows, reading, problems = _checked(signup, protocol, intent, content, name, keys, now)
        instruments = _instruments(session, signup, protocol, intent)
        found = compare(session, signup, intent, rows, instruments)
        refuse_if_any([*problems, *found.problems])
        session.execute(
            delete(UploadDraft).where(
                (UploadDraft.checked_at < now - DRAFT_KEPT) | (UploadDraft.signup_id == signup_id)
            )
        )
        draft = UploadDraft(
            signup_id=signup.id,
            intent=_intent_as_json(intent),
            reading=reading,
            rows=[_row_as_json(row) for row in rows],
            checked_by=actor.person_id,
            checked_at=now,
        )
        session.add(draft)
        session.flush()
        details = {"kind": intent.kind.value, "rows": len(rows), "sha256": str(reading["sha256"])}
        subject = f"signup:{signup.id}"
        record(session, "upload_checked", subject, by=actor.person_id, at=now, details=details)
    return draft


def accept_upload(session: Session, *, draft_id: int, actor: Actor, now: datetime) -> Stored:
    """Store a checked file as it was shown; what changed meanwhile is checked again."""
    with transaction(session):
        draft = _draft_for_update(session, draft_id, actor)
        intent = _intent(draft.intent)
        signup, protocol = signup_for_upload(
            session, draft.signup_id, intent.kind, intent.wave, actor
        )
        rows = [_row(row) for row in draft.rows]
        stored = _stored(session, signup, protocol, intent, rows, draft.reading, actor, now)
        session.delete(draft)
    return stored


def discard_upload(session: Session, *, draft_id: int, actor: Actor, now: datetime) -> None:
    """Throw a checked file away."""
    with transaction(session):
        draft = _draft_for_update(session, draft_id, actor)
        subject = f"signup:{draft.signup_id}"
        session.delete(draft)
        record(session, "upload_discarded", subject, by=actor.person_id, at=now)


def _checked(
    signup: Signup,
    protocol: Protocol,
    intent: Intent,
    content: bytes,
    name: str,
    keys: PupilKeys,
    now: datetime,
) -> tuple[list[PupilRow], dict[str, object], list[BadInput]]:
    refuse_unless_here(signup.trial)
    today = day_of(now)
    file = check_file(content, name=name, protocol=protocol, intent=intent, today=today)
    shown = reading_as_json(file.reading) | {"unused": list(file.layout.unused)}
    rows = without_numbers(file.rows, keys.key(signup.trial_id), signup.id)
    return rows, shown, file.problems


def _stored(
    session: Session,
    signup: Signup,
    protocol: Protocol,
    intent: Intent,
    rows: list[PupilRow],
    reading: dict[str, Any],
    actor: Actor,
    now: datetime,
    problems: Sequence[BadInput] = (),
) -> Stored:
    stored = store(
        session,
        signup,
        intent,
        rows,
        reading,
        _instruments(session, signup, protocol, intent),
        problems=problems,
        by=actor.person_id,
        now=now,
    )
    if intent.kind is UploadKind.OUTCOME:
        open_wave(session, signup, intent.wave, now)
    details = {
        "kind": intent.kind.value,
        "rows": len(rows),
        "corrected": stored.corrected,
        "sha256": str(reading["sha256"]),
    }
    subject = f"signup:{signup.id}"
    record(session, "upload_stored", subject, by=actor.person_id, at=now, details=details)
    return stored


def open_wave(session: Session, signup: Signup, wave: int, now: datetime) -> None:
    """Note that a round of testing has begun, and the trial's first outcome ever."""
    if wave_of(session, signup.trial_id, wave) is None:
        session.add(OutcomeWave(trial_id=signup.trial_id, wave=wave))
    if signup.trial.first_outcome_at is None:
        signup.trial.first_outcome_at = now


def _instruments(
    session: Session, signup: Signup, protocol: Protocol, intent: Intent
) -> dict[str, Instrument]:
    """The instruments this upload may bring, by their code."""
    known = instruments_of_trial(session, signup.trial, protocol)
    wave = intent.wave if intent.kind is UploadKind.OUTCOME else 1
    return {code: instrument for (code, round_), instrument in known.items() if round_ == wave}


def _draft_for_update(session: Session, draft_id: int, actor: Actor) -> UploadDraft:
    draft = session.scalar(select(UploadDraft).where(UploadDraft.id == draft_id).with_for_update())
    if draft is None or draft.checked_by != actor.person_id:
        raise NotFound("this file has been stored or thrown away already; send it again")
    return draft


def _intent_as_json(intent: Intent) -> dict[str, Any]:
    return {
        "kind": intent.kind.value,
        "wave": intent.wave,
        "taken_on": intent.taken_on.isoformat() if intent.taken_on else None,
        "blinding": {code: blinding.value for code, blinding in intent.blinding.items()},
        "reason": intent.reason,
    }


def _intent(content: Mapping[str, Any]) -> Intent:
    return Intent(
        kind=UploadKind(content["kind"]),
        wave=content["wave"],
        taken_on=_day(content["taken_on"]),
        blinding={code: Blinding(value) for code, value in content["blinding"].items()},
        reason=content["reason"],
    )


def _row_as_json(row: PupilRow) -> dict[str, Any]:
    return asdict(row) | {"taken_on": row.taken_on.isoformat() if row.taken_on else None}


def _row(content: Mapping[str, Any]) -> PupilRow:
    return PupilRow(**{**content, "taken_on": _day(content["taken_on"])})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
