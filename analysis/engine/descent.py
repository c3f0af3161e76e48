"""Newton's method on models with several variance ratios, inside their parameter space.

Ratios are quadratic forms of free parameters, ``theta_r = s' form_r s``, so that any ``s`` is
allowed and a variance of zero is an ordinary point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.engine.arrays import Floats

Forms = Floats  # (r, m, m), symmetric
STEPS = 200
SMALL = 1e-5  # a square-root parameter below this is tried at exactly zero


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The profiled deviance at one theta, with exact derivatives."""

    deviance: float  # constant left out
    coefficients: Floats
    inverse: Floats  # (p, p), of X' V⁻¹ X with pupil variance one
    residual: float  # sum of squares
    gradient: Floats  # (r,)
    hessian: Floats  # (r, r)


class VarianceModel(Protocol):
    """What the descent needs of a model."""

    @property
    def forms(self) -> Forms: ...

    def deviance(self, theta: Floats) -> float: ...

    def evaluate(self, theta: Floats) -> Evaluation: ...


def profiled(
    m: Floats,
    c: Floats,
    q: Floats,
    logdet: float,
    single: Floats,
    double: Floats,
    *,
    n: int,
    reml: bool,
) -> Evaluation:
    """Return the deviance and its derivatives from sums over ``[X y]``.

    ``m`` is Z' V⁻¹ Z with pupil variance one, ``c`` (r, q, q) its first derivatives with a minus
    sign, ``q`` (r, r, q, q) half its second ones; ``single`` and ``double`` are traces of V⁻¹G and
    V⁻¹G V⁻¹G.
    """
    p = m.shape[0] - 1
    nu = n - (p if reml else 0)
    inverse = np.linalg.inv(m[:p, :p])
    v = np.append(-inverse @ m[:p, p], 1.0)
    residual = float(v @ m @ v)
    pull = c[:, :p, :] @ v
    r1 = -(c @ v) @ v
    r2 = (q @ v) @ v
    r2 = r2 + r2.T - 2 * pull @ inverse @ pull.T
    gradient = single + nu * r1 / residual
    hessian = -double + nu * (r2 / residual - np.outer(r1, r1) / residual**2)
    deviance = logdet + nu * np.log(residual)
    if reml:
        deviance += np.linalg.slogdet(m[:p, :p])[1]
        a1 = inverse @ c[:, :p, :p]
        a2 = np.einsum("ab,rsba->rs", inverse, q[:, :, :p, :p])
        gradient = gradient - np.einsum("raa->r", a1)
        hessian = hessian + a2 + a2.T - np.einsum("rab,sba->rs", a1, a1)
    return Evaluation(float(deviance), -v[:p], inverse, residual, gradient, hessian)


def theta_of(forms: Forms, s: Floats) -> Floats:
    """Return the variance ratios at the free parameters ``s``."""
    return (forms @ s) @ s


def minimise(model: VarianceModel, starts: Sequence[Floats]) -> tuple[Floats, Evaluation]:
    """Return the variance ratios of least deviance, from the best of ``starts``."""
    forms = model.forms
    values = [model.deviance(theta_of(forms, s)) for s in starts]
    s = _newton(model, forms, starts[int(np.argmin(values))])
    at_zero = np.where(np.abs(s) < SMALL, 0.0, s)
    if np.any(at_zero != s):
        s = _newton(model, forms, at_zero)
    theta = theta_of(forms, s)
    return theta, model.evaluate(theta)


def _newton(model: VarianceModel, forms: Forms, s: Floats) -> Floats:
    current = model.evaluate(theta_of(forms, s))
    for _ in range(STEPS):
        gradient, step = _step(forms, s, current)
        if np.abs(gradient @ step) < 1e-15 * max(1.0, abs(current.deviance)):
            return s + step if np.all(np.abs(step) < 1e-6) else s
        for _ in range(40):
            proposed = model.evaluate(theta_of(forms, s + step))
            if proposed.deviance <= current.deviance + 1e-12 * abs(current.deviance):
                break
            step = step / 2
        else:
            return s
        s, current = s + step, proposed
    return s


def _step(forms: Forms, s: Floats, at: Evaluation) -> tuple[Floats, Floats]:
    """Return the gradient by ``s`` and a descent step; negative curvature is followed downhill."""
    jacobian = 2 * forms @ s  # (r, m)
    gradient = at.gradient @ jacobian
    hessian = jacobian.T @ at.hessian @ jacobian
    hessian = hessian + 2 * np.einsum("r,rab->ab", at.gradient, forms)
    values, vectors = np.linalg.eigh(hessian)
    floor = 1e-12 * max(np.abs(values).max(), 1e-300)
    step = -vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), floor))
    length, longest = np.linalg.norm(step), 2 * (1 + np.linalg.norm(s))
    return gradient, step * min(1.0, longest / length) if length > 0 else step
