"""People: who there is, inviting, roles, and shutting someone out."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trials.people import queries
from trials.people.services import grants, invitations
from trials.permissions import PROGRAMME, Role, Scope, ScopeKind
from web.access import signed_in
from web.people.blueprint import bp
from web.people.forms import ConfirmForm, InviteForm, SearchForm


@bp.get("/people")
@signed_in
def everyone() -> ResponseReturnValue:
    """Persons by name, for whoever invites people. 403 for others."""
    form = SearchForm(request.args, meta={"csrf": False})
    words = form.words.data or ""
    return form.page(
        "people/everyone.html", people=queries.everyone(g.session, g.actor, words=words)
    )


@bp.route("/people/invite", methods=["GET", "POST"])
@signed_in
def invite() -> ResponseReturnValue:
    """Invite someone by mail into a role. 403 for whoever may not."""
    queries.everyone(g.session, g.actor, words="")
    form = InviteForm()
    if form.accepts(
        lambda: invitations.invite(
            g.session,
            email=form.email.data,
            name=form.name.data,
            language=form.language.data,
            role=Role(form.role.data),
            scope=_scope(form),
            actor=g.actor,
            now=g.now,
        )
    ):
        return redirect(url_for("people.person", person_id=form.result.id), 303)
    return form.page("people/invite.html")


@bp.get("/people/<int:person_id>")
@signed_in
def person(person_id: int) -> ResponseReturnValue:
    """One person and the roles held now."""
    found, held = queries.person_page(g.session, person_id, g.actor, g.now)
    return ConfirmForm().page("people/person.html", found=found, held=held)


@bp.post("/people/<int:person_id>/grants/<int:grant_id>/end")
@signed_in
def end_grant(person_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role from this moment on."""
    grants.end_grant(g.session, grant_id=grant_id, actor=g.actor, now=g.now)
    return redirect(url_for("people.person", person_id=person_id), 303)


@bp.post("/people/<int:person_id>/reset")
@signed_in
def reset_second_step(person_id: int) -> ResponseReturnValue:
    """Mail someone who lost the device a link to set both steps up anew."""
    invitations.reset_second_step(g.session, person_id=person_id, actor=g.actor, now=g.now)
    return redirect(url_for("people.person", person_id=person_id), 303)


@bp.post("/people/<int:person_id>/disable")
@signed_in
def disable(person_id: int) -> ResponseReturnValue:
    """Shut someone out at once."""
    grants.disable_person(g.session, person_id=person_id, actor=g.actor, now=g.now)
    return redirect(url_for("people.person", person_id=person_id), 303)


def _scope(form: InviteForm) -> Scope:
    kind = ScopeKind(form.reach.data)
    return PROGRAMME if kind is ScopeKind.PROGRAMME else Scope(kind, form.number.data)
