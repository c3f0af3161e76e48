"""What has been erased, as a list to keep outside the database: a restore would undo it.

A line holds ids, keyed hashes and counts, never a number of the school or a name.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.measurements.models import Objection, Pupil
from trials.measurements.services.objecting import erase_pupil, honour
from trials.signups.models import Signup

Tombstone = dict[str, Any]


def tombstones(session: Session) -> Iterator[Tombstone]:
    """Yield every objection and every erased pupil, ready for JSON."""
    for objection in session.scalars(select(Objection).order_by(Objection.id)):
        yield {
            "kind": "objection",
            "signup": objection.signup_id,
            "number_hmac": objection.number_hmac,
            "instrument": objection.instrument_code,
            "pupils": objection.number_of_pupils,
            "at": objection.recorded_at.isoformat(),
        }
    for pupil in session.scalars(select(Pupil).where(Pupil.erased_at.is_not(None))):
        yield {
            "kind": "pupil",
            "id": pupil.id,
            "pseudonym": pupil.pseudonym,
            "at": pupil.erased_at.isoformat() if pupil.erased_at else "",
        }


def replay_erasures(session: Session, stones: Iterable[Tombstone], *, now: datetime) -> int:
    """Erase again what a restored copy still holds, and return how much that was.

    An objection the copy does not know is put back, so that no later file brings the pupil in.
    Stones about sign-ups and pupils younger than the copy have nothing to erase.
    """
    with transaction(session):
        again = 0
        for stone in stones:
            act = _object_again if stone["kind"] == "objection" else _erase_again
            again += act(session, stone)
        if again:
            details = {"erasures": again}
            record(session, "erasures_replayed", "database:1", by=None, at=now, details=details)
    return again


def _object_again(session: Session, stone: Tombstone) -> int:
    signup = session.get(Signup, stone["signup"])
    at = datetime.fromisoformat(stone["at"])
    same = select(Objection.id).where(
        Objection.signup_id == stone["signup"],
        Objection.number_hmac == stone["number_hmac"]
        if stone["number_hmac"]
        else Objection.number_hmac.is_(None),
        Objection.instrument_code == stone["instrument"],
        Objection.recorded_at == at,
    )
    if signup is None or session.scalar(same) is not None:
        return 0
    objection = Objection(
        signup_id=signup.id,
        number_hmac=stone["number_hmac"],
        instrument_code=stone["instrument"],
        number_of_pupils=stone["pupils"],
        recorded_by=signup.coordinator_id,
        recorded_at=at,
    )
    session.add(objection)
    if stone["number_hmac"]:
        honour(session, signup, objection)
    return 1


def _erase_again(session: Session, stone: Tombstone) -> int:
    pupil = session.get(Pupil, stone["id"])
    if pupil is None or pupil.pseudonym != stone["pseudonym"] or pupil.erased_at is not None:
        return 0
    erase_pupil(session, pupil, datetime.fromisoformat(stone["at"]))
    return 1
