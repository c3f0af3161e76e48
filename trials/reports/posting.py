"""An estimate made at the evaluator's: is it what the plan asks, on the file registered?"""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from analysis.effects.months import months_of_progress
from trials.errors import BadInput
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
RESULT = {
    "outcome": str,
    "design": str,
    "version": str,
    "data_sha256": str,
    "n_pupils": int,
    "n_schools": int,
    "dropped": dict,
    "model": dict,
    "unconditional": dict,
    "contrasts": list,
    "warnings": list,
}
CONTRAST = {
    "arm": str,
    "control": str,
    "estimate": float,
    "std_error": float,
    "model_std_error": float,
    "df_method": str,
    "p_value": float,
    "low": float,
    "high": float,
    "n": dict,
    "effect_sizes": list,
    "months": dict,
}
INSIDE: dict[str, dict[str, type]] = {
    "unconditional": {"variances": dict},
    "model": {"coefficients": list},
}
MONTHS: dict[str, type] = {"value": int, "table": str}
SIZE = {"name": str, "value": float, "low": float, "high": float}
UPLOAD = "result_file"  # the field of the form
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
    _has(result, RESULT, "")
    for name, shape in INSIDE.items():
        _has(result[name], shape, name)
    for k, contrast in enumerate(result["contrasts"]):
        _has(contrast, CONTRAST, f"contrasts.{k}")
        _has(contrast["months"], MONTHS, f"contrasts.{k}.months")
        for size in contrast["effect_sizes"]:
            _has(size, SIZE, f"contrasts.{k}.effect_sizes")
    if not all(map(_finite, _numbers(result))):
        raise BadInput("every number must be finite; run the command again", field=UPLOAD)
    _check_shown(result)
    return dict(result)


def _check_shown(result: dict[str, Any]) -> None:
    """Refuse what no page could show: once kept, it would break them for every reader."""
    try:
        shown = without_small_groups(result)
        whole = sum(result["unconditional"]["variances"].values()) > 0
        terms = [term["term"] for term in result["model"]["coefficients"]]
        columns = [group["column"] for group in shown.get("subgroups", ())]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        whole, terms, columns = False, [], []
    if not whole or not all(isinstance(name, str) for name in (*terms, *columns)):
        raise BadInput(
            "a part of the result is not as the command prints it; send what it printed, unchanged",
            field=UPLOAD,
        )


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer beyond every float
        return False


def _no_number(text: str) -> float:
    raise ValueError(text)


def _has(part: Any, shape: dict[str, type], place: str) -> None:
    for name, kind in shape.items():
        value = part.get(name) if isinstance(part, dict) else None
        number = kind is float and isinstance(value, int) and not isinstance(value, bool)
        if not (number or (isinstance(value, kind) and not isinstance(value, bool))):
            where = f"{place}.{name}".lstrip(".")
            raise BadInput(
                "{place} is missing or of another kind; send what loting estimate --json printed",
                field=UPLOAD,
                place=where,
            )


def _numbers(part: Any) -> Iterator[float]:
    if isinstance(part, dict):
        for value in part.values():
            yield from _numbers(value)
    elif isinstance(part, list):
        for value in part:
            yield from _numbers(value)
    elif isinstance(part, int | float):
        yield part


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
    _check_sizes(contrasts)


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
