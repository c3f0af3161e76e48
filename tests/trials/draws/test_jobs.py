"""Seals end in the background too."""

from contextlib import nullcontext
from pathlib import Path

from tests.trials.draws import ceremony as act
from tests.trials.draws.world import HOUR, recruited
from trials.draws.jobs import end_overdue_seals
from trials.draws.states import DrawState
from trials.jobs import Tools


def test_the_sweep_ends_a_seal_whose_secret_did_not_come(session):
    sealed = act.sealed(recruited(session))
    tools = Tools(
        sessions=lambda: nullcontext(session),
        clock=lambda: act.REVEAL_BEFORE + HOUR,
        base_url="",
        secret_key="",
        sender="",
        var=Path(),
    )

    assert list(end_overdue_seals(tools)) == []
    assert sealed.state is DrawState.VOID
