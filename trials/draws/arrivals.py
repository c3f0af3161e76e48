"""Units that arrive after the main draw: which ones can, and what of them is kept even."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation.minimised_record import Arrival, MinimisedRecord, read_minimised_record
from trials.agreements.protocol import ColumnKind, ColumnRole, Protocol, Unit
from trials.draws.models import ArrivalRow, Draw, DrawUnit
from trials.draws.roster import Levels, Target, undrawn_signups
from trials.measurements.models import ClassMoment, Pupil, PupilClass
from trials.signups.models import Signup
from trials.signups.states import SignupState

SCHOOL = "school"  # the factor every protocol has


def factors_of(protocol: Protocol) -> dict[str, tuple[str, str]]:
    """Return what arrivals can be kept even on, by code, with its name in Dutch and English.

    The protocol's strata, the school itself, and for pupils the columns of text on the data list:
    all of it known beforehand, so that nobody types a level.
    """
    found = {SCHOOL: ("school", "school")} if protocol.unit is not Unit.SITE else {}
    found |= {s.code: (s.title_nl, s.title_en) for s in protocol.draw.strata}
    if protocol.unit is Unit.PUPIL:
        found |= {
            column.code: (column.code, column.code)
            for column in protocol.columns
            if column.role is ColumnRole.COVARIATE and column.kind is ColumnKind.TEXT
        }
    return found


def arriving(session: Session, trial_id: int, protocol: Protocol) -> list[Target]:
    """Return what can arrive now, units of complete sign-ups that have no arm, as they came.

    Only the first gets its arm next: who knows the rule and the arms before could else pick one.
    """
    if protocol.unit is Unit.SITE:
        return [Target(signup) for signup in undrawn_signups(session, trial_id)]
    pupils = session.scalars(
        select(Pupil)
        .join(Signup)
        .where(
            Pupil.trial_id == trial_id,
            Signup.state == SignupState.COMPLETE,
            Pupil.erased_at.is_(None),
            Pupil.left_at.is_(None),
        )
        .order_by(Pupil.enrolled_at, Pupil.id)
    ).all()
    if protocol.unit is Unit.PUPIL:
        drawn = _drawn(session, trial_id, "pupil")
        return [Target(p.signup, pupil_id=p.id) for p in pupils if f"pupil:{p.id}" not in drawn]
    return _classes(session, trial_id, pupils)


def _classes(session: Session, trial_id: int, pupils: Sequence[Pupil]) -> list[Target]:
    """Classes without an arm that hold a pupil who was in no drawn class at the draw."""
    drawn = _drawn(session, trial_id, "class")
    homes: dict[ClassMoment, dict[int, int]] = {ClassMoment.DRAW: {}, ClassMoment.DELIVERY: {}}
    rows = session.execute(
        select(PupilClass.moment, PupilClass.pupil_id, PupilClass.class_id)
        .join(Pupil)
        .where(Pupil.trial_id == trial_id, PupilClass.moment.in_(homes))
    )
    for moment, pupil_id, class_id in rows:
        homes[moment][pupil_id] = class_id
    found: dict[int, Target] = {}
    at_draw, later = homes[ClassMoment.DRAW], homes[ClassMoment.DELIVERY]
    for pupil in pupils:
        home = at_draw.get(pupil.id) or later.get(pupil.id)
        if home is not None and f"class:{home}" not in drawn:
            found.setdefault(home, Target(pupil.signup, class_id=home))
    return list(found.values())


def _drawn(session: Session, trial_id: int, kind: str) -> set[str]:
    """Return the keys of the trial's classes, or pupils, that have an arm."""
    return set(
        session.scalars(
            select(DrawUnit.target)
            .join(Draw)
            .where(
                Draw.trial_id == trial_id,
                DrawUnit.arm.is_not(None),
                DrawUnit.target.startswith(f"{kind}:"),
            )
        )
    )


def labels_of(
    session: Session, target: Target, levels: Levels, factors: Sequence[str]
) -> dict[str, str]:
    """Return the level of a unit on each factor, in words; what is not known is ``onbekend``."""
    known = {SCHOOL: f"site-{target.signup.id}"} | levels.by_code(target.signup)
    if target.pupil_id is not None:
        pupil = session.get_one(Pupil, target.pupil_id)
        known |= {code: str(value) for code, value in pupil.covariates.items() if value is not None}
    return {code: known.get(code, "onbekend") for code in factors}


def traits_of(draw: Draw, protocol: Protocol) -> set[str]:
    """Return the factors of an enrolment that tell of a pupil, not of its school alone."""
    of_schools = {SCHOOL} | {stratum.code for stratum in protocol.draw.strata}
    return set(draw.frozen_record["method"]["factors"]) - of_schools


def coded(labels: Mapping[str, str], past: Sequence[ArrivalRow]) -> dict[str, str]:
    """Return codes for levels, numbered as they first appear: a level could point to a school.

    A level of which all labels were erased meanwhile is a new one when it comes again.
    """
    codes = {}
    for name, label in labels.items():
        known = {row.labels[name]: row.levels[name] for row in past if name in row.labels}
        codes[name] = known.get(label, str(len({row.levels[name] for row in past}) + 1))
    return codes


def record_of(draw: Draw) -> MinimisedRecord:
    """Return the record of an enrolment, its party included, as it is sealed."""
    entropy = [{"party": party.name, "commitment": party.commitment} for party in draw.parties]
    return read_minimised_record({**draw.frozen_record, "entropy": entropy})


def rows_of(session: Session, draw_id: int) -> list[ArrivalRow]:
    """Return the arrivals of an enrolment, in order."""
    return list(
        session.scalars(
            select(ArrivalRow).where(ArrivalRow.draw_id == draw_id).order_by(ArrivalRow.number)
        )
    )


def as_lines(rows: Sequence[ArrivalRow]) -> list[Arrival]:
    """Return arrivals as the receipt holds them."""
    return [
        Arrival(row.number, row.unit.code, row.levels, str(row.unit.arm), row.previous)
        for row in rows
    ]
