"""Every view of estimates and report, gathered on one blueprint; and their job."""

from trials.reports import jobs
from web.reports import estimates, report
from web.reports.blueprint import bp

__all__ = ["bp", "estimates", "jobs", "report"]
