"""The design a trial really drew, to say what effect it could detect."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import harmonic_mean

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.planning.designs import Cluster, Multisite
from trials.agreements.protocol import Protocol, Unit
from trials.draws.models import Draw, DrawUnit
from trials.measurements.models import ClassMoment, PupilCount
from trials.releases.rows import drawn_pupils
from trials.signups.models import Signup


@dataclass(frozen=True, slots=True)
class AsDrawn:
    """The comparison of control with the arm that has the fewest units: the least it detects."""

    name: str  # "cluster" or "multisite"
    design: Cluster | Multisite
    schools: int  # in that comparison


def design_as_drawn(session: Session, trial_id: int, protocol: Protocol) -> AsDrawn:
    """Return the design at the draw: units and sizes as drawn, variances as planned.

    Schools drawn whole make a cluster design. Classes or pupils drawn inside schools make a
    multisite one, about the schools that took part; classes count as the pupils in them. Where
    strata would leave no degree of freedom, one is left: such a trial detects next to nothing, and
    has a result to rate all the same.
    """
    units = _units(session, trial_id)
    arms = Counter(unit.arm for unit in units)
    fewest = min((a.label for a in protocol.arms[1:]), key=lambda label: arms[label])
    compared = [unit for unit in units if unit.arm in (protocol.control, fewest)]
    schools = {unit.signup_id for unit in compared}
    sizes = _sizes(session, trial_id, schools, {protocol.control, fewest})
    strata, size = {unit.stratum for unit in compared}, protocol.size
    pupils = harmonic_mean(sizes.values()) if sizes else float(size.pupils_per_site)
    share = arms[fewest] / len(compared)
    if protocol.unit is Unit.SITE:
        cluster = Cluster(
            pupils=pupils,
            icc=size.icc,
            share=share,
            r2_school=size.r2_site,
            r2_pupil=size.r2_pupil,
            covariates=min(len(strata) - 1 + bool(protocol.baseline), len(schools) - 3),
        )
        return AsDrawn("cluster", cluster, len(schools))
    multisite = Multisite(
        pupils=pupils,
        share=share,
        r2_pupil=size.r2_pupil,
        covariates=int(bool(protocol.baseline)),
        icc=size.icc,
        fixed=True,
    )
    return AsDrawn("multisite", multisite, len(schools))


def _units(session: Session, trial_id: int) -> Sequence[DrawUnit]:
    return session.scalars(
        select(DrawUnit).join(Draw).where(Draw.trial_id == trial_id, DrawUnit.arm.is_not(None))
    ).all()


def _sizes(session: Session, trial_id: int, schools: set[int], arms: set[str]) -> dict[int, int]:
    """Return the pupils of each school at the draw in these arms, by head or by count."""
    heads = Counter(
        member.pupil.signup_id
        for member in drawn_pupils(session, trial_id, with_erased=True)
        if member.pupil.enrolled_at <= member.drawn_at and member.unit.arm in arms
    )
    if heads:
        return dict(heads)
    counted = session.execute(
        select(PupilCount.signup_id, PupilCount.pupils)
        .join(Signup)
        .where(Signup.trial_id == trial_id, PupilCount.moment == ClassMoment.DRAW)
    )
    found = {row.signup_id: row.pupils for row in counted}
    return {school: pupils for school, pupils in found.items() if school in schools and pupils}
