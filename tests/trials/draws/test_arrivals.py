"""Units that arrive after the main draw: prepared, opened by two, assigned one by one, closed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from randomisation import verify
from randomisation.canonical import read_json
from randomisation.receipt import line
from tests.copying import copied
from tests.trials.draws import ceremony as act
from tests.trials.draws.newcomers import LATER, SECRETS, arrive, closed, come, opened, prepared
from tests.trials.draws.pupils import enrol
from tests.trials.draws.test_designs import WITHIN, drawing
from tests.trials.draws.world import DAY, Ids, World, add_school, grant, recruited
from trials.audit import AuditRow
from trials.calls.models import Trial
from trials.draws import erasing as erasing
from trials.draws.arrivals import coded, rows_of
from trials.draws.custody import SecretFolder
from trials.draws.models import ArrivalRow, Draw, DrawUnit
from trials.draws.queries import (
    arms_of_trial,
    arrivals,
    arrivals_receipt_bytes,
    candidates,
    own_result,
    public_arrivals,
    tasks_for,
)
from trials.draws.services import freeze_roster
from trials.draws.states import DrawState
from trials.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from trials.lifecycle import TrialState
from trials.mail import OutboxRow
from trials.measurements.models import Pupil
from trials.measurements.services.objecting import erase_pupil
from trials.permissions import Role
from trials.releases.rows import drawn_pupils


def classes_drawn(session, schools=4) -> World:
    return World(session, *copied(session, _classes_drawn, schools=schools))


def _classes_drawn(session, schools) -> Ids:
    world = recruited(session, schools=schools, unit="class", draw=drawing(strata=[WITHIN]))
    enrol(world)
    act.told(world)
    return world.trial_id, world.people, world.signups


@pytest.fixture
def world(session):
    return classes_drawn(session)


def test_classes_that_arrive_get_their_arm_and_anyone_can_repeat_it(world, session):
    draw = opened(world, factors={"school": "1"})
    targets = [f"class:{come(world, school, '9' + name).id}" for school in (0, 1) for name in "ab"]

    for target in targets:
        arrive(world, draw, target)
    receipt = read_json(closed(world, draw).receipt)

    assert verify(receipt).holds
    assert [a["unit"] for a in receipt["arrivals"]] == ["W2A001", "W2A002", "W2A003", "W2A004"]
    assert [a["levels"]["school"] for a in receipt["arrivals"]] == ["1", "1", "2", "2"]
    assert {u.code: u.arm for u in draw.units} == {a["unit"]: a["arm"] for a in receipt["arrivals"]}
    assert receipt["sealed"]["previous"] is not None  # chained to the receipt of the main draw
    assert draw.state is DrawState.DRAWN
    assert candidates(session, draw.id, world.actor("manager")) == []


def test_the_desk_asks_to_close_what_takes_nobody_in_any_more(world, session):
    draw = opened(world)

    def asked(name):
        tasks = tasks_for(session, world.actor(name), LATER)
        return [task.subject_id for task in tasks if task.kind == "arrivals_close"]

    assert asked("manager") == []
    session.get_one(Trial, world.trial_id).state = TrialState.MEASURED
    session.commit()
    assert (asked("manager"), asked("recruiter")) == ([draw.id], [])
    closed(world, draw)
    assert asked("manager") == []


def test_who_arrived_is_in_the_dataset_with_its_arm_from_then_on(world, session):
    """Also while enrolment is open, and not as one who joined a drawn class later."""
    draw = opened(world)
    klass = come(world, 2, "9c", pupils=3)
    before = [member.pupil.id for member in drawn_pupils(session, world.trial_id)]
    row = arrive(world, draw, f"class:{klass.id}")

    new = [m for m in drawn_pupils(session, world.trial_id) if m.pupil.id not in before]

    assert len(new) == 3
    assert {(m.unit.arm, m.class_id) for m in new} == {(row.unit.arm, klass.id)}
    assert all(m.pupil.enrolled_at < m.drawn_at for m in new)
    assert row.unit.code in {a.code for a in arms_of_trial(session, world.trial_id)}


def test_the_school_checks_the_line_of_what_arrived_before_enrolment_closes(world, session):
    draw = opened(world)
    mails = select(OutboxRow).where(OutboxRow.person_id == world.people["coordinator 0"])
    already = len(session.scalars(mails).all())
    row = arrive(world, draw, f"class:{come(world, 0, '9a').id}")

    result = own_result(session, world.signups[0], world.coordinator(0))

    unit = next(unit for unit in result.units if unit.arrived)
    assert unit.part == "9a"
    assert line(unit.code, unit.arm, unit.key) == unit.line == row.line
    assert public_arrivals(session, draw.id)["lines"] == {unit.code: unit.line}
    assert len(session.scalars(mails).all()) == already + 1


def test_pupils_arrive_evenly_by_what_the_data_list_says_of_them(session):
    """With a probability near one the arms of each sex differ by one at most."""
    world = recruited(session, schools=4, unit="pupil", draw=drawing(strata=[WITHIN]))
    enrol(world)
    act.told(world)
    draw = opened(world, factors={"sex": "1"}, probability="0.999999999")
    for school, sex in ((0, "0"), (1, "1"), (2, "0")):
        come(world, school, "9a", pupils=3, sex=sex)

    arrive_all(world, draw)

    rows = session.scalars(select(ArrivalRow)).all()
    counts = Counter((row.labels["sex"], row.unit.arm) for row in rows)
    assert len(rows) == 9
    assert [counts["0", arm] for arm in ("controle", "samen-lezen")] == [3, 3]
    assert sorted(counts["1", arm] for arm in ("controle", "samen-lezen")) == [1, 2]


def test_a_receipt_that_tells_the_sex_of_pupils_is_not_for_the_public(by_sex, session):
    """With true arms out a receipt of schools alone is; this one opens to the parties only."""
    world, draw = by_sex
    closed(world, draw)
    trial = session.get_one(Trial, world.trial_id)
    trial.outcomes_locked_at = trial.true_arms_at = act.TOLD_AT + 300 * DAY
    session.commit()

    assert arrivals_receipt_bytes(session, draw.id, None) is None
    assert arrivals_receipt_bytes(session, draw.id, world.actor("expert")) is not None
    draw.frozen_record = draw.frozen_record | {"method": {"factors": {"school": "1"}}}
    assert arrivals_receipt_bytes(session, draw.id, None) is not None


def test_an_erased_pupil_keeps_its_line_and_loses_the_words_for_its_sex(by_sex, session):
    world, draw = by_sex
    first, second = rows_of(session, draw.id)[:2]
    pupil = session.get_one(Pupil, first.unit.pupil_id)

    erase_pupil(session, pupil, act.TOLD_AT)
    session.commit()

    assert first.labels == {"school": f"site-{first.unit.signup_id}"}
    assert second.labels["sex"] == "0"
    assert coded({"school": first.labels["school"], "sex": "0"}, [first, second]) == first.levels
    assert verify(read_json(closed(world, draw).receipt)).holds


def arrive_all(world, draw):
    """Give each that waits its arm, in their order."""
    while waiting := candidates(world.session, draw.id, world.actor("manager")):
        arrive(world, draw, waiting[0].key)


@pytest.fixture
def by_sex(session):
    """Three pupils of one school and sex that arrived where both are kept even."""
    world = recruited(session, schools=4, unit="pupil", draw=drawing(strata=[WITHIN]))
    enrol(world)
    act.told(world)
    draw = opened(world, factors={"school": "1", "sex": "1"})
    come(world, 0, "9a", pupils=3, sex="0")
    arrive_all(world, draw)
    return world, draw


def test_a_school_that_comes_late_can_arrive_too(session):
    world = recruited(session, schools=6)
    act.told(world)
    draw = opened(world, factors={"size": "1", "denomination": "2"})
    late = add_school(world, 7)

    row = arrive(world, draw, f"site:{late}")

    assert row.labels == {"size": "groot", "denomination": "pc"}
    assert row.unit.stratum_label == "wave-2/groot/pc"


def test_two_persons_open_it_and_nothing_arrives_before(world):
    draw = prepared(world)
    target = f"class:{come(world, 0, '9a').id}"

    with pytest.raises(NotReady, match="these arrivals are not open"):
        arrive(world, draw, target)


def test_a_unit_keeps_its_arm_and_arrives_once(world):
    draw = opened(world)
    target = f"class:{come(world, 0, '9a').id}"
    arrive(world, draw, target)

    with pytest.raises(Conflict, match="has its group already, and keeps it"):
        arrive(world, draw, target)
    with pytest.raises(Conflict, match="has its group already"):
        arrive(
            world, draw, next(u.target for u in world.session.query(DrawUnit) if u.code[0] == "S")
        )
    with pytest.raises(NotFound):
        arrive(world, draw, "class:999999")


def test_no_roster_is_frozen_and_no_second_enrolment_prepared_while_one_is_open(world, session):
    draw = opened(world)

    with pytest.raises(Conflict, match=f"draw {draw.number} of this trial is under way"):
        prepared(world)
    with pytest.raises(Conflict, match="is under way"):
        freeze_roster(
            session, trial_id=world.trial_id, actor=world.actor("manager"), now=act.TOLD_AT
        )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"factors": {"colour": "1"}}, 'cannot be kept even on "colour"; choose from school'),
        ({"factors": {"school": "0"}}, 'the weight of "school" is'),
        ({"probability": "1"}, "at 1 the next arm could be foreseen"),
    ],
)
def test_a_rule_that_is_none_is_refused(world, rule, sentence):
    with pytest.raises(BadInput, match=sentence):
        prepared(world, **rule)


def test_only_the_trial_manager_without_another_role_assigns(world):
    draw = opened(world)
    target = f"class:{come(world, 0, '9a').id}"
    grant(world, "second_manager", Role.OUTCOME_TESTER)

    for name in ("provider", "officer", "recruiter", "second_manager"):
        with pytest.raises(NotAllowed):
            arrive(world, draw, target, by=name)


def test_the_secret_is_in_no_table_before_enrolment_closes(world, session, tmp_path):
    """Nor in the audit chain after it; and a server without it assigns nothing."""
    secrets = SecretFolder(tmp_path / "keys")
    draw = opened(world, secrets=secrets)
    target = f"class:{come(world, 0, '9a').id}"

    (file,) = (tmp_path / "keys").iterdir()
    nonce = file.read_bytes().hex()
    everything = " ".join(
        str(row) for table in Draw.metadata.sorted_tables for row in session.execute(select(table))
    )
    assert nonce not in everything
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(NotReady, match="the secret of these arrivals is not on this server"):
        arrive(world, draw, target, secrets=SecretFolder(tmp_path / "elsewhere"))
    row = arrive(world, draw, target, secrets=secrets)
    receipt = read_json(closed(world, draw, secrets=secrets).receipt)

    assert receipt["nonces"] == [nonce]
    chain = " ".join(f"{a.event} {a.details}" for a in session.scalars(select(AuditRow)))
    assert not [s for s in (nonce, receipt["seed"], row.unit.arm, row.hash) if s in chain]


def test_blind_readers_learn_of_arrivals_no_more_than_their_number(world, session):
    draw = opened(world)
    arrive(world, draw, f"class:{come(world, 0, '9a').id}")

    for name in (None, "recruiter", "analyst", "expert"):
        seen = arrivals(session, draw.id, world.actor(name) if name else None)
        assert (seen.count, seen.arrived, seen.may_have_receipt) == (1, (), False)
    assert arrivals(session, draw.id, world.actor("provider")).arrived[0].part == "9a"


def test_whoever_came_first_gets_its_arm_first(world, session):
    """Who sees the arms so far and knows the rule cannot pick who is next."""
    draw = opened(world)
    first, second = (f"class:{come(world, school, '9a').id}" for school in (0, 1))

    with pytest.raises(Conflict, match="another arrived before, at Voorbeeldschool"):
        arrive(world, draw, second)
    assert rows_of(session, draw.id) == []
    assert [c.key for c in candidates(session, draw.id, world.actor("manager"))] == [first]

    assert [arrive(world, draw, target).number for target in (first, second)] == [0, 1]


def test_two_presses_at_once_make_one_line(fresh_engine):
    with Session(fresh_engine) as session:
        world = classes_drawn(session)
        draw_id = opened(world).id
        first, second = (f"class:{come(world, school, '9a').id}" for school in (0, 1))
    start = Barrier(2)

    def press(target):
        with Session(fresh_engine) as session:
            again = World(session, world.trial_id, world.people, world.signups)
            start.wait(timeout=10)
            try:
                return arrive(again, session.get_one(Draw, draw_id), target).number
            except Conflict as refusal:
                return refusal.sentence

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (first, first)))

    assert sorted(answers, key=str) == [0, "this unit has its group already, and keeps it"]
    with Session(fresh_engine) as session:
        again = World(session, world.trial_id, world.people, world.signups)
        assert arrive(again, session.get_one(Draw, draw_id), second).number == 1
        receipt = read_json(closed(again, session.get_one(Draw, draw_id), SECRETS).receipt)
    assert verify(receipt).holds
