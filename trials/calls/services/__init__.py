"""What can be done with calls, applications and trials: one use case per function.

Importing this makes the two-person acts known: award, refuse_rest, appoint, stop.
"""

from trials.calls.services.awards import AWARD
from trials.calls.services.evaluators import APPOINT
from trials.calls.services.refusals import REFUSE_REST
from trials.calls.services.stopping import STOP

ACTS = (AWARD, REFUSE_REST, APPOINT, STOP)
