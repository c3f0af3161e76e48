"""Minimisation for units that arrive one by one."""

import hashlib
import random
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from randomisation import Arm, DesignError, Party, RecordError, Refusal, WrongNonce, commitment
from randomisation.canonical import digest
from randomisation.minimised import assign_arrival, redraw_arrivals, replay, verify_arrivals
from randomisation.minimised_record import new_minimised_record, read_minimised_record

NONCE = "5e" * 32
SEED = bytes(range(32))


def make(arms=(1, 1), factors=None, probability="0.8"):
    return new_minimised_record(
        trial="NL-0001/klassen",
        arms=[Arm(f"arm {code}", ratio) for code, ratio in enumerate(arms)],
        factors=factors or {"size": "1", "region": "0.5"},
        probability=probability,
        entropy=[Party("server", commitment("server", NONCE))],
        salt="00" * 32,
    )


def arrivals(n, seed=1):
    source = random.Random(seed)
    return [
        (f"U{i:03d}", {"size": source.choice("sml"), "region": source.choice(["noord", "zuid"])})
        for i in range(n)
    ]


def word(label, number):
    block = hashlib.sha256(SEED + label.encode() + b"\0" + (number // 4).to_bytes(8, "big"))
    return int.from_bytes(block.digest()[8 * (number % 4) :][:8], "big")


@pytest.mark.parametrize("arms", [(1, 1), (2, 1), (1, 1, 1), (1, 2, 3)])
def test_arrivals_follow_the_specification_written_out(arms):
    """Section 8 over lists, counted anew for every arrival."""
    record = make(arms, {"size": "1", "region": "0.5"}, "0.7")
    units = arrivals(120)

    drawn = [int(line.arm[-1]) for line in replay(record, SEED, units)]

    expected = []
    for t, (_, levels) in enumerate(units):
        imbalance = []
        for joining in range(len(arms)):
            total = Fraction(0)
            for name, weight in (("size", Fraction(1)), ("region", Fraction(1, 2))):
                alike = [
                    code
                    for (_, other), code in zip(units, expected, strict=False)
                    if other[name] == levels[name]
                ] + [joining]
                counts = [Fraction(alike.count(code), ratio) for code, ratio in enumerate(arms)]
                total += weight * (max(counts) - min(counts))
            imbalance.append(total)
        least = [code for code, value in enumerate(imbalance) if value == min(imbalance)]
        arm = least[word(f"m/{t}", 0) % len(least)]
        if word(f"m/{t}", 1) >= 7 * 2**64 // 10:
            others = [code for code in range(len(arms)) if code != arm]
            arm = others[word(f"m/{t}", 2) % len(others)]
        expected.append(arm)
    assert drawn == expected


def test_one_by_one_and_all_at_once_are_the_same():
    record, units = make(), arrivals(40)

    past = []
    for unit, levels in units:
        past.append(assign_arrival(record, SEED, past, unit=unit, levels=levels))

    assert past == list(replay(record, SEED, units))
    assert past[0].previous == record.fingerprint
    assert [line.previous for line in past[1:]] == [line.hash for line in past[:-1]]


def test_every_factor_is_far_more_even_than_coin_flips_would_leave_it():
    """Per level the arms differ by a few; coin flips of 100 would differ by 8 on average."""
    record, units = make(probability="0.9"), arrivals(200)
    levels = [of_unit for _, of_unit in units]

    drawn = redraw_arrivals(record, levels, 30, np.random.default_rng(4))

    for name, level in (("region", "noord"), ("size", "s")):
        alike = drawn[:, [of_unit[name] == level for of_unit in levels]]
        assert np.mean(np.abs((alike == 0).sum(axis=1) - (alike == 1).sum(axis=1))) < 3


def test_the_arm_of_least_imbalance_stands_with_the_stated_probability():
    """A lone factor with one level: after an odd number the lesser arm is known."""
    record = make(factors={"all": "1"}, probability="0.75")
    units = [(f"U{i}", {"all": "x"}) for i in range(400)]

    stood = []
    for seed in range(6):
        counts = {"arm 0": 0, "arm 1": 0}
        for line in replay(record, seed.to_bytes(32, "big"), units):
            if counts["arm 0"] != counts["arm 1"]:
                stood.append(line.arm == min(counts, key=counts.get))
            counts[line.arm] += 1

    assert abs(np.mean(stood) - 0.75) < 4 * np.sqrt(0.75 * 0.25 / len(stood))


@pytest.mark.parametrize("arms", [(1, 1), (1, 1, 1)])
def test_equal_arms_are_equally_likely_for_every_arrival(arms):
    levels = [of_unit for _, of_unit in arrivals(12)]

    drawn = redraw_arrivals(make(arms), levels, 1_500, np.random.default_rng(8))

    share = 1 / len(arms)
    for code in range(len(arms)):
        found = (drawn == code).mean(axis=0)
        assert np.all(np.abs(found - share) < 4 * np.sqrt(share * (1 - share) / 1_500))


def test_a_redraw_with_the_seed_of_the_record_would_be_the_receipt():
    record, units = make((2, 1)), arrivals(50)
    rng = SimpleNamespace(bytes=lambda n: SEED[:n])

    (drawn,) = redraw_arrivals(record, [levels for _, levels in units], 1, rng)

    assert [f"arm {code}" for code in drawn] == [line.arm for line in replay(record, SEED, units)]


def test_rejected_words_are_replaced_by_the_fourth_and_later(monkeypatch):
    """Three arms: 2**64 - 1 is the one word at or above the largest multiple of three."""
    words = {0: 2**64 - 1, 1: 2**64 - 1, 2: 4, 3: 2**64 - 1, 4: 7}
    monkeypatch.setattr("randomisation.minimised.word", lambda seed, label, number: words[number])

    (line,) = replay(make((1, 1, 1)), SEED, arrivals(1))

    assert line.arm == "arm 0"  # 7 mod 3 is arm 1; it does not stand; 4 mod 2 of [0, 2] is 0


def test_a_receipt_holds_and_any_other_value_does_not():
    record = make((2, 1))
    lines = [line.to_dict() for line in replay(record, record.seed([NONCE]), arrivals(30))]

    last = digest(lines[-1])
    assert verify_arrivals(record, [NONCE], lines, last=last).holds
    assert verify_arrivals(record, [NONCE], lines[:7]).holds  # still open for arrivals
    assert not verify_arrivals(record, [NONCE], lines[:7], last=last).holds
    for position in (0, 12, 29):
        for change in (
            {"arm": "arm 1" if lines[position]["arm"] == "arm 0" else "arm 0"},
            {"number": 77},
            {"unit": "U999"},
            {"levels": {"size": "s", "region": "oost"}},
            {"previous": "00" * 32},
            {"levels": {"size": "s"}},
            {"note": "x"},
        ):
            changed = [*lines[:position], lines[position] | change, *lines[position + 1 :]]
            assert not verify_arrivals(record, [NONCE], changed, last=last).holds, change
    assert not verify_arrivals(record, [NONCE], lines[1:]).holds
    assert not verify_arrivals(replace(record, salt="11" * 32), [NONCE], lines).holds
    assert not verify_arrivals(record, ["00" * 32], lines).holds
    assert not verify_arrivals(record, [NONCE], [*lines, lines[0]]).holds


def test_the_servers_nonce_is_committed_like_any_other():
    with pytest.raises(WrongNonce):
        make().seed(["00" * 32])


def test_a_record_is_written_as_it_was_read():
    record = make()

    assert read_minimised_record(record.to_dict()) == record
    assert "units" not in record.to_dict()


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"name": "blocked"}, RecordError, "must be minimised"),
        ({"factors": {}}, RecordError, "at least one factor"),
        ({"factors": {"size": "0"}}, DesignError, "weight of \"size\" is '0'"),
        ({"factors": {"size": 1}}, DesignError, 'weight of "size" is 1; it must be a decimal text'),
        ({"factors": {"size": "-1"}}, DesignError, "above zero"),
        ({"factors": {" ": "1"}}, RecordError, "a factor is blank"),
        ({"probability": "1"}, DesignError, "at 1 the next arm could be foreseen"),
        ({"probability": "0"}, DesignError, "between 0 and 1"),
        ({"probability": 0}, DesignError, "between 0 and 1"),
        ({"seed": "x"}, RecordError, 'unknown key "seed"'),
    ],
)
def test_a_record_that_cannot_be_sealed_is_refused(change, error, sentence):
    record = make().to_dict()

    with pytest.raises(Refusal, match=sentence) as refusal:
        read_minimised_record(record | {"method": record["method"] | change})
    assert type(refusal.value) is error


@pytest.mark.parametrize(
    ("unit", "levels", "sentence"),
    [
        ("U000", {"size": "s", "region": "zuid"}, "U000 has arrived before and keeps its arm"),
        (" ", {"size": "s", "region": "zuid"}, "the unit of an arrival is blank"),
        ("V", {"size": "s"}, "V needs a level for each of size, region"),
        ("V", {"size": "s", "region": " "}, "region of V is blank"),
        ("V", {"size": "s", "region": "zuid", "x": "y"}, "V needs a level for each of"),
    ],
)
def test_an_arrival_that_cannot_be_assigned_is_refused(unit, levels, sentence):
    record = make(factors={"size": "1", "region": "2"})
    past = list(replay(record, SEED, arrivals(3)))

    with pytest.raises(Refusal, match=sentence):
        assign_arrival(record, SEED, past, unit=unit, levels=levels)
