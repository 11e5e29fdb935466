"""Schedules: what the rate is at a time (O1, T5)."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

from rosenblatt import Adaptive, Constant, Cosine, InverseScaling, MLPRegressor
from rosenblatt.plan import Clock
from rosenblatt.training.state import Record
from tests.tolerances import REPLAYED

X, y = load_diabetes(return_X_y=True)
X, y = X[:100] * 20, scale(y[:100])

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def at(step=0, epoch=0, samples=0, horizon=10, progress=0.0):
    return Clock(step, epoch, samples, horizon, progress)


def record(stalled):
    return Record(1, 10, 1.0, 1.0, math.nan, 0.1, 1.0, 0.1, stalled)


@given(st.floats(1e-9, 10), st.floats(0, 2), st.integers(1, 10**6))
def test_inverse_scaling(peak, power, samples):
    rate = InverseScaling(power, peak)
    assert rate(at()) == peak
    assert math.isclose(rate(at(epoch=1, samples=samples)), peak * (samples + 1) ** -power, rel_tol=REPLAYED)


@given(st.floats(1e-9, 10), st.floats(0, 1))
def test_cosine_falls_from_the_peak_to_the_end(peak, share):
    rate = Cosine(peak * share, peak)
    assert rate(at()) == pytest.approx(peak)
    assert rate(at(progress=1.0)) == pytest.approx(peak * share, abs=REPLAYED)
    values = [rate(at(progress=p)) for p in np.linspace(0, 1, 21)]
    assert all(a >= b for a, b in itertools.pairwise(values))


def test_adaptive_divides_when_progress_stalls_until_the_minimum():
    rate = Adaptive(divisor=10.0, minimum=1e-2, peak=0.5)
    assert rate.observe(record(stalled=False)) is rate
    rates = [rate]
    for _ in range(4):
        rates.append(rates[-1].observe(record(stalled=True)))
    np.testing.assert_allclose([one(at()) for one in rates], [0.5, 0.05, 0.005, 0.005, 0.005])


@pytest.mark.parametrize("schedule", [Constant(), InverseScaling(), Adaptive(), Cosine()])
def test_a_schedule_without_a_peak_says_so(schedule):
    with pytest.raises(ValueError, match=rf"{type(schedule).__name__} has no peak: pass .*\(peak=...\)"):
        schedule(at())
    assert dataclasses.replace(schedule, peak=0.25)(at()) == 0.25


def rates(**arguments):
    """Return the rate of the last step of each epoch, as ``history_`` tells it."""
    defaults = {
        "hidden_layer_sizes": (3,),
        "solver": "sgd",
        "random_state": 0,
        "max_iter": 6,
        "batch_size": 25,
    }
    model = MLPRegressor(**{**defaults, **arguments}).fit(X, y)
    assert len(model.history_["rate"]) == model.n_iter_
    return model.history_["rate"]


def test_an_estimator_fills_in_learning_rate_init():
    np.testing.assert_allclose(rates(learning_rate_init=0.02), 0.02)
    np.testing.assert_allclose(rates(learning_rate=Constant(), learning_rate_init=0.02), 0.02)
    np.testing.assert_allclose(rates(learning_rate=Constant(0.03)), 0.03)


def test_names_and_objects_are_the_same():
    for name, schedule in (("invscaling", InverseScaling(0.3)), ("adaptive", Adaptive())):
        by_name = rates(learning_rate=name, power_t=0.3, n_iter_no_change=1, tol=0.05, max_iter=30)
        by_object = rates(learning_rate=schedule, n_iter_no_change=1, tol=0.05, max_iter=30)
        np.testing.assert_array_equal(by_name, by_object)
        assert by_name[-1] < by_name[0]


def test_names_act_with_objects_of_gradient_descent_but_not_with_adam():
    from rosenblatt import SGD, Momentum

    expected = rates(learning_rate="invscaling")
    for solver in (SGD(), Momentum()):
        np.testing.assert_array_equal(rates(solver=solver, learning_rate="invscaling"), expected)
    np.testing.assert_allclose(rates(solver="adam", learning_rate="invscaling"), 0.001)  # as scikit-learn


@pytest.mark.parametrize("solver", ["sgd", "adam", "adamw", "rmsprop"])
def test_a_plain_callable_is_asked_before_every_step(solver):
    asked = []

    def rate(clock):
        asked.append(clock)
        return 0.001 / (1 + clock.step)

    seen = rates(solver=solver, learning_rate=rate)
    assert [clock.step for clock in asked] == list(range(24))
    assert [clock.epoch for clock in asked] == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5] * 4
    assert {clock.horizon for clock in asked} == {6}
    assert [clock.samples for clock in asked[::4]] == [0, 100, 200, 300, 400, 500]
    np.testing.assert_allclose([clock.progress for clock in asked], np.arange(24) / 24, atol=REPLAYED)
    np.testing.assert_allclose(seen, 0.001 / np.arange(4, 25, 4))


def test_a_lambda_that_stays_is_a_constant_rate():
    plain = MLPRegressor(hidden_layer_sizes=(3,), learning_rate_init=0.01, random_state=0, max_iter=5).fit(
        X, y
    )
    rule = MLPRegressor(
        hidden_layer_sizes=(3,), learning_rate=lambda clock: 0.01, random_state=0, max_iter=5
    ).fit(X, y)
    np.testing.assert_array_equal(plain.theta_, rule.theta_)


def test_cosine_reaches_its_end_at_the_horizon():
    seen = rates(learning_rate=Cosine(), learning_rate_init=0.1, solver="adam")
    steps = np.arange(3, 24, 4) / 24  # the last step of each epoch
    np.testing.assert_allclose(seen, 0.05 * (1 + np.cos(np.pi * steps)))


def test_alpha_as_a_schedule():
    def fitted(alpha, epochs):
        model = MLPRegressor(
            hidden_layer_sizes=(3,), alpha=alpha, max_iter=epochs, random_state=0, batch_size=25
        )
        return model.fit(X, y)

    np.testing.assert_array_equal(fitted(lambda clock: 0.7, 4).theta_, fitted(0.7, 4).theta_)
    # T6: switched on after a couple of epochs
    late = fitted(lambda clock: 50.0 * (clock.epoch >= 2), 4)
    np.testing.assert_array_equal(
        fitted(lambda clock: 50.0 * (clock.epoch >= 2), 2).theta_, fitted(0.0, 2).theta_
    )
    assert not np.array_equal(late.theta_, fitted(0.0, 4).theta_)
    penalty = late.history_["objective"] - late.history_["loss"]
    np.testing.assert_allclose(
        penalty, 0, atol=REPLAYED
    )  # both hold the penalty, at its strength of the time
    assert late.history_["loss"][2] > late.history_["loss"][1]
