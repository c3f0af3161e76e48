"""Plots of estimates as SVG, each with a sentence that says what it shows."""

from analysis.plots.canvas import Plot
from analysis.plots.effects import forest, specifications
from analysis.plots.inference import permutation_distribution, profile_curve, school_levels_plot
from analysis.plots.kinds import KINDS, PER_CONTRAST

__all__ = [
    "KINDS",
    "PER_CONTRAST",
    "Plot",
    "forest",
    "permutation_distribution",
    "profile_curve",
    "school_levels_plot",
    "specifications",
]
