"""Icons drawn into the page, so that they take the colour of the text beside them."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

ICONS = Path(__file__).parent / "static" / "vendor" / "icons"


@cache
def icon(name: str) -> Markup:
    """Return the icon as SVG, hidden from those who listen: the words beside it say it all."""
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    _licence, _, svg = drawing.partition("-->")
    return Markup(
        svg.strip()
        .replace("<svg", '<svg aria-hidden="true"', 1)
        .replace(f'class="lucide lucide-{name}"', 'class="icon"')
    )
