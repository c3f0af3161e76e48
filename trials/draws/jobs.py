"""The sweep that ends seals whose secrets did not come, also when nobody looks."""

from collections.abc import Iterable

from trials.draws.services import sweep_overdue_draws
from trials.jobs import Tools, sweep


@sweep
def end_overdue_seals(tools: Tools) -> Iterable[tuple[str, int]]:
    """Make overdue seals void; there is nothing to hand to a job."""
    with tools.sessions() as session:
        sweep_overdue_draws(session, now=tools.clock())
    return ()
