"""A rehearsal of the next draw: what it can bring, without drawing anything.

It counts, and redraws with words of its own that no draw ever uses. No allocation leaves this
module and nothing is stored.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from randomisation import BalanceRule, Design, Refusal, join_strata, split_strata, stratified
from randomisation.matching import match
from randomisation.neighbours import neighbours
from randomisation.rehearsal import Rehearsal, rehearse
from randomisation.threshold import rehearsed_threshold
from trials.agreements.protocol import DrawMethod, Protocol, Stratum, Unit
from trials.agreements.queries import locked_protocol
from trials.calls.models import Trial
from trials.draws.characteristics import Characteristic, number_in, scores_of
from trials.draws.models import RiskKind
from trials.draws.queries.preview import trial_to_draw
from trials.draws.refusals import as_bad_input
from trials.draws.risks import Risk, risks_of
from trials.draws.roster import RosterUnit, next_wave, roster_of
from trials.errors import NotReady, TrialError
from trials.permissions import Actor
from trials.signups.detecting import with_schools

WORDS = 150_000  # for each design, so that a page of eight takes a third of a second
SEED = 20_270_420  # any number: a rehearsal says the same twice
ACCEPTANCE = 0.1  # where the protocol does not re-randomise
MATCHED = 60  # units that are matched as the draw would; above, neighbours stand in
MOST_PAIRS = 50  # listed by name
MERGED = "~"  # the name of all small strata in one; no label is like it
METHODS = (DrawMethod.BLOCKED, DrawMethod.PAIRS, DrawMethod.RERANDOMISED)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to draw this roster, and what it would bring."""

    kind: str  # "protocol", "merged", "without", "joined"; or the name of a method
    strata: int
    units: int
    stratum: Stratum | None = None  # the one that is left out
    outcome: Rehearsal | None = None
    detectable: float | None = None  # standard deviations, by schools' plain means; None unknown
    problem: TrialError | None = None  # why it cannot be drawn so


@dataclass(frozen=True, slots=True)
class Practice:
    """All of a rehearsal. It holds no allocation."""

    trial: Trial
    protocol: Protocol
    wave: int
    ways: tuple[Choice, ...]  # of making strata; the protocol's own comes first
    methods: tuple[Choice, ...]  # blocked, in pairs, re-randomised, in the protocol's strata
    too_small: tuple[str, ...]  # labels of strata
    never: tuple[tuple[str, str], ...]  # names of schools, at most ``MOST_PAIRS``
    always: tuple[tuple[str, str], ...]
    risks: tuple[tuple[Risk, float], ...]  # schools that belong together, chance to come apart
    covariates: tuple[Characteristic, ...]
    unknown: int  # units without a value, counted at the mean
    acceptance: float  # of the re-randomised draw
    approximated: bool  # pairs are neighbours in place of the best pairs
    adjusted: float | None  # detectable effect of an analysis that adjusts, whatever the method
    problem: TrialError | None  # why there is nothing to rehearse


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every rehearsed design shares."""

    protocol: Protocol
    roster: Sequence[RosterUnit]
    covariates: tuple[Characteristic, ...]
    values: NDArray[np.float64] | None  # shape (n_units, n_covariates), none missing

    @property
    def strata(self) -> list[str]:
        return [unit.stratum for unit in self.roster]

    @property
    def acceptance(self) -> float:
        rule = self.protocol.draw
        return rule.acceptance if rule.method is DrawMethod.RERANDOMISED else ACCEPTANCE


def rehearsal(session: Session, trial_id: int, actor: Actor) -> Practice:
    """Rehearse the next draw of a trial; ``NotFound`` to who does not prepare it."""
    trial = trial_to_draw(session, trial_id, actor)
    protocol, wave = locked_protocol(session, trial.id), next_wave(session, trial.id)
    try:
        roster, problem = roster_of(session, trial.id, protocol, wave=wave), None
    except TrialError as error:
        roster, problem = [], error
    if problem is not None or len(roster) < 2:
        return _nothing(trial, protocol, wave, problem)
    ground = _ground(session, trial_id, protocol, roster)
    risks = risks_of(session, roster, protocol)
    together = [risk for risk in risks if risk.kind is not RiskKind.STRATUM]
    own = _choice(ground, "protocol", groups=[risk.units for risk in together])
    ways = [own, *_other_strata(ground, wave)]
    if any(risk.may_join for risk in together):
        groups = [risk.signups for risk in together if risk.may_join]
        joined = roster_of(session, trial.id, protocol, wave=wave, together=groups)
        ways.append(_choice(_ground(session, trial_id, protocol, joined), "joined"))
    return Practice(
        trial=trial,
        protocol=protocol,
        wave=wave,
        ways=tuple(ways),
        methods=_methods(ground) if ground.values is not None else (),
        too_small=tuple(risk.name for risk in risks if risk.kind is RiskKind.STRATUM),
        never=_names(roster, own.outcome.never_together if own.outcome else ()),
        always=_names(roster, own.outcome.always_together if own.outcome else ()),
        risks=tuple(zip(together, own.outcome.apart, strict=True)) if own.outcome else (),
        covariates=ground.covariates,
        unknown=sum(
            any(not np.isfinite(c.values[k]) for c in ground.covariates) for k in range(len(roster))
        ),
        acceptance=ground.acceptance,
        approximated=len(roster) > MATCHED and len(ground.covariates) > 1,
        adjusted=_detectable(protocol, len(roster)),
        problem=None,
    )


def _nothing(trial: Trial, protocol: Protocol, wave: int, problem: TrialError | None) -> Practice:
    found = problem or NotReady("a draw needs two units or more; there is one")
    return Practice(trial, protocol, wave, (), (), (), (), (), (), (), 0, 1, False, None, found)


def _ground(
    session: Session, trial_id: int, protocol: Protocol, roster: Sequence[RosterUnit]
) -> _Ground:
    codes = list(protocol.draw.covariates) or [protocol.baseline] * bool(protocol.baseline)
    units = [[number_in(target.key) for target in unit.targets] for unit in roster]
    found = tuple(c for c in scores_of(session, trial_id, protocol, units, codes) if c.varies)
    values = [np.where(np.isfinite(c.values), c.values, np.nanmean(c.values)) for c in found]
    return _Ground(protocol, roster, found, np.column_stack(values) if values else None)


def _other_strata(ground: _Ground, wave: int) -> list[Choice]:
    """Rehearse small strata merged into one, and each of the protocol's strata left out."""
    counts, n_arms = Counter(ground.strata), len(ground.protocol.arms)
    small = [stratum for stratum, units in counts.items() if units < n_arms]
    found = []
    if len(small) > 1:
        merged = [MERGED if stratum in small else stratum for stratum in ground.strata]
        found.append(_choice(ground, "merged", strata=merged))
    first = 1 if wave > 1 else 0
    for place, stratum in enumerate(ground.protocol.draw.strata):
        levels = [split_strata(name) for name in ground.strata]
        left = [join_strata(_without(parts, place + first)) or "all" for parts in levels]
        found.append(_choice(ground, "without", strata=left, stratum=stratum))
    return found


def _without(levels: Sequence[str], place: int) -> list[str]:
    return [level for number, level in enumerate(levels) if number != place]


def _methods(ground: _Ground) -> tuple[Choice, ...]:
    return tuple(_choice(ground, method.value, method=method) for method in METHODS)


def _choice(
    ground: _Ground,
    kind: str,
    *,
    method: DrawMethod | None = None,
    strata: Sequence[str] | None = None,
    stratum: Stratum | None = None,
    groups: Sequence[Sequence[int]] = (),
) -> Choice:
    names, rng = list(strata or ground.strata), np.random.default_rng(SEED)
    made = Choice(kind, len(set(names)), len(names), stratum)
    try:
        design = _design(ground, method or ground.protocol.draw.method, names, rng)
        outcome = rehearse(design, rng, covariates=ground.values, groups=groups, most_words=WORDS)
    except Refusal as refusal:
        return replace(made, problem=as_bad_input(refusal))
    return replace(
        made,
        outcome=outcome,
        detectable=_detectable(ground.protocol, len(names), outcome),
    )


def _design(
    ground: _Ground, method: DrawMethod, strata: list[str], rng: np.random.Generator
) -> Design:
    arms = [arm.label for arm in ground.protocol.arms]
    ratios = [arm.ratio for arm in ground.protocol.arms]
    if ground.values is None or method is DrawMethod.BLOCKED:
        return stratified(arms, strata, ratios=ratios)
    if method is DrawMethod.PAIRS:
        size = sum(ratios)
        if len(strata) > MATCHED:
            return stratified(arms, neighbours(ground.values, strata, size), ratios=ratios)
        return stratified(arms, match(ground.values, strata, size).strata, ratios=ratios)
    rule = BalanceRule(ground.values, 1.0)  # until its threshold is known
    design = stratified(arms, strata, ratios=ratios, balance=rule)
    threshold = rehearsed_threshold(design, ground.acceptance, rng, WORDS)
    return replace(design, balance=replace(rule, threshold=threshold))


def _detectable(protocol: Protocol, units: int, outcome: Rehearsal | None = None) -> float | None:
    """Return the detectable effect: adjusting for the baseline, or plain under a design."""
    if protocol.unit is not Unit.SITE:
        return None
    if outcome is None:
        adjusted = with_schools(protocol, units)
        return None if adjusted is None else adjusted.effect
    size = protocol.size
    plain = with_schools(replace(protocol, size=replace(size, r2_site=0, r2_pupil=0)), units)
    if plain is None or outcome.variance_left is None:
        return None if plain is None else plain.effect
    within = (1 - size.icc) / size.pupils_per_site
    explained = (size.icc * size.r2_site + within * size.r2_pupil) / (size.icc + within)
    return plain.effect * outcome.detectable_factor(explained)


def _names(
    roster: Sequence[RosterUnit], pairs: Sequence[tuple[int, int]]
) -> tuple[tuple[str, str], ...]:
    return tuple((_name(roster[a]), _name(roster[b])) for a, b in pairs[:MOST_PAIRS])


def _name(unit: RosterUnit) -> str:
    return " + ".join(target.signup.school_name for target in unit.targets)
