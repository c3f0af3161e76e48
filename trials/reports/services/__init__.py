"""Use cases of estimates and report."""

from trials.reports import recalling
from trials.reports.services.estimating import carry_out, estimate_by_plan
from trials.reports.services.exploring import Choices, Wish, choices_of, explore
from trials.reports.services.lodging import lodge_result
from trials.reports.services.posting import post_result
from trials.reports.services.reporting import finish_report, review_report, write_report

__all__ = [
    "Choices",
    "Wish",
    "carry_out",
    "choices_of",
    "estimate_by_plan",
    "explore",
    "finish_report",
    "lodge_result",
    "post_result",
    "recalling",  # importing it lets new data reach the report
    "review_report",
    "write_report",
]
