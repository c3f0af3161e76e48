"""The reference distribution of one estimate: Student's t, or normal without degrees of freedom."""

from dataclasses import dataclass

from analysis.errors import AnalysisError

NO_SPREAD = 1e-12  # of the estimate; a smaller error is rounding


def normal_quantile(level: float) -> float:
    """Return the two-sided normal quantile; 1.96 at 95 %, as the field's reports and Hedges do."""
    from scipy.special import ndtri  # a third of the time to import this package

    return 1.96 if level == 0.95 else float(ndtri(0.5 + level / 2))


@dataclass(frozen=True, slots=True)
class Inference:
    """A test of zero and an interval, by one choice of degrees of freedom."""

    df_method: str
    std_error: float
    df: float | None  # None: normal
    t: float
    p_value: float
    low: float
    high: float


def infer(
    estimate: float, std_error: float, *, df: float | None, df_method: str, level: float
) -> Inference:
    """Return the two-sided test of zero and the interval of coverage ``level``.

    Raises ``AnalysisError`` without a spread or degrees of freedom to judge the estimate by.
    """
    from scipy.special import ndtr, stdtr, stdtrit

    if not std_error > NO_SPREAD * abs(estimate) or (df is not None and not df > 0):
        raise AnalysisError(
            "too few schools or pupils are left to judge this effect by {method}; "
            "choose another method, or leave a part of the model out",
            method=df_method,
        )
    t = estimate / std_error
    if df is None:
        tail, quantile = float(ndtr(-abs(t))), normal_quantile(level)
    else:
        tail, quantile = float(stdtr(df, -abs(t))), float(stdtrit(df, 0.5 + level / 2))
    half = quantile * std_error
    return Inference(
        df_method, float(std_error), df, float(t), 2 * tail, estimate - half, estimate + half
    )
