"""What one row of a published file says: a site, its figures, or what is wrong with the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from trials.errors import BadInput
from trials.register import cells
from trials.register.models import Sector
from trials.register.places import proper_place, whole_denomination

PROVINCES = frozenset(
    {"Drenthe", "Flevoland", "Friesland", "Gelderland", "Groningen", "Limburg"}
    | {"Noord-Brabant", "Noord-Holland", "Overijssel", "Utrecht", "Zeeland", "Zuid-Holland"}
)
SECTOR_OF_TYPE = {  # any other type is a structure of secondary education
    "BASISSCHOOL": Sector.BO,
    "SBAO": Sector.SBO,
    "SO": Sector.SO,
    "VSO": Sector.VSO,
    "(V)SO": Sector.SO_VSO,
}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """What a file says of one site; None where that kind of file does not say."""

    code: str
    name: str
    street: str  # with house number; of several addresses, all numbers
    postcode: str
    town: str
    municipality: str
    municipality_code: str | None
    province: str
    sector: Sector
    structure: str
    denomination: str
    board: str | None  # five digits


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """A number, or the mark in its place, about a site in a year."""

    code: str
    name: str
    year: int
    value: float | None
    mark: str | None


class Row:
    """One row, its cells by field; every refused cell is added to ``problems``."""

    def __init__(
        self,
        number: int,
        cells_by_column: Mapping[str, str],
        column: Mapping[str, str],
        problems: list[BadInput],
    ) -> None:
        self.number = number
        self.by_column = cells_by_column
        self.column = column
        self.problems = problems

    def __getitem__(self, field: str) -> str:
        """Return the cell of a field; a field this kind of file lacks is the empty string."""
        return self.by_column[self.column[field]] if field in self.column else ""

    def checked(self, field: str, check: Callable[[str], Value], default: Value) -> Value:
        """Return what ``check`` makes of a field's cell, or ``default`` and one more problem."""
        return self.checked_column(self.column[field], check, default)

    def checked_column(self, column: str, check: Callable[[str], Value], default: Value) -> Value:
        try:
            return check(self.by_column[column])
        except BadInput as refusal:
            self.refuse(column, refusal)
            return default

    def refuse(self, column: str, refusal: BadInput) -> None:
        self.problems.append(
            BadInput(
                "row {row}, column {column}: {reason}",
                row=self.number,
                column=column,
                reason=refusal,
            )
        )


def site_code(row: Row) -> str:
    """Return the row's site code, or the empty string and a problem."""
    return row.checked("site", lambda site: cells.site_code(row["brin"], site), "")


def site_entry(row: Row, code: str, sector: Sector | None) -> SiteEntry:
    """Return what ``row`` says of the site; ``sector`` is that of the whole file, if it has one."""

    def name(field: str, longest: int) -> str:
        if field not in row.column:
            return ""
        return row.checked(field, lambda value: cells.text(value, longest), "")

    kind = row["type"].upper()
    own_sector = sector or SECTOR_OF_TYPE.get(kind, Sector.VO)
    number = row["house_number"] + row["house_letter"]
    addition = f"-{row['house_addition']}" if row["house_addition"] else ""
    return SiteEntry(
        code=code,
        name=name("name", 200),
        street=f"{name('street', 100)} {number}{addition}".strip(),
        postcode=row.checked("postcode", cells.postcode, ""),
        town=proper_place(name("town", 100)),
        municipality=proper_place(name("municipality", 100)),
        municipality_code=_if_given(row, "municipality_code", cells.municipality_code),
        province=row.checked("province", _province, ""),
        sector=own_sector,
        structure=name("structure", 100) or (row["type"] if own_sector is Sector.VO else ""),
        denomination=whole_denomination(name("denomination", 60)),
        board=_if_given(row, "board", cells.board_number),
    )


def _if_given(row: Row, field: str, check: Callable[[str], str]) -> str | None:
    if not row[field]:
        return None
    return row.checked(field, check, "")


def _province(value: str) -> str:
    if value not in PROVINCES:
        raise BadInput("'{value}' is no province; check that the columns are in place", value=value)
    return value


def day(value: str) -> date:
    """Return a day printed as 20190417."""
    try:
        return datetime.strptime(value, "%Y%m%d").date()
    except ValueError as error:
        raise BadInput(
            "'{value}' is no date such as 20190417; download the file again", value=value
        ) from error


def with_address_of(known: SiteEntry, other: SiteEntry) -> SiteEntry:
    """Return ``known`` with the house number of its second row added.

    Raises ``BadInput`` when the two rows differ in more than the house number.
    """
    street, _, number = other.street.rpartition(" ")
    if replace(other, street=known.street) != known or not known.street.startswith(street):
        raise BadInput(
            "site {value} was there before with other words; download the file again",
            value=known.code,
        )
    numbers = known.street[len(street) :].replace(",", "").split()
    return known if number in numbers else replace(known, street=f"{known.street}, {number}")
