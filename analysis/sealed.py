"""The draw a trial really had, wave by wave, as inference needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError, UnusableReceipt

if TYPE_CHECKING:
    from randomisation import Design
    from randomisation.minimised import Levels
    from randomisation.minimised_record import MinimisedRecord


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """A wave that was drawn at once."""

    design: "Design"
    units: tuple[str, ...]  # ids, in the design's order

    @property
    def arms(self) -> tuple[str, ...]:
        return self.design.arms


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Units that got their arms one by one, by minimisation, in this order."""

    record: "MinimisedRecord"
    units: tuple[str, ...]
    levels: tuple["Levels", ...]  # of each unit, its level of every factor

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(arm.label for arm in self.record.arms)


@dataclass(frozen=True, slots=True, eq=False)
class SealedDraw:
    """The rules that receipts hold, and what they gave each unit."""

    waves: tuple[Roster | Arrivals, ...]
    allocation: Mapping[str, str]  # unit id: arm label

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, control first, the same in every wave."""
        return self.waves[0].arms

    @property
    def units(self) -> tuple[str, ...]:
        """Ids of all units, wave by wave."""
        return tuple(unit for wave in self.waves for unit in wave.units)

    @classmethod
    def from_receipt(cls, receipt: Mapping[str, Any]) -> "SealedDraw":
        """Return the draw of one receipt (the JSON object), verified first.

        Raises ``AnalysisError`` for a receipt that does not hold.
        """
        return cls.from_receipts([receipt])

    @classmethod
    def from_receipts(cls, receipts: Sequence[Mapping[str, Any]]) -> "SealedDraw":
        """Return the draw of all waves of a trial, each receipt verified, and the chain of them.

        They may come in any order. Raises ``AnalysisError`` for one that does not hold, for two
        or more that are not one chain, and for waves of different arms.
        """
        ordered = _chained(receipts) if len(receipts) > 1 else receipts
        parts = [_read(receipt) for receipt in ordered]
        arms = {frozenset(wave.arms) for wave, _ in parts}
        allocation = {unit: arm for _, given in parts for unit, arm in given.items()}
        if len(arms) != 1 or len(allocation) != sum(len(given) for _, given in parts):
            raise AnalysisError("these receipts are not of one trial: other arms, or a unit twice")
        return cls(tuple(wave for wave, _ in parts), allocation)


def _chained(receipts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return receipts from the first wave on, each holding the hash of the one before."""
    from randomisation import Refusal
    from randomisation.canonical import digest

    try:
        after = {receipt["sealed"].get("previous"): receipt for receipt in receipts}
        found, link = [], None
        while link in after:
            found.append(after.pop(link))
            link = digest(found[-1])
    except (Refusal, KeyError, AttributeError) as error:
        raise UnusableReceipt(error) from None
    if len(found) != len(receipts):
        raise AnalysisError(
            "these receipts are no chain from the first wave on; give the receipt of every wave"
        )
    return found


def _read(receipt: Mapping[str, Any]) -> tuple[Roster | Arrivals, dict[str, str]]:
    from randomisation import read_record, verify
    from randomisation.minimised_receipt import is_of_arrivals
    from randomisation.minimised_record import read_minimised_record

    verdict = verify(receipt)
    if not verdict.holds:
        raise UnusableReceipt(verdict.sentence)
    if is_of_arrivals(receipt):
        rows = receipt["arrivals"]
        record = read_minimised_record(receipt["sealed"])
        units = tuple(row["unit"] for row in rows)
        given = {row["unit"]: row["arm"] for row in rows}
        return Arrivals(record, units, tuple(row["levels"] for row in rows)), given
    drawn = read_record(receipt["sealed"])
    return Roster(drawn.design, tuple(u.id for u in drawn.units)), dict(receipt["allocation"])
