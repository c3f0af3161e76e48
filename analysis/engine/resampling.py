"""Resampled trials as cross-products: whole schools, pupils inside schools, or residuals."""

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.engine.interpolation import Axis, axis_for
from analysis.engine.moments import SchoolMoments
from analysis.engine.replicated import Replicates


def within_by_school(centred: Floats, school: Ints) -> Floats:
    """Return each school's cross-products of ``centred`` (n, q), shape (n_schools, q, q)."""
    order = np.argsort(school, kind="stable")
    sizes = np.bincount(school)
    ends = np.cumsum(sizes)
    ordered = centred[order]
    return np.stack(
        [
            ordered[end - size : end].T @ ordered[end - size : end]
            for size, end in zip(sizes, ends, strict=True)
        ]
    )


def draw_counts(group: Ints, n_draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each school is drawn, (R, n_schools): as many per ``group`` as it has."""
    counts = np.zeros((n_draws, group.size))
    for value in np.unique(group):
        members = np.flatnonzero(group == value)
        drawn = rng.integers(members.size, size=(n_draws, members.size), dtype=np.int32)
        drawn += members.size * np.arange(n_draws, dtype=np.int32)[:, None]
        found = np.bincount(drawn.ravel(), minlength=n_draws * members.size)
        counts[:, members] = found.reshape(n_draws, -1)
    return counts


def resampled_schools(moments: SchoolMoments, by_school: Floats, counts: Floats) -> Replicates:
    """Return replicates in which school j occurs ``counts[r, j]`` times, each time as a new one."""
    axis, weights, logdets, f = _at_nodes(moments.sizes)
    schools, q = moments.means.shape
    a, b = np.triu_indices(q)
    outer = moments.means[:, a] * moments.means[:, b]
    nodes = (weights * f[:, None])[:, :, None] * outer
    return Replicates(
        axis,
        (counts @ by_school.reshape(schools, -1)).reshape(-1, q, q),
        counts @ nodes,
        logdets @ counts.T,
        counts @ moments.sizes,
        counts.sum(axis=1),
    )


def resampled_pupils(
    moments: SchoolMoments, centred: Floats, school: Ints, counts: Floats, rng: np.random.Generator
) -> Replicates:
    """Return replicates of drawn schools, each time with pupils of its own drawn inside it."""
    axis, weights, logdets, f = _at_nodes(moments.sizes)
    schools, q = moments.means.shape
    a, b = np.triu_indices(q)
    within, outer = np.zeros((len(counts), q, q)), np.zeros((len(counts), schools, a.size))
    for j in range(schools):
        rows = centred[school == j]
        replicate = np.repeat(np.arange(len(counts)), counts[:, j].astype(np.intp))  # of each time
        drawn = rows[rng.integers(len(rows), size=(replicate.size, len(rows)))]  # (times, n_j, q)
        mean = drawn.mean(axis=1)
        inside = drawn - mean[:, None]
        np.add.at(within, replicate, np.einsum("rna,rnb->rab", inside, inside))
        mean += moments.means[j]
        np.add.at(outer[:, j], replicate, mean[:, a] * mean[:, b])
    weighted = weights * f[:, None]
    between = np.einsum("ks,rst->krt", weighted, outer, optimize=True)
    return Replicates(
        axis, within, between, logdets @ counts.T, counts @ moments.sizes, counts.sum(axis=1)
    )


def new_outcomes(
    moments: SchoolMoments, centred: Floats, school: Ints, outcomes: Floats
) -> Replicates:
    """Return replicates with the same design and other ``outcomes`` (R, n), in scaled units."""
    axis, weights, logdets, f = _at_nodes(moments.sizes)
    schools = moments.sizes.size
    order = np.argsort(school, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(school))[:-1]])
    y = outcomes[:, order]
    y_means = np.add.reduceat(y, starts, axis=1) / moments.sizes
    means = np.repeat(moments.means[None], len(outcomes), axis=0)
    means[:, :, -1] = y_means
    y_inside = y - y_means[:, school[order]]
    within = np.repeat(moments.within[None], len(outcomes), axis=0)
    cross = y_inside @ centred[order]
    within[:, -1, :-1] = within[:, :-1, -1] = cross[:, :-1]
    within[:, -1, -1] = np.einsum("rn,rn->r", y_inside, y_inside)
    weighted = weights * f[:, None]
    a, b = np.triu_indices(means.shape[2])
    between = np.einsum("ks,rst->krt", weighted, means[:, :, a] * means[:, :, b], optimize=True)
    everyone = np.ones(len(outcomes))
    logdet = logdets.sum(axis=1)[:, None] * everyone
    return Replicates(axis, within, between, logdet, everyone * moments.n, everyone * schools)


def _at_nodes(sizes: Floats) -> tuple[Axis, Floats, Floats, Floats]:
    """Return the axis and, at its nodes, school weights, log-determinants (K, S) and f (K,)."""
    axis = axis_for(sizes)
    ratio, log_f = axis.ratio(axis.nodes), axis.log_f(axis.nodes)[0]
    load = 1 + ratio[:, None] * sizes
    return axis, sizes / load, np.log(load) - log_f[:, None], np.exp(log_f)
