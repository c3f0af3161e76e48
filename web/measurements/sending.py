"""Sending a file: chosen, checked, shown as it was read, and only then stored."""

from collections.abc import Callable
from typing import Any

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trials.agreements.protocol import Column, ColumnRole, Protocol
from trials.agreements.queries import locked_protocol
from trials.errors import BadInput
from trials.measurements import services
from trials.measurements.columns import ALIASES, allowed_names, instruments_of
from trials.measurements.models import UploadKind
from trials.measurements.queries import pupils_are_here, signup_to_send, upload_draft
from trials.permissions import Permission
from trials.signups.models import Signup
from web.access import accepts_upload, signed_in
from web.downloads import attachment
from web.measurements.blueprint import bp
from web.measurements.forms import ConfirmForm, CountForm, intent_of, send_form
from web.measurements.keys import pupil_keys
from web.measurements.words import DECIMAL_MARKS, SEPARATORS
from web.spreadsheet import as_spreadsheet

MOST_PROBLEMS = 50
FIRST_ROWS = 5
KIND = "<any(pupils, baseline, outcome):kind>"


@bp.route(f"/signups/<int:signup_id>/send/{KIND}", methods=["GET", "POST"])
@signed_in
@accepts_upload
def send(signup_id: int, kind: str) -> ResponseReturnValue:
    """Choose a file and have it checked; what is refused is stored nowhere. ``wave``: the round."""
    asked, wave = UploadKind(kind), request.args.get("wave", 1, int)
    signup = signup_to_send(g.session, signup_id, asked, g.actor)
    if not pupils_are_here(signup.trial):
        return redirect(url_for("measurements.count", signup_id=signup_id, kind=kind), 303)
    protocol = locked_protocol(g.session, signup.trial_id)
    plans = instruments_of(protocol, asked, wave)
    form = send_form(asked, plans)
    if form.accepts(
        lambda: _listed(
            lambda: services.check_upload(
                g.session,
                signup_id=signup_id,
                intent=intent_of(form, asked, wave, plans),
                content=form["file"].data.read(),
                name=form["file"].data.filename or "",
                keys=pupil_keys(),
                actor=g.actor,
                now=g.now,
            )
        )
    ):
        return redirect(url_for("measurements.draft", draft_id=form.result.id), 303)
    return form.page(
        "measurements/send.html",
        signup=signup,
        kind=asked,
        wave=wave,
        plans=plans,
        columns=columns_of(protocol, asked),
        strip=_strip(protocol),
        own=g.actor.may(Permission.PUPILS_UPLOAD, *signup.scopes),
    )


@bp.route("/uploads/<int:draft_id>", methods=["GET", "POST"])
@signed_in
def draft(draft_id: int) -> ResponseReturnValue:
    """What was read, shown back; one button stores it, the other throws it away."""
    found = upload_draft(g.session, draft_id, g.actor)
    signup_id, kind = found.signup_id, UploadKind(found.intent["kind"])
    form = ConfirmForm()
    onwards = after_sending(signup_to_send(g.session, signup_id, kind, g.actor))
    if request.form.get("discard"):
        if form.accepts(
            lambda: services.discard_upload(g.session, draft_id=draft_id, actor=g.actor, now=g.now)
        ):
            back = url_for(
                "measurements.send",
                signup_id=signup_id,
                kind=kind.value,
                wave=found.intent["wave"],
            )
            return redirect(back, 303)
    elif form.accepts(
        lambda: _listed(
            lambda: services.accept_upload(g.session, draft_id=draft_id, actor=g.actor, now=g.now)
        )
    ):
        return redirect(onwards, 303)
    return form.page(
        "measurements/draft.html",
        draft=found,
        kind=kind,
        signup=signup_to_send(g.session, signup_id, kind, g.actor),
        first_rows=found.rows[:FIRST_ROWS],
        reading=found.reading,
        separator=SEPARATORS.get(found.reading["delimiter"] or ""),
        decimal_mark=DECIMAL_MARKS.get(found.reading["decimal_mark"]),
    )


@bp.get(f"/signups/<int:signup_id>/send/{KIND}/example.csv")
@signed_in
def example(signup_id: int, kind: str) -> Response:
    """An empty table with the right columns, as a spreadsheet opens it."""
    asked, wave = UploadKind(kind), request.args.get("wave", 1, int)
    signup = signup_to_send(g.session, signup_id, asked, g.actor)
    protocol = locked_protocol(g.session, signup.trial_id)
    names = [column.code for column in columns_of(protocol, asked)]
    if asked is not UploadKind.PUPILS:
        names += [plan.code for plan in instruments_of(protocol, asked, wave)]
    return attachment(as_spreadsheet(names, ()), f"{kind}.csv", "text/csv")


@bp.route(f"/signups/<int:signup_id>/count/{KIND}", methods=["GET", "POST"])
@signed_in
def count(signup_id: int, kind: str) -> ResponseReturnValue:
    """Where the evaluator keeps the pupils: report a number and the file's fingerprint."""
    asked, wave = UploadKind(kind), request.args.get("wave", 1, int)
    sent_as = UploadKind.OUTCOME if asked is UploadKind.OUTCOME else UploadKind.PUPILS
    signup = signup_to_send(g.session, signup_id, sent_as, g.actor)
    form = CountForm()
    moment = services.moment_of(asked, signup)
    if form.accepts(
        lambda: services.record_pupil_count(
            g.session,
            signup_id=signup_id,
            moment=moment,
            wave=wave,
            pupils=form.pupils.data,
            file_sha256=(form.file_sha256.data or "").strip().lower(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(after_sending(signup), 303)
    return form.page("measurements/count.html", signup=signup, kind=asked)


def columns_of(protocol: Protocol, kind: UploadKind) -> list[Column]:
    """Return the columns of the data list that belong in a file of this kind."""
    roles = {ColumnRole.PUPIL, ColumnRole.CLASS}
    roles |= {ColumnRole.COVARIATE} if kind is UploadKind.PUPILS else {ColumnRole.TAKEN_ON}
    if kind is UploadKind.BASELINE:
        roles.discard(ColumnRole.CLASS)
    return [column for column in protocol.columns if column.role in roles]


def after_sending(signup: Signup) -> str:
    """Return where to go on: the school's own list, or the round of the one who tests."""
    if g.actor.may(Permission.SIGNUP_EDIT, *signup.scopes):
        return url_for("signups.school", signup_id=signup.id)
    return url_for("measurements.rounds", trial_id=signup.trial_id)


def _strip(protocol: Protocol) -> dict[str, Any]:
    """What the browser needs to keep everything else from leaving the school."""
    pupil = next((c.code for c in protocol.columns if c.role is ColumnRole.PUPIL), "")
    return {"allowed": allowed_names(protocol), "pupil": [pupil, *ALIASES[ColumnRole.PUPIL]]}


def _listed(use_case: Callable[[], Any]) -> Any:
    """Run a use case; of very many problems show the first fifty and say how many follow."""
    try:
        return use_case()
    except BadInput as refusal:
        hidden = len(refusal.problems) - MOST_PROBLEMS
        if hidden <= 0:
            raise
        more = BadInput("and {more} more places in the file", more=hidden)
        shown = (*refusal.problems[:MOST_PROBLEMS], more)
        raise BadInput(refusal.sentence, shown, **_plain(refusal)) from None


def _plain(refusal: BadInput) -> dict[str, Any]:
    return {name: value for name, value in refusal.values.items() if name != "problems"}
