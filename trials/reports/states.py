"""The states of a report, as a table."""

from collections.abc import Mapping
from enum import StrEnum


class ReportState(StrEnum):
    DRAFT = "draft"
    FINAL = "final"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"  # the data under it were replaced


REPORT_TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.FINAL, ReportState.SUPERSEDED, ReportState.RECALLED}),
    ReportState.FINAL: frozenset({ReportState.RECALLED}),
    ReportState.SUPERSEDED: frozenset(),
    ReportState.RECALLED: frozenset(),  # a new version is written, and read again
}
