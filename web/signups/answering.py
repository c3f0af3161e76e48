"""Steps 4 to 8 of a sign-up, one answer per page, and sending it."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from trials.errors import NotReady
from trials.signups import services
from trials.signups.models import SchoolCall, Signup
from trials.signups.queries import call_of_trial, last_answers, signup_for, suggested_groups
from trials.signups.states import SignupState
from web.access import signed_in
from web.signups import progress
from web.signups.blueprint import bp
from web.signups.forms import (
    BothGroupsForm,
    ConfirmForm,
    GroupsForm,
    InterventionsForm,
    TestsForm,
)


@bp.route("/signups/<int:signup_id>/groups", methods=["GET", "POST"])
@signed_in
def groups(signup_id: int) -> ResponseReturnValue:
    """Step 4: classes and pupils per grade, filled in from the register."""
    signup, call = _unsent(signup_id)
    suggestions = suggested_groups(g.session, signup, call, g.now)
    form = GroupsForm.of(suggestions)
    if form.accepts(
        lambda: services.state_groups(
            g.session,
            signup_id=signup_id,
            groups=form.sizes(suggestions),
            actor=g.actor,
            now=g.now,
        )
    ):
        return _onwards(signup_id, progress.TESTS)
    grades = [found.grade for found in suggestions]
    return form.page("signups/groups.html", signup=signup, grades=grades, step=progress.GROUPS)


@bp.route("/signups/<int:signup_id>/tests", methods=["GET", "POST"])
@signed_in
def tests(signup_id: int) -> ResponseReturnValue:
    """Step 5: which pupil tracking system and tests."""
    signup, _ = _unsent(signup_id)
    form = TestsForm()
    if request.method == "GET":
        last = last_answers(g.session, signup)
        known = signup.tests or (last.tests if last else "")
        if known:
            form.fill_in(known)
    if form.accepts(
        lambda: services.state_tests(
            g.session, signup_id=signup_id, tests=form.answer, actor=g.actor, now=g.now
        )
    ):
        return _onwards(signup_id, progress.INTERVENTIONS)
    return form.page("signups/tests.html", signup=signup, step=progress.TESTS)


@bp.route("/signups/<int:signup_id>/interventions", methods=["GET", "POST"])
@signed_in
def interventions(signup_id: int) -> ResponseReturnValue:
    """Step 6: what else the school is doing."""
    signup, _ = _unsent(signup_id)
    form = InterventionsForm()
    if request.method == "GET":
        last = last_answers(g.session, signup)
        form.fill_in(signup.other_interventions or (last.other_interventions if last else []))
    if form.accepts(
        lambda: services.state_other_interventions(
            g.session, signup_id=signup_id, names=form.answer, actor=g.actor, now=g.now
        )
    ):
        return _onwards(signup_id, progress.BOTH)
    return form.page("signups/interventions.html", signup=signup, step=progress.INTERVENTIONS)


@bp.route("/signups/<int:signup_id>/both-groups", methods=["GET", "POST"])
@signed_in
def both_groups(signup_id: int) -> ResponseReturnValue:
    """Step 7: either outcome of the draw is fine."""
    signup, call = _unsent(signup_id)
    form = BothGroupsForm()
    if form.accepts(
        lambda: services.accept_both_groups(
            g.session,
            signup_id=signup_id,
            accepted=form.accepted.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return _onwards(signup_id, progress.CHECK)
    return form.page("signups/both_groups.html", signup=signup, call=call, step=progress.BOTH)


@bp.route("/signups/<int:signup_id>/check", methods=["GET", "POST"])
@signed_in
def check(signup_id: int) -> ResponseReturnValue:
    """Step 8: check the answers and send. Pressing twice changes nothing."""
    form = ConfirmForm()
    if form.accepts(
        lambda: services.submit_signup(g.session, signup_id=signup_id, actor=g.actor, now=g.now)
    ):
        return redirect(url_for("signups.school", signup_id=signup_id), 303)
    signup, _ = _unsent(signup_id)
    return form.page("signups/check.html", signup=signup, step=progress.CHECK)


def _unsent(signup_id: int) -> tuple[Signup, SchoolCall]:
    signup = signup_for(g.session, signup_id, g.actor)
    call = call_of_trial(g.session, signup.trial_id)
    if call is None or signup.state is not SignupState.INTERESTED:
        raise NotReady("this sign-up has been sent; its answers are fixed")
    return signup, call


def _onwards(signup_id: int, step: progress.Step) -> Response:
    """Go to the next page, or back to the check when that is where one came from."""
    back = request.args.get("back") == "check"
    return redirect(
        url_for(progress.CHECK.endpoint if back else step.endpoint, signup_id=signup_id), 303
    )
