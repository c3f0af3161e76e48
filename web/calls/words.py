"""Words that pages of calls and trials need, and the doors from a trial to its other pages."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from flask_babel import LazyString, lazy_gettext

from trials.calls.models import Trial
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


AFTER_DESIGN = tuple(s for s in TrialState if s not in (TrialState.AWARDED, TrialState.DESIGNING))
DOORS = (
    TrialDoor("agreements.of_trial", lazy_gettext("Protocol and analysis plan")),
    TrialDoor("signups.call", lazy_gettext("Call for schools"), states=AFTER_DESIGN),
    TrialDoor(
        "signups.recruitment",
        lazy_gettext("Recruitment of schools"),
        (Permission.RECRUITMENT_READ, Permission.SCHOOL_CALL_OPEN),
    ),
    TrialDoor("draws.of_trial", lazy_gettext("The draw"), states=AFTER_DESIGN),
    TrialDoor("delivery.of_trial", lazy_gettext("Delivery"), (Permission.FIDELITY_READ,)),
    TrialDoor(
        "measurements.of_trial",
        lazy_gettext("Pupils and scores"),
        (Permission.PUPILS_READ, Permission.OUTCOMES_LOCK),
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
    ),
    TrialDoor("evidence.result", lazy_gettext("Result"), states=(TrialState.PUBLISHED,)),
)


def trial_doors(trial: Trial) -> list[tuple[LazyString, str]]:
    """Return (title, address) of each page of this trial that the reader can open."""
    return [
        (door.title, url_for(door.endpoint, **_argument(door.endpoint, trial)))
        for door in DOORS
        if door.endpoint in current_app.view_functions
        and trial.state in door.states
        and (not door.permissions or _may(door.permissions, trial))
    ]


def _may(permissions: tuple[Permission, ...], trial: Trial) -> bool:
    return g.actor is not None and any(g.actor.may(p, trial.scope) for p in permissions)


def _argument(endpoint: str, trial: Trial) -> dict[str, Any]:
    """Public pages go by the address of the trial, others by its id."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    return {"slug": trial.slug} if "slug" in rule.arguments else {"trial_id": trial.id}


@bp.context_processor
def words_of_calls() -> dict[str, object]:
    return {"group_words": GROUP_WORDS, "stop_words": STOP_WORDS, "trial_doors": trial_doors}
