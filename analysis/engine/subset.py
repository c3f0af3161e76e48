"""Moments of other columns that are combinations of the ones at hand, without the pupils."""

from dataclasses import replace

from analysis.engine.arrays import Floats
from analysis.engine.moments import SchoolMoments


def combined(moments: SchoolMoments, mapping: Floats, kept: list[int]) -> SchoolMoments:
    """Return the moments of ``columns @ mapping``, in scaled units; ``mapping`` is (q, k).

    Column i of the result keeps the shift and scale of column ``kept[i]``; where that is the
    constant one, ``mapping`` leaves it as it is.
    """
    intercept = kept.index(moments.intercept) if moments.intercept in kept else None
    return replace(
        moments,
        levels=(moments.means @ mapping * moments.scale[kept]).T,
        within=mapping.T @ moments.within @ mapping,
        shift=moments.shift[kept],
        scale=moments.scale[kept],
        intercept=intercept,
    )
