"""Newton's method on the square-root parameters of a block model."""

from collections.abc import Sequence

import numpy as np

from analysis.engine.arrays import Floats
from analysis.engine.blocks import Blocks, Evaluation, deviance_only, evaluate

STEPS = 200
SMALL = 1e-5  # a square-root parameter below this is tried at exactly zero


def minimise(blocks: Blocks, starts: Sequence[Floats], *, reml: bool) -> tuple[Floats, Evaluation]:
    """Return the square-root parameters of least deviance, from the best of ``starts``."""
    values = [deviance_only(blocks, blocks.theta(s), reml=reml) for s in starts]
    s = _newton(blocks, starts[int(np.argmin(values))], reml=reml)
    at_zero = np.where(np.abs(s) < SMALL, 0.0, s)
    if np.any(at_zero != s):
        s = _newton(blocks, at_zero, reml=reml)
    return s, evaluate(blocks, blocks.theta(s), reml=reml)


def _newton(blocks: Blocks, s: Floats, *, reml: bool) -> Floats:
    current = evaluate(blocks, blocks.theta(s), reml=reml)
    for _ in range(STEPS):
        gradient, step = _step(blocks, s, current)
        if np.abs(gradient @ step) < 1e-15 * max(1.0, abs(current.deviance)):
            return s + step if np.all(np.abs(step) < 1e-6) else s
        for _ in range(40):
            proposed = evaluate(blocks, blocks.theta(s + step), reml=reml)
            if proposed.deviance <= current.deviance + 1e-12 * abs(current.deviance):
                break
            step = step / 2
        else:
            return s
        s, current = s + step, proposed
    return s


def _step(blocks: Blocks, s: Floats, at: Evaluation) -> tuple[Floats, Floats]:
    """Return the gradient by ``s`` and a descent step; negative curvature is followed downhill."""
    jacobian = 2 * blocks.forms @ s  # (r, m)
    gradient = at.gradient @ jacobian
    hessian = jacobian.T @ at.hessian @ jacobian
    hessian = hessian + 2 * np.tensordot(at.gradient, blocks.forms, axes=1)
    values, vectors = np.linalg.eigh(hessian)
    floor = 1e-12 * max(np.abs(values).max(), 1e-300)
    step = -vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), floor))
    length, longest = np.linalg.norm(step), 2 * (1 + np.linalg.norm(s))
    return gradient, step * min(1.0, longest / length) if length > 0 else step
