"""With pupils at the evaluator, what the command printed there is kept as the estimate here."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.trials.reports.conftest import NOW, TEXTS, part
from trials.calls.models import PupilsLiveAt, Trial
from trials.errors import BadInput, NotReady
from trials.evidence.acts import shown
from trials.evidence.models import Publication
from trials.lifecycle import TrialState
from trials.releases.registering import register_file
from trials.reports.models import EstimateLabel, Estimation, Report, StoredEstimate
from trials.reports.queries import estimates_of, planned_estimate
from trials.reports.services import estimate_by_plan, post_result, write_report
from trials.reports.states import ReportState


@pytest.fixture
def printed(played: Session, released: Trial) -> list[dict[str, Any]]:
    """What the commands print at the evaluator's; here only their file is known, by its hash."""
    rows = played.scalars(
        select(StoredEstimate)
        .where(StoredEstimate.trial_id == released.id)
        .order_by(StoredEstimate.number)
    ).all()
    results = [deepcopy(row.result) for row in rows]
    played.execute(delete(Publication))
    played.execute(delete(StoredEstimate).where(StoredEstimate.trial_id == released.id))
    played.execute(delete(Estimation).where(Estimation.trial_id == released.id))
    released.pupils_live_at = PupilsLiveAt.EVALUATOR
    played.commit()
    register_file(
        played, trial_id=released.id, sha256=results[0]["data_sha256"], rows=200,
        actor=part(played, "analyst"), now=NOW,
    )  # fmt: skip
    return results


def send(session: Session, trial: Trial, result: Any) -> StoredEstimate:
    content = json.dumps(result).encode()
    actor = part(session, "analyst")
    return post_result(session, trial_id=trial.id, content=content, actor=actor, now=NOW)


def test_every_planned_estimate_can_be_sent_and_is_what_was_printed(
    played: Session, released: Trial, printed: list[dict[str, Any]]
) -> None:
    sent = [send(played, released, result) for result in printed]

    assert [one.part for one in sent] == [
        "primary", "subgroup", "permutation", "missing", "balance", "robustness",
    ]  # fmt: skip
    assert {one.label for one in sent} == {EstimateLabel.PLANNED}
    assert {one.release_id for one in sent} == {None}
    primary = planned_estimate(played, released.id)
    assert primary is not None
    assert primary.result == printed[0]
    assert estimates_of(played, primary) == sent


def test_a_result_that_was_sent_can_be_published(
    played: Session, released: Trial, printed: list[dict[str, Any]]
) -> None:
    send(played, released, printed[0])
    report = played.scalars(select(Report).where(Report.trial_id == released.id)).one()
    report.state, report.final_at, released.state = ReportState.FINAL, NOW, TrialState.REPORTED
    played.commit()

    approved = shown(played, released.id, {})

    size = printed[0]["contrasts"][0]["effect_sizes"][0]
    assert approved["effects"][0]["effect_size"] == size["value"]
    assert approved["conclusion_en"] == report.conclusion_en
    assert {"months", "padlocks"} <= {rating["kind"] for rating in approved["ratings"]}


def _other_file(result: dict[str, Any]) -> None:
    result["data_sha256"] = "0" * 64


def _other_df(result: dict[str, Any]) -> None:
    result["contrasts"][0]["df_method"] = "normal"


def _other_design(result: dict[str, Any]) -> None:
    result["design"] = "multisite"


def _no_covariate(result: dict[str, Any]) -> None:
    result["model"]["coefficients"] = [
        one for one in result["model"]["coefficients"] if one["term"] != "language_pre"
    ]


def _infinite(result: dict[str, Any]) -> None:
    result["contrasts"][0]["estimate"] = float("inf")


def _huge(result: dict[str, Any]) -> None:
    result["contrasts"][0]["estimate"] = 1e300


def _text(result: dict[str, Any]) -> None:
    result["contrasts"][0]["std_error"] = "0.5"


def _beyond_floats(result: dict[str, Any]) -> None:
    result["n_pupils"] = 10**400


def _no_variances(result: dict[str, Any]) -> None:
    result["unconditional"]["variances"] = {"school": "much"}


def _no_levels(result: dict[str, Any]) -> None:
    result["subgroups"] = ["sex"]


def _months(result: dict[str, Any]) -> None:
    result["contrasts"][0]["months"]["value"] += 1


def _beyond(result: dict[str, Any]) -> None:
    result["curve"] = []
    result["balance"] = []


def _half_a_character(result: dict[str, Any]) -> None:
    result["warnings"] = ["\ud800"]  # no page and no file can hold it


def _deep(result: dict[str, Any]) -> None:
    for _ in range(400):
        result["dropped"] = {"more": result["dropped"]}


def _unknown(result: dict[str, Any]) -> None:
    result["joke"] = 1


def _another_arm(result: dict[str, Any]) -> None:
    result["curve"] = [
        {"name": "planned", "arm": "x", "effect_size": 0.1, "low": 0.0, "high": 0.2}
        | {"p_value": 0.04, "n_pupils": 100, "refused": None}
    ]


def _without_figure(result: dict[str, Any]) -> None:
    _another_arm(result)
    result["curve"][0] |= {"arm": result["contrasts"][0]["arm"], "p_value": None}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_other_file, "another file than the one registered"),
        (_other_df, "df is not what the plan says"),
        (_other_design, "design is not what the plan says"),
        (_no_covariate, "language_pre is not in the model"),
        (_infinite, "no JSON"),
        (_huge, r"contrasts.0.estimate is missing"),
        (_text, r"contrasts.0.std_error is missing"),
        (_beyond_floats, "n_pupils is missing"),
        (_no_variances, r"unconditional.variances.school is missing"),
        (_no_levels, r"subgroups.0 is missing"),
        (_half_a_character, r"warnings.0 is missing or of another kind"),
        (_deep, r"dropped.more is missing or of another kind"),
        (_unknown, "joke is missing or of another kind"),
        (_months, "do not hold together"),
        (_beyond, "asks for no such analysis"),
    ],
)
def test_what_the_plan_did_not_ask_is_refused_whole(
    played: Session, released: Trial, printed: list[dict[str, Any]],
    change: Callable[[dict[str, Any]], None], why: str,
) -> None:  # fmt: skip
    change(printed[0])

    with pytest.raises(BadInput, match=why):
        send(played, released, printed[0])
    assert planned_estimate(played, released.id) is None


@pytest.mark.parametrize("change", [_another_arm, _without_figure])
def test_what_a_page_would_fail_on_is_refused_however_deep(
    played: Session, released: Trial, printed: list[dict[str, Any]],
    change: Callable[[dict[str, Any]], None],
) -> None:  # fmt: skip
    change(printed[-1])

    with pytest.raises(BadInput, match="is not what the plan says"):
        send(played, released, printed[-1])


def test_a_file_is_registered_again_with_a_reason_and_estimates_follow_it(
    played: Session, released: Trial, printed: list[dict[str, Any]]
) -> None:
    analyst = part(played, "analyst")
    new = {"trial_id": released.id, "sha256": "a" * 64, "rows": 199, "actor": analyst, "now": NOW}

    send(played, released, printed[0])
    draft = write_report(played, trial_id=released.id, **TEXTS, actor=analyst, now=NOW)
    with pytest.raises(BadInput, match="say why"):
        register_file(played, **new)
    assert register_file(played, reason="Een leerling gewist.", **new).version == 2
    assert draft.state is ReportState.RECALLED
    with pytest.raises(BadInput, match="another file"):
        send(played, released, printed[0])


def test_nothing_is_estimated_here_on_pupils_who_are_elsewhere(
    played: Session, released: Trial, printed: list[dict[str, Any]]
) -> None:
    with pytest.raises(NotReady, match="estimate there"):
        estimate_by_plan(played, trial_id=released.id, actor=part(played, "analyst"), now=NOW)
    released.pupils_live_at = PupilsLiveAt.HERE
    played.commit()
    with pytest.raises(NotReady, match="are here"):
        send(played, released, printed[0])
