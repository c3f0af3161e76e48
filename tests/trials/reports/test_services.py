"""The planned estimate is the command's, and a report is final only when readers agree."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.played import SMALL, SMALL_MASKED
from tests.trials.reports.conftest import NOW, TEXTS, correct_a_score, part
from trials.calls.models import Trial
from trials.draws.models import Draw
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.evidence.acts import shown as what_is_published
from trials.lifecycle import TrialState
from trials.people.models import Person
from trials.permissions import Actor
from trials.releases.models import Release
from trials.releases.services import release_true_again
from trials.reports.agreement import agreements
from trials.reports.estimation import as_command
from trials.reports.models import Estimation, LodgedResult, StoredEstimate
from trials.reports.queries import planned_estimate
from trials.reports.services import (
    carry_out,
    estimate_by_plan,
    finish_report,
    lodge_result,
    review_report,
    write_report,
)
from trials.reports.states import ReportState
from web.commands import main

PARTS = ["primary", "subgroup", "permutation", "missing", "balance", "robustness"]


def test_the_stored_estimate_is_what_the_command_prints(
    played: Session, trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last digit: the same function on the same bytes."""
    every = played.scalars(select(StoredEstimate).order_by(StoredEstimate.number)).all()
    release = played.get_one(Release, every[0].release_id)
    file = tmp_path / "pupils.csv"
    file.write_bytes(release.csv)
    draw = played.scalars(select(Draw).where(Draw.trial_id == trial.id, Draw.receipt.is_not(None)))
    monkeypatch.chdir(tmp_path)
    Path("receipt-1.json").write_bytes(draw.one().receipt or b"")

    for stored in every:
        words = shlex.split(as_command(stored.specification))
        ran = CliRunner().invoke(main, [*words[1:], "--json"])

        assert ran.exit_code == 0, ran.output
        printed, kept = json.loads(ran.output), stored.result
        assert printed["data_sha256"] == kept["data_sha256"] == release.csv_sha256
        assert printed == kept
    assert [stored.part for stored in every] == PARTS
    rule = next(stored.specification for stored in every if stored.part == "missing")
    assert (rule["missing_above"], rule["imputations"]) == (0.05, 20)  # as the plan has it


def test_no_estimate_before_the_true_release(played: Session) -> None:
    masked = played.scalars(select(Trial).where(Trial.slug == SMALL_MASKED.slug)).one()

    with pytest.raises(NotReady, match="once the true arms are released"):
        estimate_by_plan(played, trial_id=masked.id, actor=part(played, "analyst"), now=NOW)


def test_estimating_again_gives_the_estimate_that_is_there(
    played: Session, released: Trial
) -> None:
    before = played.scalars(select(StoredEstimate.id)).all()

    again = estimate_by_plan(played, trial_id=released.id, actor=part(played, "analyst"), now=NOW)
    carry_out(played, estimation_id=again.id, now=NOW)

    assert played.scalars(select(Estimation.id)).all() == [again.id]
    assert played.scalars(select(StoredEstimate.id)).all() == before


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


def test_no_report_is_final_and_no_result_shown_for_approval_on_data_that_were_replaced(
    played: Session, released: Trial
) -> None:
    manager = part(played, "manager")
    report = write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)
    for reader in ("reviewer_1", "reviewer_2", "expert"):
        review_report(
            played, report_id=report.id, sound=True, remarks="", actor=part(played, reader),
            now=NOW,
        )  # fmt: skip
    correct_a_score(played, released)
    release_true_again(
        played, trial_id=released.id, reason="Een fout.", actor=manager, now=NOW
    )  # fmt: skip

    with pytest.raises(NotReady, match="newer data than the planned estimate"):
        finish_report(played, report_id=report.id, actor=manager, now=NOW)

    report.state, released.state = ReportState.FINAL, TrialState.REPORTED
    report.final_at = released.report_final_at = NOW
    report.recalled_at, report.recalled_because = None, ""
    with pytest.raises(NotReady, match="newer data than the planned estimate"):
        what_is_published(played, released.id, {})


def test_nothing_is_added_to_a_published_result(played: Session, trial: Trial) -> None:
    analyst = part(played, "analyst")
    result = LodgedResult(
        arm=SMALL.slug, estimate=9.0, std_error=1.0, n_pupils=9, software="R",
        script_sha256="0" * 64,
    )  # fmt: skip
    with pytest.raises(NotReady, match="nothing is added"):
        lodge_result(played, trial_id=trial.id, result=result, actor=analyst, now=NOW)
    there = played.scalars(select(Estimation).where(Estimation.trial_id == trial.id)).one()
    assert estimate_by_plan(played, trial_id=trial.id, actor=analyst, now=NOW) is there
    there.data_sha256 = "0" * 64  # of bytes that are no longer the release's
    played.commit()
    with pytest.raises(NotReady, match="nothing is added"):
        estimate_by_plan(played, trial_id=trial.id, actor=analyst, now=NOW)


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
    stored = planned_estimate(played, released.id)
    assert stored is not None
    contrast, n_pupils = stored.result["contrasts"][0], stored.result["n_pupils"]
    deviation = contrast["estimate"] / contrast["effect_sizes"][0]["value"]

    def agrees(shift: float, stretch: float, pupils: int) -> bool:
        result = LodgedResult(
            arm=SMALL.slug, estimate=contrast["estimate"] + shift * deviation,
            std_error=contrast["std_error"] * stretch, df=contrast["df"],
            n_pupils=n_pupils + pupils, software="lme4 1.1", script_sha256="0" * 64,
        )  # fmt: skip
        lodged = lodge_result(
            played, trial_id=released.id, result=result, actor=part(played, "analyst"), now=NOW
        )
        return agreements([lodged], stored.result)[0].agrees

    assert agrees(0.009, 1.04, 0)
    assert not agrees(0.011, 1, 0)
    assert not agrees(0, 1.06, 0)
    assert not agrees(0, 1, 1)


def test_a_result_that_no_program_gives_is_refused(played: Session, released: Trial) -> None:
    for estimate, std_error, arm in ((float("nan"), 1.0, SMALL.slug), (1.0, 1.0, "controle")):
        result = LodgedResult(
            arm=arm, estimate=estimate, std_error=std_error, n_pupils=100, software="lme4",
            script_sha256="0" * 64,
        )  # fmt: skip
        with pytest.raises(BadInput):
            lodge_result(
                played, trial_id=released.id, result=result, actor=part(played, "analyst"), now=NOW
            )


@pytest.mark.parametrize("organisation", ["manager", "officer", "applicant"])
def test_nobody_of_a_party_or_the_council_reads_as_an_outsider(
    played: Session, released: Trial, organisation: str
) -> None:
    report = write_report(
        played, trial_id=released.id, **TEXTS, actor=part(played, "manager"), now=NOW
    )
    reader = part(played, "reviewer_1")
    played.get_one(Person, reader.person_id).organisation_id = played.get_one(
        Person, part(played, organisation).person_id
    ).organisation_id
    played.commit()

    with pytest.raises(NotAllowed, match="neither evaluator, provider nor"):
        review_report(played, report_id=report.id, sound=True, remarks="", actor=reader, now=NOW)


def test_whoever_wrote_a_report_is_no_reader_of_it(played: Session, released: Trial) -> None:
    manager = part(played, "manager")
    report = write_report(played, trial_id=released.id, **TEXTS, actor=manager, now=NOW)
    both = Actor(manager.person_id, manager.roles | part(played, "expert").roles)

    with pytest.raises(NotAllowed, match="cannot be its reader"):
        review_report(played, report_id=report.id, sound=True, remarks="", actor=both, now=NOW)
