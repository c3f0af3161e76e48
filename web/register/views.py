"""The school register, open to anyone: it is public, and a school must be able to check it."""

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from trials.days import day_of
from trials.register.cells import SITE_CODE
from trials.register.models import SiteKind
from trials.register.queries import editions, figures_of, history_of, successors_of
from trials.register.search import find_sites
from web.access import public
from web.downloads import attachment
from web.register.listing import listing
from web.register.words import (
    FIGURE_WORDS,
    SECTOR_WORDS,
    SOURCE_WORDS,
    count,
    remark,
    school_lines,
    shown,
)

MOST_SHOWN = 20
MOST_LISTED = 500
LONGEST_QUESTION = 200

bp = Blueprint("register", __name__, template_folder="templates")


@bp.context_processor
def words() -> dict[str, object]:
    return {
        "sector_words": SECTOR_WORDS,
        "source_words": SOURCE_WORDS,
        "figure_words": FIGURE_WORDS,
        "school_lines": school_lines,
        "count": count,
        "remark": remark,
    }


@bp.get("/schools")
@public
def search() -> ResponseReturnValue:
    """The search page; htmx takes the list out of it while someone types."""
    question = _question()
    found = find_sites(g.session, question, day_of(g.now), MOST_SHOWN + 1)
    return render_template(
        "register/search.html", question=question, found=found[:MOST_SHOWN], more=len(found) > 20
    )


@bp.get("/schools.csv")
@public
def found_as_csv() -> ResponseReturnValue:
    """What the search finds, at most 500 schools, as a file."""
    found = find_sites(g.session, _question(), day_of(g.now), MOST_LISTED)
    return attachment(listing(found), "schools.csv", "text/csv")


@bp.get("/schools/<code>")
@public
def site(code: str) -> ResponseReturnValue:
    """A site's entry with all its versions. 404 for a code the register does not have."""
    history = history_of(g.session, code, kind=_kind(code))
    latest = history[-1]
    return render_template(
        "register/site.html",
        site=latest,
        open=latest.valid_until is None or latest.valid_until > day_of(g.now),
        history=history,
        sources={edition.id: edition for edition in editions(g.session)},
        figures=shown(figures_of(g.session, latest.site_id)),
        successors=successors_of(g.session, latest.site_id),
    )


@bp.get("/register")
@public
def sources() -> ResponseReturnValue:
    """Every edition that came in, and what it changed."""
    return render_template("register/sources.html", editions=editions(g.session))


def _question() -> str:
    return request.args.get("q", "")[:LONGEST_QUESTION].strip()


def _kind(code: str) -> SiteKind:
    """An invented school has a page too, in a demonstration."""
    real = SITE_CODE.fullmatch(code.upper()) or not current_app.config["DEMONSTRATION"]
    return SiteKind.VESTIGING if real else SiteKind.DEMONSTRATION
