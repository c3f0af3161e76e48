"""My account: sessions, password, recovery codes, tokens, mandates, language."""

from datetime import UTC, date, datetime, time, timedelta

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from trials.days import AMSTERDAM
from trials.people.models import SignInMethod
from trials.people.proofs import prove_identity
from trials.people.queries import own_account
from trials.people.services import account as services
from trials.people.services.grants import end_mandate as end_mandate_of
from trials.people.services.grants import give_mandate
from trials.people.services.sessions import end_other_sessions
from trials.people.services.sessions import end_session as end_one_session
from trials.people.tokens import TokenScope
from trials.permissions import HeldRole, Permission
from web.access import signed_in
from web.people.blueprint import bp
from web.people.forms import (
    ChangePasswordForm,
    ConfirmForm,
    LanguageForm,
    MandateForm,
    ProofForm,
    TokenForm,
)
from web.people.words import held_in_words


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """What there is to see and change about the own account."""
    return render_template(
        "people/account.html",
        mine=own_account(g.session, g.actor, g.now),
        this_session=g.get("session_id"),
        by_password=g.person.method is SignInMethod.PASSWORD,
        may_mandate=bool(_own_roles()),
        form=ConfirmForm(),
        language_form=LanguageForm(language=g.person.language),
    )


@bp.post("/account/language")
@signed_in
def choose_language() -> ResponseReturnValue:
    """Set the language of one's mails."""
    form = LanguageForm()
    form.accepts(
        lambda: services.choose_language(
            g.session, language=form.language.data, actor=g.actor, now=g.now
        )
    )
    return _back()


@bp.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one browser out. 404 for another person's session."""
    end_one_session(g.session, session_id=session_id, actor=g.actor, now=g.now)
    return _back()


@bp.post("/account/sessions/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """Sign every other browser out."""
    end_other_sessions(g.session, but=g.get("session_id", 0), actor=g.actor, now=g.now)
    return _back()


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Choose a new password, with a fresh proof."""
    form = ChangePasswordForm()

    def change() -> None:
        _prove(services.PASSWORD, form)
        services.change_password(
            g.session,
            password=form.password.data,
            session_id=g.get("session_id", 0),
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(change):
        return _back()
    return form.page("people/change_password.html", email=g.person.email)


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
@signed_in
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, with a fresh proof; they are shown once."""
    form = ProofForm()

    def renew() -> tuple[str, ...]:
        _prove(services.RECOVERY, form)
        return services.renew_recovery_codes(g.session, actor=g.actor, now=g.now)

    if form.accepts(renew):
        onwards = url_for("people.account")
        return render_template("people/recovery_codes.html", codes=form.result, onwards=onwards)
    return form.page("people/renew_codes.html")


@bp.route("/account/tokens/new", methods=["GET", "POST"])
@signed_in
def new_token() -> ResponseReturnValue:
    """Make a token for the API, with a fresh proof; it is shown once."""
    form = TokenForm()

    def make() -> str:
        _prove(services.TOKEN, form)
        return services.make_token(
            g.session,
            name=form.name.data,
            scopes={TokenScope(name) for name in form.scopes.data},
            days=form.days.data,
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(make):
        return render_template("people/token.html", token=form.result)
    return form.page("people/new_token.html")


@bp.post("/account/tokens/<int:token_id>/end")
@signed_in
def end_token(token_id: int) -> ResponseReturnValue:
    """End a token of one's own. 404 for another person's."""
    services.end_token(g.session, token_id=token_id, actor=g.actor, now=g.now)
    return _back()


@bp.route("/account/mandates/new", methods=["GET", "POST"])
@signed_in
def new_mandate() -> ResponseReturnValue:
    """Let a deputy act in a role of one's own, between two days."""
    form, roles = MandateForm(), _own_roles()
    form.held.choices = [SelectChoice(str(n), held_in_words(held)) for n, held in enumerate(roles)]

    def give() -> None:
        held = roles[int(form.held.data)]
        give_mandate(
            g.session,
            email=form.deputy.data,
            role=held.role,
            scope=held.scope,
            document=form.document.data,
            valid_from=max(_midnight(form.first_day.data), g.now),
            valid_until=_midnight(form.last_day.data + timedelta(days=1)),
            actor=g.actor,
            now=g.now,
        )

    if form.accepts(give):
        return _back()
    return form.page("people/new_mandate.html")


@bp.post("/account/mandates/<int:mandate_id>/end")
@signed_in
def end_mandate(mandate_id: int) -> ResponseReturnValue:
    """End a mandate one gave or holds."""
    end_mandate_of(g.session, mandate_id=mandate_id, actor=g.actor, now=g.now)
    return _back()


def _prove(act: str, form: ProofForm) -> None:
    prove_identity(
        g.session,
        actor=g.actor,
        act=act,
        shown_sha256=services.own_account_hash(act, g.actor.person_id),
        code_or_password=form.proof.data or "",
        now=g.now,
        secret_key=current_app.config["SECRET_KEY"],
    )


def _own_roles() -> list[HeldRole]:
    """The actor's own roles in which a mandate can be given, in a fixed order."""
    own = [held for held in g.actor.roles if held.principal_id is None]
    giving = [held for held in own if g.actor.may(Permission.MANDATE_GIVE, held.scope)]
    return sorted(giving, key=lambda held: (held.role, held.scope.kind, held.scope.id or 0))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def _back() -> ResponseReturnValue:
    return redirect(url_for("people.account"), 303)
