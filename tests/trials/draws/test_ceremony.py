from randomisation import verify
from randomisation.canonical import read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import recruited
from trials.draws.states import DrawState
from trials.lifecycle import TrialState


def test_a_draw_follows_by_itself_from_the_last_entry(session):
    world = recruited(session)

    draw = act.drawn(world)

    assert draw.state is DrawState.DRAWN
    assert world.trial.state is TrialState.DELIVERING
    receipt = read_json(draw.receipt)
    assert verify(receipt).holds
    assert {unit.code: unit.arm for unit in draw.units} == receipt["allocation"]
