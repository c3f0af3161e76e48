"""Freezing the rule for units that arrive after the main draw, before two persons open it."""

import secrets as randomness
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from randomisation import Arm, Party, Refusal
from randomisation.minimised_record import new_minimised_record
from trials.agreements.protocol import Protocol
from trials.agreements.queries import locked_protocol
from trials.audit import record
from trials.calls.loading import trial_for_update
from trials.database import transaction
from trials.draws.arrivals import factors_of
from trials.draws.chaining import check_none_under_way, next_number, previous_receipt
from trials.draws.custody import SERVER, ServerSecrets, commitment_of
from trials.draws.models import Draw, DrawKind, DrawParty
from trials.draws.refusals import as_bad_input
from trials.draws.roster import next_wave
from trials.draws.states import DrawState
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor, Permission, require


def prepare_arrivals(
    session: Session,
    *,
    trial_id: int,
    factors: Mapping[str, str],
    probability: str,
    secrets: ServerSecrets,
    actor: Actor,
    now: datetime,
) -> Draw:
    """Freeze the rule for arrivals, with the commitment to a secret only the server has.

    ``factors`` maps codes of ``factors_of`` to weights, decimal texts; ``probability`` is that
    with which the arm of least imbalance stands. Two persons then open it (``OPEN_ARRIVALS``).
    Raises ``NotReady`` before the first draw, ``Conflict`` while another draw is under way,
    ``BadInput`` for a factor, weight or probability that is none.
    """
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.DRAW_FREEZE, trial.scope)
        if trial.state is not TrialState.DELIVERING:
            raise NotReady("units arrive after the first draw and before outcomes are locked")
        check_none_under_way(session, trial)
        protocol = locked_protocol(session, trial.id)
        _check_factors(factors, protocol)
        draw = Draw(
            trial=trial,
            number=next_number(session, trial),
            wave=next_wave(session, trial.id),
            kind=DrawKind.ARRIVALS,
            state=DrawState.COMMITTED,
            frozen_record={},
            frozen_by=actor.person_id,
            frozen_at=now,
        )
        draw.live_key = f"{trial.id}:{draw.wave}"
        session.add(draw)
        session.flush()
        party = DrawParty(position=0, name=SERVER, commitment=commitment_of(secrets.make(draw.id)))
        party.committed_at = now
        draw.parties = [party]
        draw.frozen_record = _frozen(
            draw, protocol, factors, probability, previous_receipt(session, trial)
        )
        record(
            session,
            "arrivals_prepared",
            f"draw:{draw.id}",
            by=actor.person_id,
            at=now,
            details={"trial": trial.id, "wave": draw.wave},
        )
    return draw


def _check_factors(factors: Mapping[str, str], protocol: Protocol) -> None:
    known = factors_of(protocol)
    if unknown := sorted(factors.keys() - known):
        raise BadInput(
            'arrivals cannot be kept even on "{factor}"; choose from {known}',
            factor=unknown[0],
            known=", ".join(known),
        )
    if not factors:
        raise BadInput("choose at least one thing to keep the groups even on", field="factors")


def _frozen(
    draw: Draw,
    protocol: Protocol,
    factors: Mapping[str, str],
    probability: str,
    previous: str | None,
) -> dict[str, Any]:
    try:
        content = new_minimised_record(
            trial=f"{draw.trial.slug}/wave-{draw.wave}",
            arms=[Arm(arm.label, arm.ratio) for arm in protocol.arms],
            factors=factors,
            probability=probability,
            entropy=[Party(SERVER, draw.parties[0].commitment)],
            salt=randomness.token_hex(32),
            previous=previous,
        ).to_dict()
    except Refusal as refusal:
        raise as_bad_input(refusal) from refusal
    del content["entropy"]
    return content
