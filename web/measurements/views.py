"""Every view of pupils and measurements, gathered on one blueprint; and their job."""

from trials.measurements import retention
from web.measurements import rounds, school, sending
from web.measurements.blueprint import bp

__all__ = ["bp", "retention", "rounds", "school", "sending"]
