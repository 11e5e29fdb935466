"""A6 against differences of the outputs, and its gradient against differences of the penalty."""

import numpy as np
import pytest

from rosenblatt.backpropagation import backward, forward
from rosenblatt.catalogue import catalogue
from rosenblatt.contractive import Contraction, contraction_sums
from rosenblatt.layout import Layout
from rosenblatt.namespaces import namespace_of
from rosenblatt.network import Network
from rosenblatt.rules.activations import Activation, Identity, Logistic, Threshold
from tests.tolerances import CONTRACTION_DIFFERENCE, CONTRACTION_SMALL, CONTRACTION_SUMS, CONTRACTION_ZERO

RNG = np.random.RandomState(3)
SIZES = (5, 4, 3, 4, 3, 2)
WEIGHT = np.array([1.0, 2.0, 0.5])
X = RNG.standard_normal((3, 5))
SMOOTH = sorted(set(catalogue(Activation)) - {"threshold", "softmax", "mean_variance"})
XP = namespace_of(X)
H = 1e-6


def network_of(g):
    return Network(SIZES, (g,) * 4, Identity())


def penalty(network, theta, contraction, masks=None, x=X, signs=None):
    layout = Layout(network.sizes)
    cache = forward(XP, network, layout, theta, x, None, masks)
    return contraction_sums(XP, network, layout, theta, cache, contraction, WEIGHT, signs)


def by_differences(network, theta, layers, masks=None):
    def outputs(x):
        return forward(XP, network, Layout(network.sizes), theta, x, None, masks).o

    total = 0.0
    for i in range(X.shape[1]):
        step = np.zeros(X.shape[1])
        step[i] = H
        above, below = outputs(X + step), outputs(X - step)
        for k in layers:
            total += WEIGHT @ (((above[k] - below[k]) / (2 * H)) ** 2).sum(axis=1)
    return total


def gradient(network, theta, contraction, masks=None, signs=None):
    """The whole derivative: the terms join the error terms layer by layer, from the top (B2, B3)."""
    layout = Layout(network.sizes)
    cache = forward(XP, network, layout, theta, X, None, masks)
    _, da, dW = contraction_sums(XP, network, layout, theta, cache, contraction, WEIGHT, signs)
    total = np.zeros_like(theta)
    for k, added in da.items():
        below = Network(SIZES[: k + 1], network.activations[: k - 1], network.activations[k - 1])
        inner = Layout(below.sizes)
        part = np.concatenate(
            [layout.W(theta, i).ravel() for i in range(1, k + 1)]
            + [layout.b(theta, i) for i in range(1, k + 1)]
        )
        sums = np.zeros_like(part)
        backward(XP, below, inner, part, cache, added, sums)
        for i in range(1, k + 1):
            layout.W(total, i)[...] += inner.W(sums, i)
            layout.b(total, i)[...] += inner.b(sums, i)
    for i, added in dW.items():
        layout.W(total, i)[...] += added
    return total


def theta_of(network):
    return 0.25 * np.random.RandomState(5).standard_normal(network.n_parameters)


@pytest.mark.parametrize("layers", [(1,), (2,), (3,), (4,), (1, 2, 4)])
@pytest.mark.parametrize("name", SMOOTH)
def test_value_and_gradient_against_differences(name, layers):
    network = network_of(catalogue(Activation)[name]())
    theta, contraction = theta_of(network), Contraction(1.0, layers)
    value = penalty(network, theta, contraction)[0]
    assert value == pytest.approx(by_differences(network, theta, layers), rel=CONTRACTION_DIFFERENCE)
    direction = np.random.RandomState(7).standard_normal(theta.size)
    above, below = (penalty(network, theta + s * H * direction, contraction)[0] for s in (1, -1))
    assert gradient(network, theta, contraction) @ direction == pytest.approx(
        (above - below) / (2 * H), rel=CONTRACTION_DIFFERENCE, abs=CONTRACTION_SMALL
    )


def test_dropout_masks_are_held():
    network = network_of(Logistic())
    theta, contraction = theta_of(network), Contraction(1.0, (1, 3))
    masks = {k: 2.0 * (np.random.RandomState(k).rand(3, SIZES[k]) < 0.7) for k in (1, 2, 3)}
    value = penalty(network, theta, contraction, masks)[0]
    assert value == pytest.approx(by_differences(network, theta, (1, 3), masks), rel=CONTRACTION_DIFFERENCE)
    direction = np.random.RandomState(7).standard_normal(theta.size)
    above, below = (penalty(network, theta + s * H * direction, contraction, masks)[0] for s in (1, -1))
    assert gradient(network, theta, contraction, masks) @ direction == pytest.approx(
        (above - below) / (2 * H), rel=CONTRACTION_DIFFERENCE
    )


@pytest.mark.parametrize("k", [1, 3])
def test_all_signs_together_are_exact_and_have_its_gradient(k):
    # The mean over every vector of signs is the expectation itself.
    network, n = network_of(Logistic()), SIZES[k]
    every = np.array(np.meshgrid(*[[-1.0, 1.0]] * n)).reshape(n, -1).T

    def signs(_, rows):
        return np.broadcast_to(every, (rows.stop - rows.start, *every.shape))

    theta = theta_of(network)
    exact, estimate = Contraction(1.0, (k,)), Contraction(1.0, (k,), probes=len(every))
    assert penalty(network, theta, estimate, signs=signs)[0] == pytest.approx(
        penalty(network, theta, exact)[0], rel=CONTRACTION_SUMS
    )
    np.testing.assert_allclose(
        gradient(network, theta, estimate, signs=signs),
        gradient(network, theta, exact),
        rtol=CONTRACTION_SUMS,
        atol=CONTRACTION_ZERO,
    )


def test_slices_add_up(monkeypatch):
    network, contraction = network_of(Logistic()), Contraction(1.0, (2, 4))
    theta = theta_of(network)
    whole = gradient(network, theta, contraction)
    monkeypatch.setattr("rosenblatt.contractive.ENTRIES", 1)
    np.testing.assert_allclose(
        gradient(network, theta, contraction), whole, rtol=CONTRACTION_SUMS, atol=CONTRACTION_ZERO
    )


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="threshold of layer 1"):
        Contraction(1.0, (2,)).check(network_of(Threshold()))
    with pytest.raises(ValueError, match=r"1 to 4, got 5"):
        Contraction(1.0, (5,)).check(network_of(Logistic()))
    with pytest.raises(ValueError, match="strength"):
        Contraction(-1.0, (1,))
    with pytest.raises(ValueError, match="each once"):
        Contraction(1.0, ())
