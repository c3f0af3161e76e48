"""How folders say what their two-person acts look like on the page of a proposal.

``web/<folder>/acts.py`` says ``ACTS = {name: ActPage(…)}`` for the acts that ``trials/<folder>``
registers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class ActPage:
    """The words of one act.

    ``labels`` name the keys of what is shown; a key without a label stands as it is.
    ``argument`` of ``endpoint`` gets the subject's id: the page to read more and to go back to.
    """

    title: LazyString  # "Award this application"
    consequence: LazyString  # what happens at once, and that it cannot be undone
    labels: Mapping[str, LazyString] = field(default_factory=dict)
    endpoint: str | None = None
    argument: str = ""


def act_page(name: str, rooms: tuple[str, ...]) -> ActPage | None:
    """Return how the act is shown, from whichever folder knows it."""
    for room in rooms:
        if find_spec(f"web.{room}") is None or find_spec(f"web.{room}.acts") is None:
            continue
        pages: Mapping[str, ActPage] = import_module(f"web.{room}.acts").ACTS
        if name in pages:
            return pages[name]
    return None
