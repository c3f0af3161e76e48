"""From a roster to the record that will be sealed: pseudonyms, strata, rule and salt."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from randomisation import Arm, Party, Record, Refusal, Rerandomised, Unit, new_record
from randomisation.threshold import propose_threshold
from trials.agreements.protocol import DrawMethod, Protocol, StratumSource
from trials.draws.matching import matched
from trials.draws.refusals import as_bad_input
from trials.draws.roster import RosterUnit
from trials.errors import BadInput

FEWEST_SCHOOLS = 3  # in a stratum whose name may stand in the record
STAND_IN = Party("nobody", "0" * 64)  # the parties come when the record is sealed


@dataclass(frozen=True, slots=True)
class FrozenUnit:
    """A unit under the pseudonym it is drawn by."""

    code: str
    stratum: str  # as in the record
    unit: RosterUnit


@dataclass(frozen=True, slots=True)
class Frozen:
    """The record without its ``entropy``, and which unit is behind each pseudonym."""

    record: dict[str, Any]
    units: tuple[FrozenUnit, ...]

    @property
    def n_strata(self) -> int:
        return len({unit["stratum"] for unit in self.record["units"]})


def freeze(
    roster: Sequence[RosterUnit],
    protocol: Protocol,
    *,
    trial: str,
    wave: int,
    secret: bytes,
    covariates: Mapping[str, Sequence[str]],
    rule: str | None = None,
    previous: str | None = None,
) -> Frozen:
    """Return the record of a draw, checked in all but its parties.

    ``secret`` is kept nowhere: salt and pseudonyms follow from it, and neither leads back to it.
    ``covariates`` maps the key of a unit's first target to its decimal texts: the means that a
    re-randomised draw balances and that pairs are matched on. Raises ``BadInput`` with what must
    be mended.
    """
    _check_size(roster, protocol)
    grouped = matched(roster, protocol, covariates)
    units = _under_pseudonyms(grouped, protocol, wave, secret)
    balanced = covariates if protocol.draw.method is DrawMethod.RERANDOMISED else {}
    try:
        record = new_record(
            trial=trial,
            arms=[Arm(arm.label, arm.ratio) for arm in protocol.arms],
            method=_method(protocol),
            units=[
                Unit(
                    frozen.code,
                    frozen.stratum,
                    tuple(balanced.get(frozen.unit.targets[0].key, ())),
                )
                for frozen in units
            ],
            entropy=[STAND_IN],
            salt=_keyed(secret, "salt"),
            rule=rule,
            previous=previous,
        )
        record = _with_threshold(record, protocol.draw.acceptance)
    except Refusal as refusal:
        raise as_bad_input(refusal) from refusal
    content = record.to_dict()
    del content["entropy"]
    return Frozen(content, units)


def _method(protocol: Protocol) -> Rerandomised | None:
    if protocol.draw.method is not DrawMethod.RERANDOMISED:
        return None
    return Rerandomised(protocol.draw.covariates, threshold="1")  # until the units are known


def _with_threshold(record: Record, acceptance: float) -> Record:
    """Put in the threshold that the protocol's share of allocations meets."""
    if record.method is None:
        return record
    threshold = propose_threshold(record.design, acceptance)
    return replace(record, method=replace(record.method, threshold=threshold))


def _under_pseudonyms(
    roster: Sequence[RosterUnit], protocol: Protocol, wave: int, secret: bytes
) -> tuple[FrozenUnit, ...]:
    """Number the units in an order that says nothing about them."""
    names = _stratum_names(roster, protocol, wave, secret)
    shuffled = sorted(roster, key=lambda unit: _keyed(secret, f"unit/{unit.targets[0].key}"))
    return tuple(
        FrozenUnit(code, names[unit.stratum], unit)
        for code, unit in zip(_numbered("S", wave, len(shuffled)), shuffled, strict=True)
    )


def _stratum_names(
    roster: Sequence[RosterUnit], protocol: Protocol, wave: int, secret: bytes
) -> Mapping[str, str]:
    """Map each stratum to its name in the record: a code where the label could name a school."""
    schools = Counter(
        stratum for stratum, _ in {(u.stratum, t.signup.id) for u in roster for t in u.targets}
    )
    of_one_school = any(s.source is StratumSource.SITE for s in protocol.draw.strata)
    if not of_one_school and min(schools.values()) >= FEWEST_SCHOOLS:
        return {stratum: stratum for stratum in schools}
    shuffled = sorted(schools, key=lambda stratum: _keyed(secret, f"stratum/{stratum}"))
    return dict(zip(shuffled, _numbered("L", wave, len(shuffled)), strict=True))


def _numbered(letter: str, wave: int, count: int) -> list[str]:
    prefix = letter if wave == 1 else f"W{wave}{letter}"
    return [f"{prefix}{number:0{max(3, len(str(count)))}d}" for number in range(1, count + 1)]


def _check_size(roster: Sequence[RosterUnit], protocol: Protocol) -> None:
    if len(roster) < len(protocol.arms):
        raise BadInput(
            "there are {arms} groups and {units} units to draw; a group would stay empty",
            arms=len(protocol.arms),
            units=len(roster),
        )


def _keyed(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
