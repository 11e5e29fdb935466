"""The nearest point of a hull, against its conditions of optimality; and the other ways to a suggestion."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse

from rosenblatt.inspection.metrics import alike, own, spread
from rosenblatt.inspection.minimum_norm import minimum_norm_point
from rosenblatt.inspection.pocket import fewest_mistakes_found
from rosenblatt.inspection.samples import SignedSamples, are_positive
from rosenblatt.inspection.second_opinion import second_opinion
from tests.inspection.problems import overlapping, separated
from tests.strategies import SEEDS
from tests.tolerances import MARGIN, MARGIN_OF_TWO_METHODS


def samples_of(X, y, one=1.0):
    return SignedSamples(X, np.where(y == 1, 1.0, -1.0), one)


@settings(max_examples=50)
@given(SEEDS)
def test_no_sample_is_nearer_along_the_point(seed):
    X, y, _ = separated(np.random.default_rng(seed))
    samples = own(samples_of(X, y)).samples
    found = minimum_norm_point(samples)
    p = found.weights @ samples.dense(found.rows)
    assert found.converged
    assert found.weights.min() > 0
    assert samples.products(p).min() == pytest.approx(p @ p, rel=MARGIN_OF_TWO_METHODS)


@settings(max_examples=50)
@given(SEEDS)
def test_hulls_that_meet_have_the_origin_as_nearest_point(seed):
    X, y = overlapping(np.random.default_rng(seed))
    samples = own(samples_of(X, y)).samples
    found = minimum_norm_point(samples)
    assert found.direction is None
    assert len(found.rows) <= samples.columns + 1
    assert np.linalg.norm(found.weights @ samples.dense(found.rows)) < MARGIN


@pytest.mark.parametrize("one", [None, 1.0])
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_a_direction_comes_back_from_other_coordinates(one, make):
    random = np.random.default_rng(1)
    X = random.normal(size=(30, 4)) * [1e-3, 1.0, 50.0, 1e4] + (3.0 if one else 0.0)
    samples = SignedSamples(make(X), random.choice([-1.0, 1.0], 30), one)
    view = alike(samples)
    v = random.normal(size=samples.columns)
    here, there = view.samples.products(v), samples.products(view.back(v))
    np.testing.assert_allclose(here / np.abs(here).max(), there / np.abs(there).max(), atol=MARGIN)
    assert view.samples.norms().max() <= 1


def test_what_rounding_left_is_spread_out():
    random = np.random.default_rng(2)
    X = random.normal(size=(40, 3))
    X = np.column_stack([X, X @ random.normal(size=3)])
    samples = samples_of(X, random.integers(0, 2, 40))
    assert np.linalg.svd(samples.dense())[1].min() < 1e-13
    assert np.linalg.svd(spread(samples).samples.dense())[1].min() > 1e-4
    assert spread(samples_of(X[:, :3], random.integers(0, 2, 40))) is None
    assert spread(SignedSamples(sparse.csr_matrix(X), samples.y, 1.0)) is None


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("one", [None, 1.0])
def test_a_linear_program_sees_the_same(make, one):
    random = np.random.default_rng(3)
    X, y, _ = separated(random)
    opinion = second_opinion(own(samples_of(make(X), y)).samples)
    assert are_positive(samples_of(X, y), opinion.direction).all()
    X, y = overlapping(random, on_a_line=False)
    samples = own(samples_of(make(X), y, one)).samples
    opinion = second_opinion(samples)
    assert len(opinion.rows) <= samples.columns + 1
    assert np.linalg.norm(opinion.weights @ samples.dense(opinion.rows)) < MARGIN_OF_TWO_METHODS


def test_the_pocket_keeps_the_best_and_repeats():
    random = np.random.default_rng(4)
    X = random.normal(size=(200, 2))
    y = (X[:, 0] > 0).astype(int)
    y[:10] = 1 - y[:10]  # at most ten are wrong along the first axis
    samples = alike(samples_of(X, y)).samples
    w = fewest_mistakes_found(samples)
    assert np.count_nonzero(samples.products(w) <= 0) <= 12
    np.testing.assert_array_equal(w, fewest_mistakes_found(samples))
    nothing = SignedSamples(np.zeros((2, 1)), np.array([1.0, -1.0]), None)
    assert fewest_mistakes_found(nothing).any()
