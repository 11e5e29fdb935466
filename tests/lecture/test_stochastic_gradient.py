"""S1 and its remarks; O1, U1 and mini-batches on a convex problem."""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rosenblatt import MLPRegressor
from rosenblatt.engines.engine import Batch
from rosenblatt.random import drawn_indices
from rosenblatt.rules.activations import Logistic, Tanh
from rosenblatt.rules.losses import BinaryCrossEntropy
from rosenblatt.training.order import Orders
from tests.lecture.problems import engine_of, extended, gradient_of_mean
from tests.tolerances import CONVEX_FULL_BATCH, CONVEX_STOCHASTIC, ENUMERATED_EXPECTATION


@pytest.fixture
def case():
    """A small network that is far from a minimum, and five samples."""
    generator = np.random.default_rng(4)
    engine = engine_of((3, 4, 1), (Tanh(),), Logistic(), BinaryCrossEntropy())
    theta = generator.normal(size=engine.layout.n_parameters)
    X, y = generator.normal(size=(5, 3)), np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
    full = gradient_of_mean(engine, theta, X, y)
    single = gradient_of_mean(engine, theta, X[:1], y[:1])
    assert np.linalg.norm(full - single) > np.linalg.norm(full) / 10  # else every claim here is empty
    return engine, theta, X, y, full


def mean_over(batches, engine, theta, X, y):
    gradients = [gradient_of_mean(engine, theta, X[list(rows)], y[list(rows)]) for rows in batches]
    return np.mean(gradients, axis=0)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_s1_expectation_over_draws_with_replacement_is_the_full_gradient(case, size):
    engine, theta, X, y, full = case
    batches = list(product(range(5), repeat=size))
    assert len(batches) == 5**size
    found = mean_over(batches, engine, theta, X, y)
    assert_allclose(found, full, rtol=ENUMERATED_EXPECTATION, atol=ENUMERATED_EXPECTATION)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_s1_expectation_over_batches_without_replacement_is_the_full_gradient(case, size):
    engine, theta, X, y, full = case
    found = mean_over(combinations(range(5), size), engine, theta, X, y)
    assert_allclose(found, full, rtol=ENUMERATED_EXPECTATION, atol=ENUMERATED_EXPECTATION)


def test_s1_larger_batches_scatter_less_around_the_full_gradient(case):
    engine, theta, X, y, full = case

    def scatter(size):
        gradients = [
            gradient_of_mean(engine, theta, X[list(rows)], y[list(rows)])
            for rows in product(range(5), repeat=size)
        ]
        return np.mean([np.sum((g - full) ** 2) for g in gradients])

    # with replacement the variance is that of one sample divided by the batch size, exactly
    assert_allclose([scatter(2) * 2, scatter(3) * 3], scatter(1), rtol=ENUMERATED_EXPECTATION * 10)


def test_s1_redundant_data_need_no_full_batch(case):
    engine, theta, X, y, full = case
    copies = gradient_of_mean(engine, theta, np.tile(X, (20, 1)), np.tile(y, (20, 1)))
    assert_allclose(copies, full, rtol=ENUMERATED_EXPECTATION, atol=ENUMERATED_EXPECTATION)


def test_s1_the_cost_of_a_step_is_that_of_its_batch(case):
    engine, theta, X, y, _ = case
    cache = engine.forward(theta, X[:2])
    assert {o.shape[0] for o in cache.o} == {2}
    assert engine.gradient(theta, Batch(X[:2], y[:2])).rows == 2


def test_s1_draws_with_replacement_are_uniform_and_repeat():
    n, epochs = 20, 500
    drawn = np.array([drawn_indices(7, epoch, n) for epoch in range(epochs)])
    counts = np.bincount(drawn.ravel(), minlength=n)
    expected = n * epochs / n
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert chi_square < 43.8  # the 99.9 % point for 19 degrees of freedom; the draws are fixed by the seed
    missing = np.mean([n - len(set(row)) for row in drawn]) / n
    assert abs(missing - (1 - 1 / n) ** n) < 0.02  # a share of 36 % of the samples is left out
    assert len({tuple(row) for row in drawn}) == epochs


def test_s1_a_shuffled_pass_takes_every_sample_once_and_each_epoch_anew():
    orders = Orders("shuffled", 20, 6, np.random.RandomState(0), 0)
    epochs = [orders.epochs(number).indices for number in range(10)]
    for indices in epochs:
        assert_array_equal(np.sort(indices), np.arange(20))
    assert len({tuple(indices) for indices in epochs}) == 10


@dataclass(frozen=True)
class HarmonicRate:
    """A rate of order 1/t: its sum diverges, the sum of its squares does not (Robbins and Monro)."""

    peak: float
    half: float

    def __call__(self, clock):
        return self.peak / (1 + clock.step / self.half)


@pytest.fixture(scope="module")
def convex():
    """Noisy linear regression: samples, targets, and the least risk."""
    generator = np.random.default_rng(6)
    X = generator.normal(size=(200, 3))
    y = X @ [1.0, -2.0, 0.5] + 0.3 + 0.4 * generator.normal(size=200)
    best = np.linalg.lstsq(extended(X), y, rcond=None)[0]
    return X, y, 0.5 * np.mean((extended(X) @ best - y) ** 2)


def excess_risk(convex, **arguments):
    X, y, least = convex
    model = MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0.0, alpha=0.0, tol=0.0, random_state=1, **arguments
    )
    model.set_params(n_iter_no_change=np.inf).fit(X, y)
    return 0.5 * np.mean((model.predict(X) - y) ** 2) - least


pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_full_batch_reaches_the_optimum_of_a_convex_risk(convex):
    assert excess_risk(convex, batch_size="full", learning_rate_init=0.5, max_iter=300) < CONVEX_FULL_BATCH


@pytest.mark.parametrize("order", ["shuffled", "random"])
@pytest.mark.parametrize("batch_size", [1, 20])
def test_stochastic_and_mini_batch_reach_the_optimum_of_a_convex_risk(convex, batch_size, order):
    rate = HarmonicRate(peak=0.1, half=100)
    excess = excess_risk(convex, batch_size=batch_size, order=order, learning_rate=rate, max_iter=60)
    assert 0 <= excess < CONVEX_STOCHASTIC


def test_t5_a_rate_that_decreases_ends_nearer_to_the_optimum_than_one_that_stays(convex):
    falling = excess_risk(convex, batch_size=1, learning_rate=HarmonicRate(0.1, 100), max_iter=30)
    staying = excess_risk(convex, batch_size=1, learning_rate_init=0.1, max_iter=30)
    assert falling < staying / 10
