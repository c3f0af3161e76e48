"""Recovery codes: ten, each used once, for whom has lost the device with the app."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trials.people.keys import fingerprint
from trials.people.models import Person, RecoveryCode

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
COUNT, LENGTH = 10, 16  # 16 letters of 31: 79 bits


def new_recovery_codes(session: Session, person: Person) -> tuple[str, ...]:
    """Replace the person's codes in the caller's transaction; the new ones are shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT))
    session.add_all(
        RecoveryCode(person_id=person.id, code_sha256=_kept(person.id, code)) for code in codes
    )
    return tuple("-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in codes)


def use_recovery_code(session: Session, person: Person, typed: str, now: datetime) -> bool:
    """Say whether ``typed`` is an unused code of this person, and use it up if so."""
    plain = "".join(typed.lower().replace("-", " ").split())
    code = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_sha256 == _kept(person.id, plain),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if code is None:
        return False
    code.used_at = now
    return True


def _kept(person_id: int, code: str) -> str:
    return fingerprint("recovery", person_id, code)
