"""Finding a school by the arm it was drawn into."""

from tests.trials.draws.world import World
from trials.draws.queries import arms_of_trial


def school_in(world: World, arm: str, number: int = 0) -> int:
    """Return the sign-up of the ``number``-th school of an arm."""
    found = [unit.signup_id for unit in arms_of_trial(world.session, world.trial_id)]
    of_arm = [u.signup_id for u in arms_of_trial(world.session, world.trial_id) if u.arm == arm]
    assert len(of_arm) < len(found)
    return sorted(of_arm)[number]
