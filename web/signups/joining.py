"""From the public call to a school's interest: which school, who are you, does it fit."""

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from trials.agreements.queries import locked_protocol
from trials.days import day_of
from trials.errors import NotReady
from trials.register.models import SiteKind
from trials.register.queries import SiteCard, site_by_id
from trials.register.search import find_sites
from trials.signups import services
from trials.signups.detecting import planned
from trials.signups.eligibility import SECTOR, obstacles
from trials.signups.queries import OpenCall, begun_path, own_signup, school_call
from web.access import public, signed_in
from web.languages import current_language
from web.signups import progress
from web.signups.blueprint import bp
from web.signups.forms import ContactForm, answers_in, questions_form, words_of

MOST_SHOWN = 10


@bp.get("/take-part/<slug>")
@public
def call(slug: str) -> ResponseReturnValue:
    """The call for schools: what, for whom, how much time, what control schools get."""
    found = school_call(g.session, slug, g.now)
    protocol = locked_protocol(g.session, found.call.trial_id)
    return render_template(
        "signups/call.html", found=found, protocol=protocol, detectable=planned(protocol)
    )


@bp.get("/take-part/<slug>/school")
@public
def find_school(slug: str) -> ResponseReturnValue:
    """Step 1: find the school in the register; a typing error does not matter."""
    found = _open(slug)
    words = request.args.get("q", "")[:200].strip()
    sites = find_sites(g.session, words, day_of(g.now), MOST_SHOWN + 1)
    if current_app.config["DEMONSTRATION"]:
        kind = SiteKind.DEMONSTRATION
        sites += find_sites(g.session, words, day_of(g.now), MOST_SHOWN + 1, kind=kind)
    return render_template(
        "signups/find_school.html",
        found=found,
        words=words,
        sites=sites[:MOST_SHOWN],
        more=len(sites) > MOST_SHOWN,
        step=progress.SCHOOL,
    )


@bp.get("/take-part/<slug>/<int:site_id>")
@public
def choose(slug: str, site_id: int) -> Response:
    """Go on with a school: to one's own sign-up, to the questions, or first to "who are you"."""
    if g.actor is None:
        return redirect(url_for("signups.who", slug=slug, site_id=site_id), 303)
    own = own_signup(g.session, slug, site_id, g.actor)
    if own is not None:
        return redirect(url_for("signups.school", signup_id=own.id), 303)
    return redirect(url_for("signups.questions", slug=slug, site_id=site_id), 303)


@bp.route("/take-part/<slug>/<int:site_id>/who", methods=["GET", "POST"])
@public
def who(slug: str, site_id: int) -> ResponseReturnValue:
    """Step 2: a name and a work address, proved by a mailed link."""
    found, site = _open(slug), _site(site_id)
    form = ContactForm()
    if form.accepts(
        lambda: services.start_signup(
            g.session,
            trial_id=found.call.trial_id,
            site_id=site_id,
            contact=services.Contact(form.name.data, form.email.data),
            language=current_language(),
            origin=request.remote_addr or "",
            now=g.now,
        )
    ):
        return redirect(url_for("signups.mailed", slug=slug), 303)
    return form.page("signups/who.html", found=found, site=site, step=progress.WHO)


@bp.get("/take-part/<slug>/mailed")
@public
def mailed(slug: str) -> ResponseReturnValue:
    """Say to look in the mail."""
    return render_template("signups/mailed.html", found=school_call(g.session, slug, g.now))


@bp.get("/signups/begun/<int:link_id>")
@signed_in
def begun(link_id: int) -> Response:
    """Lead from the desk back to the questions that were left. 404 once they are answered."""
    return redirect(begun_path(g.session, link_id, g.actor, g.now), 303)


@bp.route("/take-part/<slug>/<int:site_id>/questions", methods=["GET", "POST"])
@signed_in
def questions(slug: str, site_id: int) -> ResponseReturnValue:
    """Step 3: does the school fit? Answered at once, with the reason."""
    found, site = _open(slug), _site(site_id)
    own = own_signup(g.session, slug, site_id, g.actor)
    if own is not None:
        return redirect(url_for("signups.school", signup_id=own.id), 303)
    form = questions_form(found.call)
    if form.accepts(
        lambda: services.register_interest(
            g.session,
            trial_id=found.call.trial_id,
            site_id=site_id,
            answers=answers_in(form, found.call),
            actor=g.actor,
            now=g.now,
        )
    ):
        return _answered(found, site, answers_in(form, found.call), form.result.id)
    return form.page("signups/questions.html", found=found, site=site, step=progress.QUESTIONS)


def _answered(
    found: OpenCall, site: SiteCard, answers: dict[str, bool], signup_id: int
) -> ResponseReturnValue:
    hindering = obstacles(found.call, site.sector, answers)
    if not hindering:
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    reasons = [words_of(q) for q in found.call.questions if q["key"] in hindering]
    return render_template(
        "signups/ineligible.html",
        found=found,
        site=site,
        wrong_sector=SECTOR in hindering,
        reasons=reasons,
    )


def _open(slug: str) -> OpenCall:
    found = school_call(g.session, slug, g.now)
    if not found.open:
        raise NotReady("signing up for this trial is not possible now")
    return found


def _site(site_id: int) -> SiteCard:
    return site_by_id(g.session, site_id, day_of(g.now))
