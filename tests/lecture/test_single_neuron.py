"""The single neuron: N1, N2, P1, P2, P3, O1."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rosenblatt import DivergenceError, MLPClassifier, MLPRegressor, separability
from rosenblatt.engines.engine import Batch, State
from rosenblatt.rules.activations import Threshold
from rosenblatt.rules.losses import PerceptronLoss
from tests.lecture.problems import (
    engine_of,
    extended,
    gradient_of_mean,
    number_of_updates,
    one_by_one,
    perceptron_engine,
    perceptron_rule,
    risk,
    separable,
)
from tests.tolerances import CONVEX_FULL_BATCH, LITERAL_SUMS

PERCEPTRON = {
    "hidden_layer_sizes": (),
    "loss": "perceptron",
    "initializer": "zeros",
    "solver": "sgd",
    "momentum": 0.0,
    "alpha": 0.0,
    "batch_size": 1,
    "learning_rate_init": 1.0,
    "n_iter_no_change": np.inf,
}


@pytest.fixture
def samples():
    """Samples that no line separates quite, so that updates go on."""
    X, y, _ = separable(seed=0, n=40)
    y[::5] *= -1
    assert set(y) == {-1.0, 1.0}
    return X, y


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_n1_the_neuron_classifies_gives_a_probability_or_regresses(samples):
    X, y = samples
    settings = {"hidden_layer_sizes": (), "random_state": 0, "max_iter": 5}

    def a(model):
        return X @ model.coefs_[0][:, 0] + model.intercepts_[0][0]

    classifier = MLPClassifier(loss="perceptron", **settings).fit(X, y)
    assert_array_equal(classifier.predict(X), Threshold()(np, a(classifier)))
    probability = MLPClassifier(**settings).fit(X, y)
    assert_allclose(probability.predict_proba(X)[:, 1], 1 / (1 + np.exp(-a(probability))), rtol=LITERAL_SUMS)
    regressor = MLPRegressor(**settings).fit(X, y)
    assert_allclose(regressor.predict(X), a(regressor), rtol=LITERAL_SUMS, atol=LITERAL_SUMS)


def test_n2_a_bias_is_the_weight_of_a_constant_one(samples):
    X, y = samples
    w = np.random.default_rng(1).normal(size=X.shape[1] + 1)
    plain, with_ones = engine_of((3, 1)), engine_of((4, 1))
    own_bias = gradient_of_mean(plain, np.append(w[1:], w[0]), X, y[:, None])
    as_weight = gradient_of_mean(with_ones, np.append(w, 0.0), extended(X), y[:, None])
    assert_allclose(np.append(own_bias[3], own_bias[:3]), as_weight[:4], rtol=LITERAL_SUMS)


def test_p1_the_loss_is_zero_on_the_right_side_and_grows_with_the_distance_on_the_wrong_one():
    o, y = np.array([[2.0], [-3.0], [0.0]]), np.ones((3, 1))
    assert_array_equal(PerceptronLoss().value(np, o, y), [[0.0], [3.0], [0.0]])
    assert_array_equal(PerceptronLoss().value(np, -o, -y), [[0.0], [3.0], [0.0]])


def test_p2_the_network_without_hidden_layers_makes_every_update_of_the_rule(samples):
    X, y = samples
    path = perceptron_rule(extended(X), y, epochs=3)
    assert number_of_updates(path) > 20
    model = MLPClassifier(**PERCEPTRON)
    for step in range(len(path)):
        d = step % len(X)
        model.partial_fit(X[d : d + 1], y[d : d + 1], classes=[-1, 1])
        # bit for bit: w - 1 (-y x) and w + 1 y x are the same operations
        assert_array_equal([model.intercepts_[0][0], *model.coefs_[0][:, 0]], path[step])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_p2_with_many_shuffled_epochs(samples):
    X, y = samples
    model = MLPClassifier(**PERCEPTRON, max_iter=7, random_state=5).fit(X, y)
    stream, running, order = np.random.RandomState(5), np.arange(len(X)), []
    for _ in range(7):
        shuffled = np.arange(len(X))
        stream.shuffle(shuffled)
        running = running[shuffled]
        order.extend(running)
    w = perceptron_rule(extended(X)[order], y[order])[-1]
    assert_array_equal([model.intercepts_[0][0], *model.coefs_[0][:, 0]], w)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_p3_no_more_updates_than_novikov_allows(seed, rate):
    X, y, u = separable(seed)
    R, gamma = np.linalg.norm(extended(X), axis=1).max(), (y * (extended(X) @ u)).min()
    epochs = int((R / gamma) ** 2) + 2  # an epoch without an update is the last that can matter
    engine, n = perceptron_engine(X.shape[1]), len(X)
    order, settings = one_by_one(n, epochs), np.full((n * epochs, 1), rate)
    start = State(np.zeros(X.shape[1] + 1), ())
    state, table = engine.epochs(start, Batch(X, y[:, None]), order, settings)
    updates = np.count_nonzero(table[:, -1])  # the squared norm of each step's gradient
    assert 0 < updates <= (R / gamma) ** 2
    assert (y * (extended(X) @ np.roll(state.theta, 1)) > 0).all()


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 6])  # in which both classes are drawn
def test_p3_the_bound_of_the_data_itself_is_the_best_that_novikov_gives(seed):
    X, y, u = separable(seed)
    found = separability(X, y)
    z = y[:, None] * extended(X)
    assert found.gamma >= (z @ u).min()  # no direction has a larger margin than the one found
    updates = number_of_updates(perceptron_rule(extended(X), y, epochs=found.bound + 2))
    assert 0 < updates <= found.bound <= (found.R / (z @ u).min()) ** 2


@pytest.fixture
def quadratic():
    """A convex risk, the largest curvature of which is known."""
    generator = np.random.default_rng(2)
    X, y = generator.normal(size=(50, 3)), generator.normal(size=(50, 1))
    curvature = np.linalg.eigvalsh(extended(X).T @ extended(X) / len(X))
    best = np.linalg.lstsq(extended(X), y, rcond=None)[0].ravel()
    return X, y, curvature, np.roll(best, -1)


def descended(X, y, rate, steps):
    engine = engine_of((3, 1))
    theta = np.ones(4)
    for _ in range(steps):
        theta = theta - rate * gradient_of_mean(engine, theta, X, y)
    return risk(engine, theta, X, y)


def test_o1_a_rate_beyond_two_over_the_curvature_diverges_and_one_below_converges(quadratic):
    X, y, curvature, best = quadratic
    start, least = risk(engine_of((3, 1)), np.ones(4), X, y), risk(engine_of((3, 1)), best, X, y)
    limit = 2 / curvature.max()
    assert descended(X, y, 1.05 * limit, 500) > 1e6 * start
    assert descended(X, y, 0.95 * limit, 500) < least + CONVEX_FULL_BATCH


def test_o1_a_small_rate_crawls(quadratic):
    X, y, curvature, _ = quadratic
    good = 1 / curvature.max()
    risks = [descended(X, y, rate, 20) for rate in (good, good / 10, good / 100)]
    assert risks[0] < risks[1] < risks[2]


def test_o1_too_large_a_rate_is_reported_with_the_rate(quadratic):
    X, y, _, _ = quadratic
    settings = {"solver": "sgd", "momentum": 0.0, "max_iter": 2000, "n_iter_no_change": np.inf}
    model = MLPRegressor(hidden_layer_sizes=(), learning_rate_init=50.0, **settings)
    with pytest.raises(DivergenceError, match="at learning rate 50"):
        model.fit(X, y.ravel())
