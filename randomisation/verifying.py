"""Recompute a receipt and say whether it holds."""

from collections.abc import Mapping
from typing import Any

from randomisation.canonical import canonical, normalised
from randomisation.drawing import draw
from randomisation.errors import Refusal
from randomisation.minimised_receipt import is_of_arrivals, verify_arrivals_receipt
from randomisation.shape import listed, object_of, text
from randomisation.verdict import Verdict

FIELDS = ("sealed", "fingerprint", "nonces", "seed", "candidate", "allocation")
PROOFS = ("allocation_sha256", "lines")


def verify(receipt: Mapping[str, Any]) -> Verdict:
    """Draw again from the record and the nonces of a receipt and compare every field.

    A receipt of arrivals is told by its ``arrivals`` and verified likewise.
    """
    if is_of_arrivals(receipt):
        return verify_arrivals_receipt(receipt)
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
