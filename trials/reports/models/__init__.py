"""Tables of estimates and of the report."""

from trials.reports.models.estimates import (
    EstimateLabel,
    Estimation,
    LodgedResult,
    Part,
    StoredEstimate,
)
from trials.reports.models.report import Report, Review

__all__ = [
    "EstimateLabel",
    "Estimation",
    "LodgedResult",
    "Part",
    "Report",
    "Review",
    "StoredEstimate",
]
