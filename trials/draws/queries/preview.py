"""What the next draw of a trial would hold, before its roster is frozen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.access import sees_arms
from trials.draws.models import RiskKind
from trials.draws.risks import Risk, risks_of
from trials.draws.roster import next_wave, roster_of
from trials.errors import NotFound, TrialError
from trials.permissions import Actor, Permission
from trials.signups.models import Signup
from trials.signups.states import HOLDS_A_PLACE, SignupState


@dataclass(frozen=True, slots=True)
class Preview:
    """The roster as it would be frozen now."""

    trial: Trial
    protocol: Protocol
    wave: int
    schools: int
    units: int
    strata: Sequence[tuple[str, int]]  # label and units, by label
    risks: Sequence[Risk]  # to be joined or accepted
    unfinished: int  # sign-ups that would be left out: not signed, or the council not heard
    problem: TrialError | None  # why it cannot be frozen yet

    @property
    def small(self) -> list[Risk]:
        """The strata with fewer units than arms."""
        return [risk for risk in self.risks if risk.kind is RiskKind.STRATUM]

    @property
    def shared(self) -> list[Risk]:
        """The groups of schools that belong together."""
        return [risk for risk in self.risks if risk.kind is not RiskKind.STRATUM]


def preview(session: Session, trial_id: int, actor: Actor) -> Preview:
    """Return what would be frozen; ``NotFound`` to who does not prepare this trial's draw."""
    trial = trial_to_draw(session, trial_id, actor)
    protocol, wave = locked_protocol(session, trial.id), next_wave(session, trial.id)
    try:
        roster, problem = roster_of(session, trial.id, protocol, wave=wave), None
    except TrialError as error:
        roster, problem = [], error
    return Preview(
        trial,
        protocol,
        wave,
        len({target.signup.id for unit in roster for target in unit.targets}),
        len(roster),
        sorted(Counter(unit.stratum for unit in roster).items()),
        risks_of(session, roster, protocol),
        _unfinished(session, trial.id),
        problem,
    )


def trial_to_draw(session: Session, trial_id: int, actor: Actor) -> Trial:
    """Return a trial to who prepares its draw; raises ``NotFound`` to anyone else."""
    trial = session.get(Trial, trial_id)
    if (
        trial is None
        or not actor.may(Permission.DRAW_FREEZE, trial.scope)
        or not sees_arms(actor, trial)
    ):
        raise NotFound("there is no such trial")
    return trial


def _unfinished(session: Session, trial_id: int) -> int:
    states = HOLDS_A_PLACE - {SignupState.COMPLETE}
    found = select(func.count(Signup.id)).where(
        Signup.trial_id == trial_id, Signup.state.in_(states)
    )
    return session.scalar(found) or 0
