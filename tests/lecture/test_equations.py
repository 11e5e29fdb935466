"""F1 F2 B1 B2 B3 E1 C1 U1: the lecture's sums, written out index by index, against the library."""

from math import exp, tanh

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rosenblatt.backpropagation import backward, forward
from rosenblatt.engines.engine import Batch, State
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from tests.lecture.problems import engine_of
from tests.tolerances import LITERAL_SUMS

SIZES = (3, 4, 2, 2)
RATE = 0.3


def logistic(a):
    return 1 / (1 + exp(-a))


class Literal:
    """The lecture on one sample, in its indices: every sum is a loop, index 0 is the bias."""

    g = (None, logistic, tanh, lambda a: a)
    g_prime = (None, lambda a: logistic(a) * (1 - logistic(a)), lambda a: 1 - tanh(a) ** 2, lambda _: 1.0)

    def __init__(self, w):
        self.w = w  # w[k][i][j], with w[k][0][j] the bias of node j

    def forward(self, x):
        """Return a[k][j] and o[k][i], where o[k][0] = 1 (F1, F2)."""
        a, o = [None], [[1.0, *x]]
        for k in range(1, len(SIZES)):
            nodes, before = range(1, SIZES[k] + 1), range(SIZES[k - 1] + 1)
            a.append([None, *(sum(self.w[k][i][j] * o[k - 1][i] for i in before) for j in nodes)])
            o.append([1.0, *(self.g[k](a[k][j]) for j in nodes)])
        return a, o

    def deltas(self, a, o, y):
        """Return delta[k][j] (B1, B2)."""
        m = len(SIZES) - 1
        delta = {
            m: [None, *(self.g_prime[m](a[m][j]) * (o[m][j] - y[j - 1]) for j in range(1, SIZES[m] + 1))]
        }
        for k in range(m - 1, 0, -1):
            delta[k] = [None]
            for j in range(1, SIZES[k] + 1):
                following = range(1, SIZES[k + 1] + 1)
                back = sum(self.w[k + 1][j][n] * delta[k + 1][n] for n in following)
                delta[k].append(self.g_prime[k](a[k][j]) * back)
        return delta


@pytest.fixture
def case():
    """A network, its parameters in both notations, and samples."""
    generator = np.random.default_rng(3)
    engine = engine_of(SIZES, (Logistic(), Tanh()), Identity())
    theta = generator.normal(size=engine.layout.n_parameters)
    w = {}
    for k in range(1, len(SIZES)):
        bias_first = np.vstack([engine.layout.b(theta, k), engine.layout.W(theta, k)])
        w[k] = np.column_stack([np.full(len(bias_first), np.nan), bias_first]).tolist()
    X, y = generator.normal(size=(5, 3)), generator.normal(size=(5, 2))
    return engine, theta, Literal(w), X, y


def test_f1_f2_forward_phase(case):
    engine, theta, literal, X, _ = case
    cache = forward(np, engine.network, engine.layout, theta, X)
    for d, x in enumerate(X):
        _, o = literal.forward(x)
        for k in range(1, len(SIZES)):
            assert_allclose(cache.o[k][d], o[k][1:], rtol=LITERAL_SUMS)


def test_b1_b2_error_terms(case):
    engine, theta, literal, X, y = case
    cache = engine.forward(theta, X)
    delta = engine.delta(cache, Batch(X, y))
    found = backward(np, engine.network, engine.layout, theta, cache, delta, np.empty_like(theta))
    for d, x in enumerate(X):
        expected = literal.deltas(*literal.forward(x), y[d])
        for k in range(1, len(SIZES)):
            assert_allclose(found[k - 1][d], expected[k][1:], rtol=LITERAL_SUMS)


def test_b3_gradient_of_one_sample(case):
    engine, theta, literal, X, y = case
    for d, x in enumerate(X):
        a, o = literal.forward(x)
        delta = literal.deltas(a, o, y[d])
        gradient = engine.gradient(theta, Batch(X[d : d + 1], y[d : d + 1])).gradient
        for k in range(1, len(SIZES)):
            expected = np.array([[delta_j * o_i for delta_j in delta[k][1:]] for o_i in o[k - 1]])
            assert_allclose(engine.layout.b(gradient, k), expected[0], rtol=LITERAL_SUMS)
            assert_allclose(engine.layout.W(gradient, k), expected[1:], rtol=LITERAL_SUMS)


def test_e1_c1_risk_and_gradient_are_means_over_the_samples(case):
    engine, theta, literal, X, y = case
    sums = engine.gradient(theta, Batch(X, y))
    each = [engine.gradient(theta, Batch(X[d : d + 1], y[d : d + 1])) for d in range(len(X))]
    losses = []
    for x, target in zip(X, y, strict=True):
        o = literal.forward(x)[1][-1][1:]
        losses.append(sum(0.5 * (o_j - y_j) ** 2 for o_j, y_j in zip(o, target, strict=True)))
    assert_allclose(sums.loss / sums.weight, sum(losses) / len(X), rtol=LITERAL_SUMS)
    mean = sum(one.gradient for one in each) / len(X)
    assert_allclose(sums.gradient / sums.weight, mean, rtol=LITERAL_SUMS, atol=LITERAL_SUMS)


def test_u1_one_update_after_the_average(case):
    engine, theta, _, X, y = case
    sums = engine.gradient(theta, Batch(X, y))
    state, _ = engine.update(State(theta, ()), sums, np.array([RATE]))
    assert_allclose(state.theta - theta, -RATE * sums.gradient / len(X), rtol=LITERAL_SUMS, atol=LITERAL_SUMS)
