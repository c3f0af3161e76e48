"""A school's own page: where it stands, what waits, and the ways out."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.permissions import Permission
from trials.signups import services
from trials.signups.models import SchoolCall, Signup
from trials.signups.queries import call_of_trial, signup_for
from trials.signups.states import SignupState
from web.access import only_for, signed_in
from web.measurements.checklist import pupil_items
from web.signups.blueprint import bp
from web.signups.checklist import Item, draw_item, is_coordinator, sign_up_items, waits_for
from web.signups.forms import WithdrawForm
from web.signups.progress import next_step

UNDER_WAY = (SignupState.SUBMITTED, SignupState.SIGNED, SignupState.COMPLETE)


@bp.get("/signups/<int:signup_id>")
@signed_in
def school(signup_id: int) -> ResponseReturnValue:
    """Where the school stands and what comes next; board and council read along."""
    signup = signup_for(g.session, signup_id, g.actor)
    call = call_of_trial(g.session, signup.trial_id)
    assert call is not None
    items = _items(signup, call)
    own = is_coordinator(signup, g.actor)
    return render_template(
        "signups/school.html",
        signup=signup,
        call=call,
        items=items,
        next_item=waits_for(items) if own else None,
        next_step=next_step(signup) if signup.state is SignupState.INTERESTED else None,
        own=own,
        may_sign=g.actor.may(Permission.BOARD_SIGN, *signup.scopes),
        may_decide=g.actor.may(Permission.COUNCIL_DECIDE, *signup.scopes),
    )


@bp.route("/signups/<int:signup_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(signup_id: int) -> ResponseReturnValue:
    """Withdraw the school: one button, no reason needed."""
    signup = signup_for(g.session, signup_id, g.actor)
    only_for(signup.scopes, Permission.SIGNUP_EDIT, Permission.BOARD_SIGN)
    form = WithdrawForm()
    if form.accepts(
        lambda: services.withdraw_signup(
            g.session,
            signup_id=signup_id,
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    return form.page("signups/withdraw.html", signup=signup)


def _items(signup: Signup, call: SchoolCall) -> list[Item]:
    if signup.state not in UNDER_WAY and signup.drawn_at is None:
        return []
    return [
        *sign_up_items(g.session, signup, call, g.now),
        *pupil_items(g.session, signup, call, before_draw=True),
        draw_item(signup, call),
        *pupil_items(g.session, signup, call, before_draw=False),
    ]
