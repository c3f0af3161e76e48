"""Reading and signing the agreement, the council's answer, and the two letters."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trials.agreements.protocol import CouncilRight
from trials.permissions import Permission
from trials.signups import services
from trials.signups.models import CouncilAnswer, SchoolCall, Signup
from trials.signups.queries import (
    agreement_of,
    call_of_trial,
    council_decision,
    signature_of,
    signup_for,
)
from web.access import signed_in
from web.downloads import attachment
from web.signups.blueprint import bp
from web.signups.forms import CouncilForm, SignForm
from web.signups.letters import letter_of
from web.signups.words import COUNCIL_WORDS, RIGHT_WORDS


@bp.route("/signups/<int:signup_id>/agreement", methods=["GET", "POST"])
@signed_in
def agreement(signup_id: int) -> ResponseReturnValue:
    """The agreement between board and evaluator; the board's signatory signs it here."""
    signup, _ = _sent(signup_id)
    content, shown = agreement_of(g.session, signup)
    form = SignForm()
    if form.accepts(
        lambda: services.sign_for_board(
            g.session, signup_id=signup_id, shown=form.shown.data, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    form.shown.data = shown
    return form.page(
        "signups/agreement.html",
        signup=signup,
        content=content,
        shown=shown,
        signature=signature_of(g.session, signup),
        may_sign=g.actor.may(Permission.BOARD_SIGN, *signup.scopes)
        and g.actor.person_id != signup.coordinator_id,
    )


@bp.route("/signups/<int:signup_id>/council", methods=["GET", "POST"])
@signed_in
def council(signup_id: int) -> ResponseReturnValue:
    """The memo for the participation council and, for its contact, the answer."""
    signup, call = _sent(signup_id)
    right = CouncilRight(call.council_right)
    form = CouncilForm()
    form.offer(right)
    if form.accepts(
        lambda: services.record_council_decision(
            g.session,
            signup_id=signup_id,
            answer=CouncilAnswer(form.answer.data),
            decided_on=form.decided_on.data,
            note=form.note.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    informs = right is CouncilRight.INFORMED
    own = informs and g.actor.may(Permission.SIGNUP_EDIT, *signup.scopes)
    return form.page(
        "signups/council.html",
        signup=signup,
        decision=council_decision(g.session, signup),
        may_answer=own or g.actor.may(Permission.COUNCIL_DECIDE, *signup.scopes),
        right=RIGHT_WORDS[right],
        council_words=COUNCIL_WORDS,
        letter=letter_of("council", signup, call),
    )


@bp.get("/signups/<int:signup_id>/letters/<any(parents, council):which>")
@signed_in
def letter(signup_id: int, which: str) -> ResponseReturnValue:
    """A letter in plain Dutch, ready to send; ``?text=1`` gives it as a text file."""
    signup, call = _sent(signup_id)
    found = letter_of(which, signup, call)
    if not request.args.get("text"):
        return render_template("signups/letter.html", signup=signup, letter=found, which=which)
    return attachment(found.plain.encode(), f"brief-{which}.txt", "text/plain")


def _sent(signup_id: int) -> tuple[Signup, SchoolCall]:
    signup = signup_for(g.session, signup_id, g.actor)
    call = call_of_trial(g.session, signup.trial_id)
    assert call is not None
    return signup, call
