"""Which column of a file is which column of the data list, and what may not be there at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trials.agreements.protocol import ColumnRole, InstrumentPlan, InstrumentRole, Protocol
from trials.errors import BadInput
from trials.measurements.models import UploadKind

ALIASES: Mapping[ColumnRole, tuple[str, ...]] = {  # as pupil tracking systems name them
    ColumnRole.PUPIL: ("leerling", "leerlingnummer", "leerlingnr", "pupil", "pupil_number"),
    ColumnRole.CLASS: ("klas", "groep", "groepsnaam", "class"),
    ColumnRole.TAKEN_ON: ("afnamedatum", "toetsdatum", "datum", "taken_on", "date"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in one file; names are the file's own."""

    pupil: str
    klass: str | None
    taken_on: str | None
    covariates: dict[str, str]  # code of the column: its name in the file
    scores: dict[str, str]  # code of the instrument: its name in the file
    unused: tuple[str, ...]  # on the data list, but not of this upload


def allowed_names(protocol: Protocol) -> tuple[str, ...]:
    """Return every column name, aliases included, that may leave a school's browser."""
    names = list(protocol.data_list())
    for column in protocol.columns:
        names += ALIASES.get(column.role, ())
    return tuple(dict.fromkeys(names))


def instruments_of(
    protocol: Protocol, kind: UploadKind, wave: int = 1
) -> tuple[InstrumentPlan, ...]:
    """Return the instruments whose scores an upload of this kind may bring."""
    if kind is UploadKind.OUTCOME:
        return tuple(
            plan
            for plan in protocol.instruments
            if plan.role is InstrumentRole.OUTCOME and plan.wave == wave
        )
    return tuple(p for p in protocol.instruments if p.role is not InstrumentRole.OUTCOME)


def lay_out(names: Iterable[str], protocol: Protocol, kind: UploadKind, wave: int) -> Layout:
    """Match the names in a file with the data list.

    Raises ``BadInput`` with a problem for each column that is not on the list and each that is
    missing.
    """
    found = {_plain(name): name for name in names}
    known = {_plain(name) for name in allowed_names(protocol)}
    problems = [
        BadInput(
            "column {column} is not on the data list of this trial; remove it from the file",
            column=_short(name),
        )
        for plain, name in found.items()
        if plain not in known
    ]
    by_role = {role: _find(found, protocol, role) for role in ALIASES}
    covariates = {
        column.code: found[_plain(column.code)]
        for column in protocol.columns
        if column.role is ColumnRole.COVARIATE and _plain(column.code) in found
    }
    scores = {
        plan.code: found[_plain(plan.code)]
        for plan in instruments_of(protocol, kind, wave)
        if _plain(plan.code) in found
    }
    problems += _missing(protocol, kind, wave, by_role, covariates, scores)
    if problems:
        raise BadInput(
            "the columns of this file do not fit the data list; nothing was stored",
            tuple(problems),
        )
    used = {*by_role.values(), *covariates.values(), *scores.values()}
    pupil = by_role[ColumnRole.PUPIL]
    assert pupil is not None
    return Layout(
        pupil=pupil,
        klass=by_role[ColumnRole.CLASS],
        taken_on=by_role[ColumnRole.TAKEN_ON],
        covariates=covariates,
        scores=scores,
        unused=tuple(name for name in found.values() if name not in used),
    )


def _find(found: Mapping[str, str], protocol: Protocol, role: ColumnRole) -> str | None:
    for column in protocol.columns:
        if column.role is role:
            names = (column.code, *ALIASES[role])
            return next((found[_plain(name)] for name in names if _plain(name) in found), None)
    return None


def _missing(
    protocol: Protocol,
    kind: UploadKind,
    wave: int,
    by_role: Mapping[ColumnRole, str | None],
    covariates: Mapping[str, str],
    scores: Mapping[str, str],
) -> list[BadInput]:
    wanted = []
    for column in protocol.columns:
        has = covariates.get(column.code) or by_role.get(column.role)
        needed = column.required and kind is UploadKind.PUPILS
        if not has and (needed or column.role is ColumnRole.PUPIL):
            wanted.append(column.code)
    if kind is not UploadKind.PUPILS and not scores:
        wanted.append(" / ".join(plan.code for plan in instruments_of(protocol, kind, wave)))
    return [
        BadInput("column {column} is missing; add it to the file", column=name) for name in wanted
    ]


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def _short(name: str) -> str:
    return name.strip()[:60]
