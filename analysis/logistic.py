"""Logistic regression with errors clustered by school."""

import warnings

import numpy as np

from analysis.engine.arrays import Floats, Ints
from analysis.errors import AnalysisError


def clustered_logit(y: Floats, x: Floats, school: Ints) -> tuple[Floats, Floats]:
    """Return coefficients (p,) and their covariance, (p, p), clustered by ``school`` (n,).

    ``y`` holds zeros and ones, (n,); ``x`` is (n, p) with its intercept. The covariance has the
    factor S / (S - 1) * (n - 1) / (n - p) of S schools. Raises ``AnalysisError`` when the columns
    tell zeros from ones completely or follow from one another.
    """
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # looked at below
        try:
            fit = Logit(y, x).fit(
                disp=False,
                maxiter=200,
                cov_type="cluster",
                cov_kwds={"groups": school, "use_correction": True},
            )
            converged = bool(fit.mle_retvals["converged"])
            b, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
        except (PerfectSeparationError, np.linalg.LinAlgError):
            converged = False
    if not converged or not np.all(np.isfinite(covariance)):
        raise AnalysisError(
            "the columns of the logistic model tell its zeros from its ones completely, "
            "or follow from one another; leave columns out"
        )
    return b, covariance
