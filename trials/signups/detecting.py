"""What effect a number of schools can show, for the page and for the plot of recruitment."""

from dataclasses import dataclass

from trials.agreements.protocol import Protocol, Unit


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest effect a trial would find, at the power its protocol asks."""

    effect: float  # standard deviations
    months: int  # of additional progress


def planned(protocol: Protocol) -> Detectable:
    """Return what the protocol promises to detect with all its schools."""
    return _in_months(protocol.size.detectable_effect)


def with_schools(protocol: Protocol, schools: int) -> Detectable | None:
    """Return what so many schools would detect, by the protocol's assumptions.

    None with too few schools to say, and for trials that draw classes or pupils.
    """
    from analysis.errors import AnalysisError
    from analysis.planning.designs import Cluster
    from analysis.planning.power import detectable_effect

    if protocol.unit is not Unit.SITE:
        return None
    size = protocol.size
    ratios = [arm.ratio for arm in protocol.arms]
    design = Cluster(
        pupils=size.pupils_per_site,
        icc=size.icc,
        share=1 - ratios[0] / sum(ratios),
        r2_school=size.r2_site,
        r2_pupil=size.r2_pupil,
    )
    try:
        return _in_months(detectable_effect(design, schools, power=size.power).effect)
    except AnalysisError:
        return None


def _in_months(effect: float) -> Detectable:
    from analysis.effects.months import months_of_progress

    return Detectable(effect, months_of_progress(effect).value)
