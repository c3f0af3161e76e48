"""How alike the groups are: the drawn differences, what was to be expected, and who may see it."""

import numpy as np
import pytest

from tests.trials.draws import ceremony as act
from tests.trials.draws.pupils import enrol
from tests.trials.draws.test_queries import SEES_ARMS, readers_of
from tests.trials.draws.world import recruited
from trials.draws.queries import draw_balance


def score(school, pupil):
    return (school * 7) % 10 + pupil


def balanced(world, draw, name="manager"):
    return draw_balance(world.session, draw.id, world.actor(name))


def test_the_drawn_difference_is_that_of_the_schools_means(session):
    world = recruited(session, schools=12)
    enrol(world, score=score)
    draw = act.drawn(world)

    (found,) = balanced(world, draw).differences

    means = np.array([score(school, 0) + 2.5 for school in range(12)])  # of six pupils
    arms = {unit.signup_id: unit.arm for unit in draw.units}
    treated = np.array([arms[signup] != "controle" for signup in world.signups])
    gap = means[treated].mean() - means[~treated].mean()
    assert found.row.difference == pytest.approx(gap / means.std(ddof=1))
    assert found.characteristic.code == "language_pre"
    assert 0 < found.row.spread < found.row.one_in_twenty


def test_before_the_draw_only_what_to_expect_is_known(session):
    world = recruited(session, schools=12)
    enrol(world, score=score)
    draw = act.frozen(world)

    found = balanced(world, draw)

    assert not found.drawn
    assert [d.row.difference for d in found.differences] == [None]
    assert found.differences[0].row.spread > 0


@pytest.mark.parametrize("step", [act.frozen, act.drawn])
def test_only_those_who_see_arms_see_the_balance(session, step):
    world = recruited(session)
    enrol(world, classes=1, score=score)
    draw = step(world)

    assert readers_of(lambda reader: draw_balance(session, draw.id, reader), world) == SEES_ARMS


def test_a_group_of_few_pupils_is_shown_to_those_alone_who_may_see_pupils(session):
    """Six schools in each group with one pupil each; ten are needed for anyone else."""
    world = recruited(session, schools=12)
    enrol(world, classes=1, pupils=1, score=score)
    draw = act.drawn(world)

    assert balanced(world, draw).differences[0].row is not None
    for name in ("officer", "director", "provider"):
        assert balanced(world, draw, name).differences[0].row is None


def test_a_group_of_enough_pupils_is_shown_to_all_who_see_arms(session):
    world = recruited(session, schools=12)
    enrol(world, score=score)

    draw = act.drawn(world)

    assert balanced(world, draw, "officer").differences[0].row is not None
