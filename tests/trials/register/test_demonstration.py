"""Invented schools live beside the real register, in a demonstration only."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.trials.register.conftest import NOON
from tests.trials.register.test_services import HOEKSTEEN, SPRING, bring_in, register_of
from trials.errors import BadInput, NotAllowed, NotFound
from trials.people.models import Deployment
from trials.permissions import Actor
from trials.register.demonstration import DemonstrationSchool, create_demonstration_sites
from trials.register.models import Sector, SiteKind
from trials.register.queries import counts_on, editions, figures_of, site_on
from trials.register.search import find_sites

FIRST = date(2026, 1, 1)
SCHOOL = DemonstrationSchool(
    code="VB001",
    name="Voorbeeldschool 001",
    town="Utrecht",
    sector=Sector.BO,
    board="V01",
    board_name="Voorbeeldbestuur 01",
    figures={("pupils", 2025): 212.0},
)


def create(session: Session, actor: Actor, *schools: DemonstrationSchool) -> dict[str, int]:
    return create_demonstration_sites(
        session, schools=schools, valid_from=FIRST, actor=actor, now=NOON
    )


@pytest.fixture
def demonstration(session: Session) -> Session:
    session.add(Deployment(id=1, demonstration=True))
    session.commit()
    return session


def test_invented_schools_are_found_only_when_asked_for(
    demonstration: Session, administrator: Actor
) -> None:
    ids = create(demonstration, administrator, SCHOOL)

    found = find_sites(demonstration, "voorbeeldschool", SPRING, kind=SiteKind.DEMONSTRATION)
    by_code = find_sites(demonstration, "vb001", SPRING, kind=SiteKind.DEMONSTRATION)

    assert [card.site_id for card in found] == [card.site_id for card in by_code] == [ids["VB001"]]
    assert (found[0].board_name, found[0].brin) == ("Voorbeeldbestuur 01", "VB001")
    assert found[0].pupils is not None
    assert found[0].pupils.value == 212
    assert find_sites(demonstration, "voorbeeldschool", SPRING) == []
    assert editions(demonstration) == []
    with pytest.raises(NotFound):
        site_on(demonstration, "VB001", SPRING)


def test_no_import_touches_them(demonstration: Session, administrator: Actor) -> None:
    ids = create(demonstration, administrator, SCHOOL)

    bring_in(demonstration, administrator, register_of(HOEKSTEEN), SPRING)

    card = site_on(demonstration, "VB001", SPRING, kind=SiteKind.DEMONSTRATION)
    assert card.valid_until is None
    assert counts_on(demonstration, SPRING, [Sector.BO]).sites == 1
    assert [f.value for f in figures_of(demonstration, ids["VB001"])] == [212]


@pytest.mark.parametrize("deployment", [None, Deployment(id=1, demonstration=False)])
def test_outside_a_demonstration_they_are_refused(
    session: Session, administrator: Actor, deployment: Deployment | None
) -> None:
    if deployment is not None:
        session.add(Deployment(id=1, demonstration=deployment.demonstration))
        session.commit()

    with pytest.raises(NotAllowed, match="in a demonstration database only"):
        create(session, administrator, SCHOOL)


@pytest.mark.parametrize(("code", "board"), [("16AH00", "V01"), ("VB001", "41775")])
def test_an_invented_school_never_takes_a_real_code(
    demonstration: Session, administrator: Actor, code: str, board: str
) -> None:
    real = DemonstrationSchool(
        code=code, name="X", town="Y", sector=Sector.BO, board=board, board_name="Z"
    )

    with pytest.raises(BadInput, match="could be a real school"):
        create(demonstration, administrator, real)
