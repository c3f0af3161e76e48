"""New data under a report send it back: to its writer first, then to all its readers."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.trials.reports.conftest import NOW, TEXTS, correct_a_score, part
from trials.audit import AuditRow
from trials.calls.models import Trial
from trials.errors import NotReady
from trials.evidence import queries as evidence
from trials.evidence.acts import shown as what_is_published
from trials.evidence.models import Publication
from trials.lifecycle import TrialState
from trials.mail import Links, OutboxRow, letter_for
from trials.people.models import Person
from trials.releases.models import Release
from trials.releases.services import release_true_again
from trials.reports import queries
from trials.reports.letters import REPORT_RECALLED
from trials.reports.models import Report, Review
from trials.reports.overview import overview_of
from trials.reports.services import (
    estimate_by_plan,
    finish_report,
    review_report,
    write_report,
)
from trials.reports.services.estimating import make_one
from trials.reports.states import ReportState

WHY = "Een score was verkeerd overgenomen."
LINKS = Links("https://loting.example", "key")
READERS = ("reviewer_1", "reviewer_2", "expert")


@pytest.fixture
def reported(played: Session, trial: Trial) -> Trial:
    """The trial taken back to the moment after its report became final."""
    played.execute(delete(Publication))
    trial.state, trial.published_at = TrialState.REPORTED, None
    played.commit()
    return trial


def release_again(session: Session, trial: Trial) -> Release:
    return release_true_again(
        session, trial_id=trial.id, reason=WHY, actor=part(session, "manager"), now=NOW
    )


def kinds(session: Session, trial: Trial, name: str, room=queries) -> list[str]:
    found = room.tasks_for(session, part(session, name), NOW)
    return [task.kind for task in found if task.subject_id == trial.id]


def test_a_final_report_goes_back_to_its_writer_with_the_reason(
    played: Session, reported: Trial
) -> None:
    report = played.scalars(select(Report).where(Report.trial_id == reported.id)).one()
    final_at = report.final_at
    assert kinds(played, reported, "manager", evidence) == ["publish_propose"]
    correct_a_score(played, reported)

    release_again(played, reported)

    assert (report.state, report.recalled_at, report.recalled_because, report.final_at) == (
        ReportState.RECALLED, NOW, WHY, final_at,
    )  # fmt: skip
    assert (reported.state, reported.report_final_at) == (TrialState.RELEASED, None)
    rows = select(AuditRow).where(AuditRow.event == "report_recalled")
    assert played.scalars(rows).one().details == {"trial": reported.id, "was": "final"}
    assert kinds(played, reported, "manager") == ["estimate_again"]
    assert kinds(played, reported, "manager", evidence) == []
    with pytest.raises(NotReady, match="after its report is final"):
        what_is_published(played, reported.id, {})
    manager = part(played, "manager")
    with pytest.raises(NotReady, match="newer data than the planned estimate"):
        write_report(played, trial_id=reported.id, **TEXTS, actor=manager, now=NOW)


def test_who_writes_and_who_waited_to_publish_hear_of_it_in_their_language(
    played: Session, reported: Trial
) -> None:
    analyst = part(played, "analyst").person_id
    played.get_one(Person, analyst).language = "en"
    correct_a_score(played, reported)

    release_again(played, reported)

    rows = played.scalars(select(OutboxRow).where(OutboxRow.kind == REPORT_RECALLED)).all()
    told = {row.person_id: letter_for(played, row, LINKS) for row in rows}
    manager, officer, director = (
        part(played, name).person_id for name in ("manager", "officer", "director")
    )
    assert sorted(told) == sorted(row.person_id for row in rows)
    assert told.keys() == {manager, analyst, officer, director}
    assert told[officer].subject.endswith("gaat terug naar de schrijver")
    assert "was definitief, maar de cijfers eronder zijn veranderd" in told[manager].body
    assert told[analyst].subject.endswith("goes back to its writer")
    assert WHY not in "".join(letter.body for letter in told.values())


def test_the_next_version_is_read_by_all_before_the_clock_starts_again(
    played: Session, reported: Trial
) -> None:
    correct_a_score(played, reported)
    release_again(played, reported)
    manager, later = part(played, "manager"), NOW + timedelta(hours=1)

    asked = estimate_by_plan(played, trial_id=reported.id, actor=manager, now=NOW)
    make_one(played, estimation_id=asked.id, place=0, now=NOW)
    assert kinds(played, reported, "manager") == ["report_rewrite"]
    report = write_report(played, trial_id=reported.id, **TEXTS, actor=manager, now=NOW)

    assert all(kinds(played, reported, name) == ["report_review"] for name in READERS)
    before = overview_of(played, reported.id, part(played, "expert")).recalled
    assert before is not None
    assert (before.version, before.recalled_because) == (report.version - 1, WHY)
    with pytest.raises(NotReady, match="two outside reviewers"):
        finish_report(played, report_id=report.id, actor=manager, now=later)
    for name in READERS:
        reader = part(played, name)
        review_report(played, report_id=report.id, sound=True, remarks="", actor=reader, now=NOW)
    finish_report(played, report_id=report.id, actor=manager, now=later)
    assert (reported.state, reported.report_final_at) == (TrialState.REPORTED, later)


def test_a_draft_that_is_being_read_goes_back_too(played: Session, released: Trial) -> None:
    manager = part(played, "manager")
    draft = write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)
    correct_a_score(played, released)

    release_again(played, released)

    assert draft.state is ReportState.RECALLED
    assert kinds(played, released, "expert") == []


def test_the_same_data_once_more_leave_the_report_as_it_is(
    played: Session, reported: Trial
) -> None:
    release_again(played, reported)

    report = played.scalars(select(Report).where(Report.trial_id == reported.id)).one()
    assert (report.state, reported.state) == (ReportState.FINAL, TrialState.REPORTED)
    assert what_is_published(played, reported.id, {})["report_version"] == report.version
    assert len(played.scalars(select(Review).where(Review.report_id == report.id)).all()) == 3
