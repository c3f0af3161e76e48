"""The sealed record of a minimisation, and the lines of its receipt (loting-draw/1, section 8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from randomisation.canonical import digest
from randomisation.entropy import Party, check_nonces, seed_of
from randomisation.errors import DesignError, RecordError
from randomisation.exact import DECIMAL
from randomisation.frame import Arm, Frame, read_frame
from randomisation.shape import filled, object_of, text


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimisedRecord(Frame):
    """A checked record. Made by ``new_minimised_record`` and ``read_minimised_record`` only."""

    factors: Mapping[str, str]  # weight of each factor, decimal text
    probability: str  # with which the arm of least imbalance stands, decimal text

    def to_dict(self) -> dict[str, Any]:
        """Return the record as it is sealed, ready for JSON."""
        method = {
            "name": "minimised",
            "factors": dict(self.factors),
            "probability": self.probability,
        }
        return Frame.to_dict(self) | {"method": method}

    def seed(self, nonces: Sequence[str]) -> bytes:
        """Return the 32 bytes all arrivals follow from; secret until enrolment closes.

        The server commits to a nonce in ``entropy`` like any party. Raises RecordError or
        WrongNonce for nonces that do not fit their commitments.
        """
        return seed_of(self.fingerprint, check_nonces(self.entropy, nonces))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One line of the continuing receipt, bound by hash to the line before."""

    number: int  # 0 for the first
    unit: str  # a pseudonym of this draw
    levels: Mapping[str, str]  # the unit's level of each factor
    arm: str
    previous: str  # hash of the line before; of the first line, the record's fingerprint

    @property
    def hash(self) -> str:
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the line, ready for JSON."""
        return {
            "number": self.number,
            "unit": self.unit,
            "levels": dict(self.levels),
            "arm": self.arm,
            "previous": self.previous,
        }


def new_minimised_record(
    *,
    trial: str,
    arms: Iterable[Arm],
    factors: Mapping[str, str],
    probability: str,
    entropy: Iterable[Party],
    salt: str,
    rule: str | None = None,
    previous: str | None = None,
) -> MinimisedRecord:
    """Freeze a rule for arrivals; everything is checked.

    Raises RecordError or DesignError with what must be mended before sealing.
    """
    record = MinimisedRecord(
        trial=trial,
        arms=tuple(arms),
        entropy=tuple(entropy),
        salt=salt,
        rule=rule,
        previous=previous,
        factors=factors,
        probability=probability,
    )
    return read_minimised_record(record.to_dict())


def read_minimised_record(value: Mapping[str, Any]) -> MinimisedRecord:
    """Return the record that a JSON object holds.

    Raises RecordError where it departs from the specification, DesignError where a design is
    at fault.
    """
    fields, frame = read_frame(value, ("method",))
    method = object_of(fields["method"], "the method", ("name", "factors", "probability"))
    if method["name"] != "minimised":
        raise RecordError("the method of arrivals must be minimised")
    if not isinstance(method["factors"], dict) or not method["factors"]:
        raise RecordError("factors must be an object with at least one factor")
    factors = {filled(name, "a factor"): weight for name, weight in method["factors"].items()}
    for name, weight in factors.items():
        if not _decimal(weight) or Fraction(weight) <= 0:
            raise DesignError(
                'the weight of "{factor}" is {weight!r}; it must be a decimal text above zero',
                factor=name,
                weight=weight,
            )
    probability = method["probability"]
    if not _decimal(probability) or not 0 < Fraction(probability) < 1:
        raise DesignError(
            "the probability is {given!r}; it must be a decimal text between 0 and 1, such as "
            '"0.8": at 1 the next arm could be foreseen',
            given=probability,
        )
    return MinimisedRecord(**frame, factors=MappingProxyType(factors), probability=probability)


def read_arrival(value: object) -> Arrival:
    """Return the line that a JSON object holds. Raises RecordError for another shape."""
    fields = object_of(value, "an arrival", ("number", "unit", "levels", "arm", "previous"))
    levels = fields["levels"]
    if not isinstance(levels, dict) or type(fields["number"]) is not int:
        raise RecordError("an arrival has a number and the levels of its factors")
    return Arrival(
        number=fields["number"],
        unit=filled(fields["unit"], "the unit of an arrival"),
        levels=MappingProxyType({name: text(level, name) for name, level in levels.items()}),
        arm=text(fields["arm"], "the arm of an arrival"),
        previous=text(fields["previous"], "previous"),
    )


def _decimal(value: object) -> bool:
    return isinstance(value, str) and DECIMAL.fullmatch(value) is not None
