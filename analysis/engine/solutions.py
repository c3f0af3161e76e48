"""One shape for what each model's solver finds, still in the scaled units of the moments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from analysis.engine import random_slope, three_level, two_level
from analysis.engine.arrays import Column, Floats, Ints
from analysis.engine.blocks import Blocks
from analysis.engine.descent import minimise
from analysis.engine.moments import SchoolMoments
from analysis.engine.small_sample import SmallSample
from analysis.engine.two_level import SINGULAR_RATIO
from analysis.engine.two_level_inference import small_sample


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A converged model; ``variances`` are those of the scaled outcome."""

    coefficients: Floats
    variances: dict[str, float]
    covariance: Floats
    deviance: float  # without the scales of X and y
    singular: bool
    correct: Callable[[], SmallSample]  # the small-sample corrections, when they are wanted


def solve_two_level(moments: SchoolMoments, *, reml: bool) -> Solution:
    """Return the random-intercept solution."""
    fit = two_level.solve(moments, reml=reml)
    return Solution(
        coefficients=fit.coefficients,
        variances={"school": fit.school, "pupil": fit.pupil},
        covariance=fit.covariance,
        deviance=fit.deviance,
        singular=fit.ratio < SINGULAR_RATIO,
        correct=partial(small_sample, moments, fit),
    )


def solve_three_level(moments: SchoolMoments, school_of_class: Ints, *, reml: bool) -> Solution:
    """Return the solution with classes in schools, from moments by class."""
    levels = three_level.class_levels(moments, school_of_class, reml=reml)
    theta, sigma2, solution = _solve(levels, three_level.starting_points())
    school, klass = (float(ratio) * sigma2 for ratio in theta)
    return Solution(
        variances={"school": school, "class": klass, "pupil": sigma2},
        singular=bool(theta.min() < SINGULAR_RATIO),
        **solution,
    )


def solve_random_slope(
    columns: Sequence[Column], moments: SchoolMoments, school: Ints, slope: Floats, *, reml: bool
) -> Solution:
    """Return the solution with a random slope of ``slope`` beside the random intercept."""
    found = random_slope.slope_blocks(list(columns), moments, school, slope, reml=reml)
    theta, sigma2, solution = _solve(found.blocks, random_slope.starting_points())
    ratio = np.array([[theta[0], theta[1]], [theta[1], theta[2]]])
    covariance = found.covariance(theta) * sigma2
    return Solution(
        variances={
            "school": float(covariance[0, 0]),
            "slope": float(covariance[1, 1]),
            "slope_covariance": float(covariance[0, 1]),
            "pupil": sigma2,
        },
        singular=bool(np.linalg.eigvalsh(ratio).min() < SINGULAR_RATIO),
        **solution,
    )


def _solve(
    model: Blocks | three_level.ClassLevels, starts: Sequence[Floats]
) -> tuple[Floats, float, dict[str, Any]]:
    theta, found = minimise(model, starts)
    nu = model.n - (model.p if model.reml else 0)
    sigma2 = found.residual / nu
    solution = {
        "coefficients": found.coefficients,
        "deviance": float(found.deviance + nu * (1 + np.log(2 * np.pi / nu))),
        "covariance": found.inverse * sigma2,
        "correct": partial(model.small_sample, theta, found.coefficients, sigma2),
    }
    return theta, sigma2, solution
