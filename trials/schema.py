"""Every table of Loting, gathered for migrations and tests; and every eraser of what is in them."""

from trials import audit, mail
from trials.agreements import models as agreements
from trials.calls import models as calls
from trials.database import Base
from trials.delivery import models as delivery
from trials.draws import erasing as drawn
from trials.draws import models as draws
from trials.evidence import erasing as archived
from trials.evidence import models as evidence
from trials.measurements import models as measurements
from trials.people import models as people
from trials.register import models as register
from trials.releases import erasing as released
from trials.releases import models as releases
from trials.reports import models as reports
from trials.signups import models as signups

ROOMS = (  # importing a room is what puts its tables into the metadata
    audit,
    mail,
    people,
    register,
    calls,
    agreements,
    signups,
    measurements,
    draws,
    delivery,
    releases,
    reports,
    evidence,
)
ERASERS = (drawn, released, archived)  # importing them is what lets an erasure reach what is theirs
metadata = Base.metadata

__all__ = ["ERASERS", "ROOMS", "metadata"]
