"""The design with a dummy for every school."""

import numpy as np

from analysis.coding.sample import Sample
from analysis.coding.terms import Term
from analysis.distributions import Inference, infer
from analysis.engine.least_squares import fit_school_dummies
from analysis.errors import AnalysisError, Explained, RankDeficient
from analysis.fitted import Fitted, arm_columns, coefficients, constant_in, explained, named_refusal
from analysis.parts import Model
from analysis.request import Request


def fit_fixed_effects(sample: Sample, terms: list[Term], request: Request) -> Fitted:
    """Fit least squares with school dummies; terms constant in schools are absorbed and said.

    Raises ``AnalysisError`` where the dummies absorb the arms, or everything, and for a term that
    follows from others.
    """
    inside = [term for term in terms if not constant_in(sample.school, term)]
    absorbed = [t.name for t in terms[1:] if t not in inside]
    if arm_columns(sample) & set(absorbed):
        raise AnalysisError("arms do not vary inside schools, so school dummies absorb the effect")
    if not inside:
        raise AnalysisError("nothing in this model varies inside schools")
    try:
        fit = fit_school_dummies(
            sample.outcome, [term.values for term in inside], sample.school.codes
        )
    except RankDeficient as refusal:
        raise named_refusal(refusal, inside) from None
    except Explained:
        raise explained(sample.outcome, terms, request.outcome) from None
    names = tuple(term.name for term in inside)
    std_errors = np.sqrt(np.diag(fit.covariance))

    def judge(k: int, method: str) -> Inference:
        return infer(
            float(fit.coefficients[k]),
            float(std_errors[k]),
            df=None if method == "normal" else float(fit.df),
            df_method=method,
            level=request.level,
        )

    model = Model(
        method="OLS",
        singular=False,
        deviance=None,
        coefficients=coefficients(names, fit.coefficients, std_errors),
        variances={"school": None, "pupil": fit.residual_variance},
        icc={"school": None},
    )
    note = f"School dummies absorb {', '.join(absorbed)}, which do not vary inside schools."
    asked = request.df or "residual"
    others = tuple(name for name in ("residual", "normal") if name != asked)
    return Fitted(
        model, names, judge, (asked, *others), (note,) if absorbed else (), fit.residual_variance
    )
