"""What may be read of protocols and analysis plans, and by whom."""

from trials.agreements.queries.documents import (
    document_page,
    locked_document,
    locked_plan,
    locked_protocol,
    versions,
)
from trials.agreements.queries.tasks import tasks_for

__all__ = [
    "document_page",
    "locked_document",
    "locked_plan",
    "locked_protocol",
    "tasks_for",
    "versions",
]
