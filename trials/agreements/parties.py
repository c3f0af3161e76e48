"""Who signs for whom."""

from collections.abc import Mapping

from trials.agreements.models import Party
from trials.calls.models import Trial
from trials.permissions import Actor, Role

PARTY_ROLES: Mapping[Party, Role] = {
    Party.COUNCIL: Role.NRO_OFFICER,
    Party.EVALUATOR: Role.TRIAL_MANAGER,
    Party.PROVIDER: Role.PROVIDER,
}


def parties_of(actor: Actor, trial: Trial) -> tuple[Party, ...]:
    """Return the parties for which this person may sign."""
    return tuple(party for party, role in PARTY_ROLES.items() if actor.holds(role, trial.scope))
