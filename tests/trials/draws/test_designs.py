"""Draws of classes and pupils within schools, balanced draws, pairs and more arms."""

import copy
from decimal import Decimal

import pytest

from randomisation import verify
from randomisation.canonical import read_json
from tests.trials.draws import ceremony as act
from tests.trials.draws.pupils import enrol
from tests.trials.draws.world import recruited
from trials.agreements.example import PROTOCOL
from trials.agreements.protocol_reading import read_protocol
from trials.agreements.queries import locked_protocol
from trials.draws.queries import arms_of_trial, own_result
from trials.errors import BadInput, NotReady

WITHIN = {
    "code": "school",
    "title_nl": "School",
    "title_en": "School",
    "source": "site",
    "bounds": [],
    "levels": [],
}


def drawing(**changes):
    return copy.deepcopy(PROTOCOL["draw"]) | changes


def arm(label, ratio):
    return {"label": label, "title_nl": label, "title_en": label, "ratio": ratio}


@pytest.mark.parametrize(("unit", "of_each"), [("class", 1), ("pupil", 3)])
def test_classes_and_pupils_are_drawn_within_their_school(session, unit, of_each):
    world = recruited(session, schools=4, unit=unit, draw=drawing(strata=[WITHIN]))
    enrol(world)

    draw = act.told(world)

    assert verify(read_json(draw.receipt)).holds
    for signup_id in world.signups:
        arms = [a.arm for a in arms_of_trial(session, world.trial_id) if a.signup_id == signup_id]
        assert sorted(arms) == ["controle"] * of_each + ["samen-lezen"] * of_each
    result = own_result(session, world.signups[0], world.coordinator(0))
    assert (len(result.units), len(result.groups), result.delivers) == (2 * of_each, 2, True)


def test_a_school_of_its_own_stratum_stands_in_the_record_under_a_code(session):
    world = recruited(session, schools=4, unit="class", draw=drawing(strata=[WITHIN]))
    enrol(world)

    frozen = act.frozen(world)

    assert {unit.stratum for unit in frozen.units} == {"L001", "L002", "L003", "L004"}


def test_a_school_without_a_class_list_holds_the_draw_of_classes_up(session):
    world = recruited(session, schools=4, unit="class", draw=drawing(strata=[WITHIN]))

    with pytest.raises(NotReady, match="4 schools have no list yet, the first is Voorbeeldschool"):
        act.frozen(world)


def test_a_balanced_draw_keeps_the_means_of_the_arms_together(session):
    """Schools 0 to 19 with means 0, 1, … 19: half of all splits are this far apart or more."""
    world = recruited(
        session,
        schools=20,
        draw=drawing(method="rerandomised", covariates=["language_pre"], acceptance=0.1, strata=[]),
    )
    enrol(world, classes=1, pupils=2, score=lambda school, pupil: school + pupil - 0.5)

    draw = act.drawn(world)

    receipt = read_json(draw.receipt)
    means = {u["id"]: Decimal(u["covariates"][0]) for u in receipt["sealed"]["units"]}
    assert sorted(means.values()) == [Decimal(k) for k in range(20)]
    assert Decimal(receipt["balance"]) < Decimal(receipt["sealed"]["method"]["threshold"])
    assert verify(receipt).holds


def test_a_balanced_draw_waits_for_a_score_in_every_school(session):
    world = recruited(
        session,
        schools=20,
        draw=drawing(method="rerandomised", covariates=["language_pre"], acceptance=0.1, strata=[]),
    )
    enrol(world, classes=1, pupils=2, score=lambda school, _pupil: None if school == 7 else school)

    with pytest.raises(NotReady, match='Voorbeeldschool 007 has no score on "language_pre"'):
        act.frozen(world)


def test_pairs_are_the_schools_most_alike(session):
    """Means 0, 1, 20, 21, 40, 41: every other pairing lies further apart."""
    means = (40, 1, 20, 41, 0, 21)
    world = recruited(
        session,
        schools=6,
        draw=drawing(method="pairs", covariates=["language_pre"], strata=[]),
    )
    enrol(world, classes=1, pupils=1, score=lambda school, _pupil: means[school])

    draw = act.drawn(world)

    pairs = {}
    for unit in draw.units:
        pairs.setdefault(unit.stratum, []).append(unit)
    found = {frozenset(means[world.signups.index(u.signup_id)] for u in p) for p in pairs.values()}
    assert found == {frozenset({0, 1}), frozenset({20, 21}), frozenset({40, 41})}
    assert all(len({unit.arm for unit in pair}) == 2 for pair in pairs.values())
    assert "covariates" not in read_json(draw.receipt)["sealed"]["units"][0]


def test_three_arms_are_drawn_in_their_ratio(session):
    arms = [arm("controle", 2), arm("lezen", 1), arm("schrijven", 1)]
    world = recruited(session, schools=12, arms=arms)

    draw = act.drawn(world)

    counts = dict.fromkeys(("controle", "lezen", "schrijven"), 0)
    for unit in draw.units:
        counts[str(unit.arm)] += 1
    assert counts == {"controle": 6, "lezen": 3, "schrijven": 3}


def test_an_arm_that_would_stay_empty_is_refused(session):
    world = recruited(session, schools=2, arms=[arm(f"arm-{k}", 1) for k in range(3)])

    with pytest.raises(BadInput, match="3 groups and 2 units"):
        act.frozen(world)


def test_a_crossover_makes_every_school_its_own_control_and_the_record_names_its_years(session):
    """In both school years each school has a class in each group, and each class has both."""
    years = ["2027-2028", "2028-2029"]
    world = recruited(
        session, schools=4, unit="class", draw=drawing(strata=[WITHIN], school_years=years)
    )
    enrol(world)

    draw = act.told(world)

    protocol = locked_protocol(session, world.trial_id)
    assert read_json(draw.sealed_record)["trial"] == "samen-lezen/2027-2028+2028-2029"
    for signup_id in world.signups:
        drawn = [a.arm for a in arms_of_trial(session, world.trial_id) if a.signup_id == signup_id]
        for year in years:
            assert {protocol.arm_in(arm, year) for arm in drawn} == {"controle", "samen-lezen"}
    for label in ("controle", "samen-lezen"):
        assert {protocol.arm_in(label, year) for year in years} == {"controle", "samen-lezen"}
        assert protocol.arm_in(label, years[0]) == label


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "site"},
        {"arms": [arm("controle", 2), arm("samen-lezen", 1)]},
        {"draw": drawing(strata=[WITHIN], school_years=["2027-2028"])},
        {"draw": drawing(school_years=["2027-2028", "2028-2029"])},
    ],
    ids=["whole schools", "unequal shares", "one year", "not within schools"],
)
def test_what_is_no_crossover_is_refused_with_its_sentence(changes):
    years = ["2027-2028", "2028-2029"]
    content = copy.deepcopy(PROTOCOL) | {"unit": "class"}
    content["draw"] = drawing(strata=[WITHIN], school_years=years)
    read_protocol(content)

    with pytest.raises(BadInput) as refused:
        read_protocol(content | changes)

    sentences = [str(problem) for problem in refused.value.problems or (refused.value,)]
    assert any("a crossover has two school years" in sentence for sentence in sentences)
