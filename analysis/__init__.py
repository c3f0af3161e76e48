"""Estimates for school trials: exact multilevel models, effect sizes, small-sample inference."""

from analysis.engine.fit import MultilevelFit, fit_multilevel
from analysis.errors import AnalysisError
from analysis.estimate import estimate_effect
from analysis.extras import Extras
from analysis.result import EffectResult
from analysis.sealed import SealedDraw

__all__ = [
    "AnalysisError",
    "EffectResult",
    "Extras",
    "MultilevelFit",
    "SealedDraw",
    "estimate_effect",
    "fit_multilevel",
]
