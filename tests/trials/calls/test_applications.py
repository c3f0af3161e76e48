"""Sending happens once and in time; what was sent changes by versions until closing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.trials.calls.cast import (
    AFTER,
    BEFORE,
    CLOSES,
    INTERVENTION,
    MONDAY,
    Programme,
)
from trials.audit import AuditRow
from trials.calls.models import ApplicantKind, Application
from trials.calls.queries.applications import application_page, own_applications
from trials.calls.services.applications import (
    revise_application,
    save_draft,
    submit_application,
    withdraw_application,
    write_rebuttal,
)
from trials.calls.services.calls import open_rebuttal, withdraw_call
from trials.calls.states import ApplicationState
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady


def _count(session: Session) -> int:
    return session.scalar(select(func.count(Application.id))) or 0


def test_a_second_press_returns_the_first_application(session, programme):
    call = programme.published_call()
    first = programme.application(call)

    second = programme.application(call, title="Een heel andere titel")
    late = programme.application(call, now=AFTER)

    assert first.id == second.id == late.id
    assert _count(session) == 1
    assert first.current.title == "Samen lezen in tweetallen 0"
    sent = session.query(AuditRow).filter_by(event="application_submitted").count()
    assert sent == 1


def test_two_presses_at_once_make_one_application(fresh_engine):
    with Session(fresh_engine) as session:
        programme = Programme(session)
        call = programme.published_call().id
        actor = programme.actor(programme.applicants[0])
    together = Barrier(8)

    def press(_: int) -> int:
        with Session(fresh_engine) as session:
            together.wait()
            return submit_application(
                session,
                call_id=call,
                request_key="the same form",
                kind=ApplicantKind.DEVELOPER,
                title="Samen lezen in tweetallen",
                content=INTERVENTION,
                actor=actor,
                now=BEFORE,
            ).id

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(press, range(8)))

    assert len(made) == 1
    with Session(fresh_engine) as session:
        assert _count(session) == 1


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (CLOSES, "this call is closed"),
        (CLOSES + timedelta(microseconds=1), "this call is closed"),
        (MONDAY - timedelta(microseconds=1), "not open yet"),
    ],
)
def test_the_dates_of_a_call_are_exact(session, programme, now, sentence):
    call = programme.published_call()

    with pytest.raises(NotReady, match=sentence):
        programme.application(call, now=now)

    assert _count(session) == 0


def test_the_last_moment_before_closing_is_in_time(programme):
    call = programme.published_call()

    application = programme.application(call, now=CLOSES - timedelta(microseconds=1))

    assert application.state is ApplicationState.SUBMITTED


def test_nothing_is_sent_to_a_withdrawn_call(session, programme):
    call = programme.published_call()
    officer = programme.actor(programme.officer)
    withdraw_call(session, call_id=call.id, reason="Geen geld", actor=officer, now=MONDAY)

    with pytest.raises(NotReady, match="withdrawn"):
        programme.application(call)


@pytest.mark.parametrize("kind", list(ApplicantKind))
def test_every_kind_of_applicant_may_apply(programme, kind):
    content = INTERVENTION | {"partners": [{"name": "Gemeente Voorbeeld", "role": "partner"}]}

    application = programme.application(programme.published_call(), kind=kind, content=content)

    assert application.kind is kind


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "Te kort"}, "title"),
        ({"content": INTERVENTION | {"evidence": ""}}, "evidence"),
        ({"content": INTERVENTION | {"schools": 3}}, "schools"),
        ({"content": INTERVENTION | {"group": "Z"}}, "group"),
        ({"content": INTERVENTION | {"sectors": []}}, "sectors"),
        ({"content": INTERVENTION | {"arm": "controle"}}, "arm"),
        ({"kind": ApplicantKind.CONSORTIUM}, "partners"),
        ({"content": {}}, "summary_nl"),
    ],
)
def test_an_incomplete_application_is_refused_by_field(session, programme, changes, field):
    call = programme.published_call()

    with pytest.raises(BadInput) as refusal:
        programme.application(call, **changes)

    assert field in {problem.values["field"] for problem in refusal.value.problems}
    assert _count(session) == 0


def test_a_draft_may_be_incomplete_and_becomes_the_application(session, programme):
    call = programme.published_call()
    actor = programme.actor(programme.applicants[0])
    draft = save_draft(
        session,
        call_id=call.id,
        request_key="form-00010",
        kind=ApplicantKind.DEVELOPER,
        title="Samen",
        content={"evidence": "Volgt"},
        actor=actor,
        now=MONDAY,
    )
    assert draft.submitted_at is None

    sent = programme.application(call, request_key="form-00010")

    assert sent.id == draft.id
    assert [version.number for version in sent.versions] == [1, 2]
    assert (sent.state, sent.submitted_at) == (ApplicationState.SUBMITTED, BEFORE)
    with pytest.raises(Conflict, match="sent already"):
        save_draft(
            session,
            call_id=call.id,
            request_key="form-00010",
            kind=ApplicantKind.DEVELOPER,
            title="Samen",
            content={},
            actor=actor,
            now=BEFORE,
        )


def test_a_change_is_a_new_version_until_closing(session, programme):
    application = programme.application(programme.published_call(), now=MONDAY)
    actor = programme.actor(programme.applicants[0])
    changed = INTERVENTION | {"schools": 90}

    for _ in range(2):  # the same change twice is one version
        revise_application(
            session,
            application_id=application.id,
            title="Samen lezen, verbeterd",
            content=changed,
            actor=actor,
            now=BEFORE,
        )

    assert [v.content["schools"] for v in application.versions] == [80, 90]
    with pytest.raises(NotReady, match="closed"):
        revise_application(
            session,
            application_id=application.id,
            title="Samen lezen, te laat",
            content=INTERVENTION,
            actor=actor,
            now=CLOSES,
        )


def test_others_can_neither_read_change_nor_take_back_an_application(session, programme):
    application = programme.application(programme.published_call())
    other = programme.actor(programme.applicants[1])

    with pytest.raises(NotFound):
        application_page(session, application.id, other, AFTER)
    with pytest.raises(NotFound):
        withdraw_application(session, application_id=application.id, actor=other, now=BEFORE)
    with pytest.raises(NotFound):
        programme.application(application.call, 1, request_key=application.request_key)
    assert list(own_applications(session, other)) == []


def test_whoever_has_no_part_in_calls_cannot_apply(session, programme):
    call = programme.published_call()

    with pytest.raises(NotAllowed):
        submit_application(
            session,
            call_id=call.id,
            request_key="form-0009",
            kind=ApplicantKind.DEVELOPER,
            title="Samen lezen in tweetallen",
            content=INTERVENTION,
            actor=programme.actor(programme.assessors[0]),
            now=BEFORE,
        )


def test_an_application_can_be_taken_back_once(session, programme):
    application = programme.application(programme.published_call())
    actor = programme.actor(programme.applicants[0])

    withdraw_application(session, application_id=application.id, actor=actor, now=AFTER)

    assert application.state is ApplicationState.WITHDRAWN
    with pytest.raises(NotReady):
        withdraw_application(session, application_id=application.id, actor=actor, now=AFTER)


def test_applications_are_sealed_for_nro_until_closing(session, programme):
    application = programme.application(programme.published_call(), now=MONDAY)
    officer = programme.actor(programme.officer)

    with pytest.raises(NotFound):
        application_page(session, application.id, officer, BEFORE)
    assert application_page(session, application.id, officer, CLOSES).application is application


def test_a_rebuttal_is_written_once_within_its_round(session, programme):
    application = programme.application(programme.published_call())
    programme.scored(application, 6, 7)
    actor = programme.actor(programme.applicants[0])
    until = AFTER + timedelta(days=7)

    def write(now, text="Wij lezen het anders."):
        return write_rebuttal(
            session, application_id=application.id, text=text, actor=actor, now=now
        )

    with pytest.raises(NotReady, match="no round of rebuttals"):
        write(AFTER)
    assert application_page(session, application.id, actor, AFTER).judgements == ()
    officer = programme.actor(programme.officer)
    open_rebuttal(session, call_id=application.call_id, until=until, actor=officer, now=AFTER)
    seen = application_page(session, application.id, actor, AFTER).judgements
    assert {(j.reason, j.value, j.assessor) for j in seen} == {("Goed onderbouwd.", None, None)}
    with pytest.raises(NotReady):
        write(until)

    write(until - timedelta(seconds=1))

    with pytest.raises(Conflict):
        write(AFTER)
