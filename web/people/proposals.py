"""The page of a proposal: exactly what is shown, its hash, and the second person's decision."""

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trials.people import proposals as services
from trials.people.queries import ProposalPage, proposal_page
from web.access import signed_in
from web.forms import Form
from web.people.acts import ACTS
from web.people.blueprint import bp
from web.people.forms import ApproveForm, ConfirmForm, RejectForm


@bp.get("/proposals/<int:proposal_id>")
@signed_in
def proposal(proposal_id: int) -> ResponseReturnValue:
    """What is proposed, by whom, and who can decide. 404 for whoever has no part in it."""
    found = proposal_page(g.session, proposal_id, g.actor, g.now)
    form = ApproveForm(shown_sha256=found.proposal.shown_sha256)
    return _page(found, form, RejectForm(prefix="reject"))


@bp.post("/proposals/<int:proposal_id>/approve")
@signed_in
def approve(proposal_id: int) -> ResponseReturnValue:
    """Approve exactly what was shown, with a fresh proof; in a demonstration, by pressing twice.

    422 with the reason when it has changed or was decided.
    """
    found = proposal_page(g.session, proposal_id, g.actor, g.now)
    form, act = ApproveForm(), found.proposal.act
    if current_app.config["DEMONSTRATION"] and not request.form.get("pressed"):
        return _page(found, form, RejectForm(prefix="reject"), pressed=True)

    def decide() -> None:
        services.prove_identity(
            g.session,
            actor=g.actor,
            act=act,
            shown_sha256=form.shown_sha256.data,
            code_or_password=form.proof.data or "",
            now=g.now,
            secret_key=current_app.config["SECRET_KEY"],
        )
        services.approve(
            g.session,
            proposal_id=proposal_id,
            shown_sha256=form.shown_sha256.data,
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(decide):
        return redirect(url_for("people.proposal", proposal_id=proposal_id), 303)
    return _again(proposal_id, form, RejectForm(prefix="reject"))


@bp.post("/proposals/<int:proposal_id>/reject")
@signed_in
def reject(proposal_id: int) -> ResponseReturnValue:
    """Refuse the proposal, with a reason its proposer reads."""
    form = RejectForm(prefix="reject")
    if form.accepts(
        lambda: services.reject(
            g.session,
            proposal_id=proposal_id,
            reason=form.reason.data,
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("people.proposal", proposal_id=proposal_id), 303)
    return _again(proposal_id, form, form)


@bp.post("/proposals/<int:proposal_id>/withdraw")
@signed_in
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """Take one's own proposal back."""
    form = ConfirmForm()
    if form.accepts(
        lambda: services.withdraw(g.session, proposal_id=proposal_id, actor=g.actor, now=g.now)
    ):
        return redirect(url_for("people.proposal", proposal_id=proposal_id), 303)
    return _again(proposal_id, form, RejectForm(prefix="reject"))


def _again(proposal_id: int, refused: Form, reject_form: Form) -> ResponseReturnValue:
    """Show the page as it stands now, with what was refused on top."""
    found = proposal_page(g.session, proposal_id, g.actor, g.now)
    return _page(found, refused, reject_form)


def _page(
    found: ProposalPage, form: Form, reject_form: Form, *, pressed: bool = False
) -> ResponseReturnValue:
    fresh = ApproveForm(formdata=None, shown_sha256=found.proposal.shown_sha256)
    return form.page(
        "people/proposal.html",
        page=found,
        words=ACTS.get(found.proposal.act),
        approve_form=form if isinstance(form, ApproveForm) else fresh,
        reject_form=reject_form,
        pressed=pressed,
    )
