"""The usual range: right for normal columns, moved by no few entries, the same in other units and for other forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from rosenblatt.estimators.usual_range import WITHIN, UsualRange, typical_distance
from tests import tolerances

RANDOM = np.random.RandomState(2)
MIXED = np.column_stack(
    [
        RANDOM.randn(90),
        np.where(RANDOM.rand(90) < 0.8, 0.0, RANDOM.exponential(size=90)),
        (np.arange(90) == 4).astype(float),
        np.full(90, 0.1),
        RANDOM.poisson(0.5, 90),
    ]
)


def test_of_normal_numbers_it_is_mean_and_deviation():
    columns = np.random.RandomState(0).normal([0.0, 30.0], [1.0, 0.01], (40_000, 2))
    found = UsualRange.of(columns, None)
    np.testing.assert_allclose(found.center, [0, 30], atol=0.02)
    np.testing.assert_allclose(found.deviation, [1, 0.01], rtol=tolerances.DEVIATION_OF_MANY)
    np.testing.assert_allclose(found.quartiles, [1.349, 0.01349], rtol=tolerances.DEVIATION_OF_MANY)


@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
def test_a_share_that_differs_has_the_deviation_of_the_whole(share):
    random = np.random.RandomState(1)
    column = np.where(random.rand(100_000) < share, random.randn(100_000), 0.0)[:, None]
    deviation = typical_distance(column, 0.0, None) / 0.6745
    np.testing.assert_allclose(deviation, column.std(axis=0), rtol=tolerances.DEVIATION_OF_MANY)


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(5, 60),
    value=st.sampled_from([-999.0, 1e12, -1e300, 1.7e308]),
)
def test_a_corrupt_entry_moves_no_range(seed, n, value):
    column = np.random.RandomState(seed).randn(n, 1)
    column[seed % n] = value
    found = UsualRange.of(column, None)
    others = np.delete(column, seed % n)
    assert others.min() <= found.center[0] <= others.max()
    assert found.deviation[0] <= 3 * np.ptp(others)
    clipped = found.clipped(column)
    assert np.abs(clipped).max() <= np.abs(others).max() + WITHIN * 3 * np.ptp(others)
    assert np.isfinite(clipped).all()


@pytest.mark.parametrize("unit", [1e-250, 1e-3, 7.0, 1e200])
def test_units_do_not_matter(unit):
    first, second = UsualRange.of(MIXED, None), UsualRange.of(unit * MIXED, None)
    varies = np.arange(5) != 3
    for name in ("center", "deviation", "quartiles"):
        expected = unit * getattr(first, name)
        np.testing.assert_allclose(getattr(second, name)[varies], expected[varies], rtol=tolerances.SUMMATION)
    np.testing.assert_allclose(
        second.clipped(unit * MIXED), unit * first.clipped(MIXED), rtol=tolerances.SUMMATION
    )


@given(seed=st.integers(0, 2**32 - 1))
def test_a_weight_of_two_is_two_rows(seed):
    weight = np.random.RandomState(seed).randint(0, 4, 90)
    repeated = UsualRange.of(np.repeat(MIXED, weight, axis=0), None)
    for weights in (weight, weight / 7):
        found = UsualRange.of(MIXED, weights)
        for name in ("center", "deviation", "quartiles"):
            expected = getattr(repeated, name)
            np.testing.assert_allclose(getattr(found, name), expected, rtol=tolerances.SUMMATION, atol=1e-15)


def test_constant_columns_have_deviation_one():
    noisy = np.full((30, 1), 0.3)
    noisy[::3] = 0.1 + 0.2  # another number by rounding alone
    for column in (np.full((30, 1), -3e5), noisy, np.zeros((1, 1))):
        found = UsualRange.of(column, None)
        assert (found.deviation, found.quartiles) == (1, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_keep_their_form(dtype):
    rows = MIXED.astype(dtype)
    rows[7, 0] = 1e9
    found = UsualRange.of(rows, None)
    expected = found.clipped(rows)
    assert expected.dtype == dtype
    assert expected[7, 0] < 9
    inside = np.abs(rows - found.center) <= WITHIN * found.deviation
    np.testing.assert_array_equal(expected[inside], rows[inside])
    for form in (sparse.csr_matrix, sparse.csr_array):
        clipped = found.clipped(form(rows))
        assert type(clipped) is form
        assert clipped.dtype == dtype
        np.testing.assert_array_equal(clipped.toarray(), expected)
        assert UsualRange.of(form(rows), None).deviation[0] == found.deviation[0]


@pytest.mark.parametrize(("n", "differ", "few"), [(5, 1, False), (6, 1, True), (50, 2, True), (50, 3, False)])
def test_entries_so_few_that_corrupt_ones_may_be_all_of_them(n, differ, few):
    column = np.where(np.arange(n) < differ, 7.0, 3.0)[:, None]
    found = UsualRange.of(np.hstack([column, 1e-3 * column, np.full((n, 1), 3.0)]), None)
    assert (found.few == [few, few, False]).all()
    assert (found.varies == [True, True, False]).all()
    assert (found.told(np.full((1, 3), 3.0))[0, [0, 2]] == [0 if few else 3, 3]).all()
    heavy = np.where(np.arange(n) < differ, 1, 10_000 // n)  # one to three of ten thousand
    assert UsualRange.of(column, heavy).few


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_rows_that_are_corrupt_in_most_columns_do_not_count(form):
    rows = np.column_stack([MIXED[:, [0, 4]], np.full(90, 5.0), np.full(90, 2.0)])
    rows[[3, 8]] = -999.0
    rows[5, 0] = 1e9
    whole = UsualRange.of(form(rows), None)
    counting = whole.counting(form(rows), None)
    assert list(np.flatnonzero(counting == 0)) == [3, 8]
    assert whole.counting(form(rows), 2 * np.ones(90))[5] == 2
    found = UsualRange.of(form(rows), counting).beside(whole)
    others = UsualRange.of(np.delete(rows, [3, 8], axis=0), None)
    np.testing.assert_array_equal(found.deviation[:2], others.deviation[:2])
    assert (found.deviation[2:] == whole.deviation[2:]).all()
    assert (found.few == [False, False, True, True]).all()
    clean = rows[:, :1][10:40]
    assert UsualRange.of(clean, None).counting(clean, None) is None
