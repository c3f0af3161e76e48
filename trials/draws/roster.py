"""Who will be drawn: the complete sign-ups of a trial, each with the stratum the protocol gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from randomisation import Refusal, join_strata
from trials.agreements.protocol import Protocol, Stratum, StratumSource, Unit
from trials.draws.models import Draw, DrawUnit
from trials.draws.refusals import as_bad_input
from trials.draws.states import DrawState
from trials.errors import BadInput, NotReady
from trials.measurements.models import Pupil, SchoolClass
from trials.register.models import SiteFigure, SiteVersion
from trials.signups.models import Signup, SignupGroup
from trials.signups.states import SignupState

FIGURE = "disadvantage_score"


@dataclass(frozen=True, slots=True)
class Target:
    """A site, class or pupil that a unit of allocation stands for."""

    signup: Signup
    class_id: int | None = None
    pupil_id: int | None = None

    @property
    def key(self) -> str:
        if self.pupil_id is not None:
            return f"pupil:{self.pupil_id}"
        return f"site:{self.signup.id}" if self.class_id is None else f"class:{self.class_id}"


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """A unit of allocation before it has a pseudonym."""

    targets: tuple[Target, ...]  # several sites where these must share an arm
    stratum: str  # the levels of the protocol's strata, joined; "all" where it has none


def roster_of(
    session: Session,
    trial_id: int,
    protocol: Protocol,
    *,
    wave: int,
    together: Sequence[Sequence[int]] = (),
) -> list[RosterUnit]:
    """Gather the units of the next draw, in the order of their sign-ups.

    ``together`` lists sign-ups that must share an arm. Raises ``NotReady`` when nothing can be
    drawn, ``BadInput`` for sites that cannot go together.
    """
    signups = undrawn_signups(session, trial_id)
    if not signups:
        raise NotReady("no school's sign-up is complete yet; there is nothing to draw")
    levels = Levels(session, protocol, signups, wave)
    if protocol.unit is Unit.SITE:
        return _sites(signups, levels, together)
    if together:
        raise BadInput("only schools can be drawn together, not classes or pupils")
    if protocol.unit is Unit.CLASS:
        return _classes(session, signups, levels)
    return _pupils(session, signups, levels)


def next_wave(session: Session, trial_id: int) -> int:
    """Return the number of the wave that is drawn next: 1 before the first draw."""
    drawn = select(func.max(Draw.wave)).where(
        Draw.trial_id == trial_id, Draw.state == DrawState.DRAWN
    )
    return (session.scalar(drawn) or 0) + 1


def undrawn_signups(session: Session, trial_id: int) -> list[Signup]:
    """Return the complete sign-ups of which nothing has an arm yet."""
    drawn = (
        select(DrawUnit.signup_id)
        .join(Draw)
        .where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
    )
    return list(
        session.scalars(
            select(Signup)
            .where(
                Signup.trial_id == trial_id,
                Signup.state == SignupState.COMPLETE,
                Signup.id.not_in(drawn),
            )
            .order_by(Signup.id)
        )
    )


class Levels:
    """The levels of each school in the protocol's strata, looked up at once for all."""

    def __init__(
        self, session: Session, protocol: Protocol, signups: Sequence[Signup], wave: int
    ) -> None:
        self.strata, self.wave = protocol.draw.strata, wave
        sites = [signup.site_id for signup in signups]
        self.versions = _current_versions(session, sites)
        self.scores = _newest_figures(session, sites)
        self.pupils = _pupils_signed_up(session, [signup.id for signup in signups])

    def by_code(self, signup: Signup) -> dict[str, str]:
        """Return the level of a school in each stratum, by the stratum's code."""
        return {s.code: s.level(self._value(s, signup)) for s in self.strata}

    def stratum_of(self, signup: Signup) -> str:
        """Return the levels joined, as the roster names the stratum; a later wave comes first."""
        levels = list(self.by_code(signup).values())
        if self.wave > 1:
            levels.insert(0, f"wave-{self.wave}")
        try:
            return join_strata(levels) if levels else "all"
        except Refusal as refusal:
            raise as_bad_input(refusal) from refusal

    def _value(self, stratum: Stratum, signup: Signup) -> str | float | None:
        if stratum.source is StratumSource.PUPILS:
            return self.pupils.get(signup.id)
        if stratum.source is StratumSource.DISADVANTAGE:
            return self.scores.get(signup.site_id)
        if stratum.source is StratumSource.SITE:
            return f"site-{signup.id}"
        version = self.versions.get(signup.site_id)
        return None if version is None else str(getattr(version, stratum.source.value))


def _current_versions(session: Session, sites: Sequence[int]) -> Mapping[int, SiteVersion]:
    found = session.scalars(
        select(SiteVersion)
        .where(SiteVersion.site_id.in_(sites), SiteVersion.valid_until.is_(None))
        .order_by(SiteVersion.valid_from)
    )
    return {version.site_id: version for version in found}


def _newest_figures(session: Session, sites: Sequence[int]) -> Mapping[int, float]:
    found = session.scalars(
        select(SiteFigure)
        .where(SiteFigure.site_id.in_(sites), SiteFigure.name == FIGURE)
        .order_by(SiteFigure.year)
    )
    return {row.site_id: float(row.value) for row in found if row.value is not None}


def _pupils_signed_up(session: Session, signups: Sequence[int]) -> Mapping[int, float]:
    found = session.execute(
        select(SignupGroup.signup_id, func.sum(SignupGroup.pupils))
        .where(SignupGroup.signup_id.in_(signups))
        .group_by(SignupGroup.signup_id)
    )
    return {signup_id: float(pupils) for signup_id, pupils in found}


def _sites(
    signups: Sequence[Signup], levels: Levels, together: Sequence[Sequence[int]]
) -> list[RosterUnit]:
    by_id = {signup.id: signup for signup in signups}
    shared = [_shared(sorted(group), by_id, levels) for group in _united(together)]
    taken = {target.signup.id for unit in shared for target in unit.targets}
    alone = [RosterUnit((Target(s),), levels.stratum_of(s)) for s in signups if s.id not in taken]
    return sorted([*alone, *shared], key=lambda unit: unit.targets[0].signup.id)


def _united(groups: Sequence[Sequence[int]]) -> list[set[int]]:
    """Return the groups without overlap: those that share a school are one."""
    found: list[set[int]] = []
    for group in map(set, groups):
        apart = [other for other in found if not other & group]
        found = [*apart, group.union(*(other for other in found if other & group))]
    return found


def _shared(group: Sequence[int], by_id: Mapping[int, Signup], levels: Levels) -> RosterUnit:
    missing = [number for number in group if number not in by_id]
    if missing:
        raise BadInput("sign-up {number} is not in this draw", number=missing[0])
    found = {levels.stratum_of(by_id[number]) for number in group}
    if len(found) != 1:
        raise BadInput(
            "{schools} must share an arm but are in different strata; they cannot go together",
            schools=", ".join(by_id[number].school_name for number in group),
        )
    return RosterUnit(tuple(Target(by_id[number]) for number in group), found.pop())


def _classes(session: Session, signups: Sequence[Signup], levels: Levels) -> list[RosterUnit]:
    by_id = {signup.id: signup for signup in signups}
    rows = session.execute(
        select(SchoolClass.signup_id, SchoolClass.id)
        .where(SchoolClass.signup_id.in_(by_id))
        .order_by(SchoolClass.signup_id, SchoolClass.id)
    ).all()
    _check_lists(signups, {signup_id for signup_id, _ in rows})
    return [
        RosterUnit(
            (Target(by_id[signup_id], class_id=class_id),), levels.stratum_of(by_id[signup_id])
        )
        for signup_id, class_id in rows
    ]


def _pupils(session: Session, signups: Sequence[Signup], levels: Levels) -> list[RosterUnit]:
    by_id = {signup.id: signup for signup in signups}
    rows = session.execute(
        select(Pupil.signup_id, Pupil.id)
        .where(Pupil.signup_id.in_(by_id), Pupil.erased_at.is_(None), Pupil.left_at.is_(None))
        .order_by(Pupil.signup_id, Pupil.id)
    ).all()
    _check_lists(signups, {signup_id for signup_id, _ in rows})
    return [
        RosterUnit(
            (Target(by_id[signup_id], pupil_id=pupil_id),), levels.stratum_of(by_id[signup_id])
        )
        for signup_id, pupil_id in rows
    ]


def _check_lists(signups: Iterable[Signup], listed: set[int]) -> None:
    without = [signup.school_name for signup in signups if signup.id not in listed]
    if without:
        raise NotReady(
            "{count} schools have no list yet, the first is {school}; "
            "ask them to upload their pupils first",
            count=len(without),
            school=without[0],
        )
