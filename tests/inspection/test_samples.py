"""Signed samples: the same numbers dense and sparse, and signs that are proved."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from rosenblatt.inspection.margins import exact_dot, margin, novikov_bound
from rosenblatt.inspection.samples import SignedSamples, are_positive, radius, unit
from tests.strategies import SEEDS
from tests.tolerances import MARGIN


def pair(random, one):
    X = random.normal(size=(12, 5)) * (random.random((12, 5)) < 0.5)
    y = random.choice([-1.0, 1.0], 12)
    return SignedSamples(X, y, one), SignedSamples(sparse.csr_array(X), y, one)


@pytest.mark.parametrize("one", [None, 1.0, 0.25])
def test_dense_and_sparse_samples_agree(one):
    random = np.random.default_rng(0)
    dense, csr = pair(random, one)
    u, rows = random.normal(size=dense.columns), np.array([3, 1, 7])
    z = dense.dense()
    for samples in (dense, csr):
        np.testing.assert_array_equal(samples.dense(), z)
        np.testing.assert_array_equal(samples.dense(rows), z[rows])
        np.testing.assert_array_equal(samples.take(rows).dense(), z[rows])
        np.testing.assert_array_equal(samples.scaled(3).dense(), z / 8)
        np.testing.assert_allclose(samples.products(u), z @ u, rtol=MARGIN)
        np.testing.assert_allclose(samples.sizes(u), abs(z) @ abs(u), rtol=MARGIN)
        np.testing.assert_allclose(samples.norms(), np.linalg.norm(z, axis=1), rtol=MARGIN)
        assert samples.largest() == abs(z).max()


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_the_radius_at_any_scale(scale):
    samples = SignedSamples(np.array([[3.0, 4.0], [1.0, 1.0]]) * scale, np.array([1.0, -1.0]), None)
    assert radius(samples) == pytest.approx(5 * scale, rel=MARGIN)
    assert np.linalg.norm(unit(np.array([3.0, -4.0]) * scale)) == pytest.approx(1, rel=MARGIN)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
def test_equal_samples_are_found(make):
    X = np.array([[0.0, 1.0], [2.0, 0.0], [-0.0, 1.0], [2.0, 0.0], [2.0, 0.0]])
    matrix = make(X)
    if hasattr(matrix, "eliminate_zeros"):
        matrix.eliminate_zeros()
    same, opposite = SignedSamples(matrix, np.array([1.0, 1, 1, -1, 1]), 1.0).first_of_their_kind()
    assert same.tolist() == [0, 1, 0, 3, 1]
    assert opposite.tolist() == [-1, -1, -1, 1, 3]


@given(SEEDS, st.integers(-300, 250))
def test_signs_are_right_where_floats_cannot_tell(seed, exponent):
    random = np.random.default_rng(seed)
    u = random.normal(size=4)
    X = random.normal(size=(6, 4))
    X[:, 3] = -(X[:, :3] @ u[:3]) / u[3]  # products that are zero but for rounding
    X *= 10.0**exponent
    samples = SignedSamples(X, random.choice([-1.0, 1.0], 6), None)
    exact = [
        sum(Fraction(a) * Fraction(b) for a, b in zip(z, u.tolist(), strict=True)) > 0
        for z in samples.dense().tolist()
    ]
    assert are_positive(samples, u).tolist() == exact


@given(SEEDS)
def test_a_product_is_rounded_once(seed):
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, 9))
    a[8] = -(a[:8] @ b[:8]) / b[8]
    exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a.tolist(), b.tolist(), strict=True))
    assert exact_dot(a, b) == float(exact)


def test_the_margin_says_how_much_more_there_could_be():
    samples = SignedSamples(np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]), None)
    found = margin(samples, np.array([1.0]), np.array([0]), np.array([1.0]))
    assert (found.gamma, found.gap, found.turn) == (1.0, 0.0, 0.0)
    wrong = margin(samples, np.array([-1.0]), np.array([0]), np.array([1.0]))
    assert (wrong.gamma, wrong.gap) == (-1.0, np.inf)
    two = SignedSamples(np.array([[1.0, 0.0], [0.0, 1.0]]), np.ones(2), None)
    loose = margin(two, np.array([0.6, 0.8]), np.array([0, 1]), np.array([0.5, 0.5]))
    assert loose.gap == pytest.approx(np.sqrt(0.5) / 0.6 - 1, rel=MARGIN)


@pytest.mark.parametrize(
    ("R", "gamma", "bound"), [(3**0.5, 17**-0.5, 51), (1, 1, 1), (3**0.5, 1 / 3, 27), (2, 3, 0)]
)
def test_the_bound_never_loses_an_update_to_rounding(R, gamma, bound):
    assert novikov_bound(R, gamma) == bound


def test_the_bound_has_no_largest_number():
    assert novikov_bound(1e200, 1e-100) >= 10**600 - 10**585
