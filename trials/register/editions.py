"""How a new edition meets the register: what opens, changes, closes, and which numbers are new.

Rows go in and out in bulk: 10,000 sites take a second or two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from trials.register.entries import FigureEntry, SiteEntry
from trials.register.folding import fold, search_text
from trials.register.models import Board, Edition, Sector, Site, SiteFigure, SiteKind, SiteVersion

AT_ONCE = 500  # values in one IN list
COMPARED = (
    SiteVersion.name,
    SiteVersion.street,
    SiteVersion.postcode,
    SiteVersion.town,
    SiteVersion.municipality,
    SiteVersion.municipality_code,
    SiteVersion.province,
    SiteVersion.sector,
    SiteVersion.structure,
    SiteVersion.denomination,
    SiteVersion.board_id,
)


@dataclass(frozen=True, slots=True)
class Known:
    """The version of a site that is current before the edition comes in."""

    id: int
    sector: Sector
    values: dict[str, Any]  # by column name, those of ``COMPARED``


def site_ids(session: Session, kind: SiteKind, codes: Iterable[str]) -> dict[str, int]:
    """Return the id of every site of ``codes``, made where there was none."""
    wanted = set(codes)
    by_code = select(Site.code, Site.id).where(Site.kind == kind)
    known = dict(session.execute(by_code).all())
    if new := sorted(wanted - known.keys()):
        session.execute(insert(Site), [{"kind": kind, "code": code} for code in new])
        known = dict(session.execute(by_code).all())
    return {code: known[code] for code in wanted}


def board_ids(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Return the id of every board of ``numbers``, made where there was none."""
    wanted = set(numbers)
    known = dict(session.execute(select(Board.number, Board.id)).all())
    if new := sorted(wanted - known.keys()):
        session.execute(insert(Board), [{"number": number} for number in new])
        known = dict(session.execute(select(Board.number, Board.id)).all())
    return {number: known[number] for number in wanted}


def take_over_sites(
    session: Session, edition: Edition, entries: Sequence[SiteEntry], sectors: frozenset[Sector]
) -> None:
    """Give every site of ``entries`` the version they state; close what they lack in ``sectors``.

    A site they describe as it was keeps its version. What this kind of file does not say (a
    board, a municipality's code) stays as it was said last. Counts are kept on ``edition``.
    """
    ids = site_ids(session, SiteKind.VESTIGING, (entry.code for entry in entries))
    boards = board_ids(session, (entry.board for entry in entries if entry.board))
    current, codes = _current(session), _municipality_codes(session)
    ended, new = [], []
    for entry in entries:
        known = current.pop(ids[entry.code], None)
        values = _values(entry, known, boards, codes)
        if known is not None and known.values == values:
            continue
        if known is not None:
            ended.append(known.id)
        new.append(_version(edition, ids[entry.code], entry.code, values))
    closed = [known.id for known in current.values() if known.sector in sectors]
    edition.opened, edition.changed = len(new) - len(ended), len(ended)
    edition.closed = len(closed)
    _end(session, [*ended, *closed], edition.reference_date)
    if new:
        session.execute(insert(SiteVersion), new)


def _current(session: Session) -> dict[int, Known]:
    rows = session.execute(
        select(SiteVersion.site_id, SiteVersion.id, *COMPARED)
        .join(Site)
        .where(Site.kind == SiteKind.VESTIGING, SiteVersion.valid_until.is_(None))
    )
    return {
        row.site_id: Known(row.id, row.sector, {c.key: getattr(row, c.key) for c in COMPARED})
        for row in rows
    }


def _municipality_codes(session: Session) -> dict[str, str]:
    rows = session.execute(
        select(SiteVersion.municipality, SiteVersion.municipality_code)
        .where(SiteVersion.municipality_code != "")
        .distinct()
    )
    return {fold(name): code for name, code in rows}


def _values(
    entry: SiteEntry, known: Known | None, boards: dict[str, int], codes: dict[str, str]
) -> dict[str, Any]:
    values = {c.key: getattr(entry, c.key) for c in COMPARED if c.key != "board_id"}
    if entry.municipality_code is None:
        values["municipality_code"] = codes.get(fold(entry.municipality), "")
    before = known.values["board_id"] if known else None
    values["board_id"] = boards[entry.board] if entry.board else before
    return values


def _version(edition: Edition, site_id: int, code: str, values: dict[str, Any]) -> dict[str, Any]:
    places = (values["town"], values["municipality"], values["province"])
    return values | {
        "site_id": site_id,
        "edition_id": edition.id,
        "valid_from": edition.reference_date,
        "search_text": search_text(code, values["name"], *places),
    }


def _end(session: Session, version_ids: Sequence[int], day: date) -> None:
    for ids in _chunks(version_ids):
        ending = update(SiteVersion).where(SiteVersion.id.in_(ids)).values(valid_until=day)
        session.execute(ending.execution_options(synchronize_session=False))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def take_over_figures(session: Session, edition: Edition, entries: Sequence[FigureEntry]) -> None:
    """Keep every number that is new or other than the newest edition so far said.

    A site the register does not know yet gets its code and no more: the number is not lost.
    """
    ids = site_ids(session, SiteKind.VESTIGING, (entry.code for entry in entries))
    said = _said(session, {entry.name for entry in entries})
    new = [
        {
            "site_id": ids[entry.code],
            "edition_id": edition.id,
            "name": entry.name,
            "year": entry.year,
            "value": entry.value,
            "mark": entry.mark,
        }
        for entry in entries
        if said.get((ids[entry.code], entry.name, entry.year)) != (entry.value, entry.mark)
    ]
    edition.figures = len(new)
    if new:
        session.execute(insert(SiteFigure), new)


def _said(
    session: Session, names: set[str]
) -> dict[tuple[int, str, int], tuple[float | None, str | None]]:
    rows = session.execute(
        select(
            SiteFigure.site_id, SiteFigure.name, SiteFigure.year, SiteFigure.value, SiteFigure.mark
        )
        .where(SiteFigure.name.in_(names))
        .order_by(SiteFigure.edition_id)
    )
    return {(site, name, year): (value, mark) for site, name, year, value, mark in rows}
