"""What every sealed record holds, whatever is drawn (loting-draw/1, section 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from randomisation.canonical import digest, normalised
from randomisation.design import check_arms
from randomisation.entropy import HEX_64, Party
from randomisation.errors import RecordError
from randomisation.shape import filled, listed, object_of, whole

SPEC = "loting-draw/1"
NEEDED = ("spec", "trial", "arms", "entropy", "salt")
OPTIONAL = ("rule", "previous")


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm and its share; the first arm of a record is the control."""

    label: str
    ratio: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The part that records have in common."""

    trial: str  # public identifier of the trial and the wave
    arms: tuple[Arm, ...]
    entropy: tuple[Party, ...]
    salt: str  # 64 hexadecimal digits
    rule: str | None = None  # fingerprint of a standing rule
    previous: str | None = None  # hash of the receipt of the wave before

    @property
    def fingerprint(self) -> str:
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the record as it is sealed, ready for JSON."""
        value: dict[str, Any] = {
            "spec": SPEC,
            "trial": self.trial,
            "arms": [{"label": arm.label, "ratio": arm.ratio} for arm in self.arms],
            "entropy": [
                {"party": party.name}
                | ({} if party.commitment is None else {"commitment": party.commitment})
                for party in self.entropy
            ],
            "salt": self.salt,
        }
        optional = {"rule": self.rule, "previous": self.previous}
        return value | {key: item for key, item in optional.items() if item is not None}


def read_frame(value: object, others: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the other keys of a record, as read, and the arguments of its frame, checked.

    Raises RecordError or DesignError with what must be mended before sealing.
    """
    fields = object_of(normalised(value), "the record", (*NEEDED, *others), OPTIONAL)
    if fields["spec"] != SPEC:
        raise RecordError('the record follows "{spec}", not loting-draw/1', spec=fields["spec"])
    arms = tuple(_read_arm(arm) for arm in listed(fields["arms"], "arms"))
    check_arms([arm.label for arm in arms], [arm.ratio for arm in arms])
    frame = {
        "trial": filled(fields["trial"], "the trial"),
        "arms": arms,
        "entropy": _read_entropy(fields["entropy"]),
        "salt": _hex_64(fields["salt"], "salt"),
    }
    optional = {key: _hex_64(fields[key], key) for key in OPTIONAL if key in fields}
    return {key: fields[key] for key in others}, frame | optional


def _read_arm(value: object) -> Arm:
    fields = object_of(value, "an arm", ("label", "ratio"))
    label = filled(fields["label"], "the label of an arm")
    return Arm(label, whole(fields["ratio"], f'the ratio of arm "{label}"'))


def _read_entropy(value: object) -> tuple[Party, ...]:
    parties: list[Party] = []
    for entry in listed(value, "entropy"):
        fields = object_of(entry, "a party", ("party",), ("commitment",))
        party = Party(filled(fields["party"], "a party"), fields.get("commitment"))
        if party.name in (known.name for known in parties):
            raise RecordError(
                '"{party}" brings a nonce twice; name each party once', party=party.name
            )
        parties.append(party)
    return tuple(parties)


def _hex_64(value: object, key: str) -> str:
    if not isinstance(value, str) or not HEX_64.fullmatch(value):
        raise RecordError("{key} must be 64 lower-case hexadecimal digits", key=key)
    return value
