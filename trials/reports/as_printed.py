"""Whether a result is built as ``loting estimate --json`` prints one, down to its last figure.

The shape is that of ``analysis.result.EffectResult`` itself. What departs from it, kept once, would
break the pages of a trial for every reader.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from unicodedata import category

from analysis.inference.cluster_robust import JointTest
from analysis.inference.wild import WildBootstrap
from analysis.missing.rule import Imputed, MissingData
from analysis.reporting.attrition import Attrition
from analysis.reporting.balance import Balance
from analysis.reporting.binary import BinaryContrast
from analysis.reporting.curve import Specification
from analysis.reporting.instruments import Instruments
from analysis.reporting.outcomes import Family
from analysis.reporting.robust import Robust
from analysis.result import NOT_TOLD, ONLY_WHEN_ASKED, EffectResult
from trials.errors import BadInput

UPLOAD = "result_file"  # the field of the form
PARTS = (
    *(JointTest, WildBootstrap, Imputed, MissingData, Attrition, Balance, BinaryContrast),
    *(Specification, Instruments, Family, Robust),
)
NAMED = {part.__name__: part for part in PARTS}  # those that the result names only
SIDES = {"n", "sides", "pupils", "schools", "compliant"}  # where they are of both arms
LARGEST = 1e15  # more is no figure of a trial


def check_as_printed(result: Any) -> None:
    """Raise ``BadInput`` with the first place that is not as the command prints it."""
    _check(result, EffectResult, "")


def _check(value: Any, kind: Any, place: str) -> None:
    if isinstance(kind, UnionType):
        if value is not None or NoneType not in get_args(kind):
            _check(value, next(one for one in get_args(kind) if one is not NoneType), place)
    elif is_dataclass(kind):
        _check_object(value, kind, place)
    elif get_origin(kind) is tuple:
        _check_list(value, get_args(kind), place)
    elif get_origin(kind) is Mapping:
        _demand(isinstance(value, dict) and all(map(_is_text, value)), place)
        for name, one in value.items():
            _check(one, get_args(kind)[1], f"{place}.{name}")
    else:
        _demand(KINDS[kind](value), place)


def _check_object(value: Any, kind: Any, place: str) -> None:
    _demand(isinstance(value, dict), place)
    shape = _shape(kind)
    for name, of_field in shape.items():
        inside = f"{place}.{name}".lstrip(".")
        _demand(name in value or name in ONLY_WHEN_ASKED, inside)
        if name in value:
            _check(value[name], of_field, inside)
            if name in SIDES and isinstance(value[name], dict):
                _demand(value[name].keys() == {"arm", "control"}, inside)
    for name in value.keys() - shape.keys():
        _demand(False, f"{place}.{name}".lstrip("."))


def _check_list(value: Any, kinds: tuple[Any, ...], place: str) -> None:
    _demand(isinstance(value, list), place)
    each = [kinds[0]] * len(value) if kinds[-1] is ... else list(kinds)
    _demand(len(value) == len(each), place)
    for number, (one, kind) in enumerate(zip(value, each, strict=True)):
        _check(one, kind, f"{place}.{number}")


@cache
def _shape(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, localns=NAMED | {"ProfileCurve": object, "SchoolLevel": object})
    return {one.name: hints[one.name] for one in fields(kind) if one.name not in NOT_TOLD}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any(category(one) in ("Cc", "Cs") for one in value)


def _is_lines(value: Any) -> bool:
    return isinstance(value, str) and all(map(_is_text, value.splitlines()))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (
        isinstance(value, float) and math.isfinite(value) and abs(value) <= LARGEST
    )


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


KINDS: dict[Any, Callable[[Any], bool]] = {
    str: _is_lines,
    int: _is_whole,
    float: _is_number,
    bool: _is_truth,
}


def _demand(holds: bool, place: str) -> None:
    if not holds:
        raise BadInput(
            "{place} is missing or of another kind; send what loting estimate --json printed",
            field=UPLOAD,
            place=place if _is_text(place) else "?",
        )
