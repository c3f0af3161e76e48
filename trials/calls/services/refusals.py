"""Refusing the applications that are left, which closes a call. It takes two persons."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trials.audit import record
from trials.calls.decisions import about, decide, in_figures, must_be_decidable
from trials.calls.loading import application_for_update, call_for_update
from trials.calls.models import Call
from trials.calls.standings import standings
from trials.calls.states import ApplicationState, CallState
from trials.calls.titles import call_titles
from trials.errors import NotFound
from trials.fields import written
from trials.people.acts import Act, register_act
from trials.permissions import Actor, Permission, Scope


def call_scopes(session: Session, call_id: int) -> tuple[Scope, ...]:
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound("there is no such call")
    return (call.scope,)


def _refusal_shown(session: Session, call_id: int, wish: dict[str, Any]) -> dict[str, Any]:
    """The wish gives ``reasons``: one text for each application left, by its id as text."""
    call = session.get_one(Call, call_id)
    left = [a for a in call.applications if a.state is ApplicationState.SUBMITTED]
    ranks = {standing.application_id: standing for standing in standings(session, call)}
    given = wish.get("reasons")
    reasons = given if isinstance(given, dict) else {}
    return {
        "call": call.id,
        "title_nl": call.title_nl,
        "title_en": call.title_en,
        "refused": [
            {
                **about(application),
                "standing": in_figures(ranks[application.id]),
                "reasons": written(
                    str(reasons.get(str(application.id), "")),
                    field=f"reasons_{application.id}",
                    longest=4000,
                ),
            }
            for application in left
        ],
    }


def _refuse_rest(
    session: Session,
    call_id: int,
    shown: dict[str, Any],
    proposer_id: int,
    approver: Actor,
    now: datetime,
) -> Call:
    """Refuse every application left, with its reasons, and close the call as decided."""
    call = call_for_update(session, call_id)
    must_be_decidable(call, now)
    for refused in shown["refused"]:
        application = application_for_update(session, refused["application"])
        decide(
            session,
            application,
            awarded=False,
            reasons=refused["reasons"],
            approver=approver,
            now=now,
        )
    call.advance_to(CallState.DECIDED)
    details: dict[str, str | int] = {"refused": len(shown["refused"]), "proposer": proposer_id}
    record(
        session, "call_decided", f"call:{call.id}", by=approver.person_id, at=now, details=details
    )
    return call


REFUSE_REST = register_act(
    Act(
        name="refuse_rest",
        propose=Permission.AWARD_PROPOSE,
        approve=Permission.AWARD_APPROVE,
        scopes=call_scopes,
        shown=_refusal_shown,
        lock=call_for_update,
        carry_out=_refuse_rest,
        titles=call_titles,
    )
)
