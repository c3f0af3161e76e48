"""Pupils in classes in schools."""

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.blocks import Blocks
from analysis.engine.moments import SchoolMoments

STARTS = (0.0, 0.02, 0.08, 0.2, 0.5, 1.5)  # variance ratios tried first


def class_blocks(moments: SchoolMoments, school_of_class: Ints) -> Blocks:
    """Return one block per school from class ``moments``; thetas are (school, class).

    Each row is a class mean times the root of its size; ``school_of_class`` has shape (n_classes,).
    """
    counts = np.bincount(school_of_class)
    order = np.argsort(school_of_class, kind="stable")
    place = np.concatenate([np.arange(count) for count in counts])
    schools, most = counts.size, int(counts.max())
    root = np.zeros((schools, most))
    root[school_of_class[order], place] = np.sqrt(moments.sizes[order])
    rows = np.zeros((schools, most, moments.means.shape[1]))
    rows[school_of_class[order], place] = moments.means[order]
    rows *= root[:, :, None]
    school = root[:, :, None] * root[:, None, :]
    klass = np.eye(most) * (root**2)[:, :, None]
    return Blocks(
        rows=rows,
        bases=np.stack([school, klass]),
        forms=np.stack([np.diag([1.0, 0.0]), np.diag([0.0, 1.0])]),
        within=moments.within,
        n=moments.n,
    )


def starting_points() -> list[Floats]:
    return [np.sqrt([school, klass]) for school in STARTS for klass in STARTS]
