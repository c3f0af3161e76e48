"""Every view of pupils and measurements, gathered on one blueprint."""

from web.measurements import rounds, school, sending
from web.measurements.blueprint import bp

__all__ = ["bp", "rounds", "school", "sending"]
