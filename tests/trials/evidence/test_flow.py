"""The flow of pupils follows the newest version of every score."""

from sqlalchemy.orm import Session

from tests.trials.releases.conftest import person, trial
from trials.calls.models import Trial
from trials.evidence.flow import flow_of
from trials.measurements.models import Measurement

__all__ = ["person", "trial"]  # the fixtures of a measured trial


def test_a_score_that_was_taken_away_counts_as_lost(session: Session, trial: Trial) -> None:
    before = flow_of(session, trial.id)
    first = session.query(Measurement).filter_by(value=30.5 + 1).one()
    session.add(
        Measurement(
            pupil_id=first.pupil_id,
            instrument_id=first.instrument_id,
            version=2,
            value=None,
            taken_on=first.taken_on,
            upload_id=first.upload_id,
            reason="another pupil's test",
        )
    )
    session.flush()

    after = flow_of(session, trial.id)

    measured = [sum(arm.pupils_measured for arm in flow.arms) for flow in (before, after)]
    assert measured == [6, 5]  # of eight: one joined later, one was lost before
    assert after.pupils_drawn == before.pupils_drawn
    assert after.attrition > before.attrition
