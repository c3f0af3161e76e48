"""Who may bring a secret to a draw, and for which party."""

from collections.abc import Mapping, Sequence

from trials.errors import BadInput, NotAllowed
from trials.permissions import Actor, Role, Scope

PARTY_ROLES: Mapping[str, frozenset[Role]] = {
    "evaluator": frozenset({Role.TRIAL_MANAGER}),
    "nro": frozenset({Role.NRO_OFFICER, Role.NRO_DIRECTOR}),
    "provider": frozenset({Role.PROVIDER}),
    "expert_group": frozenset({Role.EXPERT_GROUP}),
}


def check_parties(names: Sequence[str]) -> None:
    """Refuse parties that are unknown, named twice, or none at all.

    Without any secret the seed would be public, and with it what opens every school's line.
    """
    for position, name in enumerate(names):
        if name not in PARTY_ROLES:
            raise BadInput(
                'nobody can act for the party "{party}"; choose from {known}',
                party=name,
                known=", ".join(PARTY_ROLES),
            )
        if name in names[:position]:
            raise BadInput('the party "{party}" is named twice', party=name)
    if not names:
        raise BadInput("a draw needs at least one party that brings a secret")


def acts_for(actor: Actor, party: str, scope: Scope) -> bool:
    """Say whether the actor speaks for the party in this trial."""
    return any(actor.holds(role, scope) for role in PARTY_ROLES.get(party, ()))


def require_party(actor: Actor, party: str, scope: Scope) -> None:
    """Refuse with ``NotAllowed`` unless the actor speaks for the party."""
    if not acts_for(actor, party, scope):
        raise NotAllowed('you cannot act for the party "{party}"', party=party)
