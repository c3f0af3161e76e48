"""Freezing and reading records: everything that must be mended is refused before sealing."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from randomisation.canonical import normalised
from randomisation.design import check_arms
from randomisation.entropy import HEX_64, Party
from randomisation.errors import DesignError, RecordError
from randomisation.exact import DECIMAL, exact_balance
from randomisation.record import SPEC, Arm, Record, Rerandomised, Unit
from randomisation.shape import filled, listed, object_of, text, whole


def new_record(
    *,
    trial: str,
    arms: Iterable[Arm],
    units: Iterable[Unit],
    entropy: Iterable[Party],
    salt: str,
    method: Rerandomised | None = None,
    rule: str | None = None,
    previous: str | None = None,
) -> Record:
    """Freeze a roster and a rule: units are sorted here, everything is checked.

    Raises RecordError or DesignError with what must be mended before sealing.
    """
    record = Record(
        trial, tuple(arms), method, tuple(units), tuple(entropy), salt, rule, previous
    ).to_dict()
    record["units"].sort(key=lambda unit: normalised(unit["id"]))
    return read_record(record)


def read_record(value: Mapping[str, Any]) -> Record:
    """Return the record that a JSON object holds.

    Raises RecordError where it departs from the specification, DesignError where a design is
    at fault.
    """
    optional = ("rule", "previous")
    fields = object_of(
        normalised(value),
        "the record",
        ("spec", "trial", "arms", "method", "units", "entropy", "salt"),
        optional,
    )
    if fields["spec"] != SPEC:
        raise RecordError('the record follows "{spec}", not loting-draw/1', spec=fields["spec"])
    record = Record(
        trial=filled(fields["trial"], "the trial"),
        arms=tuple(_read_arm(arm) for arm in listed(fields["arms"], "arms")),
        method=(method := _read_method(fields["method"])),
        units=tuple(_read_unit(unit, method) for unit in listed(fields["units"], "units")),
        entropy=tuple(_read_party(party) for party in listed(fields["entropy"], "entropy")),
        salt=_hex_64(fields["salt"], "salt"),
        **{key: _hex_64(fields[key], key) for key in optional if key in fields},
    )
    _check(record)
    return record


def _read_arm(value: object) -> Arm:
    fields = object_of(value, "an arm", ("label", "ratio"))
    label = filled(fields["label"], "the label of an arm")
    return Arm(label, whole(fields["ratio"], f'the ratio of arm "{label}"'))


def _read_method(value: object) -> Rerandomised | None:
    if value == {"name": "blocked"}:
        return None
    if not isinstance(value, dict) or value.get("name") != "rerandomised":
        raise RecordError("the method must be blocked or rerandomised, with the keys it needs")
    fields = object_of(value, "the method", ("name", "covariates", "threshold", "max_candidates"))
    names = tuple(
        filled(name, "a covariate's name") for name in listed(fields["covariates"], "covariates")
    )
    if len(set(names)) != len(names):
        raise DesignError("a covariate is named twice; leave one out")
    threshold = text(fields["threshold"], "the threshold")
    if not DECIMAL.fullmatch(threshold) or Fraction(threshold) <= 0:
        raise DesignError(
            'the threshold "{threshold}" must be a decimal number above zero', threshold=threshold
        )
    most = whole(fields["max_candidates"], "max_candidates")
    if most < 1:
        raise DesignError("max_candidates must be 1 or more")
    return Rerandomised(names, threshold, most)


def _read_unit(value: object, method: Rerandomised | None) -> Unit:
    fields = object_of(value, "a unit", ("id", "stratum"), ("covariates",) if method else ())
    name = filled(fields["id"], "the id of a unit")
    stratum = text(fields["stratum"], f"the stratum of {name}")
    if not stratum.strip():
        raise DesignError(
            "the stratum of {unit} is blank; give blanks a name of their own before freezing, "
            'for instance "onbekend"',
            unit=name,
        )
    covariates = _read_covariates(name, fields.get("covariates"), method) if method else ()
    return Unit(name, stratum, covariates)


def _read_covariates(unit: str, value: object, method: Rerandomised) -> tuple[str, ...]:
    where = f"the covariates of {unit}"
    covariates = tuple(text(item, where) for item in listed(value, where))
    if len(covariates) != len(method.covariates):
        raise DesignError(
            "{unit} has {count} covariates; the method needs {needed}",
            unit=unit,
            count=len(covariates),
            needed=len(method.covariates),
        )
    check_decimals(unit, covariates)
    return covariates


def check_decimals(unit: str, covariates: Iterable[str]) -> None:
    """Refuse covariates that are not decimal numbers, naming the unit."""
    for item in covariates:
        if not DECIMAL.fullmatch(item):
            raise DesignError(
                '{unit} has the covariate "{value}"; write a decimal number such as 61.25',
                unit=unit,
                value=item,
            )


def _read_party(value: object) -> Party:
    fields = object_of(value, "a party", ("party",), ("commitment",))
    return Party(filled(fields["party"], "a party"), fields.get("commitment"))


def _hex_64(value: object, key: str) -> str:
    if not isinstance(value, str) or not HEX_64.fullmatch(value):
        raise RecordError("{key} must be 64 lower-case hexadecimal digits", key=key)
    return value


def _check(record: Record) -> None:
    """Refuse what each part allows and the whole does not."""
    check_arms([arm.label for arm in record.arms], [arm.ratio for arm in record.arms])
    ids = [unit.id for unit in record.units]
    for before, after in pairwise(ids):
        if before == after:
            raise DesignError("{unit} is in the roster twice; leave one out", unit=after)
        if before > after:
            raise RecordError("the units are not sorted by id: {unit} is too late", unit=after)
    if len(ids) < len(record.arms):
        raise DesignError("there are more arms than units; an arm would stay empty")
    parties = [party.name for party in record.entropy]
    for position, party in enumerate(parties):
        if party in parties[:position]:
            raise RecordError('"{party}" brings a nonce twice; name each party once', party=party)
    if record.method:
        exact_balance(record.method.covariates, [unit.covariates for unit in record.units])
