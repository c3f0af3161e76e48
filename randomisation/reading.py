"""Freezing and reading records: everything that must be mended is refused before sealing."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from randomisation.canonical import normalised
from randomisation.entropy import Party
from randomisation.errors import DesignError, RecordError
from randomisation.exact import DECIMAL, exact_balance
from randomisation.frame import Arm, read_frame
from randomisation.record import Record, Rerandomised, Unit
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
        trial=trial,
        arms=tuple(arms),
        entropy=tuple(entropy),
        salt=salt,
        rule=rule,
        previous=previous,
        method=method,
        units=tuple(units),
    ).to_dict()
    record["units"].sort(key=lambda unit: normalised(unit["id"]))
    return read_record(record)


def read_record(value: Mapping[str, Any]) -> Record:
    """Return the record that a JSON object holds.

    Raises RecordError where it departs from the specification, DesignError where a design is
    at fault.
    """
    fields, frame = read_frame(value, ("method", "units"))
    method = _read_method(fields["method"])
    units = tuple(_read_unit(unit, method) for unit in listed(fields["units"], "units"))
    record = Record(**frame, method=method, units=units)
    _check(record)
    return record


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


def _check(record: Record) -> None:
    """Refuse what each unit allows and the roster does not."""
    ids = [unit.id for unit in record.units]
    for before, after in pairwise(ids):
        if before == after:
            raise DesignError("{unit} is in the roster twice; leave one out", unit=after)
        if before > after:
            raise RecordError("the units are not sorted by id: {unit} is too late", unit=after)
    if len(ids) < len(record.arms):
        raise DesignError("there are more arms than units; an arm would stay empty")
    if record.method:
        exact_balance(record.method.covariates, [unit.covariates for unit in record.units])
