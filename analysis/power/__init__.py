"""Detectable effects and power of the designs that school trials use."""

from analysis.power.designs import (
    BlockedIndividual,
    BlockedSchools,
    Classes,
    Individual,
    PowerDesign,
    Schools,
)
from analysis.power.formulas import detectable_effect, power_of, schools_needed

__all__ = [
    "BlockedIndividual",
    "BlockedSchools",
    "Classes",
    "Individual",
    "PowerDesign",
    "Schools",
    "detectable_effect",
    "power_of",
    "schools_needed",
]
