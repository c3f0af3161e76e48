"""One estimate on the bytes of a release: what ``loting estimate`` makes of the same file."""

import shlex
from collections.abc import Mapping
from typing import Any

from analysis import AnalysisError, Extras, SealedDraw, estimate_effect
from analysis.errors import UnusableReceipt
from randomisation.canonical import read_json
from trials.errors import BadInput
from trials.measurements.reading import read_table

ALWAYS = ("outcome", "arm", "school")
ONCE = (
    *("control", "design", "method", "df", "dose", "threshold", "permutations", "seed"),
    *("family", "missing_data", "missing_above", "imputations"),
)
REPEATED = {
    "covariates": "covariate",
    "strata": "stratum",
    "categorical": "categorical",
    "subgroups": "subgroup",
    "outcomes": "outcome",
    "balance": "balance",
    "curve_covariates": "curve-covariate",
}
FLAGS = ("attrition", "curve", "robust")
EXTRAS = tuple(Extras.__dataclass_fields__)
FILE = "pupils.csv"
USUAL_LEVEL = 0.95


def estimate_release(
    content: bytes, specification: dict[str, Any], receipts: Mapping[int, bytes]
) -> dict[str, Any]:
    """Estimate on the bytes of a release; returns the object ``loting estimate --json`` prints.

    ``receipts`` are those of the trial's draws, by number. Raises ``BadInput`` when the data do
    not bear the analysis.
    """
    frame, reading = read_table(content, name=FILE)
    asked = {name: value for name, value in specification.items() if name != "receipts"}
    around = {name: asked.pop(name) for name in EXTRAS if name in asked}
    if asked.pop("syntax", False):
        asked["syntax"] = FILE
    try:
        result = estimate_effect(
            frame,
            rows=frame.index.to_numpy(),
            data_sha256=reading.sha256,
            sealed=_sealed(specification, receipts),
            extras=Extras(**around),
            **asked,
        )
    except AnalysisError as refusal:
        raise BadInput(refusal.sentence, (), **refusal.values) from refusal
    return result.to_dict()


def _sealed(specification: dict[str, Any], receipts: Mapping[int, bytes]) -> SealedDraw | None:
    numbers = specification.get("receipts", [])
    if not numbers:
        return None
    try:
        return SealedDraw.from_receipts([read_json(receipts[number]) for number in numbers])
    except UnusableReceipt as refusal:
        raise BadInput(
            "a receipt of this trial’s draws does not hold; loting verify says which and why"
        ) from refusal


def as_command(specification: dict[str, Any], file: str = FILE) -> str:
    """Return the command line that makes the same estimate on a downloaded release."""
    words = ["loting", "estimate", file]
    for name in ALWAYS:
        words += [f"--{name}", specification[name]]
    for name, option in REPEATED.items():
        for value in specification.get(name, ()):
            words += [f"--{option}", value]
    for name in ONCE:
        if name in specification:
            words += [f"--{name.replace('_', '-')}", f"{specification[name]}"]
    words += [f"--{name}" for name in (*FLAGS, "syntax") if specification.get(name)]
    for number in specification.get("receipts", ()):
        words += ["--receipt", receipt_name(number)]
    if specification.get("level", USUAL_LEVEL) != USUAL_LEVEL:
        words += ["--level", str(specification["level"])]
    return shlex.join(words)


def receipt_name(number: int) -> str:
    """Return how the receipt of a trial's draw is called where it is downloaded."""
    return f"receipt-{number}.json"
