"""Drafting a document section by section, and offering it for signing."""

from flask import abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.agreements import services
from trials.agreements.models import DocumentKind
from trials.agreements.queries.drafts import Drafting, drafting
from web.access import signed_in
from web.agreements.blueprint import bp
from web.agreements.forms import AmendForm, ConfirmForm
from web.agreements.sections import SECTIONS, filled, section_named, typed
from web.forms import Form

KINDS = {"protocol": DocumentKind.PROTOCOL, "plan": DocumentKind.ANALYSIS_PLAN}
PATH = "/trials/<int:trial_id>/<any(protocol, plan):kind>/draft"


@bp.get(PATH)
@signed_in
def draft(trial_id: int, kind: str) -> ResponseReturnValue:
    """The sections of a draft and what each still wants. 404 for whoever does not draft it."""
    return _overview(drafting(g.session, trial_id, KINDS[kind], g.actor), ConfirmForm())


@bp.get("/trials/<int:trial_id>/draft-protocol")
@signed_in
def draft_protocol(trial_id: int) -> ResponseReturnValue:
    """Lead a task, which carries a trial's number, to the draft of its protocol."""
    return redirect(url_for("agreements.draft", trial_id=trial_id, kind="protocol"), 303)


@bp.get("/trials/<int:trial_id>/draft-plan")
@signed_in
def draft_plan(trial_id: int) -> ResponseReturnValue:
    """Lead a task, which carries a trial's number, to the draft of its analysis plan."""
    return redirect(url_for("agreements.draft", trial_id=trial_id, kind="plan"), 303)


@bp.post(f"{PATH}/begin")
@signed_in
def begin(trial_id: int, kind: str) -> ResponseReturnValue:
    """Begin a new version of what was offered or locked: an amendment, with its reason."""
    found = drafting(g.session, trial_id, KINDS[kind], g.actor)
    form = AmendForm() if found.amends else ConfirmForm()
    if form.accepts(lambda: _save(found, found.content, reason=_reason(form))):
        return redirect(url_for("agreements.draft", trial_id=trial_id, kind=kind), 303)
    return _overview(found, form)


def _reason(form: Form) -> str:
    return str(form.reason.data) if isinstance(form, AmendForm) else ""


@bp.route(f"{PATH}/<section>", methods=["GET", "POST"])
@signed_in
def draft_section(trial_id: int, kind: str, section: str) -> ResponseReturnValue:
    """One section. It is kept even when something in it is still wanting; the page says what."""
    found = drafting(g.session, trial_id, KINDS[kind], g.actor)
    chosen = section_named(found.kind, section)
    if chosen is None:
        abort(404)
    form = filled(chosen, found.content)
    if form.accepts(lambda: _save(found, found.content | typed(form))):
        return redirect(url_for("agreements.draft", trial_id=trial_id, kind=kind), 303)
    words = {"drafting": found, "section": chosen, "kind": kind}
    if form.is_submitted():
        return form.page("agreements/section.html", **words)
    if any(key in found.content for key in chosen.keys):
        for problem in filter(chosen.owns, found.problems):
            form.keep(problem)
    return render_template("agreements/section.html", form=form, **words)


@bp.post(f"{PATH}/offer")
@signed_in
def offer(trial_id: int, kind: str) -> ResponseReturnValue:
    """Put a complete draft before reviewers and parties; from then on it does not change."""
    found = drafting(g.session, trial_id, KINDS[kind], g.actor)
    if found.draft is None:
        abort(404)
    document_id = found.draft.id
    form = ConfirmForm()
    if form.accepts(
        lambda: services.offer_for_signing(
            g.session, document_id=document_id, actor=g.actor, now=g.now
        )
    ):
        return redirect(url_for("agreements.document", document_id=document_id), 303)
    return _overview(found, form)


def _save(found: Drafting, content: dict[str, object], *, reason: str = "") -> object:
    kept = found.draft.reason if found.draft is not None else ""
    return services.save_draft(
        g.session,
        trial_id=found.trial.id,
        kind=found.kind,
        content=content,
        reason=reason or kept,
        actor=g.actor,
        now=g.now,
    )


def _overview(found: Drafting, form: Form) -> ResponseReturnValue:
    wanting = {
        section.name: sum(section.owns(problem) for problem in found.problems)
        for section in SECTIONS[found.kind]
    }
    return form.page(
        "agreements/draft.html",
        drafting=found,
        trial=found.trial,
        kind=next(name for name, kind in KINDS.items() if kind is found.kind),
        sections=SECTIONS[found.kind],
        wanting=wanting,
        begun={
            section.name: any(key in found.content for key in section.keys)
            for section in SECTIONS[found.kind]
        },
        amend_form=form if isinstance(form, AmendForm) else AmendForm(formdata=None),
    )
