"""Reading a document, its versions and signatures; judging and signing it."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trials.agreements import services
from trials.agreements.models import Document, DocumentKind, Party
from trials.agreements.moments import is_late, plan_due
from trials.agreements.parties import parties_of
from trials.agreements.queries import document_page, versions
from trials.agreements.queries.documents import read_version
from trials.agreements.states import DocumentState
from trials.calls.queries.trials import trial_by_slug
from trials.permissions import Permission
from web.access import public, signed_in
from web.agreements.blueprint import bp
from web.agreements.forms import ReviewForm, SignForm
from web.forms import Form
from web.languages import label


@bp.get("/trials/<slug>/documents")
@public
def of_trial(slug: str) -> ResponseReturnValue:
    """Protocol and analysis plan of a trial: locked versions for anyone, all for its parties."""
    trial = trial_by_slug(g.session, slug)
    return render_template(
        "agreements/of_trial.html",
        trial=trial,
        versions={kind: versions(g.session, trial.id, kind, g.actor) for kind in DocumentKind},
        may_draft=bool(g.actor and g.actor.may(Permission.DOCUMENT_DRAFT, trial.scope)),
        plan_due=plan_due(trial),
        kinds={DocumentKind.PROTOCOL: "protocol", DocumentKind.ANALYSIS_PLAN: "plan"},
        is_late=_is_late,
    )


def _is_late(document: Document) -> bool:
    """Say whether a version is an analysis plan that was locked after its three months."""
    plan = document.kind is DocumentKind.ANALYSIS_PLAN
    return plan and document.locked_at is not None and is_late(document.trial, document.locked_at)


@bp.get("/documents/<int:document_id>")
@public
def document(document_id: int) -> ResponseReturnValue:
    """One version, as it is signed. 404 for one that is not locked, unless to a party."""
    return _page(document_id, None)


@bp.post("/documents/<int:document_id>/review")
@signed_in
def review(document_id: int) -> ResponseReturnValue:
    """Give the expert group's word. 422 once it was given or the version was signed."""
    form = ReviewForm()
    if form.accepts(
        lambda: services.review_validity(
            g.session,
            document_id=document_id,
            valid=form.valid.data == "yes",
            remarks=form.remarks.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("agreements.document", document_id=document_id), 303)
    return _page(document_id, form)


@bp.post("/documents/<int:document_id>/sign")
@signed_in
def sign(document_id: int) -> ResponseReturnValue:
    """Sign exactly what was shown. 422 when it is not what is stored, or cannot be signed yet."""
    form = SignForm()
    if form.accepts(
        lambda: services.sign_document(
            g.session,
            document_id=document_id,
            party=_party(form),
            shown_sha256=form.shown_sha256.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("agreements.document", document_id=document_id), 303)
    return _page(document_id, form)


def _party(form: SignForm) -> Party:
    return next((party for party in Party if party.value == form.party.data), Party.COUNCIL)


def _page(document_id: int, refused: Form | None) -> ResponseReturnValue:
    found = document_page(g.session, document_id, g.actor)
    signing = found.state is DocumentState.SIGNING
    own = parties_of(g.actor, found.trial) if g.actor and signing else ()
    signed = {signature.party for signature in found.signatures}
    sign_forms = [_sign_form(found, party, refused) for party in own if party not in signed]
    may_review = bool(g.actor and g.actor.may(Permission.DOCUMENT_REVIEW, found.trial.scope))
    return (refused or Form()).page(
        "agreements/document.html",
        document=found,
        trial=found.trial,
        read=read_version(found),
        sign_forms=sign_forms,
        wants_review=found.kind is DocumentKind.PROTOCOL and not _favourable(found),
        review_form=refused if isinstance(refused, ReviewForm) else ReviewForm(formdata=None),
        may_review=may_review and signing and not _reviewed(found) and not found.signatures,
        late=_is_late(found),
        document_party=lambda value: label(Party(value)),
    )


def _sign_form(document: Document, party: Party, refused: Form | None) -> SignForm:
    """Return the form that was refused, to mend it, or a fresh one over what is stored now."""
    if isinstance(refused, SignForm) and refused.party.data == party.value:
        refused.shown_sha256.data = document.content_sha256
        return refused
    return SignForm(formdata=None, party=party.value, shown_sha256=document.content_sha256)


def _favourable(document: Document) -> bool:
    return bool(document.reviews) and all(review.valid for review in document.reviews)


def _reviewed(document: Document) -> bool:
    if document.kind is not DocumentKind.PROTOCOL:
        return True
    return any(review.reviewer_id == g.actor.person_id for review in document.reviews)
