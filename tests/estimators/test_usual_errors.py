"""Usual errors: a weight of 2 is two rows, units do not matter, nothing is divided by nearly nothing."""

import numpy as np
import pytest

from rosenblatt.estimators.usual_errors import LEAST, UsualErrors, distance
from tests import tolerances

RANDOM = np.random.RandomState(5)
X = RANDOM.randn(30, 3)
SECOND = X + 0.3 * RANDOM.randn(30, 3)
WEIGHT = RANDOM.randint(0, 4, 30)


def squared(rows, other):
    return lambda standard, part=slice(None): ((other - rows)[part] / standard.scale) ** 2


def judged(usual, rows, other, distance_weight=0.25):
    return usual.judged(squared(rows, other)(usual.standard), rows, distance_weight)


def test_a_weight_of_two_is_two_rows():
    found = UsualErrors.of(X, WEIGHT, squared(X, SECOND))
    rows, other = (np.repeat(array, WEIGHT, axis=0) for array in (X, SECOND))
    repeated = UsualErrors.of(rows, None, squared(rows, other))
    np.testing.assert_allclose(
        judged(found, X, SECOND), judged(repeated, X, SECOND), rtol=tolerances.SUMMATION
    )


def test_units_do_not_matter():
    units, moved = np.array([1e-3, 1.0, 1e5]), np.array([0.0, 7.0, -1e5])
    found = UsualErrors.of(X, WEIGHT, squared(X, SECOND))
    rows, other = X * units + moved, SECOND * units + moved
    other_units = UsualErrors.of(rows, WEIGHT, squared(rows, other))
    expected = judged(found, X, SECOND)
    np.testing.assert_allclose(judged(other_units, rows, other), expected, rtol=tolerances.SCALED_ERRORS)


@pytest.mark.parametrize("distance_weight", [0, 0.25, 2])
def test_each_feature_adds_as_much_on_average(distance_weight):
    found = UsualErrors.of(X, None, squared(X, SECOND * [1, 1, 5]))
    means = judged(found, X, SECOND * [1, 1, 5], distance_weight).mean(axis=0)
    np.testing.assert_allclose(means, 1 + distance_weight, rtol=tolerances.SUMMATION)


def test_what_is_reconstructed_nearly_exactly_is_not_blown_up():
    found = UsualErrors.of(X, None, squared(X, X + 1e-9))
    np.testing.assert_array_equal(found.usual, LEAST)


def test_constant_columns_of_counted_rows_keep_their_units():
    rows = np.column_stack([X[:, 0], np.full(30, 0.1)])
    rows[0, 1] = 9
    found = UsualErrors.of(rows, np.arange(30) > 0, squared(rows, rows + 0.01))
    assert found.usual[1] == found.standard.scale[1] == 1


def test_the_distance_is_squared_and_then_a_root():
    z = np.linspace(-4, 4, 81)
    np.testing.assert_allclose(distance(z), z**2, rtol=tolerances.SUMMATION)
    np.testing.assert_allclose(distance(np.array([16.0, -36.0])), [16 * 5, 16 * 9], rtol=tolerances.SUMMATION)
    h = 1e-6
    left, right = (
        (distance(np.array([4.0])) - distance(np.array([4 - h]))) / h,
        (distance(np.array([4 + h])) - distance(np.array([4.0]))) / h,
    )
    np.testing.assert_allclose([left, right], 8, rtol=1e-5)
    far = distance(np.array([5.0, 1e3, 1e150, 1.7e308, np.inf]))
    assert (np.diff(far[:4]) > 0).all()
    assert np.isfinite(1e6 * far).all()


def test_errors_that_tell_nothing_do_not_count():
    telling = np.ones(X.shape, bool)
    telling[3, 1] = False
    other = SECOND.copy()
    other[3, 1] += 1e3
    found = UsualErrors.of(X, WEIGHT + 1, squared(X, other), telling.__getitem__)
    expected = UsualErrors.of(X, WEIGHT + 1, squared(X, SECOND), telling.__getitem__)
    np.testing.assert_array_equal(found.usual, expected.usual)
    assert UsualErrors.of(X, WEIGHT + 1, squared(X, other)).usual[1] > 100 * found.usual[1]
