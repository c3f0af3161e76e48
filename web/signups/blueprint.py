"""The pages of the call for schools."""

from flask import Blueprint

from trials.register.models import Sector
from web.register.words import SECTOR_WORDS, school_lines
from web.signups.words import STATE_KINDS

bp = Blueprint("signups", __name__, template_folder="templates")


@bp.app_template_filter("sector_words")
def sector_words(sector: str) -> str:
    """Return the word for a kind of school as a call or protocol spells it."""
    return str(SECTOR_WORDS.get(Sector(sector), sector)) if sector in set(Sector) else sector


@bp.context_processor
def words() -> dict[str, object]:
    return {
        "school_lines": school_lines,
        "sector_words": SECTOR_WORDS,
        "state_kinds": STATE_KINDS,
    }
