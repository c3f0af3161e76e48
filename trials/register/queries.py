"""What the register says of a site, on a day. It is public: no permission is asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from trials.errors import NotFound
from trials.register.models import (
    Board,
    Edition,
    Merger,
    Sector,
    Site,
    SiteFigure,
    SiteKind,
    SiteVersion,
)
from trials.register.places import G4_MUNICIPALITIES


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A published number about a site; ``value`` is None where the publisher masked it."""

    name: str
    year: int
    value: float | None
    mark: str | None  # "<5", "x", or the publisher's remark on the number
    edition_id: int


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site as an edition describes it, with its newest number of pupils."""

    site_id: int
    version_id: int
    edition_id: int
    kind: SiteKind
    code: str
    name: str
    street: str
    postcode: str
    town: str
    municipality: str
    municipality_code: str
    province: str
    sector: Sector
    structure: str
    denomination: str
    board_id: int | None
    board_number: str | None
    board_name: str | None
    valid_from: date
    valid_until: date | None  # exclusive
    pupils: FigureValue | None = None

    @property
    def brin(self) -> str:
        """The school a site belongs to; an invented site is its own."""
        return self.code[:4] if self.kind is SiteKind.VESTIGING else self.code

    @property
    def in_g4(self) -> bool:
        """Whether the site lies in one of the four large municipalities."""
        return self.municipality in G4_MUNICIPALITIES


def site_on(
    session: Session, code: str, on: date, *, kind: SiteKind = SiteKind.VESTIGING
) -> SiteCard:
    """Return the site as it was on a day; raises ``NotFound`` if it was not open then."""
    where = (Site.kind == kind, Site.code == code.strip().upper(), *valid_on(on))
    cards = read_cards(session, select_cards().where(*where))
    if not cards:
        raise NotFound("the register has no site {code} on {date}", code=code, date=on)
    return cards[0]


def site_by_id(session: Session, site_id: int, on: date) -> SiteCard:
    """Return any site, real or invented, as it was on a day; raises ``NotFound``."""
    cards = read_cards(session, select_cards().where(Site.id == site_id, *valid_on(on)))
    if not cards:
        raise NotFound("the register has no such site on {date}", date=on)
    return cards[0]


def history_of(
    session: Session, code: str, *, kind: SiteKind = SiteKind.VESTIGING
) -> list[SiteCard]:
    """Return every version of a site, oldest first; raises ``NotFound`` if there is none."""
    query = select_cards().where(Site.kind == kind, Site.code == code.strip().upper())
    query = query.order_by(SiteVersion.valid_from, SiteVersion.id)
    cards = read_cards(session, query)
    if not cards:
        raise NotFound("the register has no site {code}", code=code)
    return cards


def figures_of(session: Session, site_id: int) -> list[FigureValue]:
    """Return the numbers of a site by name and year, each as its newest edition has it."""
    rows = session.scalars(
        select(SiteFigure).where(SiteFigure.site_id == site_id).order_by(SiteFigure.edition_id)
    )
    newest = {(row.name, row.year): row for row in rows}
    return [
        FigureValue(row.name, row.year, row.value, row.mark, row.edition_id)
        for _, row in sorted(newest.items())
    ]


def newest_figures(
    session: Session, site_ids: Collection[int], name: str
) -> dict[int, FigureValue]:
    """Return the number ``name`` of each site for its newest year, where there is one."""
    rows = session.scalars(
        select(SiteFigure)
        .where(SiteFigure.site_id.in_(site_ids), SiteFigure.name == name)
        .order_by(SiteFigure.year, SiteFigure.edition_id)
    )
    return {
        row.site_id: FigureValue(row.name, row.year, row.value, row.mark, row.edition_id)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Successor:
    """Where a site went on."""

    code: str
    merged_on: date
    note: str


def successors_of(session: Session, site_id: int) -> list[Successor]:
    """Return the sites in which a site went on, by recorded merger."""
    into = aliased(Site)
    rows = session.execute(
        select(into.code, Merger.merged_on, Merger.note)
        .join(into, into.id == Merger.into_site_id)
        .where(Merger.from_site_id == site_id)
        .order_by(Merger.merged_on)
    )
    return [Successor(*row) for row in rows]


def editions(session: Session) -> list[Edition]:
    """Return every edition of the real register, newest first."""
    query = select(Edition).where(Edition.source != "demonstration")
    return list(session.scalars(query.order_by(Edition.reference_date.desc(), Edition.id.desc())))


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """How much the register holds of some sectors on a day."""

    sites: int
    brins: int
    boards: int
    municipalities: int
    provinces: int
    denominations: int


def counts_on(session: Session, on: date, sectors: Iterable[Sector]) -> RegisterCounts:
    """Count the real sites of ``sectors`` open on a day, and their schools and boards."""
    row = session.execute(
        select(
            func.count(SiteVersion.id),
            func.count(func.substr(Site.code, 1, 4).distinct()),
            func.count(SiteVersion.board_id.distinct()),
            func.count(SiteVersion.municipality.distinct()),
            func.count(SiteVersion.province.distinct()),
            func.count(SiteVersion.denomination.distinct()),
        )
        .join(Site)
        .where(Site.kind == SiteKind.VESTIGING, SiteVersion.sector.in_(set(sectors)))
        .where(*valid_on(on))
    ).one()
    return RegisterCounts(*row)


def valid_on(on: date) -> tuple[ColumnElement[bool], ...]:
    """The condition that a version was valid on a day."""
    ends = or_(SiteVersion.valid_until.is_(None), SiteVersion.valid_until > on)
    return (and_(SiteVersion.valid_from <= on, ends),)


def select_cards() -> Select[SiteVersion, Site, Board]:
    """Select what a card is made of."""
    return (
        select(SiteVersion, Site, Board)
        .join(Site, Site.id == SiteVersion.site_id)
        .outerjoin(Board, Board.id == SiteVersion.board_id)
    )


def read_cards(session: Session, query: Select[SiteVersion, Site, Board]) -> list[SiteCard]:
    """Return the cards ``query`` selects, in its order, with their numbers of pupils."""
    found = session.execute(query).all()
    pupils = newest_figures(session, {site.id for _, site, _ in found}, "pupils")
    return [_card(version, site, board, pupils.get(site.id)) for version, site, board in found]


def _card(
    version: SiteVersion, site: Site, board: Board | None, pupils: FigureValue | None
) -> SiteCard:
    return SiteCard(
        site_id=site.id,
        version_id=version.id,
        edition_id=version.edition_id,
        kind=site.kind,
        code=site.code,
        name=version.name,
        street=version.street,
        postcode=version.postcode,
        town=version.town,
        municipality=version.municipality,
        municipality_code=version.municipality_code,
        province=version.province,
        sector=version.sector,
        structure=version.structure,
        denomination=version.denomination,
        board_id=version.board_id,
        board_number=board.number if board else None,
        board_name=board.name if board else None,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        pupils=pupils,
    )
