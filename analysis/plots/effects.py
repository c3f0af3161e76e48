"""Effects as points with their intervals, zero drawn."""

from collections.abc import Sequence

from analysis.errors import AnalysisError
from analysis.plots.canvas import INK, LINE, PETROL, Plot, canvas, finished
from analysis.reporting.curve import Specification
from analysis.result import EffectResult

ROW = 0.42  # inches per line


def forest(results: Sequence[EffectResult], *, title: str) -> Plot:
    """Draw the headline effect size of every contrast of every result, one line each.

    Raises ``AnalysisError`` without any.
    """
    rows = [
        (f"{result.outcome}: {c.arm} against {c.control}", c.effect_sizes[0])
        for result in results
        for c in result.contrasts
    ]
    if not rows:
        raise AnalysisError("a forest plot needs at least one contrast")
    return _lines([(name, s.value, s.low, s.high) for name, s in rows], title)


def specifications(curve: Sequence[Specification], *, title: str) -> Plot:
    """Draw a panel of models, the planned one first; models without an estimate are left out.

    Raises ``AnalysisError`` where none has one.
    """
    rows = [
        (f"{s.name} ({s.arm})", s.effect_size, s.low, s.high)
        for s in curve
        if s.effect_size is not None
    ]
    if not rows:
        raise AnalysisError("none of the models has an estimate")
    return _lines(rows, title)


def _lines(rows: Sequence[tuple[str, float, float | None, float | None]], title: str) -> Plot:
    with canvas(7, 0.9 + ROW * len(rows)) as (figure, (axis,)):
        axis.axvline(0, color=INK, linewidth=1)
        for k, (_, value, low, high) in enumerate(rows):
            if low is not None and high is not None:
                axis.plot([low, high], [k, k], color=PETROL, linewidth=2)
            axis.plot([value], [k], marker="o", color=PETROL, markersize=7)
            axis.annotate(
                f"{value:.2f}", (value, k), xytext=(0, 7), textcoords="offset points", ha="center"
            )
        axis.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axis.set_ylim(len(rows) - 0.4, -0.8)
        axis.tick_params(axis="y", length=0)
        axis.spines["left"].set_visible(False)
        axis.spines["bottom"].set_color(LINE)
        axis.set_xlabel("standard deviations")
        return finished(figure, title, f"{title}. " + " ".join(_sentence(*row) for row in rows))


def _sentence(name: str, value: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"{name}: {value:.2f}."
    return f"{name}: {value:.2f}, interval {low:.2f} to {high:.2f}."
