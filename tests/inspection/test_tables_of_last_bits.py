"""Certificates of tables that differ in their last bits, or mix all magnitudes: what is said is proved."""

from fractions import Fraction

import numpy as np
import pytest

from rosenblatt import separability
from rosenblatt.inspection.exact_nearest import nearest_in_rationals
from rosenblatt.inspection.gordan import proved
from rosenblatt.inspection.problem import checked
from tests.inspection.oracles import hull_holds_the_origin, largest_margin_squared, signed
from tests.tolerances import MARGIN, UNIT_NORM

OFFSETS = (1.0, 1e8, 1e16, 3e153, 1.7e18, 1e-16, 1e300, 1e308)
COLUMNS = ((1.7e9, 2.0**-22), (1e8, 2.0**-26), (1e6, 2.0**-33), (1e12, 2.0**-12), (1.7e18, 256.0))
SIZES = (5e-324, 1e-310, 1e-300, 1e-200, 1e-16, 1.0, 3.0, 1e16, 1e200, 1e300, 1e308)
TABLES = 30


def one_ulp(random, n, d):
    X = np.full((n, d), random.choice(OFFSETS))
    return X + random.integers(-1, 2, (n, d)) * np.spacing(X)


def time_stamps(random, n, d):
    chosen = [COLUMNS[i] for i in random.integers(0, len(COLUMNS), d)]
    return np.array([at + step * random.integers(-3, 4, n) for at, step in chosen]).T


def mixed_magnitudes(random, n, d):
    return random.choice([-1, 1], (n, d)) * random.choice(SIZES, (n, d))


def drawn(table, random):
    n, d = int(random.integers(2, 6)), int(random.integers(1, 4))
    X, y = table(random, n, d), np.append([0, 1], random.integers(0, 2, n - 2))
    random.shuffle(y)
    return X, y


def answered(X, y, fit_intercept):
    """Return the certificate, or None where a margin that no float holds is refused."""
    try:
        return separability(X, y, fit_intercept=fit_intercept)
    except ValueError as error:
        if "margin below 5e-324" not in str(error):
            raise
        return None


def assert_it_is_proved(found, X, y, fit_intercept):
    said = (X.tolist(), y.tolist(), fit_intercept)
    assert np.isfinite(found.direction).all(), said
    assert abs(np.linalg.norm(found.direction) - 1) < UNIT_NORM, said
    assert found.verify(X, y) is (found.separable is not None), said
    if found.separable is not None:
        Z = signed(X, y, fit_intercept)
        assert found.separable is not hull_holds_the_origin(Z), said
        if found.separable:
            truth = largest_margin_squared(Z)
            assert Fraction(found.gamma) ** 2 <= truth * (1 + Fraction(MARGIN)), said


@pytest.mark.parametrize("table", [one_ulp, time_stamps, mixed_magnitudes])
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_said_is_proved(table, seed):
    random, decided = np.random.default_rng(seed), 0
    for _ in range(TABLES):
        X, y = drawn(table, random)
        fit_intercept = bool(random.random() < 0.7)
        found = answered(X, y, fit_intercept)
        if found is not None:
            assert_it_is_proved(found, X, y, fit_intercept)
            decided += found.separable is not None
    assert decided > TABLES / 3


BILLIONS = [[1e8, 1e8], [1e8 + 2**-26, 1e8]]
A_LINE = [
    [1.0000000000000002e16, 1e16, 1e16],
    [1e16, 9999999999999998.0, 1e16],
    [9999999999999998.0, 1e16, 1e16],
]
HUGE = [[3e153, 3e153], [3e153, np.nextafter(3e153, 4e153)]]
LOW, HIGH = 9.999999999999997e-17, 9.999999999999999e-17
NEAR_ZERO = [
    [1e-16, 1e-16, LOW],
    [1e-16, 1e-16, HIGH],
    [1e-16, HIGH, 1e-16],
    [HIGH, 1e-16, LOW],
    [HIGH, 1e-16, HIGH],
]


@pytest.mark.parametrize(
    ("X", "y", "verdict"),
    [
        (BILLIONS, [0, 1], True),
        (A_LINE, [1, 0, 1], True),
        (HUGE, [0, 1], True),
        (NEAR_ZERO, [1, 0, 1, 0, 1], False),
    ],
    ids=["billions", "a line", "huge", "near zero"],
)
def test_known_tables(X, y, verdict):
    found = separability(X, y)
    assert found.separable is verdict
    assert_it_is_proved(found, np.array(X), np.array(y), True)


def test_a_weight_below_the_least_float_stays_positive():
    X, y = np.array([[5e-324], [1e308]]), [0, 1]
    found = proved(checked(X, y).signed(False), np.array([0, 1]), "rationals")
    assert found.rows.tolist() == [0, 1]
    assert found.weights.tolist() == [1.0, 5e-324]
    assert 0 < found.error[1] <= 5e-324


def test_the_nearest_point_is_exact_where_floats_lose_it():
    samples = checked(BILLIONS, [0, 1]).signed(True)
    found = nearest_in_rationals(samples, np.array([0, 1]))
    assert found.weights.sum() == pytest.approx(1.0, rel=MARGIN)
    np.testing.assert_allclose(found.direction, np.array([-1e-8, 1.0, -1.0]) / 2**0.5, rtol=1e-6)
    assert nearest_in_rationals(samples, np.array([0, 0])) is None


def test_the_oracle_knows_a_margin():
    truth = largest_margin_squared(signed(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 0, 0, 1]))
    assert truth == Fraction(1, 17)
