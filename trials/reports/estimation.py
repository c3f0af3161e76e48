"""From the locked plan to an estimate: what ``loting estimate`` makes of the same file."""

import shlex
from typing import Any

from analysis import AnalysisError, estimate_effect
from trials.agreements.plan import Plan
from trials.agreements.protocol import Protocol
from trials.errors import BadInput
from trials.measurements.reading import read_table
from trials.releases.codebook import column_of


def specification_of(plan: Plan, protocol: Protocol) -> dict[str, Any]:
    """Return what ``estimate_effect`` is asked, with the column names of a release."""
    return {
        "outcome": column_of(plan.outcome, plan.wave),
        "arm": "arm",
        "school": "school",
        "covariates": list(plan.covariates),
        "strata": list(plan.strata),
        "categorical": list(plan.categorical),
        "control": protocol.control,
        "design": plan.design.value,
        "method": plan.method.value,
        "df": plan.df_method.value,
        "level": plan.level,
    }


def estimate_release(content: bytes, specification: dict[str, Any]) -> dict[str, Any]:
    """Estimate on the bytes of a release; returns the object ``loting estimate --json`` prints.

    Raises ``BadInput`` when the data do not bear the analysis.
    """
    frame, reading = read_table(content, name="pupils.csv")
    try:
        result = estimate_effect(
            frame, rows=frame.index.to_numpy(), data_sha256=reading.sha256, **specification
        )
    except AnalysisError as refusal:
        raise BadInput(refusal.sentence, (), **refusal.values) from refusal
    return result.to_dict()


def as_command(specification: dict[str, Any], file: str = "pupils.csv") -> str:
    """Return the command line that makes the same estimate on a downloaded release."""
    words = ["loting", "estimate", file]
    for name in ("outcome", "arm", "school"):
        words += [f"--{name}", specification[name]]
    for option, name in (
        ("--covariate", "covariates"),
        ("--stratum", "strata"),
        ("--categorical", "categorical"),
    ):
        for value in specification[name]:
            words += [option, value]
    for name in ("control", "design", "method", "df"):
        words += [f"--{name}", specification[name]]
    if specification["level"] != 0.95:
        words += ["--level", str(specification["level"])]
    return shlex.join(words)
