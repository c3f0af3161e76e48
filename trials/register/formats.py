"""The published files the register reads, each declared: its columns, its floor, its figures."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trials.errors import BadInput
from trials.register.models import Sector
from trials.register.reading import Table, plain


@dataclass(frozen=True, slots=True)
class Figure:
    """A number about a site. A ``#`` in ``column`` stands for the year it is about."""

    column: str
    name: str
    whole: bool = True  # a count; else a mean or score with decimals
    mark: str | None = None  # the column with the publisher's remark on this number


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of published file.

    ``columns`` maps what we call a field to the names it has carried in the files, compared
    without regard for capitals, underscores and spaces. A file with ``sectors`` is the complete
    list of the sites in them, so a site it lacks is closed; one without holds figures only.
    """

    source: str
    columns: Mapping[str, tuple[str, ...]]
    floor: int  # fewest rows a whole file has
    sectors: frozenset[Sector] = frozenset()
    figures: tuple[Figure, ...] = ()
    figure_year: int = 0  # years from the reference date, for figures whose column names none
    fixed: Mapping[str, str] = field(default_factory=dict)  # fields the whole file shares
    several_addresses: bool = False  # a site may stand there once per address

    def missing(self, table: Table) -> list[str]:
        """Return the first name of every column this format needs and ``table`` lacks."""
        present = {plain(column) for column in table.columns}
        fields = [names[0] for names in self.columns.values() if not present & set(names)]
        figures = [f.column for f in self.figures if not _found(f.column, present)]
        marks = [f.mark for f in self.figures if f.mark and not _found(f.mark, present)]
        return fields + figures + marks

    def column_of(self, table: Table, name: str) -> str:
        """Return the column of ``table`` that holds the field ``name``."""
        return next(c for c in table.columns if plain(c) in self.columns[name])

    def figure_columns(self, table: Table) -> list["FigureColumn"]:
        """Return the columns of ``table`` that hold figures."""
        marks = {plain(column): column for column in table.columns}
        return [
            FigureColumn(
                figure,
                column,
                int(match["year"]) if match.groupdict() else None,
                marks.get(figure.mark or ""),
            )
            for figure in self.figures
            for column in table.columns
            if (match := _pattern(figure.column).fullmatch(plain(column)))
        ]


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """Where a figure stands in one file, and the year its column name carries, if any."""

    figure: Figure
    column: str
    year: int | None
    mark_column: str | None


def _pattern(column: str) -> re.Pattern[str]:
    return re.compile(re.escape(column).replace(r"\#", r"(?P<year>20\d\d)"))


def _found(column: str, present: Iterable[str]) -> bool:
    pattern = _pattern(column)
    return any(pattern.fullmatch(one) for one in present)


ADDRESS = {
    "province": ("PROVINCIE",),
    "name": ("VESTIGINGSNAAM", "NAAM VESTIGING"),
    "street": ("STRAATNAAM",),
    "house_number": ("HUISNUMMER-TOEVOEGING",),
    "postcode": ("POSTCODE",),
    "town": ("PLAATSNAAM",),
    "municipality_code": ("GEMEENTENUMMER",),
    "municipality": ("GEMEENTENAAM",),
    "denomination": ("DENOMINATIE",),
    "board": ("BEVOEGD GEZAG NUMMER",),
    "brin": ("BRIN NUMMER", "INSTELLINGSCODE"),
    "site": ("VESTIGINGSNUMMER", "VESTIGINGSCODE"),
}

DUO_BO = Format(
    source="duo-bo",
    columns=ADDRESS,
    fixed={"sector": Sector.BO},
    sectors=frozenset({Sector.BO}),
    floor=5_000,
)
DUO_VO = Format(
    source="duo-vo",
    columns=ADDRESS | {"structure": ("ONDERWIJSSTRUCTUUR",)},
    fixed={"sector": Sector.VO},
    sectors=frozenset({Sector.VO}),
    floor=1_000,
)
ALL_SECTORS = Format(
    source="scholen-nl",
    columns={
        "name": ("NAAM",),
        "type": ("TYPE",),
        "denomination": ("DENOMINATIE",),
        "street": ("STRAAT",),
        "house_number": ("HUISNUMMER",),
        "house_letter": ("HUISLETTER",),
        "house_addition": ("HUISNUMMERTOEVOEGING",),
        "postcode": ("POSTCODE",),
        "town": ("PLAATS",),
        "municipality": ("GEMEENTE",),
        "province": ("PROVINCIE",),
        "brin": ("BRIN",),
        "site": ("VESTIGINGSCODE",),
    },
    sectors=frozenset(Sector),
    floor=7_000,
    figures=(Figure("LEERLINGEN", "pupils"),),
    figure_year=-1,
    several_addresses=True,
)
CBS_DISADVANTAGE = Format(
    source="cbs-achterstand",
    columns={"site": ("VESTIGINGSNUMMER", "VESTIGINGSCODE")},
    floor=5_000,
    figures=(
        Figure("LEERLINGEN BEKOSTIGD #", "pupils"),
        Figure("ACHTERSTANDSSCORE #", "disadvantage_score", whole=False, mark="INDICATIE TABEL1"),
        Figure(
            "ACHTERSTANDSSCORE ZONDER DREMPEL #",
            "disadvantage_no_threshold",
            whole=False,
            mark="INDICATIE TABEL2",
        ),
        Figure(
            "ZONDER DREMPEL ONDERBOUW",
            "disadvantage_lower_years",
            whole=False,
            mark="INDICATIE TABEL2",
        ),
        Figure(
            "ZONDER DREMPEL BOVENBOUW",
            "disadvantage_upper_years",
            whole=False,
            mark="INDICATIE TABEL2",
        ),
    ),
)
DUO_FINAL_TESTS = Format(
    source="duo-eindscores",
    columns={
        "brin": ("BRIN NUMMER", "INSTELLINGSCODE"),
        "site": ("VESTIGINGSNUMMER", "VESTIGINGSCODE"),
        "measured_on": ("PEILDATUM LEERLINGEN",),
    },
    floor=5_000,
    figures=(
        Figure("LEERJAAR 8", "grade8_pupils"),
        Figure("CET AANTAL", "cet_count"),
        Figure("CET GEM", "cet_mean", whole=False),
        Figure("IEP AANTAL", "iep_count"),
        Figure("IEP GEM", "iep_mean", whole=False),
        Figure("ROUTE8 AANTAL", "route8_count"),
        Figure("ROUTE8 GEM", "route8_mean", whole=False),
        Figure("DIA AANTAL", "dia_count"),
        Figure("DIA GEM", "dia_mean", whole=False),
        Figure("AMN AANTAL", "amn_count"),
        Figure("AMN GEM", "amn_mean", whole=False),
    ),
)
VO_PUPILS = Format(
    source="vo-leerlingen",
    columns={"site": ("VESTIGINGSNUMMER", "VESTIGINGSCODE")},
    floor=1_000,
    figures=(
        Figure("LEERLINGEN #", "pupils"),
        Figure("LEERLINGEN LEERJAAR1 #", "year1_pupils"),
    ),
)

FORMATS = (DUO_VO, DUO_BO, ALL_SECTORS, DUO_FINAL_TESTS, CBS_DISADVANTAGE, VO_PUPILS)


def recognise(table: Table, formats: tuple[Format, ...] = FORMATS) -> Format:
    """Return the format whose columns ``table`` has; of several, the one that needs most.

    Raises ``BadInput`` naming the columns that lack for the nearest format.
    """
    lacking = {one.source: one.missing(table) for one in formats}
    fitting = [one for one in formats if not lacking[one.source]]
    if fitting:
        return max(fitting, key=lambda one: len(one.columns) + len(one.figures))
    nearest = min(formats, key=lambda one: len(lacking[one.source]) / _needs(one))
    raise BadInput(
        "the file {file} looks most like {source} but lacks the column {columns}; "
        "download the whole file again and leave its header as it is",
        file=table.name,
        source=nearest.source,
        columns=", ".join(lacking[nearest.source]),
    )


def _needs(one: Format) -> int:
    return len(one.columns) + len(one.figures)
