"""Estimates are asked once, made once however often a step runs, and labelled from locked plans."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.trials.reports.conftest import NOW, part
from trials.agreements.example import PLAN
from trials.agreements.models import Document, DocumentKind, Moment
from trials.agreements.plan import AnalysisDesign, DfMethod
from trials.agreements.queries import locked_document
from trials.agreements.states import DocumentState
from trials.calls.models import Trial
from trials.errors import BadInput
from trials.evidence.models import Publication
from trials.reports import jobs
from trials.reports.deviations import deviations
from trials.reports.models import EstimateLabel, Estimation, Part, StoredEstimate
from trials.reports.queries import planned_estimate
from trials.reports.services import Wish, carry_out, estimate_by_plan, explore
from trials.reports.services.estimating import make_one

WISH = Wish(
    outcome="language_post",
    covariates=("language_pre", "sex"),
    strata=(),
    subgroups=(),
    design=AnalysisDesign.CLUSTER,
    df_method=DfMethod.SATTERTHWAITE,
)


@pytest.fixture
def unasked(played: Session, released: Trial) -> Trial:
    """The trial before anybody asked for its estimates."""
    played.execute(delete(Publication))
    played.execute(delete(StoredEstimate).where(StoredEstimate.trial_id == released.id))
    played.execute(delete(Estimation).where(Estimation.trial_id == released.id))
    played.commit()
    return released


def test_a_killed_job_makes_only_what_is_not_there(played: Session, unasked: Trial) -> None:
    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)
    number, analyses = asked.id, len(asked.analyses)
    make_one(played, estimation_id=number, place=0, now=NOW)
    first = planned_estimate(played, unasked.id)

    jobs.estimate(number, lambda work, *ids: work(InPlay(played), *ids))
    jobs.estimate(number, lambda work, *ids: work(InPlay(played), *ids))

    done = played.get_one(Estimation, number)
    assert planned_estimate(played, unasked.id) is first
    assert len(done.estimates) + len(done.refusals) == analyses == 7
    assert done.finished_at == NOW
    assert list(jobs.waiting(InPlay(played))) == []


class InPlay:
    """The tools of a job, in the session of the test."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def sessions(self) -> Any:
        return Keep(self.session)

    def clock(self) -> Any:
        return NOW


class Keep:
    def __init__(self, session: Session) -> None:
        self.session = session

    def __enter__(self) -> Session:
        return self.session

    def __exit__(self, *_: object) -> None:
        """The session goes on."""


def test_a_request_nobody_took_up_is_found_by_the_sweep(played: Session, unasked: Trial) -> None:
    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)

    assert list(jobs.waiting(InPlay(played))) == [("estimation", asked.id)]


def test_what_cannot_be_estimated_is_told_and_the_rest_is_made(
    played: Session, unasked: Trial
) -> None:
    """Nobody in this trial reached forty sessions."""
    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)
    carry_out(played, estimation_id=asked.id, now=NOW)

    assert [refusal["part"] for refusal in asked.refusals] == ["compliance"]
    assert "one side of the threshold" in asked.refusals[0]["sentence"]
    assert len(asked.estimates) == len(asked.analyses) - 1


def test_the_dose_counts_when_some_reach_the_threshold(played: Session, unasked: Trial) -> None:
    dose = {"dose": "sessions", "threshold": 3}
    amend(played, unasked, Moment.BEFORE_OUTCOMES, compliance=dose, permutations=0, subgroups=[])

    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)
    carry_out(played, estimation_id=asked.id, now=NOW)

    cace = asked.estimates[1].result["contrasts"][0]["cace"]
    assert asked.estimates[1].part is Part.COMPLIANCE
    assert 0 < cace["compliant"]["arm"] < 1
    assert cace["compliant"]["control"] == 0


def amend(
    session: Session, trial: Trial, moment: Moment, kind: DocumentKind = DocumentKind.ANALYSIS_PLAN,
    **changes: Any,
) -> None:  # fmt: skip
    """Lock a further version of the plan, or the protocol, at some moment, with some changes."""
    plans = session.scalars(
        select(Document).where(Document.trial_id == trial.id, Document.kind == kind)
    ).all()
    newest = max(plans, key=lambda plan: plan.version)
    session.add(
        Document(
            trial_id=trial.id, kind=newest.kind, version=newest.version + 1,
            state=DocumentState.LOCKED, content=newest.content | changes,
            content_sha256="0" * 64, reason="Zo is het beter.", drafted_by=newest.drafted_by,
            drafted_at=NOW - timedelta(days=newest.version), moment=moment,
            locked_at=NOW - timedelta(days=9 - newest.version),
        )
    )  # fmt: skip
    session.commit()


def test_labels_follow_from_what_was_locked_when(played: Session, unasked: Trial) -> None:
    """Changed before any outcome: planned. While masked: approved. After: not used."""
    less = {"permutations": 0, "missing": PLAN["missing"]}
    amend(played, unasked, Moment.BEFORE_OUTCOMES, df_method="satterthwaite", **less)
    amend(played, unasked, Moment.BEFORE_TRUE_ARMS, subgroups=[])
    amend(played, unasked, Moment.BEFORE_TRUE_ARMS, compliance={"dose": "reading", "threshold": 80})
    amend(played, unasked, Moment.AFTER, df_method="normal")

    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)

    assert [(one["part"], one["label"]) for one in asked.analyses] == [
        ("primary", "planned"),
        ("compliance", "approved_change"),
        ("balance", "planned"),
        ("robustness", "planned"),
    ]
    assert asked.analyses[0]["specification"]["df"] == "satterthwaite"
    told = [(a.moment, a.changed) for a in deviations(played, unasked).amendments]
    assert told == [
        (Moment.BEFORE_OUTCOMES, ("df_method", "missing", "permutations")),
        (Moment.BEFORE_TRUE_ARMS, ("subgroups",)),
        (Moment.BEFORE_TRUE_ARMS, ("compliance",)),
        (Moment.AFTER, ("df_method",)),
    ]


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        (Moment.BEFORE_OUTCOMES, "planned"),
        (Moment.BEFORE_TRUE_ARMS, "approved_change"),
        (Moment.AFTER, None),
    ],
)
def test_labels_follow_the_protocol_too(
    played: Session, unasked: Trial, moment: Moment, label: str | None
) -> None:
    """A further covariate on the data list changes the table of balance."""
    protocol = locked_document(played, unasked.id, DocumentKind.PROTOCOL)
    assert protocol is not None
    sex = next(column for column in protocol.content["columns"] if column["code"] == "sex")
    columns = [*protocol.content["columns"], sex | {"code": "shoe_size"}]
    amend(played, unasked, moment, DocumentKind.PROTOCOL, columns=columns)

    asked = estimate_by_plan(played, trial_id=unasked.id, actor=part(played, "analyst"), now=NOW)

    balance = next(one for one in asked.analyses if one["part"] == "balance")
    found = balance["label"] if "shoe_size" in balance["specification"]["balance"] else None
    assert found == label
    assert {one["label"] for one in asked.analyses if one["part"] == "primary"} == {"planned"}


def test_beyond_the_plan_is_exploratory_and_never_planned(played: Session, released: Trial) -> None:
    before = planned_estimate(played, released.id)

    asked = explore(
        played, trial_id=released.id, wish=WISH, reason="Een idee.", actor=part(played, "analyst"),
        now=NOW,
    )  # fmt: skip
    carry_out(played, estimation_id=asked.id, now=NOW)

    assert asked.refusals == []
    found = asked.estimates[0]
    assert (found.part, found.label) == (Part.EXPLORATORY, EstimateLabel.EXPLORATORY)
    assert found.result["contrasts"][0]["df_method"] == "satterthwaite"
    assert planned_estimate(played, released.id) is before


def test_beyond_the_plan_uses_what_the_protocol_has(played: Session, released: Trial) -> None:
    wish = Wish(
        outcome="shoe_size", covariates=(), strata=(), subgroups=(), design=WISH.design,
        df_method=WISH.df_method,
    )  # fmt: skip

    with pytest.raises(BadInput, match="has no shoe_size"):
        explore(
            played, trial_id=released.id, wish=wish, reason="x", actor=part(played, "analyst"),
            now=NOW,
        )  # fmt: skip
