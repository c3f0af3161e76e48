import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.engine.moments import reduce_to_schools


@pytest.mark.parametrize("columns", [1, 7])  # products one by one, and as a matrix
@pytest.mark.parametrize("apart", [1.0, 1e5])  # schools so far apart that a difference cancels
@pytest.mark.parametrize("block", [30, 524_288])
@pytest.mark.parametrize("together", [True, False])  # pupils of a school stand together, or not
@pytest.mark.parametrize("away", [0.0, 1e6])  # columns around zero, and far from it
def test_moments_are_the_sums_over_pupils_written_out(
    monkeypatch, columns, apart, block, together, away
):
    monkeypatch.setattr("analysis.engine.passes.BLOCK", block)
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(12), rng.integers(1, 15, 12))
    school = school if together else rng.permutation(school)
    level = away + apart * rng.normal(size=(12, columns))[school]
    varying = level + rng.normal(size=(school.size, columns))
    table = np.column_stack([np.ones(school.size), school % 2, varying])

    found = reduce_to_schools(list(table.T), school)

    means = np.array([table[school == s].mean(axis=0) for s in range(12)])
    inside = table - means[school]
    assert found.sizes.tolist() == np.bincount(school).tolist()
    assert_allclose(found.shift + found.scale * found.means, means, rtol=1e-10, atol=1e-10)
    spread = np.outer(found.scale, found.scale)
    assert_allclose(spread * found.within, inside.T @ inside, rtol=1e-7, atol=1e-8)
    assert found.intercept == 0


@pytest.mark.parametrize("cores", [2, 3, 40])
def test_as_many_cores_as_there_are_give_the_same_moments(monkeypatch, cores):
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(30), rng.integers(1, 60, 30)).astype(np.int32)
    columns = [np.ones(school.size), school % 2 == 1, *rng.normal(size=(2, school.size))]
    alone = reduce_to_schools(columns, school)

    monkeypatch.setattr("analysis.engine.cores.MANY", 1)
    monkeypatch.setattr("analysis.engine.cores._cores", lambda: cores)
    monkeypatch.setattr("analysis.engine.passes.BLOCK", 100)
    shared = reduce_to_schools(columns, school)
    monkeypatch.setattr("analysis.engine.cores._cores", lambda: 1)
    blocks = reduce_to_schools(columns, school)

    assert_allclose(shared.within, alone.within, rtol=1e-12)
    for name in ("sizes", "levels", "within", "shift", "scale"):
        assert np.array_equal(getattr(shared, name), getattr(blocks, name)), name


def test_an_indicator_is_a_column_of_zeros_and_ones():
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(20), 10)
    of_schools, of_pupils = school % 2 == 1, rng.random(200) < 0.3
    numbers = [np.ones(200), of_schools * 1.0, of_pupils * 1.0, rng.normal(size=200)]

    found = reduce_to_schools([numbers[0], of_schools, of_pupils, numbers[3]], school)

    expected = reduce_to_schools(numbers, school)
    for name in ("means", "within", "shift", "scale"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name


def test_only_a_constant_column_other_than_zero_takes_up_a_shift():
    rng = np.random.default_rng(7)
    school, far = np.repeat(np.arange(8), 5), 1e4 + rng.normal(size=(2, 40))

    with_zeros = reduce_to_schools([np.zeros(40), np.full(40, 3.0), *far], school)
    without = reduce_to_schools([np.zeros(40), *far], school)

    assert with_zeros.intercept == 1
    assert_allclose(with_zeros.shift[2:], far.mean(axis=1), rtol=1e-14)
    assert without.intercept is None
    assert not without.shift.any()


def test_the_total_is_over_all_pupils_in_schools_of_few_and_many():
    rng = np.random.default_rng(8)
    school = np.repeat(np.arange(12), [3, 1, 3, 8, 1, 2, 2, 8, 8, 1, 5, 3])
    columns = [rng.normal(size=school.size), np.full(school.size, 2.0), 0.1 * (school % 3)]
    columns.append(rng.normal(size=school.size) + school)

    found = reduce_to_schools(columns, school)

    table = (np.column_stack(columns) - found.shift) / found.scale
    assert_allclose(found.total, table.T @ table, rtol=1e-12, atol=1e-12)
    assert not found.within[2].any()  # of a column of schools, to the last digit
    sizes, counts, outer = found.merged_by_size
    assert (sizes.tolist(), counts.tolist()) == ([1, 2, 3, 5, 8], [3, 2, 3, 1, 3])
    for size, products in zip(sizes, outer, strict=True):
        means = found.means[found.sizes == size]
        assert_allclose(products, means.T @ means, rtol=1e-12, atol=1e-12)


def test_a_column_far_from_zero_loses_no_digits():
    rng = np.random.default_rng(8)
    school = np.repeat(np.arange(12), rng.integers(5, 40, 12))
    near = rng.integers(-999, 999, (2, school.size)) / 1024  # exact, also far from zero
    ones = np.ones(school.size)
    expected = reduce_to_schools([ones, *near], school)

    found = reduce_to_schools([ones, *(near + 1e8)], school)

    assert_allclose(found.shift[1:] - 1e8, expected.shift[1:], rtol=0, atol=1e-7)
    for name in ("levels", "within", "scale"):
        assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, atol=1e-12)
