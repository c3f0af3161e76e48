"""Signing in and out."""

import segno
from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from trials.people.links import find_link
from trials.people.models import LinkPurpose, NextStep, Person
from trials.people.queries import demonstration_people
from trials.people.services import sign_in as services
from trials.people.services.sessions import sign_out as end_session_of
from trials.people.steps import Progress, where_at
from trials.people.totp import set_up_address, set_up_secret
from web.access import public
from web.addresses import local_path
from web.people.blueprint import bp
from web.people.browser import SIGNED_IN, half_way_token, keep
from web.people.forms import CodeForm, ConfirmForm, LinkForm, NewPasswordForm, PasswordForm

DESK = "/desk"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for a link by mail. The answer is the same for every address."""
    form, path = LinkForm(), local_path(request.args.get("next"), DESK)
    if form.accepts(
        lambda: services.ask_for_link(
            g.session, email=form.email.data, origin=_origin(), now=g.now, path=path
        )
    ):
        return redirect(url_for("people.sent"), 303)
    return form.page(
        "people/sign_in.html", grants=demonstration_people(g.session, g.now), path=path
    )


@bp.get("/sign-in/sent")
@public
def sent() -> ResponseReturnValue:
    """Say to look in the mail, whoever asked for whom."""
    return render_template("people/sent.html")


@bp.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
def open_link(token: str) -> ResponseReturnValue:
    """Show a button; only pressing it uses the link up. Mail scanners open pages, not buttons."""
    key = current_app.config["SECRET_KEY"]
    form = ConfirmForm()
    if form.accepts(lambda: services.open_link(g.session, token=token, secret_key=key, now=g.now)):
        return _go_on(form.result)
    link = find_link(g.session, token, key)
    works = link is not None and link.used_at is None and link.expires_at > g.now
    return form.page("people/link.html", works=works, link=link)


@bp.route("/sign-in/password", methods=["GET", "POST"])
@public
def password() -> ResponseReturnValue:
    """Sign in with address and password; the second step follows."""
    form, path = PasswordForm(), local_path(request.args.get("next"), DESK)
    if form.accepts(
        lambda: services.sign_in_with_password(
            g.session,
            email=form.email.data,
            password=form.password.data,
            origin=_origin(),
            now=g.now,
            path=path,
        )
    ):
        return _go_on(form.result)
    return form.page("people/password.html", path=path)


@bp.route("/sign-in/reset", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    """Ask for a link to choose a new password. The answer is the same for every address."""
    form = LinkForm()
    if form.accepts(
        lambda: services.ask_for_link(
            g.session,
            email=form.email.data,
            origin=_origin(),
            now=g.now,
            path=DESK,
            purpose=LinkPurpose.RESET,
        )
    ):
        return redirect(url_for("people.sent"), 303)
    return form.page("people/reset.html")


@bp.route("/sign-in/next", methods=["GET", "POST"])
@public
def next_step() -> ResponseReturnValue:
    """Ask whatever is still missing: a code, a new password, or setting the app up."""
    found = where_at(g.session, half_way_token(), g.now)
    if found is None:
        return redirect(url_for("people.sign_in"), 303)
    step, person = found
    if step is NextStep.PASSWORD:
        return _choose_password(person)
    if step is NextStep.DEVICE:
        return _set_up_device(person)
    return _give_code(step)


@bp.post("/sign-in/as/<int:person_id>")
@public
def sign_in_as(person_id: int) -> ResponseReturnValue:
    """The demonstration's button. 404 anywhere else."""
    form = ConfirmForm()
    if not form.accepts(
        lambda: services.sign_in_demonstration(g.session, person_id=person_id, now=g.now)
    ):
        raise NotFound
    keep(form.result)
    return redirect(local_path(request.args.get("next"), DESK), 303)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server and empty the cookie."""
    if isinstance(token := session.get(SIGNED_IN), str):
        end_session_of(g.session, token=token, now=g.now)
    session.clear()
    return redirect("/", 303)


def _give_code(step: NextStep) -> ResponseReturnValue:
    form = CodeForm()
    if form.accepts(
        lambda: services.give_code(
            g.session,
            token=half_way_token(),
            code=form.code.data,
            secret_key=current_app.config["SECRET_KEY"],
            now=g.now,
        )
    ):
        return _go_on(form.result)
    return form.page("people/code.html", by_app=step is NextStep.TOTP)


def _choose_password(person: Person) -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.accepts(
        lambda: services.choose_password(
            g.session, token=half_way_token(), password=form.password.data, now=g.now
        )
    ):
        return _go_on(form.result)
    return form.page("people/new_password.html", email=person.email)


def _set_up_device(person: Person) -> ResponseReturnValue:
    form, key = CodeForm(), current_app.config["SECRET_KEY"]
    if form.accepts(
        lambda: services.confirm_device(
            g.session, token=half_way_token(), code=form.code.data, secret_key=key, now=g.now
        )
    ):
        progress, codes = form.result
        keep(progress)
        return render_template("people/recovery_codes.html", codes=codes, onwards=progress.path)
    code = segno.make(set_up_address(person, key), micro=False)
    drawing = Markup(code.svg_inline(scale=5, border=4, svgclass="qr", lineclass=None))
    return form.page("people/device.html", drawing=drawing, secret=set_up_secret(person, key))


def _go_on(progress: Progress) -> ResponseReturnValue:
    keep(progress)
    onwards = url_for("people.next_step") if progress.next else local_path(progress.path, DESK)
    return redirect(onwards, 303)


def _origin() -> str:
    return request.remote_addr or ""
