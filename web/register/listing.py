"""Schools as a CSV file, as a Dutch spreadsheet opens it: UTF-8 with its mark, semicolons."""

import csv
import io
import unicodedata
from collections.abc import Iterable

from flask_babel import gettext

from trials.register.queries import SiteCard
from web.register.words import SECTOR_WORDS, count

FORMULA_STARTS = "=+-@\t\r\n"


def listing(cards: Iterable[SiteCard]) -> bytes:
    """Return one row per school, after a header in the language of the page."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_header())
    writer.writerows([_inert(cell) for cell in _row(card)] for card in cards)
    return out.getvalue().encode("utf-8-sig")


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


def _inert(cell: str) -> str:
    """Keep a spreadsheet from reading a name as a formula, full-width signs included."""
    start = unicodedata.normalize("NFKC", cell).lstrip(" ")[:1]
    return f"'{cell}" if start and start in FORMULA_STARTS else cell
