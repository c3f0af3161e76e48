"""Minimisation: arms for units that arrive one by one (loting-draw/1, section 8).

Pocock & Simon (1975), Biometrics 31(1), 103-115.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import lcm
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from randomisation.canonical import normalised
from randomisation.errors import DesignError, Refusal
from randomisation.minimised_record import Arrival, MinimisedRecord, read_arrival
from randomisation.shape import filled
from randomisation.verdict import Verdict
from randomisation.words import word

Levels = Mapping[str, str]  # the level of each factor
Tally = Counter[tuple[str, str, int]]  # of factor, level and arm code: how many joined


@dataclass(frozen=True, slots=True)
class _Rule:
    """The fractions of a record multiplied up to integers, which compare alike and faster."""

    weights: Mapping[str, int]
    scales: tuple[int, ...]  # of each arm's count: the inverse of its ratio
    stands_below: int  # second words below it let the arm of least imbalance stand

    def arm(self, seed: bytes, number: int, tally: Tally, levels: Levels) -> int:
        """Return the arm code of arrival ``number``."""
        codes = range(len(self.scales))
        spare = count(3)  # words in the place of rejected ones, for both picks
        imbalances = [self._imbalance(tally, levels, code) for code in codes]
        least = [code for code in codes if imbalances[code] == min(imbalances)]
        code = _pick(seed, number, least, 0, spare)
        if word(seed, f"m/{number}", 1) < self.stands_below:
            return code
        return _pick(seed, number, [other for other in codes if other != code], 2, spare)

    def _imbalance(self, tally: Tally, levels: Levels, joining: int) -> int:
        """Return the weighted sum of ranges of ratio-scaled counts, were the unit to join."""
        total = 0
        for name, weight in self.weights.items():
            scaled = [
                (tally[name, levels[name], code] + (code == joining)) * scale
                for code, scale in enumerate(self.scales)
            ]
            total += weight * (max(scaled) - min(scaled))
        return total


def assign_arrival(
    record: MinimisedRecord, seed: bytes, past: Sequence[Arrival], *, unit: str, levels: Levels
) -> Arrival:
    """Return the next line of the receipt: the arm of a unit that arrives after ``past``.

    Raises DesignError when the unit arrived before, or has not one level for every factor.
    """
    if any(arrival.unit == normalised(unit) for arrival in past):
        raise DesignError("{unit} has arrived before and keeps its arm", unit=unit)
    codes = {arm.label: code for code, arm in enumerate(record.arms)}
    tally = Tally()
    for arrival in past:
        _count(tally, arrival.levels, codes[arrival.arm])
    return _line(record, _rule(record), seed, past[-1] if past else None, tally, unit, levels)


def replay(
    record: MinimisedRecord, seed: bytes, arrivals: Iterable[tuple[str, Levels]]
) -> Iterator[Arrival]:
    """Yield the lines of the receipt for units and their levels, in order of arrival."""
    rule, before, tally = _rule(record), None, Tally()
    codes = {arm.label: code for code, arm in enumerate(record.arms)}
    for unit, levels in arrivals:
        before = _line(record, rule, seed, before, tally, unit, levels)
        _count(tally, before.levels, codes[before.arm])
        yield before


def redraw_arrivals(
    record: MinimisedRecord, levels: Sequence[Levels], n_draws: int, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Return arm codes for inference, shape (n_draws, n_arrivals): the same rule, other seeds.

    The order of arrival is kept. Takes tens of microseconds per arrival and draw.
    """
    rule = _rule(record)
    drawn = np.empty((n_draws, len(levels)), dtype=np.int8)
    for row in drawn:
        seed, tally = rng.bytes(32), Tally()
        for number, of_unit in enumerate(levels):
            row[number] = rule.arm(seed, number, tally, of_unit)
            _count(tally, of_unit, int(row[number]))
    return drawn


def verify_arrivals(
    record: MinimisedRecord,
    nonces: Sequence[str],
    lines: Sequence[Mapping[str, object]],
    *,
    last: str | None = None,
) -> Verdict:
    """Assign all arrivals again and compare every field of every line.

    ``last`` is the published hash of the last line; without it nothing binds that line's unit.
    """
    try:
        given = [read_arrival(normalised(line)) for line in lines]
        known = [(line.unit, line.levels) for line in given]
        again = list(replay(record, record.seed(nonces), known))
    except Refusal as refusal:
        return Verdict(False, f"These arrivals do not hold: {refusal}.")
    if len({unit for unit, _ in known}) != len(known):
        return Verdict(False, "These arrivals do not hold: a unit arrives twice.")
    for mine, theirs in zip(again, given, strict=True):
        if mine.hash != theirs.hash:
            return Verdict(False, f"These arrivals do not hold: line {mine.number} is another.")
    if last is not None and (not again or again[-1].hash != last):
        return Verdict(False, "These arrivals do not hold: the last is not the published one.")
    return Verdict(True, f"These {len(given)} arrivals hold: each arm follows from the record.")


def _rule(record: MinimisedRecord) -> _Rule:
    weights = {name: Fraction(weight) for name, weight in record.factors.items()}
    common = lcm(*(weight.denominator for weight in weights.values()))
    ratios = lcm(*(arm.ratio for arm in record.arms))
    return _Rule(
        weights={name: int(weight * common) for name, weight in weights.items()},
        scales=tuple(ratios // arm.ratio for arm in record.arms),
        stands_below=int(Fraction(record.probability) * 2**64),
    )


def _line(
    record: MinimisedRecord,
    rule: _Rule,
    seed: bytes,
    before: Arrival | None,
    tally: Tally,
    unit: str,
    levels: Levels,
) -> Arrival:
    unit = filled(normalised(unit), "the unit of an arrival")
    levels = _checked(record, unit, normalised(levels))
    number = 0 if before is None else before.number + 1
    label = record.arms[rule.arm(seed, number, tally, levels)].label
    previous = record.fingerprint if before is None else before.hash
    return Arrival(number, unit, MappingProxyType(levels), label, previous)


def _checked(record: MinimisedRecord, unit: str, levels: dict[str, str]) -> dict[str, str]:
    if levels.keys() != record.factors.keys():
        raise DesignError(
            "{unit} needs a level for each of {factors}",
            unit=unit,
            factors=", ".join(record.factors),
        )
    return {name: filled(level, f"{name} of {unit}") for name, level in levels.items()}


def _count(tally: Tally, levels: Levels, code: int) -> None:
    for name, level in levels.items():
        tally[name, level, code] += 1


def _pick(seed: bytes, number: int, codes: Sequence[int], first: int, spare: Iterator[int]) -> int:
    """Pick one code evenly: words from the largest multiple of their count on are rejected."""
    limit = 2**64 - 2**64 % len(codes)
    drawn = word(seed, f"m/{number}", first)
    while drawn >= limit:
        drawn = word(seed, f"m/{number}", next(spare))
    return codes[drawn % len(codes)]
