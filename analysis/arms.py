"""Which arm is where: what a design asks of schools and arms, and what a sample shows."""

import numpy as np

from analysis.coding.columns import Labels
from analysis.coding.levels import pair_counts
from analysis.coding.sample import Sample
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError

FEW_SCHOOLS = 4


def pupils_per_cell(school: Labels, arm: Labels) -> Floats:
    """Return how many pupils each school has in each arm, shape (n_schools, n_arms)."""
    return pair_counts(school.codes, arm.codes, (len(school.levels), len(arm.levels)))


def check_arms(sample: Sample, design: str) -> None:
    """Refuse a sample that the design does not describe, naming schools and arms."""
    if sample.arm is None:
        return
    cells = pupils_per_cell(sample.school, sample.arm)
    if design == "cluster":
        _check_cluster(sample.school, sample.arm, cells)
    else:
        _check_sites(sample, sample.arm, cells)


def _check_cluster(school: Labels, arm: Labels, cells: Floats) -> None:
    mixed = np.flatnonzero((cells > 0).sum(axis=1) > 1)
    if mixed.size:
        both = [arm.levels[k] for k in np.flatnonzero(cells[mixed[0]])]
        raise AnalysisError(
            "school {school} has pupils in arms {arms}; in a cluster design a school has one arm "
            "(design multisite is for arms inside schools)",
            school=school.levels[mixed[0]],
            arms=" and ".join(both),
        )
    if len(school.levels) < FEW_SCHOOLS:
        raise AnalysisError(
            "there are only {n} schools; a cluster design needs at least {least}",
            n=len(school.levels),
            least=FEW_SCHOOLS,
        )
    for k, schools in enumerate((cells > 0).sum(axis=0)):
        if schools < 2:
            raise AnalysisError(
                "arm {arm} has one school; the effect cannot be told from that school's own level",
                arm=arm.levels[k],
            )


def _check_sites(sample: Sample, arm: Labels, cells: Floats) -> None:
    control = arm.levels.index(sample.control or "")
    for k, level in enumerate(arm.levels):
        if k != control and not np.any((cells[:, k] > 0) & (cells[:, control] > 0)):
            raise AnalysisError(
                "no school has pupils in both {arm} and {control}; "
                "this design compares inside schools",
                arm=level,
                control=arm.levels[control],
            )
