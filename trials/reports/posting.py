"""An estimate made at the evaluator's: is it what the plan asks, on the file registered?"""

import json
from collections.abc import Sequence
from typing import Any

from analysis.effects.months import months_of_progress
from trials.errors import BadInput
from trials.reports.as_printed import UPLOAD, check_as_printed
from trials.reports.models import Part
from trials.reports.planned import Analysis
from trials.reports.showing import without_small_groups

MOST_BYTES = 5_000_000
MARKS = {  # the key that tells what an estimate is of the whole; in the result or its contrasts
    Part.SUBGROUP: "subgroups",
    Part.COMPLIANCE: "cace",
    Part.PERMUTATION: "permutation",
    Part.FAMILY: "family",
    Part.MISSING: "missing_data",
    Part.BALANCE: "balance",
    Part.ROBUSTNESS: "curve",
}
HEADLINE = "g_total_unconditional"


def read_result(content: bytes) -> dict[str, Any]:
    """Return the object that ``loting estimate --json`` printed. Raises ``BadInput``."""
    if len(content) > MOST_BYTES:
        raise BadInput("the file is larger than 5 MB; send what loting estimate --json printed")
    try:
        result = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadInput(
            "the file is no JSON; send what loting estimate --json printed", field=UPLOAD
        ) from None
    check_as_printed(result)
    _check_shown(result)
    return dict(result)


def _check_shown(result: dict[str, Any]) -> None:
    """Refuse what no page could show: once kept, it would break them for every reader."""
    try:
        without_small_groups(result)
        whole = sum(result["unconditional"]["variances"].values()) > 0
    except (IndexError, KeyError, ValueError):
        whole = False
    if not whole:
        raise BadInput(
            "a part of the result is not as the command prints it; send what it printed, unchanged",
            field=UPLOAD,
        )


def _no_number(text: str) -> float:
    raise ValueError(text)


def analysis_of(result: dict[str, Any], planned: Sequence[Analysis]) -> Analysis:
    """Return the planned analysis that a result answers. Raises ``BadInput`` for none."""
    marks = {part for part, key in MARKS.items() if _marked(result, key)}
    for analysis in planned:
        same = analysis.specification["outcome"] == result["outcome"]
        mine = {analysis.part} & MARKS.keys()
        if same and mine == marks and _same_column(analysis, result):
            return analysis
    raise BadInput(
        "the plan asks for no such analysis; run one of the commands on this page",
        field=UPLOAD,
    )


def _marked(result: dict[str, Any], key: str) -> bool:
    return key in result or any(key in contrast for contrast in result["contrasts"])


def _same_column(analysis: Analysis, result: dict[str, Any]) -> bool:
    if analysis.part is not Part.SUBGROUP:
        return True
    return analysis.subject in {group.get("column") for group in result["subgroups"]}


def check_against_plan(result: dict[str, Any], analysis: Analysis, arms: Sequence[str]) -> None:
    """Refuse a result that was not made as the plan says; ``arms`` are those, control first."""
    asked = analysis.specification
    contrasts = result["contrasts"]
    facts = {
        "design": (result["design"], asked["design"]),
        "method": (str(result["model"].get("method", "")).lower(), asked["method"]),
        "control": ({c["control"] for c in contrasts}, {asked["control"]}),
        "arms": ({c["arm"] for c in contrasts}, set(arms[1:])),
        "df": ({c["df_method"] for c in contrasts}, {asked["df"]}),
    }
    if asked["design"] == "fixed-effects":
        del facts["method"]  # least squares
    for name, (found, wanted) in facts.items():
        if found != wanted:
            raise BadInput(
                "{name} is not what the plan says; run the command on this page",
                field=UPLOAD,
                name=name,
            )
    terms = [str(term.get("term", "")) for term in result["model"].get("coefficients", [])]
    for column in asked["covariates"]:
        if not any(term == column or term.startswith(f"{column}[") for term in terms):
            raise BadInput(
                "{name} is not in the model; run the command on this page",
                field=UPLOAD,
                name=column,
            )
    _check_arms(result, set(arms[1:]))
    _check_sizes(contrasts)


def _check_arms(part: Any, arms: set[str]) -> None:
    """Refuse a part, however deep, about an arm that is not compared, or without its figures."""
    if isinstance(part, dict) and not _is_of(part, arms):
        raise BadInput(
            "{name} is not what the plan says; run the command on this page",
            field=UPLOAD,
            name=part.get("arm"),
        )
    for inside in part.values() if isinstance(part, dict) else part:
        if isinstance(inside, dict | list):
            _check_arms(inside, arms)


def _is_of(part: dict[str, Any], arms: set[str]) -> bool:
    if part.get("effect_size", 0) is None:  # a model that could not be estimated, of no arm
        return True
    arm = part.get("arm")
    whole: bool = part.get("effect_sizes") != [] and part.get("p_value", 0) is not None
    return whole and (not isinstance(arm, str) or arm in arms)


def _check_sizes(contrasts: list[dict[str, Any]]) -> None:
    for contrast in contrasts:
        if not (contrast["effect_sizes"] and _holds_together(contrast)):
            raise BadInput(
                "the figures of {arm} do not hold together; run the command again",
                field=UPLOAD,
                arm=contrast["arm"],
            )


def _holds_together(contrast: dict[str, Any]) -> bool:
    size = contrast["effect_sizes"][0]
    counts = [side.get("pupils") for side in contrast["n"].values() if isinstance(side, dict)]
    return (
        size["name"] == HEADLINE
        and contrast["n"].keys() == {"arm", "control"}
        and len(counts) == 2
        and all(isinstance(count, int) and count > 0 for count in counts)
        and contrast["std_error"] > 0
        and contrast["low"] <= contrast["estimate"] <= contrast["high"]
        and contrast["months"].get("value") == months_of_progress(float(size["value"])).value
    )
