"""Masked first; true arms only by two persons, once the analysis code is lodged."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trials.releases.conftest import DRAWN
from trials.agreements.example import PROTOCOL
from trials.agreements.models import Document, DocumentKind, Moment
from trials.agreements.states import DocumentState
from trials.audit import AuditRow
from trials.calls.models import Trial
from trials.draws.models import Draw, DrawKind
from trials.draws.states import DrawState
from trials.errors import BadInput, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.people.models import Deployment, Person, SignInMethod
from trials.people.proposals import approve, propose, prove_identity
from trials.permissions import PROGRAMME, Actor, HeldRole, Role, trial_scope
from trials.releases import acts  # noqa: F401  registers the act
from trials.releases.models import Release
from trials.releases.queries import releases_of
from trials.releases.services import download, lodge_code, release_masked

NOW = DRAWN + timedelta(days=400)
CODE = b"library(lme4)\n"


@pytest.fixture
def locked(session: Session, trial: Trial, person: Person) -> Trial:
    """The trial with its locked protocol, in a demonstration database."""
    session.add(Deployment(id=1, demonstration=True))
    session.add(
        Document(
            trial_id=trial.id, kind=DocumentKind.PROTOCOL, version=1, state=DocumentState.LOCKED,
            content=PROTOCOL, content_sha256="0" * 64, drafted_by=person.id, drafted_at=DRAWN,
            locked_at=DRAWN, moment=Moment.BEFORE_DRAW,
        )
    )  # fmt: skip
    session.commit()
    return trial


def someone(session: Session, role: Role, trial: Trial | None = None) -> Actor:
    person = Person(
        name=role, email=f"{role}@voorbeeld.example", method=SignInMethod.PASSWORD,
        created_at=DRAWN,
    )  # fmt: skip
    session.add(person)
    session.commit()
    scope = trial_scope(trial.id) if trial else PROGRAMME
    return Actor(person.id, frozenset({HeldRole(role, scope)}))


def test_nothing_is_released_before_outcomes_are_locked(session: Session, locked: Trial) -> None:
    locked.outcomes_locked_at = None
    session.commit()
    manager = someone(session, Role.TRIAL_MANAGER, locked)

    with pytest.raises(NotReady, match="once the outcomes are locked"):
        release_masked(session, trial_id=locked.id, reason="", actor=manager, now=NOW)

    assert session.scalars(select(Release)).all() == []


def test_true_arms_wait_for_the_code_and_a_second_person(session: Session, locked: Trial) -> None:
    manager = someone(session, Role.TRIAL_MANAGER, locked)
    analyst = someone(session, Role.ANALYST, locked)
    officer = someone(session, Role.NRO_OFFICER)
    wanted = {"act": "true_arms", "subject_id": locked.id, "wish": {}}

    with pytest.raises(NotReady, match="must lodge the analysis code"):
        propose(session, **wanted, actor=manager, now=NOW)
    lodge_code(
        session, trial_id=locked.id, file_name="plan.R", content=CODE, actor=analyst, now=NOW
    )
    proposal = propose(session, **wanted, actor=manager, now=NOW)
    assert locked.true_arms_at is None
    prove_identity(
        session, actor=officer, act="true_arms", shown_sha256=proposal.shown_sha256,
        code_or_password="", now=NOW,
    )  # fmt: skip
    approve(
        session, proposal_id=proposal.id, shown_sha256=proposal.shown_sha256, actor=officer,
        now=NOW,
    )  # fmt: skip

    (release,) = releases_of(session, locked.id, analyst)
    assert not release.masked
    assert b"samen-lezen" in release.csv
    assert locked.state is TrialState.RELEASED


def test_true_arms_wait_until_no_unit_arrives_any_more(session: Session, locked: Trial) -> None:
    manager = someone(session, Role.TRIAL_MANAGER, locked)
    analyst = someone(session, Role.ANALYST, locked)
    lodge_code(
        session, trial_id=locked.id, file_name="plan.R", content=CODE, actor=analyst, now=NOW
    )
    arrivals = Draw(
        trial_id=locked.id, number=2, wave=2, kind=DrawKind.ARRIVALS, state=DrawState.SEALED,
        frozen_record={}, frozen_by=manager.person_id, frozen_at=DRAWN, sealed_at=DRAWN,
    )  # fmt: skip
    session.add(arrivals)
    session.commit()

    with pytest.raises(NotReady, match="draw 2 still takes units in"):
        propose(
            session, act="true_arms", subject_id=locked.id, wish={}, actor=manager, now=NOW
        )  # fmt: skip
    session.rollback()
    arrivals.state, arrivals.receipt = DrawState.DRAWN, b"{}"
    session.commit()

    assert propose(session, act="true_arms", subject_id=locked.id, wish={}, actor=manager, now=NOW)


def test_versions_count_up_and_hashes_stand_in_the_audit(session: Session, locked: Trial) -> None:
    manager = someone(session, Role.TRIAL_MANAGER, locked)

    made = [
        release_masked(session, trial_id=locked.id, reason="again", actor=manager, now=NOW)
        for _ in range(2)
    ]

    assert [release.version for release in made] == [1, 2]
    assert made[0].csv_sha256 == made[1].csv_sha256
    audited = session.scalars(select(AuditRow).where(AuditRow.event == "masked_released")).all()
    assert [row.details["sha256"] for row in audited] == [made[0].csv_sha256] * 2


def test_only_the_trials_own_analyst_downloads(session: Session, locked: Trial) -> None:
    manager = someone(session, Role.TRIAL_MANAGER, locked)
    release = release_masked(session, trial_id=locked.id, reason="", actor=manager, now=NOW)
    elsewhere = Actor(manager.person_id, frozenset({HeldRole(Role.ANALYST, trial_scope(10_000))}))

    with pytest.raises(NotFound):
        download(session, release_id=release.id, actor=elsewhere, now=NOW)
    with pytest.raises(NotFound):
        releases_of(session, locked.id, someone(session, Role.RECRUITER, locked))

    analyst = someone(session, Role.ANALYST, locked)
    assert download(session, release_id=release.id, actor=analyst, now=NOW).rows == 8


def test_the_analyst_cannot_release(session: Session, locked: Trial) -> None:
    with pytest.raises(NotAllowed):
        release_masked(
            session, trial_id=locked.id, reason="", actor=someone(session, Role.ANALYST, locked),
            now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b"MZ\x90\x00\x03", "neither text nor a ZIP"),
        (b"\xff\xfe\xfd", "neither text nor a ZIP"),
    ],
)
def test_code_that_is_no_code_is_refused(
    session: Session, locked: Trial, content: bytes, sentence: str
) -> None:
    analyst = someone(session, Role.ANALYST, locked)

    with pytest.raises(BadInput, match=sentence):
        lodge_code(
            session, trial_id=locked.id, file_name="plan.R", content=content, actor=analyst,
            now=NOW,
        )  # fmt: skip
