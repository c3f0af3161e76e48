"""The states of a report, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class ReportState(StrEnum):
    DRAFT = "draft"
    FINAL = "final"
    SUPERSEDED = "superseded"


REPORT_TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.FINAL, ReportState.SUPERSEDED}),
    ReportState.FINAL: frozenset(),
    ReportState.SUPERSEDED: frozenset(),
}
