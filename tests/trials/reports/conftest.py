"""A played trial taken back to the moment after its true release."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL
from trials.calls.models import Trial
from trials.lifecycle import TrialState
from trials.measurements.models import Instrument, InstrumentRole, Measurement
from trials.people.actors import actor_for
from trials.people.models import Person
from trials.permissions import Actor
from trials.reports.models import Report, Review
from trials.reports.states import ReportState
from web.demonstration.cast import address

NOW = SMALL.calendar["published"] - timedelta(days=1)
TEXTS = {"conclusion": ("Helpt.", "Helps."), "conditions": ("Vaak.", "Often.")}


@pytest.fixture
def trial(played: Session) -> Trial:
    return played.scalars(select(Trial).where(Trial.slug == SMALL.slug)).one()


@pytest.fixture
def released(played: Session, trial: Trial) -> Trial:
    """The trial taken back to the moment after its true release."""
    for row in played.scalars(select(Review)):
        played.delete(row)
    trial.state, trial.published_at, trial.report_final_at = TrialState.RELEASED, None, None
    report = played.scalars(select(Report).where(Report.trial_id == trial.id)).one()
    report.state, report.final_at = ReportState.SUPERSEDED, None
    played.commit()
    return trial


def part(session: Session, name: str) -> Actor:
    person = session.scalars(select(Person).where(Person.email == address(name))).one()
    return actor_for(session, person.id, NOW)


def correct_a_score(session: Session, trial: Trial) -> None:
    """Put one score right, so that the next dataset is another."""
    score = session.scalars(
        select(Measurement)
        .join(Instrument)
        .where(Instrument.trial_id == trial.id, Instrument.role == InstrumentRole.OUTCOME)
    ).first()
    score.value = score.value - 1 if score.value else 1
    session.commit()
