"""Estimates that were made at the evaluator's, where the pupils of this trial live."""

from datetime import datetime

from sqlalchemy.orm import Session

from trials.agreements.queries import locked_protocol
from trials.calls.models import PupilsLiveAt
from trials.database import transaction
from trials.errors import BadInput, NotReady
from trials.lifecycle import TrialState
from trials.permissions import Actor
from trials.releases.queries import newest_file
from trials.reports.as_printed import UPLOAD
from trials.reports.deviations import labelled_analyses
from trials.reports.models import StoredEstimate
from trials.reports.posting import analysis_of, check_against_plan, read_result
from trials.reports.queries import receipts_of
from trials.reports.services.estimating import check_unpublished, trial_of_writer
from trials.reports.services.keeping import keep, next_number


def post_result(
    session: Session, *, trial_id: int, content: bytes, actor: Actor, now: datetime
) -> StoredEstimate:
    """Keep what ``loting estimate --json`` printed at the evaluator's, on the file registered.

    Raises ``BadInput`` for what the plan does not ask, or that was made on another file, and
    ``NotReady`` where pupils live here or the trial is not between true release and publication.
    """
    result = read_result(content)
    with transaction(session):
        trial = trial_of_writer(session, trial_id, actor)
        check_unpublished(trial)
        if trial.pupils_live_at is not PupilsLiveAt.EVALUATOR:
            raise NotReady("the pupils of this trial are here, and so are its estimates")
        if trial.state not in (TrialState.RELEASED, TrialState.REPORTED):
            raise NotReady("a result is sent between the true release and publication")
        file = newest_file(session, trial_id)
        if file is None or result["data_sha256"] != file.sha256:
            raise BadInput(
                "this was made on another file than the one registered; register it first",
                field=UPLOAD,
            )
        protocol = locked_protocol(session, trial_id)
        receipts = tuple(receipts_of(session, trial_id))
        plan, labelled = labelled_analyses(session, trial, receipts)
        analysis = analysis_of(result, [one for one, _ in labelled])
        check_against_plan(result, analysis, [arm.label for arm in protocol.arms])
        estimate = StoredEstimate(
            trial_id=trial_id,
            number=next_number(session, StoredEstimate.number, trial_id),
            part=analysis.part,
            data_sha256=file.sha256,
            label=next(label for one, label in labelled if one is analysis),
            plan_id=plan.id,
            specification=analysis.specification,
            result=result,
            made_by=actor.person_id,
            made_at=now,
        )
        subject, sha256 = f"trial:{trial_id}", file.sha256
        keep(session, estimate, "estimate_sent", subject, actor.person_id, now, sha256=sha256)
    return estimate
