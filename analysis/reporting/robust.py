"""The planned columns by least squares with clustered errors, beside the multilevel model."""

from dataclasses import dataclass

import numpy as np

from analysis.analysed import Analysis
from analysis.distributions import infer
from analysis.effects.sizes import EffectSize, hedges_individual
from analysis.engine.arrays import Floats, Ints
from analysis.engine.least_squares import less_school_means
from analysis.errors import AnalysisError
from analysis.fitted import arm_columns, constant_in
from analysis.inference.cluster_robust import ClusterRobust, JointTest, cluster_robust
from analysis.inference.wild import WildBootstrap, wild_cluster_bootstrap

KIND = "CR2"


@dataclass(frozen=True, slots=True)
class Robust:
    """One contrast of least squares, in the units of the outcome."""

    kind: str
    estimate: float
    std_error: float
    df: float  # Satterthwaite's, Bell & McCaffrey (2002)
    p_value: float
    low: float
    high: float
    effect_sizes: tuple[EffectSize, ...]  # as if pupils had been drawn one by one


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquares:
    """Outcome and columns of an analysis, less school means where schools have dummies."""

    y: Floats  # (n,)
    x: Floats  # (n, p)
    school: Ints
    arms: list[int]  # the contrasts' columns

    @classmethod
    def of(cls, analysis: Analysis) -> "LeastSquares":
        """Return the columns of ``analysis``; raises ``AnalysisError`` for one without arms."""
        sample, terms = analysis.sample, analysis.terms
        if sample.arm is None:
            raise AnalysisError("this is about an effect; name the arm")
        y, school, names = sample.outcome, sample.school.codes, arm_columns(sample)
        if analysis.request.design == "fixed-effects":
            terms = [term for term in terms if not constant_in(sample.school, term)]
        columns = [term.values for term in terms]
        if analysis.request.design == "fixed-effects":
            y, *columns = (less_school_means(column, school) for column in (y, *columns))
        x = np.column_stack(columns)
        return cls(y, x, school, [k for k, term in enumerate(terms) if term.name in names])

    def clustered(self) -> ClusterRobust:
        return cluster_robust(self.y, self.x, self.school, KIND)


def robust_contrasts(analysis: Analysis) -> tuple[list[Robust], JointTest | None]:
    """Return each arm with CR2 errors, and of several arms the joint test that all do nothing."""
    data = LeastSquares.of(analysis)
    fit = data.clustered()
    found = []
    for k in data.arms:
        estimate, error, df = (float(v[k]) for v in (fit.coefficients, fit.std_errors, fit.df))
        if not error > 0 or not df > 0:
            raise AnalysisError(
                "clustered errors need an effect that is seen in two schools or more; "
                "leave --robust out"
            )
        judged = infer(
            estimate, error, df=df, df_method="satterthwaite", level=analysis.request.level
        )
        sizes = _sizes(analysis, data, k, estimate)
        found.append(
            Robust(KIND, estimate, error, df, judged.p_value, judged.low, judged.high, sizes)
        )
    rows = np.eye(data.x.shape[1])[data.arms]
    return found, fit.joint_test(rows) if len(data.arms) > 1 else None


def _sizes(
    analysis: Analysis, data: LeastSquares, column: int, estimate: float
) -> tuple[EffectSize, ...]:
    """Divide by the residual and by the plain deviation; school dummies leave neither."""
    if analysis.request.design == "fixed-effects":
        return ()
    treated = int(np.sum(data.x[:, column] == 1))
    control = int(np.sum(np.all(data.x[:, data.arms] == 0, axis=1)))
    left = data.y - data.x @ np.linalg.lstsq(data.x, data.y, rcond=None)[0]
    n, p = data.x.shape
    return tuple(
        hedges_individual(name, estimate, variance, (treated, control), analysis.request.level)
        for name, variance in (
            ("hedges_individual_conditional", float(left @ left) / (n - p)),
            ("hedges_individual_unconditional", float(np.var(data.y, ddof=1))),
        )
    )


def wild_contrasts(
    analysis: Analysis, n_draws: int, rng: np.random.Generator
) -> list[WildBootstrap]:
    """Return the wild cluster bootstrap of each arm."""
    data = LeastSquares.of(analysis)
    return [
        wild_cluster_bootstrap(
            data.y, data.x, data.school, k, n_draws=n_draws, rng=rng, level=analysis.request.level
        )
        for k in data.arms
    ]
