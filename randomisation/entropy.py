"""Nonces, commitments and the seed they make together (loting-draw/1, sections 2 and 3)."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from randomisation.errors import RecordError, WrongNonce

HEX_64 = re.compile(r"[0-9a-f]{64}")
BEACON = re.compile(r"beacon:[^:\s]+:[1-9][0-9]*")
BEACON_VALUE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{128}")  # drand's randomness, NIST's outputValue


@dataclass(frozen=True, slots=True)
class Party:
    """Someone who brings a nonce, or a named round of a public beacon."""

    name: str
    commitment: str | None = None  # 64 hexadecimal digits; a beacon has none

    def __post_init__(self) -> None:
        if self.is_beacon:
            if not BEACON.fullmatch(self.name):
                raise RecordError(
                    '"{party}" does not name a beacon round; write beacon:NAME:ROUND',
                    party=self.name,
                )
            if self.commitment is not None:
                raise RecordError(
                    '"{party}" is a beacon, which commits to nothing; leave its commitment out',
                    party=self.name,
                )
        elif not isinstance(self.commitment, str) or not HEX_64.fullmatch(self.commitment):
            raise RecordError(
                'the commitment of "{party}" must be 64 lower-case hexadecimal digits',
                party=self.name,
            )

    @property
    def is_beacon(self) -> bool:
        return self.name.startswith("beacon:")

    def check(self, nonce: str) -> str:
        """Return the nonce as it enters the seed.

        Raises RecordError when it is malformed, WrongNonce when it is not the committed one.
        """
        if self.is_beacon:
            return self._published(nonce)
        if commitment(self.name, nonce) != self.commitment:
            raise WrongNonce(
                'the nonce of "{party}" is not the one it committed to; ask for the right one',
                party=self.name,
            )
        return nonce

    def _published(self, value: str) -> str:
        if not BEACON_VALUE.fullmatch(value.lower()):
            raise RecordError(
                'the value of "{party}" must be 64 or 128 hexadecimal digits, as published',
                party=self.name,
            )
        return value.lower()


def commitment(party: str, nonce: str) -> str:
    """Return what a party may publish before the draw without giving its nonce away.

    Raises RecordError when the nonce is not 64 lower-case hexadecimal digits.
    """
    if not HEX_64.fullmatch(nonce):
        raise RecordError(
            'the nonce of "{party}" must be 64 lower-case hexadecimal digits', party=party
        )
    name = unicodedata.normalize("NFC", party)
    return hashlib.sha256(f"loting-nonce/1\n{name}\n{nonce}".encode()).hexdigest()


def check_nonces(entropy: Sequence[Party], nonces: Sequence[str]) -> tuple[str, ...]:
    """Return the nonces as they enter the seed, in the order of ``entropy``."""
    if len(nonces) != len(entropy):
        raise RecordError(
            "{needed} nonces are needed, one for each of {parties}; there are {count}",
            needed=len(entropy),
            parties=", ".join(party.name for party in entropy),
            count=len(nonces),
        )
    return tuple(party.check(nonce) for party, nonce in zip(entropy, nonces, strict=True))


def seed_of(fingerprint: str, nonces: Sequence[str]) -> bytes:
    """Return the 32 bytes from which every word of the draw follows."""
    return hashlib.sha256("\n".join([fingerprint, *nonces]).encode()).digest()
