"""A rehearsal tells what a draw can bring; it draws nothing, keeps nothing, shows nobody's arm."""

import numpy as np
import pytest
from sqlalchemy import select

from tests.trials.draws import ceremony as act
from tests.trials.draws.pupils import enrol
from tests.trials.draws.test_queries import readers_of
from tests.trials.draws.test_risks import same_board
from tests.trials.draws.world import grant, recruited
from trials.agreements.example import PROTOCOL
from trials.draws.queries import rehearsal
from trials.errors import NotFound
from trials.permissions import Role
from trials.schema import metadata


def practice(world, name="manager"):
    return rehearsal(world.session, world.trial_id, world.actor(name))


def everything(session):
    return {table.name: session.execute(select(table)).all() for table in metadata.sorted_tables}


def test_only_who_prepares_the_draw_may_rehearse_it(session):
    world = recruited(session)

    readers = readers_of(
        lambda reader: rehearsal(session, world.trial_id, reader) if reader else _none(), world
    )
    assert readers == {"manager", "second_manager"}
    grant(world, "manager", Role.RECRUITER)
    with pytest.raises(NotFound):
        practice(world)


def _none():
    raise NotFound("nobody is signed in")


def test_a_rehearsal_stores_nothing_and_holds_no_array_as_long_as_the_roster(session):
    world = recruited(session)
    enrol(world, score=lambda school, pupil: school + pupil)
    before = everything(session)

    found = practice(world)

    assert everything(session) == before
    drawn = [np.size(getattr(c.outcome, "drawn", 0)) for c in (*found.ways, *found.methods)]
    assert max(drawn) == 1
    assert not session.new
    assert not session.dirty


def test_merging_small_strata_leaves_more_possible_draws_and_a_smaller_p_value(session):
    """Four schools of one size in three denominations: two, one and one."""
    world = recruited(session, schools=4)

    found = practice(world)

    ways = {(way.kind, way.stratum.code if way.stratum else ""): way for way in found.ways}
    assert found.too_small == ("groot/openbaar", "groot/pc")
    assert {name: (way.strata, way.outcome.possible.count) for name, way in ways.items()} == {
        ("protocol", ""): (3, 4),
        ("merged", ""): (2, 4),
        ("without", "size"): (3, 4),
        ("without", "denomination"): (1, 6),
    }
    assert ways["without", "denomination"].outcome.smallest_p == pytest.approx(1 / 6)
    assert [name for pair in found.never for name in pair] == [
        "Voorbeeldschool 000",
        "Voorbeeldschool 003",
        "Voorbeeldschool 001",
        "Voorbeeldschool 002",
    ]


def test_each_way_of_drawing_is_compared_on_the_scores_of_this_roster(session):
    """Thirty schools in one stratum; the score rises from school to school."""
    world = recruited(session, schools=30, draw=PROTOCOL["draw"] | {"strata": []})
    enrol(world, classes=1, score=lambda school, pupil: school)

    found = practice(world)

    spread = {method.kind: method.outcome.spreads[0] for method in found.methods}
    effect = {method.kind: method.detectable for method in found.methods}
    for kind in ("pairs", "rerandomised"):
        assert spread[kind] < spread["blocked"] / 5
        assert found.adjusted * 0.95 < effect[kind] < effect["blocked"] * 0.8
    assert spread["blocked"] == pytest.approx(np.sqrt(4 / 30), rel=0.15)
    assert [covariate.code for covariate in found.covariates] == ["language_pre"]


def test_schools_that_belong_together_come_with_the_chance_to_be_parted(session):
    """Two of three in a stratum of their own: apart in two of three draws."""
    world = recruited(session)
    same_board(world, 0, 3)

    found = practice(world)

    ((risk, apart),) = found.risks
    assert risk.name == "Bestuur 0"
    assert apart == pytest.approx(2 / 3, abs=0.1)
    joined = next(way for way in found.ways if way.kind == "joined")
    assert joined.units == found.ways[0].units - 1


def test_a_roster_that_cannot_be_drawn_says_why(session):
    world = recruited(session, schools=0)

    assert "nothing to draw" in str(practice(world).problem)


def test_a_roster_is_not_frozen_by_rehearsing_it(session):
    world = recruited(session)
    practice(world)

    assert act.frozen(world).number == 1
