"""A6 against differences of the outputs, and its gradient against differences of the penalty."""

import numpy as np
import pytest

from rosenblatt.backpropagation import backward, forward
from rosenblatt.catalogue import catalogue
from rosenblatt.contractive import Contraction, contraction_sums
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.engines.native import NativeEngine, knows
from rosenblatt.layout import Layout
from rosenblatt.namespaces import namespace_of
from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Activation, Identity, Logistic, Threshold
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD
from tests.marks import needs_torch
from tests.oracles import torch_activation
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


def by_double_backward(network, theta, layers, strength):
    """The penalty and its gradient by autograd of a Jacobian by autograd; the layout is written out again."""
    import torch

    flat = torch.tensor(theta, requires_grad=True)
    layout = Layout(network.sizes, network.tied)
    total = torch.zeros((), dtype=torch.float64)

    def output(x, k):
        for i in range(1, k + 1):
            turned = network.tied and i > network.m // 2
            j = network.m + 1 - i if turned else i
            start = sum(a * b for a, b in zip(network.sizes[: j - 1], network.sizes[1:j], strict=True))
            shape = network.sizes[j - 1 : j + 1]
            W = flat[start : start + shape[0] * shape[1]].reshape(shape)
            first = layout.n_weights + sum(network.sizes[1:i])
            b = flat[first : first + network.sizes[i]]
            x = torch_activation(network.activation(i))(x @ (W.mT if turned else W) + b)
        return x

    for x, weight in zip(torch.tensor(X), WEIGHT, strict=True):
        for k in layers:
            J = torch.autograd.functional.jacobian(lambda x, k=k: output(x, k), x, create_graph=True)
            total = total + strength * weight * J.square().sum()
    return total.item(), torch.autograd.grad(total, flat)[0].numpy()


@needs_torch
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("name", SMOOTH)
def test_the_engines_agree_with_autograd_of_autograd(name, tied):
    """Up to depth 4 and beyond a tied code."""
    g = catalogue(Activation)[name]()
    network = Network((5, 4, 3, 4, 5), (g,) * 3, Identity(), tied)
    small = 0.1 if name == "exp" else 0.4  # exponentials of exponentials overflow
    theta = small * RNG.standard_normal(network.n_parameters)
    for layers in ((1,), (2,), (3, 1)):
        plan = Plan(HalfSquaredError(), SGD(), None, contraction=Contraction(0.3, layers))
        value, expected = by_double_backward(network, theta, layers, 0.3)
        for kind in (ArrayEngine, NativeEngine):
            if kind is NativeEngine and not knows(network, plan):
                continue
            # the difference to the same step without the penalty
            sums = [
                kind(network, plan).gradient(theta, Batch(X, X, WEIGHT, contraction=s)) for s in (0.3, 0.0)
            ]
            assert sums[0].loss - sums[1].loss == pytest.approx(value, rel=CONTRACTION_SUMS)
            found, scale = sums[0].gradient - sums[1].gradient, np.abs(expected).max()
            np.testing.assert_allclose(found, expected, rtol=0, atol=CONTRACTION_SUMS * scale)
