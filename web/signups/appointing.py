"""Who speaks for the school: signatory, council, coordinator; and the letter to the parents."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from trials.agreements.protocol import CouncilRight
from trials.permissions import Permission
from trials.signups import services
from trials.signups.queries import call_of_trial, signup_for
from web.access import only_for, signed_in
from web.signups.blueprint import bp
from web.signups.forms import OtherPersonForm, ParentsForm
from web.signups.words import RIGHT_WORDS

EDIT = (Permission.SIGNUP_EDIT,)


@bp.route("/signups/<int:signup_id>/signatory", methods=["GET", "POST"])
@signed_in
def signatory(signup_id: int) -> ResponseReturnValue:
    """Say who signs for the board; that person gets a mail."""
    return _appoint(signup_id, services.name_signatory, "signups/signatory.html", EDIT)


@bp.route("/signups/<int:signup_id>/council-contact", methods=["GET", "POST"])
@signed_in
def council_contact(signup_id: int) -> ResponseReturnValue:
    """Say who answers for the participation council; that person gets a mail."""
    return _appoint(signup_id, services.name_council_contact, "signups/council_contact.html", EDIT)


@bp.route("/signups/<int:signup_id>/hand-over", methods=["GET", "POST"])
@signed_in
def hand_over(signup_id: int) -> ResponseReturnValue:
    """Let someone else coordinate; by the coordinator or the board."""
    may = (*EDIT, Permission.BOARD_SIGN)
    template, onwards = "signups/hand_over.html", url_for("desk.index")
    return _appoint(signup_id, services.hand_over, template, may, onwards)


@bp.route("/signups/<int:signup_id>/parents", methods=["GET", "POST"])
@signed_in
def parents(signup_id: int) -> ResponseReturnValue:
    """The letter to the parents, and the day on which it was sent."""
    signup = signup_for(g.session, signup_id, g.actor)
    only_for(signup.scopes, *EDIT)
    form = ParentsForm(informed_on=signup.parents_informed_on)
    if form.accepts(
        lambda: services.note_parents_informed(
            g.session,
            signup_id=signup_id,
            informed_on=form.informed_on.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    return form.page("signups/parents.html", signup=signup)


def _appoint(
    signup_id: int,
    service: Callable[..., Any],
    template: str,
    may: Iterable[Permission],
    onwards: str = "",
) -> ResponseReturnValue:
    signup = signup_for(g.session, signup_id, g.actor)
    only_for(signup.scopes, *may)
    call = call_of_trial(g.session, signup.trial_id)
    form = OtherPersonForm()
    if form.accepts(
        lambda: service(
            g.session,
            signup_id=signup_id,
            contact=services.Contact(form.name.data, form.email.data),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(onwards or url_for("signups.school", signup_id=signup_id), 303)
    right = RIGHT_WORDS[CouncilRight(call.council_right)] if call else ""
    return form.page(template, signup=signup, right=right)
