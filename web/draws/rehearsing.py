"""The rehearsal of a draw: what it can bring, and nothing that could pass for a draw."""

from fractions import Fraction

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from trials.draws import queries
from trials.draws.queries import Choice
from web.access import signed_in
from web.draws.blueprint import bp
from web.draws.words import method_in_words
from web.formats import number
from web.languages import words

WAYS = {
    "protocol": lazy_gettext("As the protocol has it"),
    "merged": lazy_gettext("All small strata in one"),
    "joined": lazy_gettext("Schools that belong together as one"),
}
HOW = {
    "exact": lazy_gettext("This is certain."),
    "enumerated": lazy_gettext("This follows from the list of all possible draws."),
    "before acceptance": lazy_gettext(
        "This is certain; drawing over again may bind more schools to each other."
    ),
}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
WRITTEN_OUT = 10_000_000  # larger numbers go by their power of ten


@bp.get("/trials/<int:trial_id>/draws/rehearsal")
@signed_in
def rehearsal(trial_id: int) -> ResponseReturnValue:
    """Rehearse the next draw. 404 to all but the trial manager; nothing is stored."""
    return render_template(
        "draws/rehearsal.html", practice=queries.rehearsal(g.session, trial_id, g.actor)
    )


def way_in_words(choice: Choice) -> str:
    """Return how a page calls a way to draw: its strata, or its method."""
    if choice.stratum is not None:
        return _("Without the stratum “%(name)s”", name=words(choice.stratum, "title"))
    return str(WAYS[choice.kind]) if choice.kind in WAYS else method_in_words(choice.kind)


def count_in_words(choice: Choice) -> str:
    """Return how many draws are possible, after acceptance; "" where nothing can be drawn."""
    if choice.outcome is None:
        return ""
    possible, share = choice.outcome.possible, choice.outcome.share
    left = possible.count if share == 1 else int(possible.count * Fraction(share))
    if left >= WRITTEN_OUT:
        digits = len(str(left)) - 1
        leading = number(left // 10 ** (digits - 1) / 10, 1)
        told = f"{leading} × 10{str(digits).translate(SUPERSCRIPTS)}"
    else:
        told = number(left)
    if not possible.exact:
        return _("more than %(count)s", count=told)
    return told if share == 1 else _("about %(count)s", count=told)


def one_in(p: float) -> str:
    """Return a small chance as one in so many."""
    if p < 1e-6:
        return _("less than one in a million")
    return _("one in %(count)s", count=number(round(1 / p)))


def known_how(how: str, n_draws: int) -> str:
    """Return how firmly a rehearsal knows which schools are bound to each other."""
    if how == "simulated":
        return _("So it was in each of %(count)s trial runs.", count=number(n_draws))
    return str(HOW[how])
