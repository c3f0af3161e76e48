"""The balance of a draw: a Love plot, its table, and the same as CSV."""

from dataclasses import dataclass

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from trials.draws import queries
from trials.draws.queries import Difference, DrawBalance
from web.access import signed_in
from web.downloads import attachment
from web.draws.blueprint import bp
from web.spreadsheet import as_spreadsheet

WIDTH, ROW, EDGE = 440, 64, 20  # of the drawing, in units of the SVG
HEADER = ("characteristic", "arm", "expected_sd", "one_in_twenty_beyond", "difference", "missing")


@dataclass(frozen=True, slots=True)
class Line:
    """One characteristic in one arm, placed in the drawing."""

    difference: Difference
    y: float
    low: float  # where nineteen of twenty draws begin and end
    high: float
    x: float | None  # of the drawn difference


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    most: float  # standard deviations at the right edge
    height: float
    width: int = WIDTH
    zero: float = WIDTH / 2


@bp.get("/draws/<int:draw_id>/balance")
@signed_in
def balance(draw_id: int) -> ResponseReturnValue:
    """How alike the groups are; before the draw, how alike to expect. 404 to the blind."""
    found = queries.draw_balance(g.session, draw_id, g.actor)
    draw = queries.ceremony(g.session, draw_id, g.actor, g.now)
    return render_template(
        "draws/balance.html", draw=draw, balance=found, chart=chart_of(found), widest=_widest(found)
    )


@bp.get("/draws/<int:draw_id>/balance.csv")
@signed_in
def balance_csv(draw_id: int) -> Response:
    """The same as a table, unrounded. 404 to who may not see it."""
    found = queries.draw_balance(g.session, draw_id, g.actor)
    cells = [
        (d.characteristic.code, d.arm.label, r.spread, r.one_in_twenty, r.difference, r.missing)
        for d in found.differences
        if (r := d.row) is not None
    ]
    return attachment(as_spreadsheet(HEADER, cells), "balance.csv", "text/csv")


def chart_of(found: DrawBalance) -> Chart | None:
    """Return the plot of what the reader may see; None where that is nothing."""
    shown = [d for d in found.differences if d.row is not None]
    if not shown:
        return None
    reach = [max(d.row.one_in_twenty, abs(d.row.difference or 0)) for d in shown if d.row]
    most = max(reach) * 1.1
    scale = (WIDTH / 2 - EDGE) / most
    lines = []
    for number, d in enumerate(shown):
        if d.row is not None:
            half, drawn = d.row.one_in_twenty * scale, d.row.difference
            x = None if drawn is None else round(WIDTH / 2 + drawn * scale, 1)
            low, high = round(WIDTH / 2 - half, 1), round(WIDTH / 2 + half, 1)
            lines.append(Line(d, number * ROW + 44, low, high, x))
    return Chart(tuple(lines), most, len(lines) * ROW + 40)


def _widest(found: DrawBalance) -> Difference | None:
    """Return the largest drawn difference, which the title of the plot tells."""
    drawn = [d for d in found.differences if d.row is not None and d.row.difference is not None]
    return max(drawn, key=lambda d: abs(d.row.difference or 0) if d.row else 0, default=None)
