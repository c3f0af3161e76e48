import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.engine.moments import reduce_to_schools


@pytest.mark.parametrize("columns", [1, 7])  # products one by one, and as a matrix
@pytest.mark.parametrize("apart", [1.0, 1e5])  # schools so far apart that a difference cancels
@pytest.mark.parametrize("block", [30, 131_072])
def test_moments_are_the_sums_over_pupils_written_out(monkeypatch, columns, apart, block):
    monkeypatch.setattr("analysis.engine.moments.BLOCK", block)
    rng = np.random.default_rng(4)
    school = rng.permutation(np.repeat(np.arange(12), rng.integers(1, 15, 12)))
    level = apart * rng.normal(size=(12, columns))[school]
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
