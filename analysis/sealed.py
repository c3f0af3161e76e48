"""The draw a trial really had, as inference needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from randomisation import Design


@dataclass(frozen=True, slots=True, eq=False)
class SealedDraw:
    """The design a receipt holds, and what it gave each unit."""

    design: "Design"
    units: tuple[str, ...]  # ids, in the design's order
    allocation: Mapping[str, str]  # unit id: arm label

    @classmethod
    def from_receipt(cls, receipt: Mapping[str, Any]) -> "SealedDraw":
        """Return the draw of a receipt (the JSON object), verified first.

        Raises ``AnalysisError`` for a receipt that does not hold.
        """
        from randomisation import read_record, verify

        verdict = verify(receipt)
        if not verdict.holds:
            raise AnalysisError("the receipt cannot be used: {why}", why=verdict.sentence)
        record = read_record(receipt["sealed"])
        units = tuple(unit.id for unit in record.units)
        return cls(record.design, units, dict(receipt["allocation"]))
