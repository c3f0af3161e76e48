"""Schools as a file for a spreadsheet."""

from collections.abc import Iterable

from flask_babel import gettext

from trials.register.queries import SiteCard
from web.register.words import SECTOR_WORDS, count
from web.spreadsheet import as_spreadsheet


def listing(cards: Iterable[SiteCard]) -> bytes:
    """Return one row per school, after a header in the language of the page."""
    return as_spreadsheet(_header(), map(_row, cards))


def _header() -> list[str]:
    return [
        gettext("Site code"),
        gettext("Name"),
        gettext("Address"),
        gettext("Postcode"),
        gettext("Town"),
        gettext("Municipality"),
        gettext("Province"),
        gettext("Kind of school"),
        gettext("Structure"),
        gettext("Denomination"),
        gettext("Board"),
        gettext("Pupils"),
        gettext("Pupils in the year"),
    ]


def _row(card: SiteCard) -> list[str]:
    return [
        card.code,
        card.name,
        card.street,
        card.postcode,
        card.town,
        card.municipality,
        card.province,
        str(SECTOR_WORDS[card.sector]),
        card.structure,
        card.denomination,
        card.board_name or card.board_number or "",
        count(card.pupils) if card.pupils else "",
        str(card.pupils.year) if card.pupils else "",
    ]
