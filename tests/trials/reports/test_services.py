"""The planned estimate is the command's, and a report is final only when readers agree."""

import json
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL, SMALL_MASKED
from trials.calls.models import Trial
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.actors import actor_for
from trials.people.models import Person
from trials.permissions import Actor
from trials.releases.models import Release
from trials.reports.estimation import as_command
from trials.reports.models import LodgedResult, Report, Review, StoredEstimate
from trials.reports.queries import agrees
from trials.reports.services import (
    estimate_by_plan,
    finish_report,
    lodge_result,
    review_report,
    write_report,
)
from trials.reports.states import ReportState
from web.commands import main
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


def test_the_stored_estimate_is_what_the_command_prints(
    played: Session, trial: Trial, tmp_path: Path
) -> None:
    """To the last digit: the same function on the same bytes."""
    stored = played.scalars(select(StoredEstimate)).one()
    release = played.get_one(Release, stored.release_id)
    file = tmp_path / "pupils.csv"
    file.write_bytes(release.csv)
    words = shlex.split(as_command(stored.specification, str(file)))

    ran = CliRunner().invoke(main, [*words[1:], "--json"])

    assert ran.exit_code == 0, ran.output
    printed, kept = json.loads(ran.output), stored.result
    assert printed["data_sha256"] == kept["data_sha256"] == release.csv_sha256
    assert printed["contrasts"][0]["estimate"] == pytest.approx(
        kept["contrasts"][0]["estimate"], rel=1e-10
    )
    assert printed == kept


def test_no_estimate_before_the_true_release(played: Session) -> None:
    masked = played.scalars(select(Trial).where(Trial.slug == SMALL_MASKED.slug)).one()

    with pytest.raises(NotReady, match="once the true arms are released"):
        estimate_by_plan(played, trial_id=masked.id, actor=part(played, "analyst"), now=NOW)


def test_estimating_again_gives_the_estimate_that_is_there(
    played: Session, released: Trial
) -> None:
    again = estimate_by_plan(played, trial_id=released.id, actor=part(played, "analyst"), now=NOW)

    assert again.number == 1
    assert len(played.scalars(select(StoredEstimate)).all()) == 1


def test_an_outsider_learns_of_no_trial(played: Session, released: Trial) -> None:
    with pytest.raises(NotFound):
        estimate_by_plan(played, trial_id=released.id, actor=part(played, "recruiter"), now=NOW)


def test_a_report_waits_for_the_expert_group_and_two_outsiders(
    played: Session, released: Trial
) -> None:
    manager = part(played, "manager")
    report = write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)

    for reader in ("reviewer_1", "expert"):
        review_report(
            played, report_id=report.id, sound=True, remarks="", actor=part(played, reader),
            now=NOW,
        )  # fmt: skip
        with pytest.raises(NotReady, match="two outside reviewers"):
            finish_report(played, report_id=report.id, actor=manager, now=NOW)
    review_report(
        played, report_id=report.id, sound=False, remarks="Te stellig.",
        actor=part(played, "reviewer_2"), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotReady, match="two outside reviewers"):
        finish_report(played, report_id=report.id, actor=manager, now=NOW)

    assert released.state is TrialState.RELEASED


def test_nobody_reviews_twice(played: Session, released: Trial) -> None:
    report = write_report(
        played, trial_id=released.id, **TEXTS, actor=part(played, "manager"), now=NOW
    )
    expert = part(played, "expert")
    review_report(played, report_id=report.id, sound=True, remarks="", actor=expert, now=NOW)

    with pytest.raises(Conflict, match="already"):
        review_report(played, report_id=report.id, sound=True, remarks="", actor=expert, now=NOW)


def test_a_new_draft_takes_the_place_of_the_one_before(played: Session, released: Trial) -> None:
    manager = part(played, "manager")

    first, second = (
        write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)
        for _ in range(2)
    )

    assert (first.state, second.state) == (ReportState.SUPERSEDED, ReportState.DRAFT)
    with pytest.raises(BadInput, match="in Dutch and in English"):
        write_report(
            played, trial_id=released.id, conclusion=("Helpt.", " "), conditions=("a", "b"),
            actor=manager, now=NOW,
        )  # fmt: skip


def test_the_evaluators_own_result_is_checked_against_ours(
    played: Session, released: Trial
) -> None:
    stored = played.scalars(select(StoredEstimate)).one()
    contrast = stored.result["contrasts"][0]

    def lodged(shift: float) -> LodgedResult:
        result = LodgedResult(
            estimate=contrast["estimate"] + shift * contrast["std_error"],
            std_error=contrast["std_error"], df=contrast["df"], n_pupils=100,
            software="lme4 1.1", script_sha256="0" * 64,
        )  # fmt: skip
        return lodge_result(
            played, trial_id=released.id, result=result, actor=part(played, "analyst"), now=NOW
        )

    assert agrees(lodged(0.005), stored)
    assert not agrees(lodged(0.02), stored)


def test_whoever_wrote_a_report_is_no_reader_of_it(played: Session, released: Trial) -> None:
    manager = part(played, "manager")
    report = write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)
    both = Actor(manager.person_id, manager.roles | part(played, "expert").roles)

    with pytest.raises(NotAllowed, match="cannot be its reader"):
        review_report(played, report_id=report.id, sound=True, remarks="", actor=both, now=NOW)
