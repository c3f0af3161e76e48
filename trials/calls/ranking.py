"""Ranking applications by weighted mean scores, in exact fractions so that ties are ties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trials.calls.models import TieRule

LEAST_ASSESSORS = 2  # complete sets of scores an application needs before it can be decided

Marks = Mapping[int, Sequence[int]]  # by assessor: a score per criterion, in published order


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one application stands. Means are on the call's scale, 1 (weak) to 9."""

    application_id: int
    rank: int
    weighted: Fraction
    means: tuple[Fraction, ...]  # per criterion, in published order
    below: tuple[int, ...]  # positions, from 0, of criteria under their minimum
    assessors: int

    @property
    def complete(self) -> bool:
        return self.assessors >= LEAST_ASSESSORS


def rank(
    marks: Mapping[int, Marks],
    *,
    weights: Sequence[int],
    minimums: Sequence[int | None],
    tie_rule: TieRule,
) -> tuple[Standing, ...]:
    """Return the standings, best first, of applications (by id) and their marks.

    ``weights`` are percents. Equal weighted means share a rank, unless the tie rule tells them
    apart by the criteria in published order. Applications without scores come last.
    """
    unranked = [
        _unranked(application_id, by_assessor, weights, minimums)
        for application_id, by_assessor in marks.items()
    ]

    def worth(standing: Standing) -> tuple[Fraction, ...]:
        if tie_rule is TieRule.SHARED:
            return (standing.weighted,)
        return (standing.weighted, *standing.means)

    ordered = sorted(unranked, key=lambda s: s.application_id)
    ordered.sort(key=worth, reverse=True)  # stable: shared ranks stay in order of arrival
    ranks: list[Standing] = []
    for place, standing in enumerate(ordered, start=1):
        tied = bool(ranks) and worth(ranks[-1]) == worth(standing)
        ranks.append(_at(standing, ranks[-1].rank if tied else place))
    return tuple(ranks)


def _unranked(
    application_id: int, marks: Marks, weights: Sequence[int], minimums: Sequence[int | None]
) -> Standing:
    columns = list(zip(*marks.values(), strict=True)) if marks else [()] * len(weights)
    means = tuple(Fraction(sum(column), max(len(column), 1)) for column in columns)
    below = tuple(
        position
        for position, (mean, minimum) in enumerate(zip(means, minimums, strict=True))
        if minimum is not None and mean < minimum
    )
    weighted = sum(
        (mean * weight for mean, weight in zip(means, weights, strict=True)), Fraction(0)
    )
    return Standing(application_id, 0, weighted / 100, means, below, len(marks))


def _at(standing: Standing, place: int) -> Standing:
    return Standing(
        standing.application_id,
        place,
        standing.weighted,
        standing.means,
        standing.below,
        standing.assessors,
    )
