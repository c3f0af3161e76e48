"""Step 10: freeze, commit, seal, reveal, the beacon, and all schools told at once."""

import hashlib

from trials.draws.beacons import example_value, round_of
from trials.draws.models import Draw
from trials.draws.sealing import SEAL
from trials.draws.services import (
    commit_nonce,
    enter_beacon,
    freeze_roster,
    reveal_nonce,
    tell_schools,
)
from trials.draws.states import DrawState
from trials.people.models import Proposal, ProposalState
from trials.people.proposals import propose
from web.demonstration.stage import Stage, Step, newest, secret
from web.demonstration.trials import READY_TO_SEAL, DemoTrial

PARTY = "evaluator"
REASON = (
    "De voorbeeldscholen zijn verzonnen en staan los van elkaar, ook al hebben zij één bestuur en "
    "één coördinator. Kleine lagen krijgen hun groep uit hetzelfde spel kaarten als de andere."
)


def steps(trial: DemoTrial) -> list[Step]:
    found = [
        Step(10, ("manager",), lambda s: commit(s, trial), lambda s: tell_commitment(s, trial))
    ]
    if trial.until == "committed":
        return found
    return [
        *found,
        Step(10, ("manager", "officer"), lambda s: seal(s, trial), lambda s: tell_seal(s, trial)),
        Step(
            10, ("manager", "director"), lambda s: reveal(s, trial), lambda s: tell_draw(s, trial)
        ),
    ]


def commit(stage: Stage, trial: DemoTrial) -> None:
    """Freeze the roster, commit to a secret, and propose the seal."""
    found, at = stage.trial_of(trial.slug), trial.calendar
    draw = draw_of(stage, trial)
    if draw is None:
        draw = freeze_roster(
            stage.session,
            trial_id=found.id,
            actor=stage.actor("manager", at["frozen"]),
            now=at["frozen"],
            otherwise=REASON,
            secret=secret("roster", trial.slug),
        )
    if draw.state is DrawState.FROZEN:
        commit_nonce(
            stage.session,
            draw_id=draw.id,
            party=PARTY,
            commitment=commitment_of(nonce(trial)),
            actor=stage.actor("manager", at["committed"]),
            now=at["committed"],
        )
    waiting = newest(stage.session, Proposal, Proposal.act == SEAL, Proposal.subject_id == draw.id)
    if draw.state is DrawState.COMMITTED and waiting is None:
        propose(
            stage.session,
            act=SEAL,
            subject_id=draw.id,
            wish={"reveal_before": at["reveal_before"].isoformat()},
            actor=stage.actor("manager", at["committed"]),
            now=at["committed"],
        )


def nonce(trial: DemoTrial) -> str:
    return secret("nonce", trial.slug).hex()


def kept_nonce(slug: str) -> str | None:
    """Return the secret that a visitor needs to go on where the play stopped, or None."""
    return nonce(READY_TO_SEAL) if slug == READY_TO_SEAL.slug else None


def commitment_of(value: str) -> str:
    """Commit as a party's browser does; the draw itself checks it when the nonce is revealed."""
    return hashlib.sha256(f"loting-nonce/1\n{PARTY}\n{value}".encode()).hexdigest()


def tell_commitment(stage: Stage, trial: DemoTrial) -> str:
    draw = _draw(stage, trial)
    strata = {unit.stratum for unit in draw.units}
    return f"{len(draw.units)} schools in {len(strata)} strata frozen; a secret committed to"


def seal(stage: Stage, trial: DemoTrial) -> None:
    draw = _draw(stage, trial)
    waiting = newest(
        stage.session,
        Proposal,
        Proposal.act == SEAL,
        Proposal.subject_id == draw.id,
        Proposal.state == ProposalState.OPEN,
    )
    if waiting is not None:
        stage.approve(waiting, "officer", trial.calendar["sealed"])


def tell_seal(stage: Stage, trial: DemoTrial) -> str:
    fingerprint = _draw(stage, trial).fingerprint or ""
    return f"sealed by two persons, fingerprint {fingerprint[:16]}…"


def reveal(stage: Stage, trial: DemoTrial) -> None:
    """Reveal the secret, enter the beacon's round, and tell all schools at the same moment."""
    draw, at = _draw(stage, trial), trial.calendar
    if draw.state is DrawState.SEALED:
        reveal_nonce(
            stage.session,
            draw_id=draw.id,
            party=PARTY,
            nonce=nonce(trial),
            actor=stage.actor("manager", at["revealed"]),
            now=at["revealed"],
        )
        (beacon,) = [party.name for party in draw.parties if party.is_beacon]
        enter_beacon(
            stage.session,
            draw_id=draw.id,
            party=beacon,
            published=example_value(round_of(beacon)[1]),
            actor=stage.actor("director", at["beacon"]),
            now=at["beacon"],
        )
    if draw.told_at is None:
        tell_schools(
            stage.session,
            draw_id=draw.id,
            actor=stage.actor("manager", at["told"]),
            now=at["told"],
        )


def tell_draw(stage: Stage, trial: DemoTrial) -> str:
    draw = _draw(stage, trial)
    arms: dict[str, int] = {}
    for unit in draw.units:
        arms[str(unit.arm)] = arms.get(str(unit.arm), 0) + 1
    counts = ", ".join(f"{n} {arm}" for arm, n in sorted(arms.items()))
    return f"drawn: {counts}; all told on {draw.told_at:%Y-%m-%d %H:%M} UTC"


def draw_of(stage: Stage, trial: DemoTrial) -> Draw | None:
    return newest(stage.session, Draw, Draw.trial_id == stage.trial_of(trial.slug).id)


def _draw(stage: Stage, trial: DemoTrial) -> Draw:
    draw = draw_of(stage, trial)
    assert draw is not None
    return draw
