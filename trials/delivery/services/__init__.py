"""Logging delivery: fidelity and dose where it happens, events in both arms, costs."""

from trials.delivery.services.costs import log_cost
from trials.delivery.services.events import correct_event, log_event
from trials.delivery.services.fidelity import log_dose, log_fidelity

__all__ = ["correct_event", "log_cost", "log_dose", "log_event", "log_fidelity"]
