"""What a draw leaves with the schools, so that earlier rooms need not look ahead."""

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import recruited
from trials.signups.models import Signup


def test_every_school_of_the_draw_knows_when_it_was_drawn(session):
    world = recruited(session)

    draw = act.drawn(world)

    schools = [session.get_one(Signup, unit.signup_id) for unit in draw.units]
    assert {school.drawn_at for school in schools} == {draw.drawn_at}
