"""Small problems that several lecture tests share."""

from dataclasses import replace

import numpy as np

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order
from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.losses import HalfSquaredError, PerceptronLoss
from rosenblatt.rules.optimizers import SGD

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}


def engine_of(sizes, hidden=(), output=None, loss=None, **plan):
    """Return a readable engine for plain gradient descent unless the plan says otherwise."""
    network = Network(tuple(sizes), tuple(hidden), output or Identity())
    basis = Plan(loss or HalfSquaredError(), SGD(), rate=None)
    return ArrayEngine(network, replace(basis, **plan))


def one_by_one(n, epochs=1):
    """Return the order that takes the rows as they stand, one in each step."""
    indices = np.tile(np.arange(n), epochs)
    return Order(indices, np.arange(len(indices) + 1))


def perceptron_engine(n_features):
    """Return the single neuron with the perceptron loss."""
    return engine_of((n_features, 1), loss=PerceptronLoss())


def extended(X):
    """Return [1, x] for each sample (N2)."""
    return np.column_stack([np.ones(len(X)), X])


def perceptron_rule(X, y, rate=1.0, epochs=1):
    """Return P2's weights after each sample, shape (epochs * n, n_features), from w = 0, no bias added."""
    w, path = np.zeros(X.shape[1]), []
    for _ in range(epochs):
        for x, target in zip(X, y, strict=True):
            if target * (w @ x) <= 0:
                w = w + rate * target * x
            path.append(w)
    return np.array(path)


def number_of_updates(path):
    """Return how often the weights moved along a path that starts from zero."""
    before = np.vstack([np.zeros_like(path[:1]), path[:-1]])
    return int((path != before).any(axis=1).sum())


def separable(seed, n=30, n_features=3):
    """Return samples, targets of -1 and +1, and a unit vector u that separates [1, x]."""
    generator = np.random.default_rng(seed)
    u = generator.normal(size=n_features + 1)
    u /= np.linalg.norm(u)
    X = generator.uniform(-1, 1, size=(4 * n, n_features))
    distance = extended(X) @ u
    kept = np.argsort(-np.abs(distance))[:n]  # the far half, so that there is a margin
    generator.shuffle(kept)
    return X[kept], np.sign(distance[kept]), u


def gradient_of_mean(engine, theta, X, y):
    """Return the gradient of the mean loss (C1)."""
    sums = engine.gradient(theta, Batch(X, y))
    return sums.gradient / sums.weight


def risk(engine, theta, X, y):
    """Return the mean loss (E1)."""
    sums = engine.gradient(theta, Batch(X, y))
    return sums.loss / sums.weight
