"""What may be read of calls, applications, interventions and trials, and by whom."""

from trials.calls.queries.tasks import tasks_for

__all__ = ["tasks_for"]
