"""Pages and downloads of releases."""

import json

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trials.people.proposals import propose
from trials.permissions import Permission
from trials.releases import acts, erasing, queries, services
from trials.releases.registering import register_file
from web.access import accepts_upload, signed_in
from web.downloads import attachment
from web.forms import Form
from web.releases.forms import CodeForm, FileForm, MaskedReleaseForm, TrueAgainForm, TrueArmsForm

__all__ = ["bp", "erasing"]  # importing the latter lets an objection reach released data

bp = Blueprint("releases", __name__, template_folder="templates")


@bp.get("/trials/<int:trial_id>/releases")
@signed_in
def of_trial(trial_id: int) -> ResponseReturnValue:
    """Show a trial's datasets. 404 to who neither makes nor downloads them."""
    return _page(trial_id)


@bp.post("/trials/<int:trial_id>/releases")
@signed_in
def make(trial_id: int) -> ResponseReturnValue:
    """Release a masked dataset. 403 to who may not, 409 before outcomes are locked."""
    form = MaskedReleaseForm()
    if form.accepts(
        lambda: services.release_masked(
            g.session, trial_id=trial_id, reason=form.reason.data or "", actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("releases.of_trial", trial_id=trial_id), 303)
    return _page(trial_id, make=form)


@bp.post("/trials/<int:trial_id>/releases/true")
@signed_in
def make_true(trial_id: int) -> ResponseReturnValue:
    """Release true arms once more. 403 to who may not, 409 before the first or once published."""
    form = TrueAgainForm()
    if form.accepts(
        lambda: services.release_true_again(
            g.session, trial_id=trial_id, reason=form.reason.data or "", actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("releases.of_trial", trial_id=trial_id), 303)
    return _page(trial_id, true_again=form)


@bp.post("/trials/<int:trial_id>/file")
@signed_in
def register(trial_id: int) -> ResponseReturnValue:
    """Register the evaluator's file by its hash. 403 to all but the analyst, 409 too early."""
    form = FileForm()
    if form.accepts(
        lambda: register_file(
            g.session,
            trial_id=trial_id,
            sha256=(form.sha256.data or "").strip().replace(" ", "").lower(),
            rows=form.rows.data or 0,
            reason=form.reason.data or "",
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("releases.of_trial", trial_id=trial_id), 303)
    return _page(trial_id, register=form)


@bp.post("/trials/<int:trial_id>/code")
@signed_in
@accepts_upload
def lodge(trial_id: int) -> ResponseReturnValue:
    """Lodge the analysis code. 403 to all but the analyst, 422 for a file that is none."""
    form = CodeForm()
    if form.accepts(
        lambda: services.lodge_code(
            g.session,
            trial_id=trial_id,
            file_name=form.code.data.filename,
            content=form.code.data.read(),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("releases.of_trial", trial_id=trial_id), 303)
    return _page(trial_id, lodge=form)


@bp.post("/trials/<int:trial_id>/true-arms")
@signed_in
def propose_true_arms(trial_id: int) -> ResponseReturnValue:
    """Propose the release of true arms. 409 before the code is lodged."""
    form = TrueArmsForm()
    if form.accepts(
        lambda: propose(
            g.session,
            act=acts.TRUE_ARMS,
            subject_id=trial_id,
            wish={},
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=form.result.id), 303)
    return _page(trial_id, true_arms=form)


@bp.get("/releases/<int:release_id>/pupils.csv")
@signed_in
def dataset(release_id: int) -> Response:
    """Download the dataset, logged. 404 to who may not."""
    release = services.download(g.session, release_id=release_id, actor=g.actor, now=g.now)
    return attachment(release.csv, f"{release.trial.slug}-{release.version}.csv", "text/csv")


@bp.get("/releases/<int:release_id>/datapackage.json")
@signed_in
def codebook(release_id: int) -> Response:
    """Download the codebook. 404 to who may not."""
    release = queries.release_for(g.session, release_id, g.actor)
    content = json.dumps(release.codebook, ensure_ascii=False, indent=1).encode()
    return attachment(content, f"{release.trial.slug}-{release.version}.json", "application/json")


def _page(trial_id: int, **refused: Form) -> ResponseReturnValue:
    trial = queries.trial_for_releases(g.session, trial_id, g.actor)
    forms = {
        "make": MaskedReleaseForm,
        "true_again": TrueAgainForm,
        "register": FileForm,
        "lodge": CodeForm,
        "true_arms": TrueArmsForm,
    }
    context = {name: refused.get(name) or form(formdata=None) for name, form in forms.items()}
    page = render_template(
        "releases/of_trial.html",
        trial=trial,
        releases=queries.releases_of(g.session, trial_id, g.actor),
        file=queries.newest_file(g.session, trial_id),
        erasures=queries.erasures_of(g.session, trial_id),
        code=queries.code_of(g.session, trial_id),
        may={p.value: g.actor.may(p, trial.scope) for p in Permission},
        refused=next(iter(refused.values()), None),
        title=_("Datasets"),
        **context,
    )
    return page, 422 if refused else 200
