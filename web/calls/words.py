"""Words that pages of calls and trials need, and the doors from a trial to its other pages."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from flask_babel import LazyString, lazy_gettext

from trials.calls.models import Trial
from trials.calls.queries.trials import origin_of
from trials.lifecycle import TrialState
from trials.permissions import Permission
from web.calls.blueprint import bp
from web.calls.stop_words import STOP_WORDS

GROUP_WORDS = {
    "A": lazy_gettext("More education"),
    "B": lazy_gettext("More effective education"),
    "C": lazy_gettext("Social, emotional and physical growth"),
    "D": lazy_gettext("Executive functions"),
    "E": lazy_gettext("Staff"),
    "F": lazy_gettext("Conditions"),
}


@dataclass(frozen=True, slots=True)
class TrialDoor:
    """A page of a trial in another folder; without permissions it is for anyone."""

    endpoint: str
    title: LazyString
    permissions: tuple[Permission, ...] = ()
    states: tuple[TrialState, ...] = tuple(TrialState)
    stop: int | None = None  # of the line of life whose record it is


AFTER_DESIGN = tuple(s for s in TrialState if s not in (TrialState.AWARDED, TrialState.DESIGNING))
AFTER_DRAW = tuple(s for s in AFTER_DESIGN if s is not TrialState.RECRUITING)
DOORS = (
    TrialDoor("agreements.of_trial", lazy_gettext("Protocol and analysis plan"), stop=2),
    TrialDoor(
        "signups.open_call",
        lazy_gettext("Open the call for schools"),
        (Permission.SCHOOL_CALL_OPEN,),
        (TrialState.DESIGNING,),
    ),
    TrialDoor("signups.call", lazy_gettext("Call for schools"), states=AFTER_DESIGN, stop=3),
    TrialDoor(
        "signups.recruiting",
        lazy_gettext("Recruitment of schools"),
        (Permission.RECRUITMENT_READ,),
        AFTER_DESIGN,
    ),
    TrialDoor(
        "measurements.schools",
        lazy_gettext("Pupils and scores"),
        (Permission.PUPILS_READ,),
        AFTER_DESIGN,
        4,
    ),
    TrialDoor("draws.of_trial", lazy_gettext("The draw"), states=AFTER_DRAW, stop=5),
    TrialDoor(
        "draws.of_trial",
        lazy_gettext("The draw"),
        (Permission.DRAW_FREEZE,),
        (TrialState.RECRUITING,),
        5,
    ),
    TrialDoor(
        "delivery.of_trial", lazy_gettext("Delivery"), (Permission.FIDELITY_READ,), AFTER_DRAW, 6
    ),
    TrialDoor(
        "measurements.rounds",
        lazy_gettext("Rounds of testing"),
        (Permission.OUTCOMES_LOCK,),
        AFTER_DRAW,
        7,
    ),
    TrialDoor(
        "releases.of_trial",
        lazy_gettext("Releases of data"),
        (Permission.RELEASE_MAKE, Permission.RELEASE_DOWNLOAD),
    ),
    TrialDoor(
        "reports.of_trial",
        lazy_gettext("Estimates and report"),
        (Permission.REPORT_WRITE, Permission.REPORT_REVIEW),
        (TrialState.RELEASED, TrialState.REPORTED, TrialState.PUBLISHED),
    ),
    TrialDoor("evidence.result", lazy_gettext("Result"), states=(TrialState.PUBLISHED,), stop=8),
)


def trial_doors(trial: Trial) -> list[tuple[TrialDoor, str]]:
    """Return each page of this trial that the reader can open, with its address."""
    return [
        (door, url_for(door.endpoint, **_argument(door.endpoint, trial)))
        for door in DOORS
        if door.endpoint in current_app.view_functions
        and trial.state in door.states
        and (not door.permissions or _may(door.permissions, trial))
    ]


def stop_links(trial: Trial) -> dict[int, str]:
    """Return the address behind each dot of the line of life, as far as the reader can open it."""
    links = {door.stop: address for door, address in trial_doors(trial) if door.stop is not None}
    origin = origin_of(g.session, trial)
    if origin is not None:
        links |= dict.fromkeys((0, 1), url_for("calls.call", call_id=origin.id))
    return links


def _may(permissions: tuple[Permission, ...], trial: Trial) -> bool:
    return g.actor is not None and any(g.actor.may(p, trial.scope) for p in permissions)


def _argument(endpoint: str, trial: Trial) -> dict[str, Any]:
    """Public pages go by the address of the trial, others by its id."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    return {"slug": trial.slug} if "slug" in rule.arguments else {"trial_id": trial.id}


@bp.context_processor
def words_of_calls() -> dict[str, object]:
    return {
        "group_words": GROUP_WORDS,
        "stop_words": STOP_WORDS,
        "trial_doors": trial_doors,
        "stop_links": stop_links,
    }
