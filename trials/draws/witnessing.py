"""Who may enter the value of a beacon: a witness who cannot complete the draw alone."""

from trials.draws.models import Draw
from trials.draws.parties import acts_for
from trials.permissions import Actor, Permission


def has_a_hand_in(actor: Actor, draw: Draw) -> bool:
    """Say whether the actor brought a secret, or speaks for everyone who did.

    With all secrets and the beacon's value in one hand the allocation could be chosen.
    """
    secrets = [party for party in draw.parties if not party.is_beacon]
    return any(party.committed_by == actor.person_id for party in secrets) or all(
        acts_for(actor, party.name, draw.trial.scope) for party in secrets
    )


def may_enter_beacon(actor: Actor | None, draw: Draw) -> bool:
    """Say whether the actor is a witness of this draw without a hand in it."""
    return (
        actor is not None
        and actor.may(Permission.DRAW_WITNESS, draw.trial.scope)
        and not has_a_hand_in(actor, draw)
    )
