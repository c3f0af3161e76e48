"""Logging delivery: where it happens, in versions, and without telling an arm."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.trials.delivery.schools import school_in
from tests.trials.draws import ceremony as act
from tests.trials.draws.world import recruited
from trials.audit import AuditRow
from trials.delivery.models import CostKind, Dose, EventKind, FidelityCheck
from trials.delivery.services import correct_event, log_cost, log_dose, log_event, log_fidelity
from trials.errors import BadInput, Conflict, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.measurements.models import SchoolClass

LATER = act.TOLD_AT + timedelta(days=150)
DAY_OF_CHECK = date(2027, 9, 8)  # a Wednesday


def check(world, signup_id, **changes):
    arguments = {
        "signup_id": signup_id,
        "component": "pairing",
        "checked_on": DAY_OF_CHECK,
        "score": 80,
        "actor": world.actor("provider"),
        "now": LATER,
    }
    return log_fidelity(world.session, **(arguments | changes))


def happened(world, signup_id, **changes):
    arguments = {
        "signup_id": signup_id,
        "kind": EventKind.USUAL_PRACTICE,
        "happened_on": DAY_OF_CHECK,
        "text": "Reads aloud twice a week.",
        "actor": world.actor("provider"),
        "now": LATER,
    }
    return log_event(world.session, **(arguments | changes))


@pytest.fixture
def world(session):
    return act.told_world(session, schools=6)


def test_another_score_for_the_same_day_is_a_version_with_a_reason(session, world):
    school = school_in(world, "samen-lezen")
    check(world, school)

    with pytest.raises(BadInput, match="why it changes"):
        check(world, school, score=60)
    second = check(world, school, score=60, reason="Typed the wrong number.")

    scores = session.scalars(select(FidelityCheck.score).order_by(FidelityCheck.version)).all()
    assert (second.version, scores) == (2, [80, 60])


def test_the_same_check_sent_twice_is_kept_once(session, world):
    school = school_in(world, "samen-lezen")

    assert check(world, school).id == check(world, school).id


def test_a_school_logs_its_own_delivery_and_not_anothers(world):
    school = school_in(world, "samen-lezen")
    number = world.signups.index(school)

    assert check(world, school, actor=world.coordinator(number)).score == 80
    with pytest.raises(NotFound):
        check(world, school, actor=world.coordinator((number + 1) % 6), score=70)


@pytest.mark.parametrize(
    "name", ["officer", "director", "analyst", "recruiter", "tester", "manager"]
)
def test_nobody_but_provider_and_school_logs(world, name):
    with pytest.raises(NotFound):
        check(world, school_in(world, "samen-lezen"), actor=world.actor(name))


def test_a_control_school_logs_events_and_no_fidelity(world):
    school = school_in(world, "controle")

    with pytest.raises(NotReady, match="usual practice"):
        check(world, school)
    assert happened(world, school).kind is EventKind.USUAL_PRACTICE


def test_nothing_is_logged_before_the_school_heard_its_group(session):
    """Else the refusal itself would tell the arm."""
    world = recruited(session, schools=6)
    act.drawn(world)
    messages = set()
    for number, signup_id in enumerate(world.signups):
        with pytest.raises(NotReady) as refusal:
            check(world, signup_id, actor=world.coordinator(number))
        messages.add(str(refusal.value))

    assert messages == {"this school has not heard the outcome of the draw yet"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"component": "singing"}, "no component"),
        ({"score": 101}, "between 0 and 100"),
        ({"score": -1}, "between 0 and 100"),
        ({"checked_on": date(2030, 1, 1)}, "yet to come"),
    ],
)
def test_a_check_that_cannot_be_true_is_refused(world, changes, message):
    with pytest.raises(BadInput, match=message):
        check(world, school_in(world, "samen-lezen"), **changes)


def test_nothing_is_logged_once_the_data_were_released(world):
    trial = world.trial
    for state in (TrialState.MEASURED, TrialState.RELEASED):
        trial.advance_to(state)
    world.session.commit()

    with pytest.raises(NotReady, match="released trial"):
        check(world, school_in(world, "samen-lezen"))


def test_a_dose_is_counted_per_week_and_class(session, world):
    school = school_in(world, "samen-lezen")
    klass = SchoolClass(signup_id=school, name="8a")
    session.add(klass)
    session.commit()
    arguments = {
        "signup_id": school,
        "class_id": klass.id,
        "actor": world.actor("provider"),
        "now": LATER,
    }

    log_dose(session, week=DAY_OF_CHECK, sessions=3, **arguments)
    log_dose(session, week=date(2027, 9, 6), sessions=3, **arguments)
    log_dose(session, week=date(2027, 9, 10), sessions=4, reason="One was forgotten.", **arguments)

    doses = session.scalars(select(Dose).order_by(Dose.version)).all()
    assert [(dose.week, dose.version, dose.sessions) for dose in doses] == [
        (date(2027, 9, 6), 1, 3),
        (date(2027, 9, 6), 2, 4),
    ]


def test_a_class_of_another_school_gets_no_dose(session, world):
    klass = SchoolClass(signup_id=school_in(world, "controle"), name="8a")
    session.add(klass)
    session.commit()

    with pytest.raises(BadInput, match="not in this school's list"):
        log_dose(
            session,
            signup_id=school_in(world, "samen-lezen"),
            class_id=klass.id,
            week=DAY_OF_CHECK,
            sessions=1,
            actor=world.actor("provider"),
            now=LATER,
        )


def test_a_school_stops_delivering_once_and_the_entry_can_be_corrected(session, world):
    school = school_in(world, "samen-lezen")
    stop = {"kind": EventKind.WITHDRAWAL_OF_DELIVERY, "text": "The teacher left."}
    first = happened(world, school, **stop)

    with pytest.raises(Conflict, match="already"):
        happened(world, school, **stop, happened_on=date(2027, 9, 9))
    second = correct_event(
        session,
        event_id=first.id,
        happened_on=date(2027, 9, 10),
        text="The teacher left.",
        reason="Wrong day.",
        actor=world.actor("provider"),
        now=LATER,
    )
    with pytest.raises(Conflict, match="newer one"):
        correct_event(
            session,
            event_id=first.id,
            happened_on=date(2027, 9, 11),
            text="The teacher left.",
            reason="Wrong day again.",
            actor=world.actor("provider"),
            now=LATER,
        )

    assert second.corrects_id == first.id


def test_the_audit_chain_tells_no_arm_by_what_was_logged(session, world):
    """A check and an event leave the same row, for only one arm has checks."""
    delivering, control = school_in(world, "samen-lezen"), school_in(world, "controle")
    check(world, delivering)
    happened(world, control)

    rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()[-2:]

    assert [(row.event, row.details) for row in rows] == [("delivery_logged", {})] * 2


def test_a_cost_is_corrected_beside_the_earlier_one(session, world):
    arguments = {
        "trial_id": world.trial_id,
        "item": "Training day",
        "kind": CostKind.START_UP,
        "actor": world.actor("provider"),
        "now": LATER,
    }
    first = log_cost(session, euro=Decimal("1250.50"), **arguments)

    second = log_cost(
        session, euro=Decimal("1205.50"), corrects_id=first.id, reason="Two digits.", **arguments
    )
    with pytest.raises(Conflict, match="newer one"):
        log_cost(session, euro=Decimal(1), corrects_id=first.id, reason="Again.", **arguments)

    assert (first.euro, second.corrects_id) == (Decimal("1250.50"), first.id)


@pytest.mark.parametrize("euro", ["-1", "0.001", "NaN", "1e12"])
def test_an_amount_that_is_none_is_refused(session, world, euro):
    with pytest.raises(BadInput):
        log_cost(
            session,
            trial_id=world.trial_id,
            item="Books",
            kind=CostKind.RECURRING,
            euro=Decimal(euro),
            actor=world.actor("provider"),
            now=LATER,
        )


def test_nothing_was_delivered_before_the_school_heard_its_group(session, world):
    school, told = school_in(world, "samen-lezen"), act.TOLD_AT.date()
    sessions = {
        "signup_id": school,
        "sessions": 2,
        "actor": world.actor("provider"),
        "now": LATER,
    }

    with pytest.raises(BadInput, match="heard its group"):
        check(world, school, checked_on=told - timedelta(days=1))
    with pytest.raises(BadInput, match="heard its group"):
        log_dose(session, week=told - timedelta(days=7), **sessions)

    check(world, school, checked_on=told)
    log_dose(session, week=told, **sessions)
