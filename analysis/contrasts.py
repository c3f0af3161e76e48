"""Each arm against control: estimate, intervals, effect sizes, months."""

from contextlib import suppress

import numpy as np

from analysis.arms import pupils_per_cell
from analysis.coding.columns import Labels
from analysis.coding.sample import Sample
from analysis.distributions import Inference
from analysis.effects.months import months_of_progress
from analysis.effects.sizes import (
    ArmSizes,
    EffectSize,
    hedges_total,
    hedges_within,
    multisite_size,
    scaled_size,
)
from analysis.engine.arrays import Floats
from analysis.errors import AnalysisError
from analysis.fitted import Fitted, total_variance
from analysis.parts import Count, Mean, OtherDf, Unconditional
from analysis.request import Request
from analysis.result import Contrast


def contrasts(
    sample: Sample, fitted: Fitted, empty: Unconditional, request: Request
) -> tuple[Contrast, ...]:
    """Return one contrast per arm that is not control, in the order of the arms' labels."""
    if sample.arm is None or sample.control is None:
        return ()
    return tuple(
        _contrast(level, sample, sample.arm, sample.control, fitted, empty, request)
        for level in sample.arm.levels
        if level != sample.control
    )


def _contrast(
    level: str,
    sample: Sample,
    arm: Labels,
    control: str,
    fitted: Fitted,
    empty: Unconditional,
    request: Request,
) -> Contrast:
    number = fitted.coefficient(f"{arm.name}[{level}]")
    judged = fitted.judge(number, fitted.df_methods[0])
    others = _others(fitted, number)
    coefficient = fitted.model.coefficients[number]
    headline = scaled_size(
        "g_total_unconditional", coefficient.estimate, judged.low, judged.high, empty.deviation
    )
    cells = pupils_per_cell(sample.school, arm)
    columns = (cells[:, arm.levels.index(level)], cells[:, arm.levels.index(control)])
    sizes = _hedges_sizes(coefficient.estimate, columns, fitted, empty, request)
    return Contrast(
        arm=level,
        control=control,
        estimate=coefficient.estimate,
        std_error=judged.std_error,
        model_std_error=coefficient.std_error,
        df=judged.df,
        df_method=judged.df_method,
        t=judged.t,
        p_value=judged.p_value,
        low=judged.low,
        high=judged.high,
        other_df=tuple(OtherDf(o.df_method, o.df, o.p_value, o.low, o.high) for o in others),
        n={
            side: Count(int(column.sum()), int(np.sum(column > 0)))
            for side, column in zip(("arm", "control"), columns, strict=True)
        },
        unadjusted_means={
            side: _mean(sample.outcome[arm.codes == arm.levels.index(name)])
            for side, name in (("arm", level), ("control", control))
        },
        effect_sizes=(headline, *sizes),
        months=months_of_progress(headline.value),
    )


def _others(fitted: Fitted, number: int) -> list[Inference]:
    """Return the other judgements of a coefficient, of the methods that leave it any df."""
    found = []
    for method in fitted.df_methods[1:]:
        with suppress(AnalysisError):
            found.append(fitted.judge(number, method))
    return found


def _hedges_sizes(
    estimate: float,
    columns: tuple[Floats, Floats],
    fitted: Fitted,
    empty: Unconditional,
    request: Request,
) -> list[EffectSize]:
    """Return the sizes of Hedges (2007), total and within, by the empty and the adjusted model."""
    if "class" in empty.variances:  # the formulas know two levels
        return []
    arms = (ArmSizes(columns[0][columns[0] > 0]), ArmSizes(columns[1][columns[1] > 0]))
    total, level = total_variance(empty.variances), request.level
    icc = empty.icc["school"]
    sizes = [
        hedges_total("hedges_total_unconditional", estimate, total, icc, arms, level),
        hedges_within(
            "hedges_within_unconditional", estimate, empty.variances["pupil"], icc, arms, level
        ),
    ]
    pupil, total = fitted.model.variances["pupil"] or 0.0, fitted.total_variance
    slope = fitted.model.variances.get("slope") or 0.0
    names = ("hedges_total_conditional", "hedges_within_conditional")
    if request.design == "cluster":
        icc = 1 - pupil / total
        sizes.append(hedges_total(names[0], estimate, total, icc, arms, level))
        sizes.append(hedges_within(names[1], estimate, pupil, icc, arms, level))
    else:
        if request.design != "fixed-effects":  # school dummies leave no total variance
            sizes.append(multisite_size(names[0], estimate, total, pupil, slope, columns, level))
        sizes.append(multisite_size(names[1], estimate, pupil, pupil, slope, columns, level))
    return sizes


def _mean(values: Floats) -> Mean:
    sd = float(values.std(ddof=1)) if values.size > 1 else None
    return Mean(float(values.mean()), sd)
