"""Time-based one-time codes (RFC 6238): six digits, thirty seconds, each used once."""

import base64
from datetime import datetime

import pyotp

from trials.people.keys import derive, same
from trials.people.models import Person

STEP_SECONDS = 30
ISSUER = "Loting"


def accept_code(person: Person, code: str, *, secret_key: str, now: datetime) -> bool:
    """Say whether ``code`` is right now, a step early or a step late, and use it up if so.

    The caller holds the person's row for update.
    """
    if person.totp_nonce is None:
        return False
    typed, clock = code.replace(" ", ""), pyotp.TOTP(_secret(person, secret_key))
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current - 1, current, current + 1):
        used = person.totp_last_step is not None and step <= person.totp_last_step
        if not used and same(clock.at(step * STEP_SECONDS), typed):
            person.totp_last_step = step
            return True
    return False


def set_up_address(person: Person, secret_key: str) -> str:
    """Return the otpauth address an app reads from the QR code."""
    clock = pyotp.TOTP(_secret(person, secret_key))
    return clock.provisioning_uri(name=person.email, issuer_name=ISSUER)


def set_up_secret(person: Person, secret_key: str) -> str:
    """Return the secret to type over, in base 32, for whom cannot scan."""
    return _secret(person, secret_key)


def _secret(person: Person, secret_key: str) -> str:
    seed = derive(secret_key, "totp", person.id, person.totp_nonce)[:20]
    return base64.b32encode(seed).decode()
