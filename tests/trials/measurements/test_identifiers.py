"""Service numbers and chain identities are known by what they are, not by their heading."""

import random

import pytest

from trials.measurements.identifiers import holds_eck_id, looks_like_bsn, passes_eleven_test

TEST_NUMBERS = ["999990019", "999992570", "123456782", "111222333"]  # published for tests


@pytest.mark.parametrize("number", TEST_NUMBERS)
def test_the_eleven_test_by_known_numbers(number: str) -> None:
    assert passes_eleven_test(number)
    assert not passes_eleven_test(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_eight_digits_may_have_lost_a_zero() -> None:
    assert passes_eleven_test("012345672")
    assert passes_eleven_test("12345672")


@pytest.mark.parametrize("value", ["", "000000000", "1234567", "12345678a", "1234567820"])
def test_other_values_do_not_pass(value: str) -> None:
    assert not passes_eleven_test(value)


def test_spaces_and_dots_hide_nothing() -> None:
    assert looks_like_bsn(["1234.56.782", "123 456 782"])


def test_a_column_is_judged_at_nine_in_ten() -> None:
    column = ["123456782"] * 9 + ["12"]
    assert looks_like_bsn(column)
    assert not looks_like_bsn([*column, "13"])


def test_one_value_proves_nothing() -> None:
    assert not looks_like_bsn(["123456782"])


def test_random_nine_digit_numbers_are_not_taken_for_service_numbers() -> None:
    """One in eleven passes; twenty columns of thirty stay far below nine in ten."""
    rng = random.Random(20270201)
    for _ in range(20):
        assert not looks_like_bsn([str(rng.randrange(10**8, 10**9)) for _ in range(30)])


def test_an_eck_id_is_recognised() -> None:
    eck = "https://ketenid.nl/201703/" + "0a" * 64
    assert holds_eck_id(["12", eck])
    assert not holds_eck_id(["https://ketenid.nl/201703/0a"])


def test_a_day_is_no_service_number() -> None:
    """28022026 passes the eleven-test, and so do one in eleven days of testing."""
    assert passes_eleven_test("28022026")
    assert not passes_eleven_test("28-02-2026")
    assert not looks_like_bsn(["28022026"] * 30)
