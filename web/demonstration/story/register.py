"""Before the first step: the real register to search in, and the invented schools to play with."""

from collections.abc import Iterable

from sqlalchemy import func, select

from trials.people.services.demonstration import cast_person
from trials.permissions import Role, Scope, ScopeKind
from trials.register.demonstration import DemonstrationSchool, create_demonstration_sites
from trials.register.models import Board, Sector, Site, SiteKind
from trials.register.published import PublishedFile, published_files
from trials.register.services import import_file
from web.demonstration.calendar import OPENING
from web.demonstration.cast import PARTS, address
from web.demonstration.schools import DemoSchool, demo_schools
from web.demonstration.stage import Stage

BOARD = "VB-01"


def fill_register(stage: Stage, files: Iterable[PublishedFile] | None = None) -> str:
    """Import the published files and make the invented schools; say how many there are."""
    actor = stage.actor("administrator", OPENING)
    for file in published_files() if files is None else files:
        import_file(
            stage.session,
            name=file.name,
            content=file.content(),
            actor=actor,
            now=OPENING,
            reference_date=file.reference_date,
        )
    if not _sites(stage, SiteKind.DEMONSTRATION):
        create_demonstration_sites(
            stage.session,
            schools=[_invented(school) for school in demo_schools()],
            valid_from=OPENING.date(),
            actor=actor,
            now=OPENING,
        )
    _appoint_signatory(stage)
    real, invented = _sites(stage, SiteKind.VESTIGING), _sites(stage, SiteKind.DEMONSTRATION)
    return f"{real:,} sites of the published register, {invented} invented schools beside it"


def _invented(school: DemoSchool) -> DemonstrationSchool:
    return DemonstrationSchool(
        code=school.code,
        name=school.name,
        town="Voorbeeldstad",
        sector=Sector.BO,
        board=BOARD,
        board_name="Stichting Voorbeeldscholen",
        denomination=school.denomination,
        street=f"Voorbeeldstraat {school.place}",
        figures={("pupils", 2024): 8 * len(school.pupils)},
    )


def _appoint_signatory(stage: Stage) -> None:
    board = stage.session.scalars(select(Board).where(Board.number == BOARD)).one()
    part = PARTS["signatory"]
    cast_person(
        stage.session,
        email=address("signatory"),
        name=part.name_nl,
        roles=((Role.BOARD_SIGNATORY, Scope(ScopeKind.BOARD, board.id)),),
        organisation=part.organisation,
        now=OPENING,
    )


def _sites(stage: Stage, kind: SiteKind) -> int:
    return stage.session.scalar(select(func.count(Site.id)).where(Site.kind == kind)) or 0
