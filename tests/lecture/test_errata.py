"""Where the slides are wrong or loose as printed: each printed form is shown to fail, ours to hold.

The readable list is docs/lecture.md.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rosenblatt import MLPClassifier
from rosenblatt.engines.engine import Batch, Row, State
from rosenblatt.plan import Penalty
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from rosenblatt.rules.losses import BinaryCrossEntropy, CategoricalCrossEntropy, PerceptronLoss
from rosenblatt.rules.outputs import Softmax
from rosenblatt.rules.penalties import L2
from tests.lecture.problems import (
    CORNERS,
    engine_of,
    extended,
    gradient_of_mean,
    number_of_updates,
    one_by_one,
    perceptron_engine,
    perceptron_rule,
    risk,
)
from tests.tolerances import DIFFERENCE_QUOTIENT, ENUMERATED_EXPECTATION, LITERAL_SUMS


def difference_quotients(function, theta, step=1e-5):
    directions = np.eye(len(theta)) * step
    return np.array([(function(theta + d) - function(theta - d)) / (2 * step) for d in directions])


@pytest.fixture
def network():
    generator = np.random.default_rng(8)
    engine = engine_of((2, 3, 2), (Tanh(),), Logistic(), BinaryCrossEntropy())
    theta = generator.normal(size=engine.layout.n_parameters)
    return engine, theta, generator.normal(size=(4, 2)), generator.integers(0, 2, (4, 2)).astype(float)


def test_the_printed_logistic_is_the_probability_of_the_other_class():
    a = np.linspace(-5, 5, 11)
    printed, o = 1 / (1 + np.exp(a)), Logistic()(np, a)
    assert_allclose(printed, 1 - o, rtol=LITERAL_SUMS)
    slope = (1 / (1 + np.exp(a + 1e-6)) - printed) / 1e-6
    assert (slope < 0).all()  # and so it cannot have sigma' = sigma (1 - sigma), which is positive
    assert (printed * (1 - printed) > 0).all()
    assert (Logistic().derivative(np, o) > 0).all()


def test_the_printed_perceptron_update_does_not_turn_towards_the_sample():
    generator = np.random.default_rng(9)
    w, x = generator.normal(size=(200, 3)), generator.normal(size=(200, 3))
    y = -np.sign(np.sum(w * x, axis=1))  # every sample is on the wrong side
    margin = y * np.sum(w * x, axis=1)
    engine = perceptron_engine(2)
    ours = w.copy()
    for d in range(200):
        theta = np.append(w[d, 1:], w[d, 0])
        x_d = x[d, 1:] / x[d, 0]  # [1, x] up to a factor, which the sign of y takes along
        y_d = y[d] * np.sign(x[d, 0])
        sums = engine.gradient(theta, Batch(x_d[None], np.array([[y_d]])))
        ours[d] = np.roll(engine.update(State(theta, ()), sums, np.array([1.0]))[0].theta, 1)
    along = y * np.sum((ours - w) * x, axis=1)
    printed = w - (y * np.sum(w * x, axis=1))[:, None]  # the same number on every component
    assert (along > 0).all()
    share_of_worse = np.mean(y * np.sum(printed * x, axis=1) < margin)
    assert 0.3 < share_of_worse < 0.7  # no better than chance


def test_a_sample_on_the_border_must_update_else_zero_weights_never_move():
    border = np.zeros((1, 1))
    for y in (-1.0, 1.0):
        assert_array_equal(PerceptronLoss().derivative(np, border, np.full((1, 1), y)), [[-y]])
    X, y = np.array([[2.0], [-1.0]]), np.array([1.0, -1.0])
    assert number_of_updates(perceptron_rule(extended(X), y)) > 0


def updates_of_network(X, y, epochs):
    engine, order = perceptron_engine(X.shape[1]), one_by_one(len(X), epochs)
    settings = np.ones((len(X) * epochs, 1))
    start = State(np.zeros(X.shape[1] + 1), ())
    _, table = engine.epochs(start, Batch(X, y[:, None]), order, settings)
    late = table[-len(X) :, Row._fields.index("gradient_square")]
    assert not late.any()  # it has converged
    return np.count_nonzero(table[:, Row._fields.index("gradient_square")])


def test_novikov_as_printed_fails_without_a_bias():
    x = np.array([[0.1]])
    updates = number_of_updates(perceptron_rule(x, [1.0], epochs=10))
    D, gamma = 0.011, 0.1  # x'x = 0.01 < D
    assert updates == 1
    assert (D / gamma) ** 2 < 0.013 < updates
    assert updates <= (np.linalg.norm(x) / gamma) ** 2 * (1 + LITERAL_SUMS)


def test_novikov_needs_radius_and_margin_of_the_same_samples():
    X, y = 0.1 * CORNERS, np.array([-1.0, -1.0, -1.0, 1.0])  # AND with inputs 0 and 0.1
    u = np.array([-0.15, 1.0, 1.0]) / np.linalg.norm([-0.15, 1.0, 1.0])
    gamma = (y * (extended(X) @ u)).min()
    raw, seen = np.linalg.norm(X, axis=1).max(), np.linalg.norm(extended(X), axis=1).max()
    updates = updates_of_network(X, y, epochs=200)
    assert updates == 103
    assert (raw / gamma) ** 2 < 16.3 < updates  # norms of the raw x, the margin of [1, x]
    assert (raw**2 / gamma) ** 2 < updates  # the printed form of it
    assert updates <= (seen / gamma) ** 2


def test_the_gradient_of_the_sum_is_n_times_that_of_the_mean(network):
    engine, theta, X, y = network
    single = [gradient_of_mean(engine, theta, X[d : d + 1], y[d : d + 1]) for d in range(len(X))]
    expectation = np.mean(single, axis=0)
    full = gradient_of_mean(engine, theta, X, y)
    of_the_sum = engine.gradient(theta, Batch(X, y)).gradient
    assert_allclose(expectation, full, rtol=ENUMERATED_EXPECTATION, atol=ENUMERATED_EXPECTATION)
    assert_allclose(of_the_sum, len(X) * full, rtol=LITERAL_SUMS)


def test_a_pre_activation_includes_the_bias(network):
    engine, theta, X, _ = network
    cache = engine.forward(theta, X)
    without = cache.o[1] @ engine.layout.W(theta, 2)  # the sum from j = 1, as printed
    assert_allclose(cache.a[2] - without, np.tile(engine.layout.b(theta, 2), (4, 1)), rtol=LITERAL_SUMS * 100)
    assert np.abs(engine.layout.b(theta, 2)).min() > 0.01


def test_all_error_terms_use_the_weights_before_the_update(network):
    engine, theta, X, y = network
    true = difference_quotients(lambda t: risk(engine, t, X, y), theta)
    ours = gradient_of_mean(engine, theta, X, y)
    assert_allclose(ours, true, atol=DIFFERENCE_QUOTIENT)
    # "update all the weights going from the last layer": layer 2 first, then B2 with what it became
    updated = theta.copy()
    engine.layout.W(updated, 2)[...] -= engine.layout.W(ours, 2)
    cache = engine.forward(theta, X)
    delta = engine.delta(cache, Batch(X, y))
    back = Tanh().derivative(np, cache.o[1]) * (delta @ engine.layout.W(updated, 2).T)
    assert np.abs(X.T @ back / len(X) - engine.layout.W(true, 1)).max() > 0.01


def test_softmax_with_cross_entropy_gives_o_minus_y_and_needs_the_whole_row():
    generator = np.random.default_rng(10)
    engine = engine_of((2, 3), (), Softmax(), CategoricalCrossEntropy())
    theta, X, y = generator.normal(size=9), generator.normal(size=(1, 2)), np.array([[0.0, 1.0, 0.0]])
    o = engine.predict(theta, X)
    true = engine.layout.b(difference_quotients(lambda t: risk(engine, t, X, y), theta), 1)
    assert_allclose((o - y)[0], true, atol=DIFFERENCE_QUOTIENT)
    one_node_at_a_time = -y / o * (o * (1 - o))  # L' g' as printed for a single output
    assert np.abs(one_node_at_a_time - true).max() > 0.01


def test_l2_spares_the_biases(network):
    engine, theta, X, y = network
    penalised = engine_of(
        (2, 3, 2), (Tanh(),), Logistic(), BinaryCrossEntropy(), penalties=(Penalty(L2(), 0.5),)
    )
    _, gradient = penalised.objective(theta, penalised.gradient(theta, Batch(X, y)), np.array([0.5]))
    difference = gradient - gradient_of_mean(engine, theta, X, y)
    weights = engine.layout.n_weights
    assert_allclose(difference[:weights], 0.5 * theta[:weights], rtol=LITERAL_SUMS, atol=LITERAL_SUMS)
    assert_array_equal(difference[weights:], 0.0)
    assert theta[weights:].all()


def test_one_update_per_sample_is_not_one_update_of_the_average():
    X, y = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]])
    engine, start = engine_of((1, 1), (), Identity()), State(np.zeros(2), ())
    online, _ = engine.epochs(start, Batch(X, y), one_by_one(2), np.full((2, 1), 0.1))
    averaged, _ = engine.update(start, engine.gradient(start.theta, Batch(X, y)), np.array([0.1]))
    assert_allclose(online.theta, [0.1 - 0.06, 0.1 - 0.03], rtol=LITERAL_SUMS * 10)  # O1, by hand
    assert_allclose(averaged.theta, [0.05, 0.05], rtol=LITERAL_SUMS)  # U1, by hand


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_encoding_of_two_classes_belongs_to_the_loss():
    X, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array(["mine", "mine", "rock", "rock"])
    lows = []
    for loss in ("log_loss", "perceptron"):
        model = MLPClassifier(
            (), loss=loss, solver="sgd", max_iter=300, learning_rate_init=0.1, random_state=0
        )
        assert_array_equal(model.fit(X, labels).predict(X), labels)
        lows.append(model.plan_.loss.encoding[0])
    assert lows == [0.0, -1.0]
