"""What pages say of a school: its sector, its lines on a card, the names of numbers and sources."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from trials.register.models import Sector
from trials.register.queries import FigureValue, SiteCard
from web.formats import number

SECTOR_WORDS: Mapping[Sector, LazyString] = {
    Sector.BO: lazy_gettext("primary school"),
    Sector.SBO: lazy_gettext("special primary school"),
    Sector.SO: lazy_gettext("special education"),
    Sector.VSO: lazy_gettext("special secondary education"),
    Sector.SO_VSO: lazy_gettext("special primary and secondary education"),
    Sector.VO: lazy_gettext("secondary school"),
}
FIGURE_WORDS: Mapping[str, LazyString] = {  # test results stay out: no school is judged here
    "pupils": lazy_gettext("Pupils"),
    "grade8_pupils": lazy_gettext("Pupils in grade 8 (groep 8)"),
    "year1_pupils": lazy_gettext("Pupils in year 1"),
    "disadvantage_score": lazy_gettext("Disadvantage score (achterstandsscore)"),
}
SOURCE_WORDS: Mapping[str, LazyString] = {
    "duo-bo": lazy_gettext("DUO, sites in primary education"),
    "duo-vo": lazy_gettext("DUO, sites in secondary education"),
    "scholen-nl": lazy_gettext("DUO, sites in all sectors, with addresses from BAG"),
    "cbs-achterstand": lazy_gettext("CBS, disadvantage scores"),
    "duo-eindscores": lazy_gettext("DUO, final tests in primary education"),
    "vo-leerlingen": lazy_gettext("DUO, pupils in secondary education"),
    "demonstration": lazy_gettext("Invented for the demonstration"),
}
UNRELIABLE = "a"  # CBS's mark for a score that rests on forty pupils or fewer


def school_lines(card: SiteCard) -> list[str]:
    """Return the quiet lines under a school's name: where it is, and what it is."""
    address = ", ".join(part for part in (card.street, card.town) if part)
    place = " · ".join(part for part in (address, card.code) if part)
    what = [board_words(card), pupils_words(card.pupils), card.denomination]
    return [place, " · ".join(part for part in what if part)]


def board_words(card: SiteCard) -> str:
    """Return the board by its name, else by its number; the empty string if it is not known."""
    if card.board_name:
        return card.board_name
    return gettext("board %(number)s", number=card.board_number) if card.board_number else ""


def pupils_words(figure: FigureValue | None) -> str:
    """Return the number of pupils as published, a masked one in words."""
    if figure is None:
        return ""
    if figure.value is None:
        return gettext("few pupils (%(mark)s)", mark=figure.mark)
    return ngettext("%(count)s pupil", "%(count)s pupils", int(figure.value), count=count(figure))


def count(figure: FigureValue) -> str:
    """Return a number as a page writes it, whole or with two decimals, or its mark."""
    if figure.value is None:
        return figure.mark or ""
    return number(figure.value, 0 if figure.value == int(figure.value) else 2)


def remark(figure: FigureValue) -> str:
    """Return what the publisher says of a number, in words where we know them."""
    if figure.value is None:
        return gettext("masked by the publisher")
    if figure.mark == UNRELIABLE:
        return gettext("unreliable: forty pupils or fewer")
    return figure.mark or ""


def shown(figures: list[FigureValue]) -> list[FigureValue]:
    """Return the numbers a public page may show, newest first.

    A score made of fewer than ten pupils is left out, as is any whose pupils are not known.
    """
    pupils = {figure.year: figure.value or 0 for figure in figures if figure.name == "pupils"}
    kept = [
        figure
        for figure in figures
        if figure.name in FIGURE_WORDS
        and (figure.name != "disadvantage_score" or pupils.get(figure.year, 0) >= 10)
    ]
    return sorted(kept, key=lambda figure: (list(FIGURE_WORDS).index(figure.name), -figure.year))
