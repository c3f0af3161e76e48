"""A programme with something behind every operation of the API, made through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.trials.calls.cast import draft
from tests.trials.school_trial import (
    NOON,
    Scene,
    complete,
    designed_trial,
    grant,
    lock_document,
    open_call,
)
from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.models import DocumentKind
from trials.calls.models import Trial
from trials.calls.services.calls import create_call, publish_call
from trials.evidence.models import Publication, Rating
from trials.lifecycle import TrialState
from trials.people.keys import fingerprint, new_token
from trials.people.models import ApiToken, Grant, Person
from trials.people.tokens import TokenScope
from trials.permissions import Role, ScopeKind
from trials.releases.models import Release
from trials.reports.estimation import estimate_release
from trials.reports.models import EstimateLabel, Report, StoredEstimate
from trials.reports.states import ReportState

DATA = Path(__file__).parents[2] / "analysis/data/crtData.csv"
SPECIFICATION = {
    "outcome": "Posttest",
    "arm": "Intervention",
    "school": "School",
    "covariates": ["Prettest"],
}
CODEBOOK = {"name": "samen-lezen", "title": "Reading together", "resources": [{"name": "pupils"}]}


@dataclass
class World:
    """Ids of what there is to read; ``scene`` has the people."""

    scene: Scene
    call_id: int
    draft_id: int
    signup_id: int
    release_id: int


def make_world(session: Session) -> World:
    scene = designed_trial(session)
    open_call(session, scene)
    signup = complete(session, scene)
    call = create_call(
        session, draft=draft(opens_at=NOON, **_until(NOON)), actor=scene.officer, now=NOON
    )
    publish_call(session, call_id=call.id, actor=scene.officer, now=NOON)
    unfinished = create_call(
        session, draft=draft(opens_at=NOON, **_until(NOON)), actor=scene.officer, now=NOON
    )
    release = _release(scene.trial_id, scene.people["manager"])
    session.add(release)
    session.flush()
    _publish(session, session.get_one(Trial, scene.trial_id), scene.people["manager"])
    session.add(
        Grant(
            person_id=scene.people["officer"],
            role=Role.NRO_OFFICER,
            scope_kind=ScopeKind.PROGRAMME,
            granted_at=NOON,
        )
    )
    session.commit()
    grant(session, scene, "manager", Role.TRIAL_MANAGER)
    grant(session, scene, "colleague", Role.ANALYST)
    grant(session, scene, "recruiter", Role.RECRUITER)
    grant(session, scene, "coordinator", Role.SCHOOL_COORDINATOR, ScopeKind.SIGNUP, signup.id)
    return World(scene, call.id, unfinished.id, signup.id, release.id)


def token_of(
    session: Session,
    person_id: int,
    *scopes: TokenScope,
    now: datetime = NOON,
    days: int = 90,
    ended_at: datetime | None = None,
) -> str:
    """Make a token that may read everything unless told otherwise."""
    token = new_token()
    session.add(
        ApiToken(
            person_id=person_id,
            name="a test",
            token_sha256=fingerprint(token),
            scopes=" ".join(scopes or TokenScope),
            created_at=now,
            expires_at=now + timedelta(days=days),
            ended_at=ended_at,
        )
    )
    session.commit()
    return token


def _until(opens: datetime) -> dict[str, datetime]:
    return {
        "questions_until": opens + timedelta(days=10),
        "closes_at": opens + timedelta(days=30),
    }


def _release(trial_id: int, made_by: int) -> Release:
    content = DATA.read_bytes()
    return Release(
        trial_id=trial_id,
        version=1,
        masked=True,
        csv=content,
        csv_sha256=fingerprint(content.decode()),
        codebook=CODEBOOK,
        rows=content.count(b"\n") - 1,
        made_by=made_by,
        made_at=NOON,
    )


def _publish(session: Session, running: Trial, by: int) -> None:
    """A second trial of the same intervention, whose result is out."""
    trial = Trial(
        slug="eerder-lezen",
        title_nl="Eerder lezen",
        title_en="Reading earlier",
        state=TrialState.PUBLISHED,
        intervention_id=running.intervention_id,
        awarded_at=NOON,
        published_at=NOON,
    )
    session.add(trial)
    session.flush()
    signer = session.get_one(Person, by)
    lock_document(session, trial.id, DocumentKind.PROTOCOL, PROTOCOL, signer)
    lock_document(session, trial.id, DocumentKind.ANALYSIS_PLAN, PLAN, signer)
    estimate = StoredEstimate(
        trial_id=trial.id,
        number=1,
        data_sha256="0" * 64,
        label=EstimateLabel.PLANNED,
        specification=SPECIFICATION,
        result=estimated(),
        made_by=by,
        made_at=NOON,
    )
    report = Report(
        trial_id=trial.id,
        version=1,
        state=ReportState.FINAL,
        conclusion_nl="Er is een verschil.",
        conclusion_en="There is a difference.",
        conditions_nl="",
        conditions_en="",
        written_by=by,
        written_at=NOON,
        final_at=NOON,
    )
    session.add_all([estimate, report])
    session.flush()
    session.add_all(
        [
            Publication(
                trial_id=trial.id,
                report_id=report.id,
                estimate_id=estimate.id,
                flow={"schools": 22},
                due_at=NOON,
                published_at=NOON,
            ),
            Rating(
                trial_id=trial.id,
                kind="padlocks",
                table_version="eef-2024",
                inputs={},
                value="4",
                rated_at=NOON,
            ),
        ]
    )


@cache
def estimated() -> dict[str, Any]:
    """The estimate of the released file, as it is stored."""
    return estimate_release(DATA.read_bytes(), SPECIFICATION, {})
