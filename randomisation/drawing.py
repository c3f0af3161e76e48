"""The official draw: a sealed record and its nonces lead to one allocation, always the same."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from randomisation.blocked import assign
from randomisation.design import Design
from randomisation.entropy import check_nonces, seed_of
from randomisation.errors import NothingAccepted
from randomisation.exact import exact_balance, rounded
from randomisation.reading import read_record
from randomisation.receipt import Receipt
from randomisation.record import Record, Rerandomised
from randomisation.words import candidate_words


def draw(record: Record | Mapping[str, Any], nonces: Sequence[str]) -> Receipt:
    """Draw a sealed record with the revealed nonces, in the order of its ``entropy``.

    Raises RecordError or DesignError for a record that could not have been sealed, WrongNonce for
    a nonce that was not committed to, NothingAccepted when no candidate met the threshold.
    """
    if not isinstance(record, Record):
        record = read_record(record)
    checked = check_nonces(record.entropy, nonces)
    seed = seed_of(record.fingerprint, checked)
    candidate, arm, balance = _first_accepted(record, seed)
    labels = record.design.arms
    allocation = {unit.id: labels[code] for unit, code in zip(record.units, arm, strict=True)}
    return Receipt(record, checked, seed, candidate, MappingProxyType(allocation), balance)


def _first_accepted(record: Record, seed: bytes) -> tuple[int, NDArray[np.int8], str | None]:
    if record.method is None:
        return 0, next(_candidates(record.design, seed)), None
    return _first_balanced(record, record.method, seed)


def _first_balanced(
    record: Record, method: Rerandomised, seed: bytes
) -> tuple[int, NDArray[np.int8], str]:
    exact = exact_balance(method.covariates, [unit.covariates for unit in record.units])
    threshold = Fraction(method.threshold)
    candidates = zip(range(method.max_candidates), _candidates(record.design, seed), strict=False)
    for number, arm in candidates:
        distance = exact.largest(arm, len(record.arms))
        if distance is not None and distance < threshold:
            return number, arm, rounded(distance)
    raise NothingAccepted(
        "none of {most} candidates is balanced better than {threshold}; nothing was drawn: "
        "seal again with a higher threshold",
        most=method.max_candidates,
        threshold=method.threshold,
    )


def _candidates(design: Design, seed: bytes) -> Iterator[NDArray[np.int8]]:
    number = 0
    while True:
        yield assign(design, candidate_words(seed, number, design)[None, :])[0]
        number += 1
