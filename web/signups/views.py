"""Every view of the call for schools, gathered on one blueprint; and their mail on a stop."""

from trials.signups import stopping
from web.signups import answering, appointing, joining, recruiting, school, signing
from web.signups.blueprint import bp

__all__ = [
    "answering",
    "appointing",
    "bp",
    "joining",
    "recruiting",
    "school",
    "signing",
    "stopping",
]
