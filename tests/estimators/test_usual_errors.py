"""Usual errors: a weight of 2 is two rows, units do not matter, nothing is divided by nearly nothing."""

import numpy as np
import pytest

from rosenblatt.estimators.usual_errors import LEAST, UsualErrors
from tests import tolerances

RANDOM = np.random.RandomState(5)
X = RANDOM.randn(30, 3)
SECOND = X + 0.3 * RANDOM.randn(30, 3)
WEIGHT = RANDOM.randint(0, 4, 30)


def squared(rows, other):
    return lambda standard: ((other - rows) / standard.scale) ** 2


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
