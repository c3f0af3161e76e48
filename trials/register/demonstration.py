"""Invented schools for a demonstration, beside the real register and never in its search."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from trials.audit import record
from trials.database import transaction
from trials.errors import BadInput, NotAllowed
from trials.people.models import Deployment
from trials.permissions import Actor, Permission, require
from trials.register.cells import SITE_CODE
from trials.register.editions import board_ids, site_ids
from trials.register.folding import search_text
from trials.register.models import Board, Edition, Sector, SiteFigure, SiteKind, SiteVersion

SOURCE = "demonstration"


@dataclass(frozen=True, slots=True)
class DemonstrationSchool:
    """An invented school; neither its code nor its board's number may look like a real one."""

    code: str  # "VB001"
    name: str  # "Voorbeeldschool 001"
    town: str
    sector: Sector
    board: str  # "V01"
    board_name: str  # "Voorbeeldbestuur 01"
    municipality: str = ""
    province: str = ""
    denomination: str = ""
    structure: str = ""
    street: str = ""
    postcode: str = ""
    figures: Mapping[tuple[str, int], float] = field(default_factory=dict)  # by name and year


def create_demonstration_sites(
    session: Session,
    *,
    schools: Sequence[DemonstrationSchool],
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> dict[str, int]:
    """Make invented schools and return their site ids by code.

    Raises ``NotAllowed`` outside a demonstration database, ``BadInput`` for a code or board
    number that could be real.
    """
    with transaction(session):
        require(actor, Permission.REGISTER_IMPORT)
        deployment = session.get(Deployment, 1)
        if deployment is None or not deployment.demonstration:
            raise NotAllowed("invented schools can be made in a demonstration database only")
        for school in schools:
            _refuse_real(school)
        edition = _edition(session, schools, valid_from, actor, now)
        ids = site_ids(session, SiteKind.DEMONSTRATION, (school.code for school in schools))
        boards = _named_boards(session, schools)
        session.execute(
            insert(SiteVersion), [_version(school, edition, ids, boards) for school in schools]
        )
        figures = [row for school in schools for row in _figures(school, edition, ids)]
        if figures:
            session.execute(insert(SiteFigure), figures)
        record(
            session,
            "demonstration_sites_made",
            f"register_edition:{edition.id}",
            by=actor.person_id,
            at=now,
            details={"sites": len(schools)},
        )
        return ids


def _refuse_real(school: DemonstrationSchool) -> None:
    if SITE_CODE.fullmatch(school.code) or school.board.isdigit():
        raise BadInput(
            "{code} of board {board} could be a real school; an invented one needs a code and a "
            "board number no register gives",
            code=school.code,
            board=school.board,
        )


def _edition(
    session: Session,
    schools: Sequence[DemonstrationSchool],
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> Edition:
    codes = "\n".join(sorted(school.code for school in schools))
    edition = Edition(
        source=SOURCE,
        reference_date=valid_from,
        file_name="",
        file_sha256=hashlib.sha256(codes.encode()).hexdigest(),
        rows=len(schools),
        opened=len(schools),
        imported_at=now,
        imported_by=actor.person_id,
    )
    session.add(edition)
    session.flush()
    return edition


def _named_boards(session: Session, schools: Sequence[DemonstrationSchool]) -> dict[str, int]:
    names = {school.board: school.board_name for school in schools}
    ids = board_ids(session, names)
    for number, name in names.items():
        session.execute(update(Board).where(Board.id == ids[number]).values(name=name))
    return ids


def _version(
    school: DemonstrationSchool, edition: Edition, ids: dict[str, int], boards: dict[str, int]
) -> dict[str, object]:
    places = (school.town, school.municipality, school.province)
    return {
        "site_id": ids[school.code],
        "edition_id": edition.id,
        "valid_from": edition.reference_date,
        "name": school.name,
        "search_text": search_text(school.code, school.name, *places),
        "street": school.street,
        "postcode": school.postcode,
        "town": school.town,
        "municipality": school.municipality,
        "municipality_code": "",
        "province": school.province,
        "sector": school.sector,
        "structure": school.structure,
        "denomination": school.denomination,
        "board_id": boards[school.board],
    }


def _figures(
    school: DemonstrationSchool, edition: Edition, ids: dict[str, int]
) -> list[dict[str, object]]:
    return [
        {
            "site_id": ids[school.code],
            "edition_id": edition.id,
            "name": name,
            "year": year,
            "value": value,
            "mark": None,
        }
        for (name, year), value in school.figures.items()
    ]
