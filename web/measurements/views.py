"""Every view of pupils and measurements, gathered on one blueprint; and what goes on by itself."""

from trials.measurements import erased_list, retention
from web.measurements import rounds, school, sending
from web.measurements.blueprint import bp

__all__ = ["bp", "erased_list", "retention", "rounds", "school", "sending"]
