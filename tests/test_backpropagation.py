"""The lecture's page against three oracles: autograd, differences, and small sums done by hand."""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from rosenblatt import backpropagation
from rosenblatt.catalogue import catalogue
from rosenblatt.layout import Layout
from rosenblatt.network import Network
from rosenblatt.plan import Penalty
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from rosenblatt.rules.losses import BinaryCrossEntropy, HalfSquaredError, Loss
from rosenblatt.rules.penalties import L2
from rosenblatt.rules.rectifiers import ReLU, SiLU
from tests import network_checks
from tests.marks import needs_torch
from tests.rule_checks import close
from tests.strategies import cases, made, np_namespace, smooth
from tests.tolerances import SAME_FORMULA

SMOOTH = smooth()
CORNERS = {"perceptron", "mae", "huber", "quantile", "quantiles", "hinge", "squared_hinge"}
SMOOTH_LOSSES = {name: loss for name, loss in catalogue(Loss).items() if name not in CORNERS}


@needs_torch
@settings(max_examples=150)
@given(case=cases())
def test_gradient_equals_autograd(case):
    assume(network_checks.tame(case))
    network_checks.check_autograd(case)


@needs_torch
@pytest.mark.slow
@settings(max_examples=3000)
@given(case=cases())
def test_gradient_equals_autograd_in_many_networks(case):
    assume(network_checks.tame(case))
    network_checks.check_autograd(case)


@pytest.mark.parametrize("name", sorted(SMOOTH))
def test_differences_fall_with_the_square_of_the_step(name):
    seen = 0
    for seed, (loss, depth) in enumerate(
        (loss, depth) for loss in SMOOTH_LOSSES.values() for depth in (1, 2, 3)
    ):
        g_o = network_checks.output_for(loss(), SMOOTH[name]())
        network = Network((3, *(4,) * depth, 2 * loss.outputs_per_target), (SMOOTH[name](),) * depth, g_o)
        case = made(network, loss(), (Penalty(L2(), 0.3),), n=5, seed=seed, weighted=bool(seed % 2))
        if network_checks.tame(case, 1e2):
            # the longer direction bends flat networks enough, the shorter one spares steep ones
            short, long = (network_checks.check_differences(case, seed, length) for length in (1.0, 4.0))
            seen += short or long
    assert seen >= 2, f"only {seen} networks of {name} bend enough to see the order"


@given(case=cases())
def test_gradient_is_the_mean_of_the_samples_gradients(case):
    assume(network_checks.tame(case))
    network_checks.check_mean_of_samples(case)


@given(case=cases())
def test_weights_of_samples_are_repetitions(case):
    assume(network_checks.tame(case))
    network_checks.check_weights_are_repetitions(case)


def by_hand():
    """Return a 2-2-1 network with tanh and identity, its theta, one sample and its target."""
    network = Network((2, 2, 1), (Tanh(),), Identity())
    theta = np.array([0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.05, -0.05, 0.2])
    return network, Layout(network.sizes), theta, np.array([[1.0, -2.0]]), np.array([[0.3]])


def test_a_network_of_two_hidden_nodes_by_hand():
    network, layout, theta, x, y = by_hand()
    xp = np_namespace()
    cache = backpropagation.forward(xp, network, layout, theta, x, HalfSquaredError())
    o_1 = np.tanh(0.1 * 1 + 0.3 * -2 + 0.05)
    o_2 = np.tanh(-0.2 * 1 + 0.4 * -2 - 0.05)
    o = 0.5 * o_1 - 0.6 * o_2 + 0.2
    close(cache.o[1], [[o_1, o_2]], SAME_FORMULA)  # F1, F2
    close(cache.o[2], [[o]], SAME_FORMULA)
    delta = backpropagation.output_error_term(
        xp, HalfSquaredError(), network.output, cache.a[2], cache.o[2], y
    )
    close(delta, [[o - 0.3]], SAME_FORMULA)  # B1
    gradient = np.full_like(theta, np.nan)
    deltas = backpropagation.backward(xp, network, layout, theta, cache, delta, gradient)
    d_1 = (1 - o_1**2) * 0.5 * (o - 0.3)
    d_2 = (1 - o_2**2) * -0.6 * (o - 0.3)
    close(deltas[0], [[d_1, d_2]], SAME_FORMULA)  # B2
    assert deltas[1] is delta
    by_parts = [d_1, d_2, -2 * d_1, -2 * d_2, o_1 * (o - 0.3), o_2 * (o - 0.3), d_1, d_2, o - 0.3]
    close(gradient, by_parts, SAME_FORMULA)  # B3


def test_each_equation_by_hand():
    xp = np_namespace()
    o = np.array([[1.0, 2.0], [3.0, 0.0]])
    W, b = np.array([[1.0], [10.0]]), np.array([0.5])
    close(backpropagation.pre_activation(o, W, b), [[21.5], [3.5]], 0.0)
    close(backpropagation.output(xp, ReLU(), np.array([[21.5], [-6.5]])), [[21.5], [0.0]], 0.0)
    delta = np.array([[2.0], [-1.0]])
    dW, db = backpropagation.gradient_sums(xp, o, delta)
    close(dW, [[2 - 3], [4 - 0]], 0.0)  # sums over the samples, not means
    close(db, [1.0], 0.0)
    close(backpropagation.error_term(xp, ReLU(), o, delta, W), [[2, 20], [-1, 0]], 0.0)


def test_the_error_term_of_a_pair_needs_no_derivative_of_the_output():
    xp, y = np_namespace(), np.array([[1.0]])
    # the logistic saturates at 1: g' is 0, but the wrong answer must still be corrected
    o = np.array([[1.0]])
    delta = backpropagation.output_error_term(xp, BinaryCrossEntropy(), Logistic(), None, o, 1 - y)
    assert delta.tolist() == [[1.0]]


def test_networks_of_r1_activations_keep_no_pre_activation():
    xp, x = np_namespace(), np.ones((2, 3))
    network = Network((3, 4, 5, 4, 1), (Tanh(), SiLU(), ReLU()), Identity())
    layout, theta = Layout(network.sizes), np.zeros(network.n_parameters)
    cache = backpropagation.forward(xp, network, layout, theta, x, HalfSquaredError())
    assert [a is None for a in cache.a] == [True, True, False, True, True]
    assert cache.o[0] is x
    assert [o.shape for o in cache.o] == [(2, r) for r in network.sizes]


@given(case=cases())
def test_the_cache_keeps_what_formulas_need_and_nothing_else(case):
    network, loss = case.network, case.plan.loss
    arguments = (np_namespace(), network, Layout(network.sizes), case.theta, case.batch.X)
    with np.errstate(all="ignore"):
        cache = backpropagation.forward(*arguments, loss)
        alone = backpropagation.forward(*arguments)
    assert cache.a[0] is None
    for k in range(1, network.m + 1):
        needed = network.activation(k).derivative_of == "a" or (k == network.m and loss.pair)
        assert (cache.a[k] is not None) == bool(needed)
        assert needed or network.activation(k).derivative_of == "o"
    kept = [k for k in range(1, network.m + 1) if alone.a[k] is not None]
    assert all(network.activation(k).derivative_of == "a" for k in kept)
