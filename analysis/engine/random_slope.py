"""Schools that differ in their slopes as well as in their levels."""

from dataclasses import dataclass

import numpy as np

from analysis.engine.arrays import Column, Floats, Ints
from analysis.engine.blocks import Blocks
from analysis.engine.moments import SchoolMoments


@dataclass(frozen=True, slots=True, eq=False)
class SlopeBlocks:
    """Blocks whose thetas are (level, covariance, slope) of a centred and scaled slope column."""

    blocks: Blocks
    centre: float
    scale: float

    def covariance(self, theta: Floats) -> Floats:
        """Return the covariance of level and slope in the column's own units, shape (2, 2)."""
        level, both, slope = theta
        back = np.array([[1.0, -self.centre / self.scale], [0.0, 1 / self.scale]])
        return back @ np.array([[level, both], [both, slope]]) @ back.T


def slope_blocks(
    columns: list[Column], moments: SchoolMoments, school: Ints, slope: Floats, *, reml: bool
) -> SlopeBlocks:
    """Return the blocks of ``columns`` (``[X y]``, each (n,)) with a slope of ``slope``, (n,).

    In each school the first row is the mean of the pupils, the second their regression on the slope
    column, each scaled to pupil variance; a school in which the column is constant has one row.
    """
    centre, scale = float(slope.mean()), float(slope.std())
    level, spread, cross = _by_school(columns, moments, school, (slope - centre) / scale)
    root = np.sqrt(moments.sizes)
    rows = np.zeros((root.size, 2, len(columns)))
    rows[:, 0] = moments.means * root[:, None]
    varies = spread > 1e-12 * moments.sizes
    rows[varies, 1] = cross[varies] / np.sqrt(spread[varies])[:, None]
    loading = np.zeros((root.size, 2, 2))  # what one unit of level and of slope does to each row
    loading[:, 0, 0], loading[:, 0, 1] = root, root * level
    loading[varies, 1, 1] = np.sqrt(spread[varies])
    first, second = loading[:, :, 0], loading[:, :, 1]
    both = first[:, :, None] * second[:, None, :]
    bases = np.stack(
        [
            first[:, :, None] * first[:, None, :],
            both + both.transpose(0, 2, 1),
            second[:, :, None] * second[:, None, :],
        ]
    )
    within = moments.within - np.einsum("ja,jb->ab", rows[:, 1], rows[:, 1])
    blocks = Blocks(rows, bases, _cholesky_forms(), within, moments.n, reml)
    return SlopeBlocks(blocks, centre, scale)


def starting_points() -> list[Floats]:
    """Return rows of a lower triangle: level, slope on level, slope alone; a wide net of them."""
    roots, correlations = (0.1, 0.5, 2.0), (-0.7, 0.0, 0.7)
    return [
        np.array([level, slope * r, slope * np.sqrt(1 - r**2)])
        for level in roots
        for slope in roots
        for r in correlations
    ]


def _cholesky_forms() -> Floats:
    """Return theta = (a a, a b, b b + c c) of the triangle (a; b, c) as quadratic forms."""
    forms = np.zeros((3, 3, 3))
    forms[0, 0, 0] = 1.0
    forms[1, 0, 1] = forms[1, 1, 0] = 0.5
    forms[2, 1, 1] = forms[2, 2, 2] = 1.0
    return forms


def _by_school(
    columns: list[Column], moments: SchoolMoments, school: Ints, slope: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return by school the mean of ``slope``, its sum of squares, its products with columns."""
    schools = moments.sizes.size
    level = np.bincount(school, slope, schools) / moments.sizes
    centred = slope - level[school]
    spread = np.asarray(np.bincount(school, centred**2, schools), dtype=float)
    cross = np.stack(
        [
            np.bincount(school, centred * ((c - shift) / scale - mean[school]), schools)
            for c, shift, scale, mean in zip(
                columns, moments.shift, moments.scale, moments.means.T, strict=True
            )
        ],
        axis=1,
    )
    return level, spread, cross.astype(float)
