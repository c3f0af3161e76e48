"""Three parties sign one content; what was offered never changes under anyone's hands."""

import pytest
from sqlalchemy import select

from tests.trials.agreements.cast import DAY, NOON, changed
from trials.agreements.example import PLAN, PROTOCOL
from trials.agreements.models import Document, DocumentKind, Moment, Party
from trials.agreements.queries import (
    document_page,
    locked_document,
    locked_plan,
    locked_protocol,
    tasks_for,
    versions,
)
from trials.agreements.states import DocumentState
from trials.audit import AuditRow
from trials.errors import (
    BadInput,
    Conflict,
    IllegalTransition,
    NotAllowed,
    NotFound,
    NotReady,
)
from trials.lifecycle import TrialState
from trials.mail import OutboxRow

PLANNED = DocumentKind.ANALYSIS_PLAN
SIGNERS = (
    ("manager", Party.EVALUATOR),
    ("provider", Party.PROVIDER),
    ("officer", Party.COUNCIL),
)


def test_the_third_signature_locks_and_nothing_before_it(session, parties):
    document = parties.draft()
    parties.offer(document)
    parties.review(document)
    for who, party in SIGNERS:
        assert document.state is DocumentState.SIGNING
        with pytest.raises(NotReady, match="not locked yet"):
            locked_protocol(session, parties.trial_id)
        parties.sign(document, who, party)

    assert (document.state, document.locked_at) == (DocumentState.LOCKED, NOON)
    assert document.moment is Moment.BEFORE_DRAW
    assert locked_protocol(session, parties.trial_id).control == "controle"
    assert [s.content_sha256 for s in document.signatures] == [document.content_sha256] * 3


def test_a_draft_may_be_incomplete_but_is_not_offered_so(session, parties):
    document = parties.draft(content={"unit": "site", "arms": "later"})

    with pytest.raises(BadInput) as refusal:
        parties.offer(document)

    assert {"question_nl", "arms", "size.icc"} <= {
        problem.values["field"] for problem in refusal.value.problems
    }
    assert session.get(Document, document.id).state is DocumentState.DRAFT


def test_a_number_that_is_none_is_refused(parties):
    with pytest.raises(BadInput, match="a number in this document"):
        parties.draft(content={"size": {"icc": float("nan")}})


def test_a_draft_is_kept_in_place_and_a_change_after_offering_is_a_new_version(session, parties):
    first = parties.draft(content={"unit": "site"})
    assert parties.draft().id == first.id
    parties.offer(first)
    parties.review(first)
    parties.sign(first, "provider", Party.PROVIDER)

    second = parties.draft()

    assert (second.version, second.state) == (2, DocumentState.DRAFT)
    assert first.state is DocumentState.SUPERSEDED
    assert second.signatures == []
    with pytest.raises(NotReady, match="not open for signing"):
        parties.sign(first, "manager", Party.EVALUATOR)


def test_nobody_signs_what_was_not_shown(session, parties):
    document = parties.draft()
    parties.offer(document)
    parties.review(document)

    with pytest.raises(Conflict, match="what you read"):
        parties.sign(document, "manager", Party.EVALUATOR, sha256="0" * 64)


def test_a_content_changed_behind_the_hash_is_not_signed(session, parties):
    document = parties.draft()
    parties.offer(document)
    parties.review(document)
    document.content = changed(PROTOCOL, "size.sites", 2)
    session.commit()

    with pytest.raises(Conflict, match="what you read"):
        parties.sign(document, "manager", Party.EVALUATOR)

    assert document.signatures == []


def test_the_validity_review_comes_before_signatures(parties):
    document = parties.draft()
    parties.offer(document)

    with pytest.raises(NotReady, match="has not judged"):
        parties.sign(document, "manager", Party.EVALUATOR)
    parties.review(document, valid=False)
    with pytest.raises(NotReady, match="found this version wanting"):
        parties.sign(document, "manager", Party.EVALUATOR)
    with pytest.raises(Conflict):
        parties.review(document)


def test_a_draft_is_not_reviewed_and_a_signed_version_no_more(parties):
    document = parties.draft()
    with pytest.raises(NotReady, match="not open to review"):
        parties.review(document)
    parties.offer(document)
    parties.review(document)
    parties.sign(document, "manager", Party.EVALUATOR)

    with pytest.raises(NotReady, match="not open to review"):
        parties.review(document)


def test_one_person_signs_for_one_party_and_for_one_only(parties):
    document = parties.draft()
    parties.offer(document)
    parties.review(document)

    for who, party in (
        ("manager", Party.PROVIDER),
        ("officer", Party.EVALUATOR),
        ("analyst", Party.EVALUATOR),
        ("director", Party.COUNCIL),
        ("expert", Party.COUNCIL),
    ):
        with pytest.raises(NotAllowed):
            parties.sign(document, who, party)
    parties.sign(document, "officer", Party.COUNCIL)
    with pytest.raises(Conflict, match="signed already"):
        parties.sign(document, "second_officer", Party.COUNCIL)


@pytest.mark.parametrize("who", ["officer", "analyst", "provider", "expert"])
def test_only_the_trial_manager_drafts_and_offers(parties, who):
    document = parties.draft()

    with pytest.raises(NotAllowed):
        parties.draft(who=who)
    with pytest.raises(NotAllowed):
        parties.offer(document, who=who)


def test_a_stranger_finds_nothing(session, parties):
    document = parties.draft()
    stranger = parties.actor("stranger")

    with pytest.raises(NotFound):
        parties.draft(who="stranger")
    with pytest.raises(NotFound):
        parties.offer(document, who="stranger")
    for reader in (stranger, None):
        with pytest.raises(NotFound):
            document_page(session, document.id, reader)
        assert list(versions(session, parties.trial_id, DocumentKind.PROTOCOL, reader)) == []


def test_a_locked_version_is_public(session, parties):
    document = parties.locked()

    assert document_page(session, document.id, None) is document
    assert list(versions(session, parties.trial_id, DocumentKind.PROTOCOL, None)) == [document]


def test_an_amendment_says_why_and_the_earlier_version_holds_until_it_is_locked(session, parties):
    parties.locked()
    bigger = changed(PROTOCOL, "size.sites", 240)
    with pytest.raises(BadInput):
        parties.draft(content=bigger)

    second = parties.draft(content=bigger, reason="Meer scholen nodig voor de power.")
    assert locked_protocol(session, parties.trial_id).size.sites == 216
    parties.offer(second)
    parties.review(second)
    for who, party in SIGNERS:
        parties.sign(second, who, party)

    assert locked_protocol(session, parties.trial_id).size.sites == 240
    assert second.reason == "Meer scholen nodig voor de power."
    assert len(versions(session, parties.trial_id, DocumentKind.PROTOCOL, None)) == 2


@pytest.mark.parametrize(
    ("milestones", "moment"),
    [
        ({}, Moment.BEFORE_DRAW),
        ({"first_sealed_at": NOON, "first_drawn_at": NOON}, Moment.BEFORE_OUTCOMES),
        ({"first_drawn_at": NOON, "first_outcome_at": NOON}, Moment.BEFORE_TRUE_ARMS),
        (
            {"first_drawn_at": NOON, "first_outcome_at": NOON, "true_arms_at": NOON},
            Moment.AFTER,
        ),
    ],
)
def test_an_amendment_carries_its_moment(session, parties, milestones, moment):
    parties.locked()
    parties.reach(TrialState.DELIVERING, **milestones)

    amended = parties.locked(content=changed(PROTOCOL, "hours.pupil", 3), reason="Langere toets")

    assert amended.moment is moment


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [("arms.1.ratio", 2, "arms"), ("arms.1.label", "lezen", "arms"), ("unit", "pupil", "unit")],
)
def test_what_was_drawn_is_not_amended(parties, path, value, field):
    parties.locked()
    parties.reach(TrialState.DELIVERING, first_sealed_at=NOON, first_drawn_at=NOON)
    document = parties.draft(content=changed(PROTOCOL, path, value), reason="Toch anders")

    with pytest.raises(BadInput) as refusal:
        parties.offer(document)

    assert [p.values["field"] for p in refusal.value.problems] == [field]


def test_a_sealed_draw_holds_the_protocol_still(parties):
    parties.locked()
    document = parties.draft(content=changed(PROTOCOL, "hours.pupil", 3), reason="Toets")
    parties.offer(document)
    parties.review(document)
    parties.reach(TrialState.SEALED, first_sealed_at=NOON)

    with pytest.raises(NotReady, match="sealed on the protocol"):
        parties.sign(document, "manager", Party.EVALUATOR)


@pytest.mark.parametrize("state", [TrialState.AWARDED, TrialState.STOPPED])
def test_no_protocol_before_the_evaluator_nor_after_the_end(parties, state):
    parties.reach(
        state,
        **({"stopped_at": NOON, "stop_reason": "harm"} if state is TrialState.STOPPED else {}),
    )

    with pytest.raises(NotReady):
        parties.draft()


def test_the_plan_follows_the_protocol(parties):
    with pytest.raises(NotReady, match="protocol is locked first"):
        parties.draft(PLANNED)
    parties.locked()

    plan = parties.locked(PLANNED)

    assert plan.state is DocumentState.LOCKED
    assert locked_plan(parties.session, parties.trial_id).covariates == ("language_pre",)


@pytest.mark.parametrize("stage", ["draft", "offer", "sign"])
def test_no_first_plan_once_an_outcome_is_in(session, parties, stage):
    parties.locked()
    document = None if stage == "draft" else parties.draft(PLANNED)
    if stage == "sign":
        parties.offer(document)
        parties.sign(document, "provider", Party.PROVIDER)
    parties.reach(TrialState.DELIVERING, first_drawn_at=NOON, first_outcome_at=NOON)

    with pytest.raises(NotReady, match="outcomes are in already"):
        {
            "draft": lambda: parties.draft(PLANNED),
            "offer": lambda: parties.offer(document),
            "sign": lambda: parties.sign(document, "manager", Party.EVALUATOR),
        }[stage]()

    assert locked_document(session, parties.trial_id, PLANNED) is None


def test_a_plan_locked_in_time_can_be_amended_after_outcomes_and_says_so(parties):
    parties.locked()
    parties.locked(PLANNED)
    parties.reach(TrialState.DELIVERING, first_drawn_at=NOON, first_outcome_at=NOON)

    amended = parties.locked(
        PLANNED, PLAN | {"df_method": "satterthwaite"}, reason="Programma kon het niet"
    )

    assert (amended.version, amended.moment) == (2, Moment.BEFORE_TRUE_ARMS)


@pytest.mark.parametrize(("days", "late"), [(91, 0), (93, 1)])
def test_a_plan_later_than_three_months_after_the_draw_is_labelled(session, parties, days, late):
    """Three months from 1 March end on 1 June, 92 days on."""
    parties.locked()
    parties.reach(TrialState.DELIVERING, first_sealed_at=NOON, first_drawn_at=NOON)

    parties.locked(PLANNED, now=NOON + days * DAY)

    row = session.scalars(
        select(AuditRow).where(AuditRow.event == "document_locked").order_by(AuditRow.id.desc())
    ).first()
    assert row.details["late"] == late


def test_a_document_is_not_offered_twice(parties):
    document = parties.draft()
    parties.offer(document)

    with pytest.raises(IllegalTransition):
        parties.offer(document)


def test_no_lock_without_its_audit_row(session, parties, monkeypatch):
    document = parties.draft()
    parties.offer(document)
    parties.review(document)
    for who, party in SIGNERS[:2]:
        parties.sign(document, who, party)

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("trials.agreements.services.record", fail)
    with pytest.raises(OSError, match="disk full"):
        parties.sign(document, *SIGNERS[2])

    assert document.state is DocumentState.SIGNING
    assert len(document.signatures) == 2


def test_whoever_must_read_is_written_to_and_the_sender_is_not(session, parties):
    parties.offer(parties.draft())

    told = set(session.scalars(select(OutboxRow.person_id)))

    assert told == {
        parties.people[who] for who in ("officer", "second_officer", "provider", "expert")
    }


def _tasks(session, parties, who):
    return [(t.kind, t.state.value) for t in tasks_for(session, parties.actor(who), NOON)]


def test_desks_follow_the_document(session, parties):
    assert _tasks(session, parties, "manager") == [("protocol_draft", "waiting")]
    assert _tasks(session, parties, "stranger") == []
    document = parties.draft()
    parties.offer(document)
    assert _tasks(session, parties, "expert") == [("protocol_review", "waiting")]
    assert _tasks(session, parties, "provider") == [("protocol_sign", "running")]
    parties.review(document)
    assert _tasks(session, parties, "expert") == [("protocol_review", "done")]
    assert _tasks(session, parties, "provider") == [("protocol_sign", "waiting")]
    parties.sign(document, "provider", Party.PROVIDER)
    assert _tasks(session, parties, "provider") == [("protocol_sign", "running")]
    for who, party in (("manager", Party.EVALUATOR), ("officer", Party.COUNCIL)):
        parties.sign(document, who, party)
    assert _tasks(session, parties, "provider") == []
    assert _tasks(session, parties, "manager") == [("analysis_plan_draft", "waiting")]


def test_an_unfavourable_review_sends_the_manager_back_to_the_draft(session, parties):
    document = parties.draft()
    parties.offer(document)
    parties.review(document, valid=False)

    assert ("protocol_draft", "waiting") in _tasks(session, parties, "manager")
    assert _tasks(session, parties, "provider") == []
