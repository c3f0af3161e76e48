"""Public beacons of randomness: which round is published when, and what its value looks like.

The table is versioned by its names: a rule that changes gets a new name, so that a sealed record
means the same in twenty years. Rounds of drand follow from genesis and period, as the chain's own
``info`` states them. A round of ``nist-2`` is the minute (since 1970, UTC) that the pulse is
stamped with, for the index of a pulse jumps when the beacon was away.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trials.errors import BadInput

EXAMPLE = "voorbeeld"  # demonstrations and vectors only


@dataclass(frozen=True, slots=True)
class Beacon:
    """A chain of rounds at fixed intervals."""

    name: str
    first: datetime  # the moment of round 1
    period: int  # seconds
    digits: int  # hexadecimal, of a value
    address: str  # where a round is published; {round} and {milliseconds} are filled in

    def moment(self, round_: int) -> datetime:
        """Return when a round is published."""
        return self.first + timedelta(seconds=(round_ - 1) * self.period)

    def round_from(self, moment: datetime) -> int:
        """Return the first round published at ``moment`` or later."""
        seconds = (moment - self.first) // timedelta(microseconds=1)
        return max(1, -(-seconds // (self.period * 1_000_000)) + 1)

    def published_at(self, round_: int) -> str:
        """Return the address where anyone can read the round."""
        milliseconds = int(self.moment(round_).timestamp() * 1000)
        return self.address.format(round=round_, milliseconds=milliseconds)

    def party(self, round_: int) -> str:
        """Return the name of a round in a sealed record."""
        return f"beacon:{self.name}:{round_}"


MINUTE_ONE = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
BEACONS: Mapping[str, Beacon] = {
    beacon.name: beacon
    for beacon in (
        Beacon(
            "drand-quicknet",
            datetime.fromtimestamp(1692803367, UTC),
            3,
            64,
            "https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
            "/public/{round}",
        ),
        Beacon(
            "drand-default",
            datetime.fromtimestamp(1595431050, UTC),
            30,
            64,
            "https://api.drand.sh/8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
            "/public/{round}",
        ),
        Beacon(
            "nist-2",
            MINUTE_ONE,
            60,
            128,
            "https://beacon.nist.gov/beacon/2.0/pulse/time/{milliseconds}",
        ),
        Beacon(EXAMPLE, MINUTE_ONE, 60, 64, ""),
    )
}
NEWEST = {"drand": "drand-quicknet", "nist": "nist-2"}  # what a protocol's plain name stands for


def beacon_named(name: str) -> Beacon:
    """Return the chain that a protocol or a sealed record names; raises ``BadInput`` if unknown."""
    found = BEACONS.get(NEWEST.get(name, name))
    if found is None:
        raise BadInput(
            'no beacon is called "{name}"; choose one of {known}',
            name=name,
            known=", ".join(sorted(BEACONS.keys() | NEWEST.keys())),
        )
    return found


def round_of(party: str) -> tuple[Beacon, int]:
    """Return chain and round of a ``beacon:NAME:ROUND`` in a record."""
    _, name, round_ = party.split(":")
    return beacon_named(name), int(round_)


def example_value(round_: int) -> str:
    """Return the value of the example beacon, which everybody can know beforehand."""
    return hashlib.sha256(f"{EXAMPLE}:{round_}".encode()).hexdigest()


def read_published(party: str, text: str) -> str:
    """Return the value of a round from what was pasted in: the value itself, or the JSON around it.

    Raises ``BadInput`` for another form, another round, or a drand signature that does not make
    the value. It cannot tell a made-up value from the true one: anyone can look that up.
    """
    beacon, round_ = round_of(party)
    value = _from_json(beacon, round_, text) if text.lstrip().startswith("{") else text.strip()
    if not re.fullmatch(rf"[0-9a-fA-F]{{{beacon.digits}}}", value):
        raise BadInput(
            "the value of {beacon} has {digits} hexadecimal digits; copy it as published",
            beacon=beacon.name,
            digits=beacon.digits,
        )
    if beacon.name == EXAMPLE and value.lower() != example_value(round_):
        raise BadInput("this is not the example beacon's value of round {round}", round=round_)
    return value.lower()


def _from_json(beacon: Beacon, round_: int, text: str) -> str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("what was pasted is not complete; copy all of it, or the value") from error
    pulse = content.get("pulse", content)
    if not isinstance(pulse, dict) or _round_in(beacon, pulse) != round_:
        raise BadInput(
            "what was pasted is not round {round} of {beacon}", round=round_, beacon=beacon.name
        )
    value = str(pulse.get("randomness", pulse.get("outputValue", "")))
    signature = pulse.get("signature")
    if signature is not None and beacon.digits == 64 and not _makes(str(signature), value):
        raise BadInput("the value does not follow from its signature; copy both again")
    return value


def _round_in(beacon: Beacon, pulse: Mapping[str, Any]) -> int | None:
    stamp = pulse.get("timeStamp")
    if stamp is None:
        return pulse.get("round") if isinstance(pulse.get("round"), int) else None
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return beacon.round_from(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _makes(signature: str, value: str) -> bool:
    """Say whether drand's value is the SHA-256 of its signature, as the chain defines it."""
    try:
        return hashlib.sha256(bytes.fromhex(signature)).hexdigest() == value.lower()
    except ValueError:
        return False
