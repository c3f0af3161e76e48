"""What a fitted model of any design offers to whoever reports on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.coding.columns import Labels
from analysis.coding.levels import one_value_each
from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.distributions import Inference
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError, RankDeficient
from analysis.parts import Coefficient, Model

ALIKE = 1 - 1e-9  # correlation above which two columns say the same


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted model and how to judge one of its coefficients."""

    model: Model
    terms: tuple[str, ...]
    judge: Callable[[int, str], Inference]  # (coefficient number, df method)
    df_methods: tuple[str, ...]  # the one asked for first
    warnings: tuple[str, ...]
    total_variance: float  # of the adjusted model

    def coefficient(self, name: str) -> int:
        return self.terms.index(name)


def arm_columns(sample: Sample) -> set[str]:
    """Return the names that the arms have among the terms."""
    return {f"{sample.arm.name}[{level}]" for level in sample.arm.levels} if sample.arm else set()


def total_variance(variances: Mapping[str, float], slope: Floats | None = None) -> float:
    """Return the variance of an outcome over pupils, at the values the slope column takes."""
    total = sum(variances.get(name, 0.0) for name in ("school", "class", "pupil"))
    if slope is None:
        return total
    return float(
        total
        + variances["slope"] * np.mean(slope**2)
        + 2 * variances["slope_covariance"] * np.mean(slope)
    )


def shares(variances: Mapping[str, float], slope: Floats | None = None) -> dict[str, float]:
    """Return the share of each level above the pupil in the total variance.

    With a random slope the school's share is all that is not the pupils', averaged over them.
    """
    total = total_variance(variances, slope)
    if slope is not None:
        return {"school": 1 - variances["pupil"] / total}
    return {name: value / total for name, value in variances.items() if name != "pupil"}


def named_refusal(refusal: RankDeficient, terms: list[Term]) -> AnalysisError:
    """Return the refusal with the name of the term in place of its number."""
    return AnalysisError(
        "{term} cannot be told from the columns before it in the model; leave one of them out",
        term=terms[refusal.column].name,
    )


def explained(outcome: Floats, terms: list[Term], name: str) -> AnalysisError:
    """Return the refusal of an outcome of which the model leaves nothing, and what it follows from.

    ``outcome`` has shape (n,); the first term is the intercept.
    """
    if np.all(outcome == outcome[0]):
        return AnalysisError(
            "outcome {column} is {value} for every pupil analysed; there is nothing to compare",
            column=name,
            value=f"{outcome[0]:g}",
        )
    alone = [t.name for t in terms[1:] if abs(np.corrcoef(t.values, outcome)[0, 1]) > ALIKE]
    if alone:
        return AnalysisError(
            "outcome {column} follows completely from {term}; leave {term} out, or name another "
            "outcome",
            column=name,
            term=alone[0],
        )
    return AnalysisError(
        "outcome {column} follows completely from the other columns; leave some of them out",
        column=name,
    )


def constant_in(group: Labels, term: Term) -> bool:
    """Say whether ``term`` has one value in every group."""
    return one_value_each(group.codes, len(group.levels), term.column)


def coefficients(
    names: tuple[str, ...], estimates: Floats, errors: Floats
) -> tuple[Coefficient, ...]:
    """Return names, estimates and model standard errors as rows of the result."""
    return tuple(
        Coefficient(name, float(b), float(se))
        for name, b, se in zip(names, estimates, errors, strict=True)
    )
