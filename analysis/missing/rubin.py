"""Pooling over imputed data sets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.distributions import infer
from analysis.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class Pooled:
    """One estimate over m imputed data sets, in the units of the outcome."""

    estimate: float
    std_error: float
    df: float
    p_value: float
    low: float
    high: float
    missing_information: float  # share of the variance that is due to what is missing
    imputations: int


def pool(
    estimates: Sequence[float],
    variances: Sequence[float],
    *,
    complete_df: float,
    level: float = 0.95,
) -> Pooled:
    """Pool estimates and their squared standard errors (Rubin 1987, section 3.1).

    Degrees of freedom by Barnard & Rubin (1999), Biometrika 86, 948-955, which never exceed
    ``complete_df``, those of the analysis without missing data. Raises ``AnalysisError`` for a
    single data set.
    """
    m = len(estimates)
    if m < 2:
        raise AnalysisError("pooling needs at least two imputed data sets, not {m}", m=m)
    q, within = float(np.mean(estimates)), float(np.mean(variances))
    between = float(np.var(estimates, ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    df = observed if share == 0 else 1 / (share**2 / (m - 1) + 1 / observed)
    error = float(np.sqrt(total))
    judged = infer(q, error, df=df, df_method="Barnard-Rubin", level=level)
    return Pooled(q, error, df, judged.p_value, judged.low, judged.high, share, m)
