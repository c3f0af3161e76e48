"""Recompute a receipt and say whether it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from randomisation.canonical import canonical, normalised
from randomisation.drawing import draw
from randomisation.errors import Refusal
from randomisation.shape import listed, object_of, text

FIELDS = ("sealed", "fingerprint", "nonces", "seed", "candidate", "allocation")
PROOFS = ("allocation_sha256", "lines")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a receipt holds, and one sentence that says so or says why not."""

    holds: bool
    sentence: str


def verify(receipt: Mapping[str, Any]) -> Verdict:
    """Draw again from the record and the nonces of a receipt and compare every field."""
    try:
        given = object_of(normalised(receipt), "the receipt", FIELDS + PROOFS, ("balance",))
        nonces = [text(nonce, "a nonce") for nonce in listed(given["nonces"], "nonces")]
        again = draw(given["sealed"], nonces).to_dict()
        differing = [
            key
            for key in again | given
            if canonical({key: given.get(key, [])}) != canonical({key: again.get(key, [])})
        ]
    except Refusal as refusal:
        return Verdict(False, f"This receipt does not hold: {refusal}.")
    if differing:
        return Verdict(
            False, f'This receipt does not hold: its "{differing[0]}" is not what follows.'
        )
    return Verdict(
        True,
        f"This receipt holds: the allocation of {len(again['allocation'])} units "
        "follows from the sealed record and the nonces.",
    )
