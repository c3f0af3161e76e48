import numpy as np
import pytest

from analysis.coding.levels import (
    counted,
    occurring,
    one_value_each,
    pair_counts,
    ranked,
    translated,
)


@pytest.fixture(autouse=True, params=[3, 131_072])
def part(request, monkeypatch):
    """Columns shorter than a part, and of several."""
    monkeypatch.setattr("analysis.coding.levels.PART", request.param)


@pytest.mark.parametrize("numbers", [[7, 3, 3, np.nan, 9, 7, 3], [-2, 0, -2], [5], [np.nan, 1]])
def test_whole_numbers_are_counted_as_they_would_be_sorted(numbers):
    numbers = np.array(numbers, dtype=float)

    codes, levels = counted(numbers)

    expected = sorted(set(numbers[~np.isnan(numbers)]))
    assert levels.tolist() == expected
    assert codes.tolist() == [-1 if np.isnan(x) else expected.index(x) for x in numbers]
    ranks, order = ranked(numbers)
    assert ranks.tolist() == codes.tolist()
    assert order.tolist() == expected


@pytest.mark.parametrize(
    "numbers", [[], [np.nan], [1.5, 2.5], [1, 2, 3, 4.5], [0, 1e9], [0, np.inf], [np.inf]]
)
def test_other_numbers_are_not_counted(numbers):
    assert counted(np.array(numbers, dtype=float)) is None


def test_a_code_takes_its_place_and_a_missing_one_the_last():
    codes = np.array([2, -1, 0, 0, 1, -1, 2])

    assert translated(codes, np.array([5, 6, 7, -1])).tolist() == [7, -1, 5, 5, 6, -1, 7]
    assert occurring(codes, 4).tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ([1.0, 2.0, 1.0, 2.0, 3.0], True),
        ([1.0, 2.0, 1.0, 2.5, 3.0], False),
        ([1.0, 2.0, np.nan, 2.0, 3.0], False),
        ([np.nan, 2.0, np.nan, 2.0, 3.0], False),
        ([True, False, True, False, True], True),
        ([True, False, True, True, True], False),
    ],
)
def test_one_value_wherever_the_code_is_the_same(values, same):
    assert one_value_each(np.array([0, 1, 0, 1, 2]), 3, np.array(values)) is same


def test_pairs_are_counted():
    rows, columns = np.array([0, 69_999, 0, 69_999], np.int32), np.array([0, 3, 1, 3], np.int32)

    found = pair_counts(rows, columns, (70_000, 40))

    assert (found[0, 0], found[0, 1], found[69_999, 3], found.sum()) == (1, 1, 2, 4)
