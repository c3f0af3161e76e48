"""Who may know an arm, a pseudonym or a receipt, and from when (rule 2 of the design)."""

from trials.agreements.protocol import DrawMethod
from trials.calls.models import Trial
from trials.permissions import Actor, Permission, Role

BLIND = (Role.RECRUITER, Role.OUTCOME_TESTER, Role.ANALYST)


def sees_arms(actor: Actor | None, trial: Trial) -> bool:
    """Say whether the actor may see the arm of every school of the trial.

    A person who also recruits, tests or analyses in this trial stays blind, whatever else they
    are: recruiters and testers until outcomes are locked, analysts until true arms are out.
    """
    if actor is None or not actor.may(Permission.ARMS_SEE, trial.scope):
        return False
    return not kept_blind(actor, trial)


def sees_receipt(actor: Actor | None, trial: Trial, method: DrawMethod) -> bool:
    """Say whether the actor may have the receipt.

    Those who see arms have it at the draw; the other parties and the expert group, but no
    recruiter, once outcomes are locked; the public, for a draw that holds no covariates, once true
    arms are out, for it would unmask the first release.
    """
    if sees_arms(actor, trial):
        return True
    if trial.true_arms_at is not None and method is not DrawMethod.RERANDOMISED:
        return True
    if actor is None or trial.outcomes_locked_at is None or kept_blind(actor, trial):
        return False
    if actor.holds(Role.RECRUITER, trial.scope):
        return False
    return actor.may(Permission.TRIAL_READ, trial.scope)


def kept_blind(actor: Actor, trial: Trial) -> bool:
    """Say whether one of the actor's roles keeps them from every arm of the trial for now."""
    opened = {Role.ANALYST: trial.true_arms_at}
    return any(
        actor.holds(role, trial.scope) and opened.get(role, trial.outcomes_locked_at) is None
        for role in BLIND
    )
