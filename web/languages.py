"""Dutch and English: which one a page is in, and the two-language words of records."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
    pgettext,
)
from werkzeug import Response

from trials.errors import TrialError
from trials.permissions import Role
from web.access import public
from web.addresses import local_path
from web.roles import ROLE_WORDS

LANGUAGES = {"nl": "Nederlands", "en": "English"}  # each in its own words
COOKIE = "language"
WEB = Path(__file__).parent

bp = Blueprint("languages", __name__)


def start_languages(app: Flask) -> None:
    """Load the catalogue of every folder and pick the language per request."""
    folders = [WEB, *sorted(path.parent for path in WEB.glob("*/translations"))]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(
        str(folder / "translations") for folder in folders
    )
    Babel(
        app,
        default_locale="en",  # the language of the message ids
        default_timezone="Europe/Amsterdam",
        locale_selector=chosen_language,
        timezone_selector=lambda: "Europe/Amsterdam",
    )
    app.register_blueprint(bp)


def chosen_language() -> str:
    """The cookie decides, then what the person asked for, then Dutch.

    A program that uses the API has no cookie; its ``Accept-Language`` decides instead.
    """
    if not request:
        return "nl"
    asked = _accepted() if request.path.startswith("/api/") else request.cookies.get(COOKIE)
    if asked in LANGUAGES:
        return asked
    person = g.get("person")
    return person.language if person and person.language in LANGUAGES else "nl"


def _accepted() -> str | None:
    """Return the language a program likes best of ours; ``en-GB`` counts as English."""
    liked = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((language for language in liked if language in LANGUAGES), None)


def current_language() -> str:
    """Return ``nl`` or ``en``."""
    locale = get_locale()
    return locale.language if locale is not None else "nl"


@bp.get("/language/<any(nl, en):code>")
@public
def choose(code: str) -> Response:
    """Keep the chosen language in a cookie and go back to where the visitor was."""
    response = redirect(local_path(request.args.get("next")), 303)
    response.set_cookie(
        COOKIE,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def words(thing: object, field: str) -> str:
    """Return the text ``field`` of a record in the language of the page."""
    name = f"{field}_{current_language()}"
    return str(thing[name] if isinstance(thing, dict) else getattr(thing, name))


def label(state: StrEnum) -> str:
    """Return the word for a state or role on the page.

    The message is the value with spaces; its context is the name of the enumeration.
    """
    if isinstance(state, Role):
        return str(ROLE_WORDS[state])
    return pgettext(type(state).__name__, state.value.replace("_", " "))


def sentence_of(refusal: TrialError) -> str:
    """Return the refusal's sentence in the language of the page."""
    return capitalised(_sentence(refusal))


def _sentence(refusal: TrialError) -> str:
    values = {name: _in_words(value) for name, value in refusal.values.items()}
    return gettext(refusal.sentence).format(**values)


def _in_words(value: object) -> object:
    """A state by its label, a day in full, a number with the page's comma, a reason in words."""
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, TrialError):
        return _sentence(value)
    if isinstance(value, float | Decimal):
        return format_decimal(value, "0.##########")
    if isinstance(value, datetime):
        return moment_in_words(value)
    if isinstance(value, date):
        return format_date(value, "d MMMM y")
    return value


def moment_in_words(value: datetime) -> str:
    """12 maart 2027, 17.00 uur; or 12 March 2027, 17:00. In Amsterdam."""
    dutch = current_language() == "nl"
    return format_datetime(
        value, "d MMMM y, HH.mm'\N{NO-BREAK SPACE}uur'" if dutch else "d MMMM y, HH:mm"
    )


def capitalised(sentence: str) -> str:
    """Return ``sentence`` with a capital and a full stop, as a page shows it."""
    ended = sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."
    return ended[:1].upper() + ended[1:]
