"""What of an estimate may be shown to who may not see pupils: nothing from fewer than ten.

Where one group is left out and could be had from the others and the whole, the next smallest is
left out too.
"""

from typing import Any

from trials.agreements.plan import LEAST_IN_SUBGROUP
from trials.calls.models import Trial
from trials.permissions import Actor, Permission
from trials.reports.balancing import balance_shown

WHO_SEE_PUPILS = (Permission.PUPILS_READ, Permission.RELEASE_DOWNLOAD)


def sees_pupils(actor: Actor | None, trial: Trial) -> bool:
    return actor is not None and any(actor.may(p, trial.scope) for p in WHO_SEE_PUPILS)


def without_small_groups(result: dict[str, Any], least: int = LEAST_IN_SUBGROUP) -> dict[str, Any]:
    """Return a result, as ``loting estimate --json`` prints it, with small groups withheld.

    A group is small when an arm has fewer than ``least`` of its pupils. What is withheld stays
    named, marked ``withheld``.
    """
    shown = dict(result)
    shown["contrasts"] = [_without_means(contrast, least) for contrast in result["contrasts"]]
    if "subgroups" in result:
        shown["subgroups"] = [_one_column(group, least) for group in result["subgroups"]]
    if "balance" in result:
        shown["balance"] = balance_shown(result["balance"], least)
    return shown


def _without_means(contrast: dict[str, Any], least: int) -> dict[str, Any]:
    sizes = [side["pupils"] for side in contrast["n"].values()]
    if min(sizes) >= least or "unadjusted_means" not in contrast:
        return contrast
    return contrast | {"unadjusted_means": {}}


def _one_column(group: dict[str, Any], least: int) -> dict[str, Any]:
    sizes = {level["level"]: _smallest_arm(level) for level in group["levels"]}
    hidden = {name for name, size in sizes.items() if size < least}
    if len(hidden) == 1 and len(sizes) > 1:
        hidden.add(min(sizes.keys() - hidden, key=lambda name: sizes[name]))
    if not hidden:
        return group
    first = group["levels"][0]["level"]
    kept = [
        one
        for one in group["interactions"]
        if first not in hidden and not any(one["term"].endswith(f"[{name}]") for name in hidden)
    ]
    levels = [_withheld(level) if level["level"] in hidden else level for level in group["levels"]]
    return group | {"levels": levels, "interactions": kept}


def _smallest_arm(level: dict[str, Any]) -> int:
    """Return the pupils of the smallest arm; a level without an estimate shows its own number."""
    arms = [side["pupils"] for c in level["contrasts"] for side in c["n"].values()]
    return min([level["n_pupils"], *arms])


def _withheld(level: dict[str, Any]) -> dict[str, Any]:
    return {
        "level": level["level"],
        "n_pupils": None,
        "n_schools": None,
        "contrasts": [],
        "refused": None,
        "withheld": True,
    }
