"""The ceremony of the draw, step by step: freeze, commit, (seal,) reveal, tell, mark.

The seal itself is a two-person act (``trials.draws.sealing``), proposed and approved like any.
For units that arrive later: prepare, (open,) assign one by one, close.
"""

from trials.draws.services.arriving import assign_arrival, close_arrivals
from trials.draws.services.committing import commit_nonce
from trials.draws.services.enrolling import prepare_arrivals
from trials.draws.services.freezing import freeze_roster, give_up_draw
from trials.draws.services.marking import mark_mistake
from trials.draws.services.revealing import (
    enter_beacon,
    reveal_nonce,
    sweep_overdue_draws,
    void_overdue_draw,
)
from trials.draws.services.telling import tell_schools
from trials.draws.services.waves import seal_wave

__all__ = [
    "assign_arrival",
    "close_arrivals",
    "commit_nonce",
    "enter_beacon",
    "freeze_roster",
    "give_up_draw",
    "mark_mistake",
    "prepare_arrivals",
    "reveal_nonce",
    "seal_wave",
    "sweep_overdue_draws",
    "tell_schools",
    "void_overdue_draw",
]
