"""The range test: what it tries, what it suggests, what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.inspection.range_test import (
    ROWS_OF_AN_UPDATE,
    SAFETY,
    Rise,
    Size,
    affordable,
    judged,
    range_test,
)
from rosenblatt.network import Network
from rosenblatt.plan import Clock
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.optimizers import SGD
from tests.tolerances import REPLAYED
from tests.training.problems import data, plan

NEURON = Network((1, 1), (), Identity())


@given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(1, 2000))
def test_a_test_costs_less_than_a_twentieth(n, batch, epochs):
    a_plan = plan(batch_size=batch, max_epochs=epochs)
    size = affordable(a_plan, n)
    batch = min(batch, n)
    planned = epochs * -(-n // batch) * (batch + ROWS_OF_AN_UPDATE)
    cost = size.steps * (size.rows + ROWS_OF_AN_UPDATE)
    assert 1 <= size.rows <= batch
    assert 8 <= size.steps <= 100
    assert cost < planned / 20 or size.steps == 8


def test_rates_grow_by_the_same_factor():
    rise = Rise(1e-4, 10.0, 6)
    rates = [rise(Clock(i, 0, 0, 9, 0.0)) for i in range(6)]
    np.testing.assert_allclose(rates, np.geomspace(1e-4, 10, 6), rtol=REPLAYED)


def test_the_losses_are_those_of_gradient_descent_by_hand():
    # y = 3 x with one weight: every batch has the same loss if all rows are the same
    batch = Batch(np.full((40, 1), 2.0), np.full((40, 1), 6.0))
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=()))
    theta = np.array([1.0, 0.0])
    result = range_test(engine, theta, batch, seed=0, size=Size(8, 5), low=0.01, high=0.1)
    w, b, losses = 1.0, 0.0, []
    for rate in np.geomspace(0.01, 0.1, 8):
        error = 2 * w + b - 6
        losses.append(error**2 / 2)
        w, b = w - rate * 2 * error, b - rate * error
    np.testing.assert_allclose(result.losses, losses, rtol=REPLAYED)
    np.testing.assert_allclose(result.rates, np.geomspace(0.01, 0.1, 8), rtol=REPLAYED)
    np.testing.assert_array_equal(theta, [1.0, 0.0])


def test_a_parabola_s_rate_is_stable():
    # gradient descent on a curvature of 5 is stable below a rate of 2 / 5
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 1)) * 2
    batch = Batch(x, 3 * x)
    engine = ArrayEngine(NEURON, plan(optimizer=SGD(), penalties=()))
    result = range_test(engine, np.zeros(2), batch, seed=1, size=Size(100, 400), low=1e-5, high=10.0)
    assert 0.01 < result.suggestion < 0.4
    assert not np.isfinite(result.losses).all() or result.losses[-1] > 1e6


def test_it_is_a_function_of_its_seed():
    engine = ArrayEngine(Network((3, 1), (), Identity()), plan())
    theta = np.zeros(4)
    one, again, other = (
        range_test(engine, theta, data(weighted=True), seed, Size(30, 8)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.losses, again.losses)
    assert one.suggestion == again.suggestion
    assert not np.array_equal(one.losses, other.losses)


def test_the_suggestion():
    rates = np.geomspace(1e-4, 1, 50)
    noise = 0.01 * np.random.RandomState(0).randn(50)
    falling = 1 - 0.8 * np.clip((np.arange(50) - 15) / 20, 0, 1) + noise
    falling[40:] = [5.0] * 5 + [np.nan] * 5
    found = judged(rates, falling)
    assert rates[33] <= found.suggestion * SAFETY <= rates[40]
    assert np.isinf(found.smoothed[45:]).all()
    assert np.isfinite(found.smoothed[:45]).all()


@pytest.mark.parametrize(
    "losses", [np.ones(20), 1 + 0.3 * np.random.RandomState(1).randn(20), np.full(20, np.nan)]
)
def test_where_nothing_falls_nothing_is_suggested(losses):
    assert judged(np.geomspace(1e-4, 1, 20), losses).suggestion is None
