"""The evaluator's own result, from its own software."""

import math
from datetime import datetime

from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.calls.loading import trial_for_update
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.permissions import Actor, Permission, require
from trials.reports.models import LodgedResult
from trials.reports.services.estimating import check_unpublished
from trials.reports.services.keeping import keep


def lodge_result(
    session: Session, *, trial_id: int, result: LodgedResult, actor: Actor, now: datetime
) -> LodgedResult:
    """Keep the evaluator's own estimate of one arm, beside which ours is the check.

    Raises ``BadInput`` for figures no analysis gives or another arm, and ``NotReady`` before the
    true arms are out and after publication.
    """
    numbers = (result.estimate, result.std_error, result.df or 1.0)
    if not all(map(math.isfinite, numbers)) or not result.std_error > 0 or result.n_pupils < 1:
        raise BadInput("a standard error is positive and at least one pupil was analysed")
    if result.df is not None and not result.df > 0:
        raise BadInput("degrees of freedom are positive; leave them out for a z test", field="df")
    with transaction(session):
        trial = trial_for_update(session, trial_id)
        require(actor, Permission.REPORT_WRITE, trial.scope)
        check_unpublished(trial)
        if trial.true_arms_at is None:
            raise NotReady("a result can be lodged once the true arms are released")
        protocol = locked_protocol(session, trial_id)
        arms = {arm.label for arm in protocol.arms} - {protocol.control}
        if result.arm not in arms:
            raise BadInput("choose an arm of this trial other than the control arm", field="arm")
        result.trial_id, result.lodged_by, result.lodged_at = trial_id, actor.person_id, now
        keep(session, result, "result_lodged", f"trial:{trial_id}", actor.person_id, now)
    return result
