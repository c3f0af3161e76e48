"""A merger is recorded by hand; the site that went closes, and says where it went."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.trials.register.conftest import NOON
from tests.trials.register.test_services import HOEKSTEEN, REGENBOOG, SPRING, bring_in, register_of
from trials.errors import BadInput, Conflict, NotAllowed, NotFound
from trials.permissions import Actor
from trials.register.mergers import record_merger
from trials.register.queries import site_on, successors_of

SUMMER = date(2026, 8, 1)


def merge(session: Session, actor: Actor, gone: str = "16AH00", into: str = "16BX00") -> None:
    record_merger(
        session,
        from_code=gone,
        into_code=into,
        merged_on=SUMMER,
        note="Fusie",
        actor=actor,
        now=NOON,
    )


@pytest.fixture
def two_sites(session: Session, administrator: Actor) -> Session:
    bring_in(session, administrator, register_of(HOEKSTEEN, REGENBOOG), SPRING)
    return session


def test_a_merged_site_closes_and_points_on(two_sites: Session, administrator: Actor) -> None:
    site = site_on(two_sites, "16AH00", SPRING)

    merge(two_sites, administrator)

    assert [s.code for s in successors_of(two_sites, site.site_id)] == ["16BX00"]
    assert site_on(two_sites, "16AH00", date(2026, 7, 31)).valid_until == SUMMER
    with pytest.raises(NotFound):
        site_on(two_sites, "16AH00", SUMMER)


def test_a_merger_is_recorded_once(two_sites: Session, administrator: Actor) -> None:
    merge(two_sites, administrator)

    with pytest.raises(Conflict, match="the merger of 16AH00 on 2026-08-01 is recorded already"):
        merge(two_sites, administrator)


def test_a_merger_needs_two_known_sites(two_sites: Session, administrator: Actor) -> None:
    with pytest.raises(NotFound, match="no site 99ZZ00"):
        merge(two_sites, administrator, into="99ZZ00")
    with pytest.raises(BadInput, match="into itself"):
        merge(two_sites, administrator, into="16AH00")


def test_only_who_looks_after_the_register_records_mergers(two_sites: Session) -> None:
    with pytest.raises(NotAllowed):
        merge(two_sites, Actor(1))
