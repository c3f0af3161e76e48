"""Locking a round of outcomes: from then on nothing is added and nothing corrected."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.agreements.protocol import InstrumentRole, Protocol
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.calls.models import PupilsLiveAt, Trial
from trials.database import transaction
from trials.errors import NotReady
from trials.lifecycle import TrialState
from trials.measurements.models import (
    ClassMoment,
    Instrument,
    Measurement,
    OutcomeWave,
    Pupil,
    PupilCount,
)
from trials.measurements.rows import AFTER_DRAW, wave_of
from trials.permissions import Actor, Permission, require
from trials.signups.models import Signup


def lock_outcomes(
    session: Session, *, trial_id: int, wave: int = 1, actor: Actor, now: datetime
) -> OutcomeWave:
    """Lock a round of testing over the hash of its content.

    When every round with a primary outcome is locked, the trial becomes ``measured``. Raises
    ``NotReady`` while the round is empty or when it is locked already.
    """
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.OUTCOMES_LOCK, trial.scope)
        row = wave_of(session, trial_id, wave)
        if row is None or trial.state not in AFTER_DRAW:
            raise NotReady("round {wave} of testing holds nothing yet", wave=wave)
        if row.locked_at is not None:
            raise NotReady("round {wave} of testing is locked already", wave=wave)
        row.content_sha256, scores = _content(session, trial, wave)
        row.locked_at, row.locked_by = now, actor.person_id
        session.flush()
        if trial.state is TrialState.DELIVERING and _all_primary_locked(session, trial):
            trial.outcomes_locked_at = now
            trial.advance_to(TrialState.MEASURED)
        details: dict[str, str | int] = {
            "wave": wave,
            "scores": scores,
            "sha256": row.content_sha256,
        }
        subject = f"trial:{trial_id}"
        record(session, "outcomes_locked", subject, by=actor.person_id, at=now, details=details)
    return row


def _all_primary_locked(session: Session, trial: Trial) -> bool:
    protocol = locked_protocol(session, trial.id)
    locked = session.scalars(
        select(OutcomeWave.wave).where(
            OutcomeWave.trial_id == trial.id, OutcomeWave.locked_at.is_not(None)
        )
    )
    return primary_waves(protocol) <= set(locked)


def primary_waves(protocol: Protocol) -> set[int]:
    """Return the rounds in which a primary outcome is measured."""
    return {
        plan.wave
        for plan in protocol.instruments
        if plan.primary and plan.role is InstrumentRole.OUTCOME
    }


def _content(session: Session, trial: Trial, wave: int) -> tuple[str, int]:
    """Return the hash over every version of every score, one JSON line each, and their number."""
    lines = (
        _counts(session, trial.id, wave)
        if trial.pupils_live_at is PupilsLiveAt.EVALUATOR
        else _scores(session, trial.id, wave)
    )
    digest, number = hashlib.sha256(), 0
    for line in lines:
        digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        number += 1
    return digest.hexdigest(), number


def _scores(session: Session, trial_id: int, wave: int) -> Iterable[list[Any]]:
    rows = session.execute(
        select(
            Pupil.pseudonym,
            Instrument.code,
            Measurement.version,
            Measurement.value,
            Measurement.taken_on,
            Measurement.blinding,
        )
        .join(Measurement, Measurement.pupil_id == Pupil.id)
        .join(Instrument, Instrument.id == Measurement.instrument_id)
        .where(
            Pupil.trial_id == trial_id,
            Instrument.role == InstrumentRole.OUTCOME,
            Instrument.wave == wave,
        )
    )
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[2]))
    return ([*row[:3], repr(row[3]), row[4].isoformat(), row[5]] for row in ordered)


def _counts(session: Session, trial_id: int, wave: int) -> Iterable[list[Any]]:
    rows = session.execute(
        select(Signup.id, PupilCount.pupils, PupilCount.file_sha256)
        .join(PupilCount, PupilCount.signup_id == Signup.id)
        .where(
            Signup.trial_id == trial_id,
            PupilCount.moment == ClassMoment.TEST,
            PupilCount.wave == wave,
        )
        .order_by(Signup.id)
    )
    return (list(row) for row in rows)
