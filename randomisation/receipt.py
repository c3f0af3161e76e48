"""The receipt of a draw, its public form, and the line each school can check (section 6)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from randomisation.canonical import digest
from randomisation.record import Record


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that is needed to repeat a draw, and what came out of it."""

    record: Record
    nonces: tuple[str, ...]  # in the order of the record's entropy
    seed: bytes  # 32 bytes
    candidate: int  # 0 when blocked
    allocation: Mapping[str, str]  # unit id: arm label
    balance: str | None = None  # largest M, decimal text; None when blocked

    @property
    def fingerprint(self) -> str:
        return self.record.fingerprint

    def key(self, unit: str) -> str:
        """Return the secret that opens the unit's public line; for that school's eyes only."""
        return school_key(self.seed, unit)

    def to_dict(self) -> dict[str, Any]:
        """Return the full receipt, ready for JSON."""
        value: dict[str, Any] = {
            "sealed": self.record.to_dict(),
            "fingerprint": self.fingerprint,
            "nonces": list(self.nonces),
            "seed": self.seed.hex(),
            "candidate": self.candidate,
            "allocation": dict(self.allocation),
            "allocation_sha256": digest(self.allocation),
            "lines": {
                unit: line(unit, arm, self.key(unit)) for unit, arm in self.allocation.items()
            },
        }
        return value if self.balance is None else value | {"balance": self.balance}


def school_key(seed: bytes, unit: str) -> str:
    """Return the key with which a school checks its line, 64 hexadecimal digits."""
    return hashlib.sha256(seed + b"line/" + unit.encode()).hexdigest()


def line(unit: str, arm: str, key: str) -> str:
    """Return the public line of a unit; it gives no arm away to whoever lacks the key."""
    return hashlib.sha256(f"loting-line/1\n{unit}\n{arm}\n{key}".encode()).hexdigest()


def public_form(receipt: Receipt) -> dict[str, Any]:
    """Return what is published at the draw: fingerprint, hash and lines, and no arm."""
    full = receipt.to_dict()
    return {key: full[key] for key in ("fingerprint", "allocation_sha256", "lines")}
