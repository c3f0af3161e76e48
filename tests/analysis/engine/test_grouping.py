import numpy as np
import pytest

from analysis.engine.grouping import codes_of, group, stable_order


@pytest.mark.parametrize(
    "labels",
    [
        [3, 3, 7, 7, 9],
        [7, 3, 9, 3, 7],
        [-5, 2**40, -5],
        [True, False, True],
        ["b", "a", "b"],
        [1.5, 0.5, 1.5],
        [4],
    ],
)
def test_each_pupil_is_in_the_group_of_its_label(labels):
    labels = np.array(labels)
    levels, codes = np.unique(labels, return_inverse=True)

    found = group(labels)

    assert codes_of(found).tolist() == codes.tolist()
    assert found.sizes.tolist() == np.bincount(codes).tolist()
    assert found.firsts.tolist() == [codes.tolist().index(k) for k in range(levels.size)]


@pytest.mark.parametrize("high", [2**16 - 1, 2**16, 2**16 + 1])  # what two bytes hold, and do not
def test_equal_labels_keep_their_order_however_far_labels_lie_apart(high):
    labels = np.array([high, 0, 5, high, 0, 5]) - 3

    assert stable_order(labels).tolist() == [1, 4, 2, 5, 0, 3]


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize(
    ("pupil", "value", "shared"),
    [
        (None, 0.0, True),
        (1, 9.0, False),
        (5_998, 9.0, False),
        (5_999, 9.0, False),
        (3, np.nan, False),
    ],
)
def test_one_pupil_is_enough_to_vary_in_a_school_early_or_late(mixed, pupil, value, shared):
    school = np.repeat(np.arange(2_000), 3)
    column = np.where(school % 2, 1.0, 2.0)
    if pupil is not None:
        column[pupil] = value
    order = np.random.default_rng(3).permutation(6_000) if mixed else slice(None)

    assert group(school[order]).share_a_value(column[order]) is shared
