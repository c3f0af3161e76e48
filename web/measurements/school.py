"""A school's pupils: what came in, objections, and one list of all schools for the evaluator."""

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from trials.agreements.queries import locked_protocol
from trials.measurements import services
from trials.measurements.models import UploadKind
from trials.measurements.queries import (
    pupils_are_here,
    school_pupils,
    schools_pupils,
    taken_after_draw,
)
from trials.permissions import Permission
from web.access import only_for, signed_in
from web.downloads import attachment
from web.measurements.blueprint import bp
from web.measurements.forms import LeavingForm, ObjectionForm
from web.measurements.keys import pupil_keys
from web.spreadsheet import as_spreadsheet


@bp.get("/signups/<int:signup_id>/pupils")
@signed_in
def pupils(signup_id: int) -> ResponseReturnValue:
    """What is known here of a school's pupils, in counts."""
    seen = school_pupils(g.session, signup_id, g.actor)
    return render_template(
        "measurements/pupils.html",
        seen=seen,
        signup=seen.signup,
        protocol=locked_protocol(g.session, seen.signup.trial_id),
        late=[s.instrument.id for s in seen.scored if taken_after_draw(seen.signup, s)],
        kinds=UploadKind,
        here=pupils_are_here(seen.signup.trial),
        may_send=g.actor.may(Permission.PUPILS_UPLOAD, *seen.signup.scopes),
    )


@bp.route("/signups/<int:signup_id>/objections", methods=["GET", "POST"])
@signed_in
def objections(signup_id: int) -> ResponseReturnValue:
    """Honour the objection of a parent: what is here of the pupil is erased."""
    seen = school_pupils(g.session, signup_id, g.actor)
    only_for(seen.signup.scopes, Permission.PUPILS_UPLOAD)
    plans = locked_protocol(g.session, seen.signup.trial_id).instruments
    form = ObjectionForm()
    form.offer(plans)
    if form.accepts(
        lambda: services.record_objection(
            g.session,
            signup_id=signup_id,
            number=form.number.data or "",
            pupils=form.pupils.data,
            instrument_code=form.instrument_code.data,
            keys=pupil_keys(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("measurements.objections", signup_id=signup_id), 303)
    return form.page("measurements/objections.html", seen=seen, signup=seen.signup, plans=plans)


@bp.route("/signups/<int:signup_id>/leavers", methods=["GET", "POST"])
@signed_in
def leavers(signup_id: int) -> ResponseReturnValue:
    """Note that a pupil left the school, or is there after all."""
    seen = school_pupils(g.session, signup_id, g.actor)
    only_for(seen.signup.scopes, Permission.PUPILS_UPLOAD)
    form = LeavingForm()
    if form.accepts(
        lambda: services.note_pupil_left(
            g.session,
            signup_id=signup_id,
            number=form.number.data,
            left_on=form.left_on.data,
            keys=pupil_keys(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("measurements.leavers", signup_id=signup_id), 303)
    return form.page("measurements/leavers.html", seen=seen, signup=seen.signup)


@bp.get("/trials/<int:trial_id>/pupils")
@signed_in
def schools(trial_id: int) -> ResponseReturnValue:
    """Which schools sent what, for the trial manager; counts only."""
    return render_template(
        "measurements/schools.html", listing=schools_pupils(g.session, trial_id, g.actor)
    )


@bp.get("/trials/<int:trial_id>/pupils.csv")
@signed_in
def schools_csv(trial_id: int) -> Response:
    """The same list as a file."""
    listing = schools_pupils(g.session, trial_id, g.actor)
    header = [
        gettext("Site code"),
        gettext("School"),
        gettext("Pupils"),
        gettext("Objections"),
        gettext("Pre-test"),
        gettext("Final test"),
    ]
    rows = [
        (
            line.signup.site.code,
            line.signup.school_name,
            line.pupils,
            line.objections,
            int(line.baseline_came),
            int(line.outcomes_came),
        )
        for line in listing.lines
    ]
    return attachment(as_spreadsheet(header, rows), "pupils-per-school.csv", "text/csv")
