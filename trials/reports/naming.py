"""What the columns of a release are called in words."""

from dataclasses import dataclass

from trials.agreements.plan import Plan
from trials.agreements.protocol import Protocol
from trials.releases.codebook import column_of


@dataclass(frozen=True, slots=True)
class Title:
    """A column in the words of the protocol."""

    title_nl: str
    title_en: str


def column_titles(protocol: Protocol, plan: Plan) -> dict[str, Title]:
    """Return the titles of outcomes, strata and subgroups by the name of their column."""
    found = {column_of(i.code, i.wave): Title(i.title_nl, i.title_en) for i in protocol.instruments}
    found |= {s.code: Title(s.title_nl, s.title_en) for s in protocol.draw.strata}
    return found | {s.column: Title(s.title_nl, s.title_en) for s in plan.subgroups}
