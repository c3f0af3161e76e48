"""What lies behind an interval: a profile, a permutation distribution, the levels of schools."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.inference.profile import ProfileCurve
from analysis.plots.canvas import INK, LINE, PETROL, SLATE, Plot, canvas, finished
from analysis.reporting.schools import SchoolLevel


def profile_curve(curve: ProfileCurve, *, title: str) -> Plot:
    """Draw how much deviance each effect costs, and where the interval ends."""
    low, high, level = curve.interval.low, curve.interval.high, curve.level
    with canvas(6, 3.6) as (figure, (axis,)):
        axis.plot(curve.effects, curve.costs, color=PETROL, linewidth=2)
        axis.axhline(curve.allowed, color=SLATE, linewidth=1, linestyle="--")
        axis.annotate(
            f"{level:.0%}",
            (curve.effects[-1], curve.allowed),
            va="bottom",
            ha="right",
            color=SLATE,
        )
        for end in (low, high):
            axis.plot([end, end], [0, curve.allowed], color=SLATE, linewidth=1)
        axis.set_xlabel("effect, in the units of the outcome")
        axis.set_ylabel("deviance above the least")
        return finished(
            figure,
            title,
            f"{title}. The deviance is least at {curve.centre:.2f} and passes the {level:.0%} "
            f"line at {low:.2f} and {high:.2f}.",
        )


def permutation_distribution(statistics: Floats, p_value: float, *, title: str) -> Plot:
    """Draw the statistics of all allocations, (1 + n_draws,), the observed first.

    Raises ``AnalysisError`` for too few of them.
    """
    known = statistics[np.isfinite(statistics)]
    if known.size < 2 or not np.isfinite(statistics[0]):
        raise AnalysisError("a permutation distribution needs the observed statistic and draws")
    observed, drawn = float(statistics[0]), known[1:]
    beyond = int(np.sum(np.abs(drawn) >= abs(observed)))
    with canvas(6, 3.6) as (figure, (axis,)):
        axis.hist(drawn, bins=41, color=LINE, edgecolor="white")
        axis.axvline(observed, color=PETROL, linewidth=2)
        axis.annotate(
            f"observed {observed:.2f}",
            (observed, axis.get_ylim()[1]),
            xytext=(4, -12),
            textcoords="offset points",
            color=PETROL,
        )
        axis.set_xlabel("statistic under other allocations")
        axis.set_ylabel("allocations")
        return finished(
            figure,
            title,
            f"{title}. Of {drawn.size} other allocations {beyond} give a statistic at least as far "
            f"from zero as the observed {observed:.2f}; p = {p_value:.3f}.",
        )


def school_levels_plot(levels: Sequence[SchoolLevel], *, title: str) -> Plot:
    """Draw the predicted levels of schools in order, and against normal quantiles; no names.

    Bars are of 95 %. Raises ``AnalysisError`` for fewer than three schools.
    """
    if len(levels) < 3:
        raise AnalysisError("a plot of school levels needs at least three schools")
    values = np.array([level.level for level in levels])
    errors = np.array([level.std_error for level in levels])
    order = np.argsort(values, kind="stable")
    rank = np.arange(values.size)
    quantiles = ndtri((rank + 0.5) / values.size)
    with canvas(8, 3.6, panels=2) as (figure, (left, right)):
        left.axhline(0, color=INK, linewidth=1)
        left.errorbar(
            rank, values[order], 1.96 * errors[order], fmt="o", color=PETROL, ecolor=LINE, ms=3
        )
        left.set_xlabel("schools in order")
        left.set_ylabel("predicted level")
        right.plot(quantiles, values[order], "o", color=PETROL, markersize=3)
        spread = float(values.std())
        slope = spread / quantiles.std()
        right.plot(quantiles, slope * quantiles + values.mean(), color=SLATE, linewidth=1)
        right.set_xlabel("normal quantile")
        shape = "the model sees no difference between them"
        if spread > 0:
            correlation = float(np.corrcoef(quantiles, values[order])[0, 1])
            shape = f"their correlation with normal quantiles is {correlation:.3f}"
        return finished(
            figure,
            title,
            f"{title}. {values.size} schools from {values.min():.2f} to {values.max():.2f}; "
            f"{shape}.",
        )
