"""The range test: what it tries, what it suggests, what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.inspection.range_test import (
    FEWEST_STEPS,
    MOST_ROWS,
    MOST_STEPS,
    RATES,
    Size,
    affordable,
    planned_steps,
    range_test,
)
from rosenblatt.network import Network
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.optimizers import SGD, Adam, Momentum
from tests.tolerances import REPLAYED
from tests.training.problems import data, plan

NEURON = Network((1, 1), (), Identity())


def parabola(n=400, size=2.0):
    x = np.random.default_rng(0).normal(size=(n, 1)) * size
    return Batch(x, 3 * x / size)


@given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(1, 2000))
def test_it_may_cost_a_twentieth_or_300_steps(n, batch, epochs):
    a_plan = plan(batch_size=batch, max_epochs=epochs)
    size = affordable(a_plan, n)
    assert planned_steps(a_plan, n) == epochs * -(-n // min(batch, n))
    assert size.rows == min(batch, n, MOST_ROWS)
    assert FEWEST_STEPS <= size.steps <= min(MOST_STEPS, max(FEWEST_STEPS, planned_steps(a_plan, n) / 20))


class CountingEngine(ArrayEngine):
    """An engine that counts steps and the rows of what it predicts."""

    steps = predicted = 0

    def epochs(self, state, data, order, settings):
        self.steps += len(settings)
        assert np.diff(order.bounds).max() <= MOST_ROWS
        return super().epochs(state, data, order, settings)

    def predict(self, theta, X):
        self.predicted += 1
        return super().predict(theta, X)


@pytest.mark.parametrize("optimizer", [Adam(), SGD(), Momentum()])
@pytest.mark.parametrize(
    ("epochs", "batch", "steps"), [(200, 8, 300), (10000, 8, 1000), (2, 30, 300), (5, 1, 12)]
)
def test_it_costs_no_more_than_that(optimizer, epochs, batch, steps):
    engine = CountingEngine(
        Network((3, 4, 1), (Tanh(),), Identity()),
        plan(optimizer=optimizer, batch_size=batch, max_epochs=epochs),
    )
    n = engine.network.n_parameters
    result = range_test(
        engine, np.random.default_rng(0).normal(size=n), data(), seed=0, size=Size(steps, batch)
    )
    # a twelfth step each for the powers of ten is more than 12 can pay: then one step for each is taken
    assert engine.steps + engine.predicted <= max(steps, 60)
    assert engine.steps > 0.8 * min(steps, RATES * planned_steps(engine.plan, 30))
    assert result.steps[-1] <= planned_steps(engine.plan, 30)


def test_the_losses_are_those_of_gradient_descent_by_hand():
    # y = 3 x with one weight: every batch has the same loss if all rows are the same
    batch = Batch(np.full((40, 1), 2.0), np.full((40, 1), 6.0))
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=()))
    theta = np.array([1.0, 0.0])
    result = range_test(engine, theta, batch, seed=0, size=Size(100, 5), low=0.001, high=1.0)
    for rate, losses in zip(result.rates, result.losses, strict=True):
        w, b, taken = 1.0, 0.0, 0
        for steps, loss in zip(result.steps, losses, strict=True):
            while taken < steps and abs(w) < 1e100:
                error = 2 * w + b - 6
                w, b, taken = w - rate * 2 * error, b - rate * error, taken + 1
            if np.isfinite(loss):
                np.testing.assert_allclose(loss, (2 * w + b - 6) ** 2 / 2, rtol=REPLAYED, atol=REPLAYED)
    np.testing.assert_array_equal(theta, [1.0, 0.0])
    assert not result.learns  # all rows are alike: a constant says as much
    assert np.isfinite(result.losses).sum() > 10


@pytest.mark.parametrize("size", [0.3, 1.0, 30.0, 1e3, 1e5])
def test_a_parabola_s_rate_is_stable_in_all_units(size):
    # gradient descent on a curvature of c is stable below a rate of 2 / c; steps of 1 / c are the best
    batch = parabola(size=size)
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=(), batch_size=400))
    result = range_test(engine, np.zeros(2), batch, seed=1, size=Size(300, 400))
    curvature = float((batch.X**2).mean())
    assert result.learns
    # the bias has a curvature of 1, whatever the inputs' units
    assert 0.02 / max(curvature, 1.0) < result.suggestion < 2 / max(curvature, 1.0)


def test_inputs_too_small_to_be_learned_from_are_said():
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=(), batch_size=400))
    assert not range_test(engine, np.zeros(2), parabola(size=1e-6), seed=1, size=Size(300, 400)).learns


def test_it_is_a_function_of_its_seed():
    engine = ArrayEngine(Network((3, 1), (), Identity()), plan())
    theta = np.zeros(4)
    one, again, other = (
        range_test(engine, theta, data(weighted=True), seed, Size(300, 8)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.losses, again.losses)
    assert one.suggestion == again.suggestion
    assert not np.array_equal(one.losses, other.losses)


def test_rates_are_powers_of_the_fourth_root_of_ten():
    engine = ArrayEngine(Network((3, 1), (), Identity()), plan())
    result = range_test(engine, np.zeros(4), data(), 0, Size(300, 8), low=0.002, high=0.5)
    places = 4 * np.log10([*result.rates, result.suggestion])
    np.testing.assert_allclose(places, np.round(places), atol=1e-9)
    assert (result.rates >= 0.002).all()
    assert (result.rates <= 0.5).all()
    assert 0.002 <= result.suggestion <= 0.5
    assert (np.diff(result.rates) > 0).all()


def test_learning_the_bias_alone_does_not_count():
    # the inputs say nothing of the targets, whose mean is far from the first outputs
    rng = np.random.default_rng(0)
    batch = Batch(rng.normal(size=(300, 3)), 5 + rng.normal(size=(300, 1)))
    engine = ArrayEngine(Network((3, 1), (), Identity()), plan(max_epochs=200))
    result = range_test(engine, np.zeros(4), batch, 0, Size(300, 8))
    assert not result.learns
    assert np.nanmin(result.losses) < 0.5 * result.losses[0, 0]
    related = batch._replace(y=batch.y + 3 * batch.X[:, :1])
    assert range_test(engine, np.zeros(4), related, 0, Size(300, 8)).learns


def test_where_training_would_overfit_the_rate_is_lower():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 20))
    batch = Batch(X, X[:, :1] + 1.5 * rng.normal(size=(60, 1)))
    engine = ArrayEngine(
        Network((20, 50, 1), (Tanh(),), Identity()), plan(max_epochs=2000, batch_size=60, penalties=())
    )
    theta = rng.normal(size=engine.network.n_parameters) / 5
    found = range_test(engine, theta, batch, 0, Size(1000, 60))
    kept = range_test(engine, theta, batch, 0, Size(1000, 60), overfits=False)
    assert found.overfitted
    assert found.suggestion < kept.suggestion
    assert not kept.overfitted


def test_where_nothing_falls_nothing_is_suggested():
    batch = Batch(np.ones((40, 1)), np.zeros((40, 1)))
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=()))
    assert range_test(engine, np.zeros(2), batch, 0, Size(300, 8)).suggestion is None


@pytest.mark.parametrize("n", [2, 3, 5, 19, 20])
def test_few_rows_will_do(n):
    x = np.linspace(-1, 1, n)[:, None]
    engine = ArrayEngine(NEURON, plan(max_epochs=200))
    assert range_test(engine, np.zeros(2), Batch(x, 2 * x), 0, affordable(engine.plan, n)).suggestion > 1e-4
