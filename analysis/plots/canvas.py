"""The one way a plot leaves this package: SVG, the same bytes twice, with a text alternative."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PETROL, SLATE, LINE = "#1a2433", "#0b5c66", "#66717d", "#c9d2da"
STYLE: Any = {  # the names are typed one by one
    "svg.hashsalt": "loting",
    "svg.fonttype": "none",  # text stays text
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "xtick.color": INK,
    "ytick.color": INK,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A finished picture. ``title`` states the finding, ``alternative`` replaces the picture."""

    svg: str
    title: str
    alternative: str


@contextmanager
def canvas(width: float, height: float, panels: int = 1) -> "Iterator[tuple[Figure, list[Axes]]]":
    """Give a figure of ``width`` by ``height`` inches and its axes, free of frames and grid."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = [figure.add_subplot(1, panels, k + 1) for k in range(panels)]
        for axis in axes:
            axis.spines[["top", "right"]].set_visible(False)
        yield figure, axes


def finished(figure: "Figure", title: str, alternative: str) -> Plot:
    """Return the figure as SVG without a date, so that the same data give the same bytes."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return Plot(_described(buffer.getvalue(), title, alternative), title, alternative)


def _described(svg: str, title: str, alternative: str) -> str:
    """Give the picture a name and a description that are read out in its place."""
    start, tag, rest = svg.partition("<svg ")
    inside, close, drawing = rest.partition(">")
    words = f"<title>{escape(title)}</title><desc>{escape(alternative)}</desc>"
    return f'{start}{tag}role="img" {inside}{close}{words}{drawing}'
