"""The receipt of arrivals, whole once enrolment closes (loting-draw/1, sections 6 and 8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from randomisation.canonical import canonical, normalised
from randomisation.errors import Refusal
from randomisation.minimised import verify_arrivals
from randomisation.minimised_record import (
    Arrival,
    MinimisedRecord,
    read_arrival,
    read_minimised_record,
)
from randomisation.receipt import line, school_key
from randomisation.shape import object_of, text
from randomisation.verdict import Verdict

FIELDS = ("sealed", "fingerprint", "nonces", "seed", "arrivals", "last", "lines")


def arrivals_receipt(
    record: MinimisedRecord, nonces: Sequence[str], arrivals: Sequence[Arrival]
) -> dict[str, Any]:
    """Return all that is needed to repeat the arrivals, and the public line of each.

    Its ``last`` is the hash of the last line, so it binds them all; without arrivals it is the
    record's fingerprint. Raises RecordError or WrongNonce for nonces that were not committed to.
    """
    seed = record.seed(nonces)
    return {
        "sealed": record.to_dict(),
        "fingerprint": record.fingerprint,
        "nonces": list(nonces),
        "seed": seed.hex(),
        "arrivals": [arrival.to_dict() for arrival in arrivals],
        "last": arrivals[-1].hash if arrivals else record.fingerprint,
        "lines": {arrival.unit: public_line(seed, arrival) for arrival in arrivals},
    }


def public_line(seed: bytes, arrival: Arrival) -> str:
    """Return what is public of an arrival: as of any unit, it gives no arm away."""
    return line(arrival.unit, arrival.arm, school_key(seed, arrival.unit))


def is_of_arrivals(receipt: object) -> bool:
    """Say whether a receipt is one of arrivals rather than of a roster drawn at once."""
    return isinstance(receipt, Mapping) and "arrivals" in receipt


def verify_arrivals_receipt(receipt: Mapping[str, Any]) -> Verdict:
    """Assign every arrival again from the record and the nonces and compare every field."""
    try:
        given = object_of(normalised(receipt), "the receipt", FIELDS)
        record = read_minimised_record(given["sealed"])
        nonces = [text(nonce, "a nonce") for nonce in _list(given["nonces"])]
        rows = _list(given["arrivals"])
        verdict = verify_arrivals(record, nonces, rows, last=given["last"] if rows else None)
        if not verdict.holds:
            return verdict
        again = arrivals_receipt(record, nonces, [read_arrival(row) for row in rows])
    except Refusal as refusal:
        return Verdict(False, f"This receipt does not hold: {refusal}.")
    for key in FIELDS:
        if canonical(given[key]) != canonical(again[key]):
            return Verdict(False, f'This receipt does not hold: its "{key}" is not what follows.')
    return verdict


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
