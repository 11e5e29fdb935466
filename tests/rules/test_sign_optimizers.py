"""Rprop- and iRprop- against their papers' loops; what they do at a change of sign."""

import numpy as np
import pytest
from hypothesis import given

from rosenblatt.rules.sign_optimizers import IRprop, Rprop
from tests import network_checks
from tests.rules.test_adaptive_optimizers import RATE, check_loop
from tests.strategies import SEEDS


def rprop(theta, gradients, rule, is_weight):
    step, before = RATE, 0.0
    for g in gradients:
        if g * before > 0:
            step = min(step * rule.increase, rule.max_step)
        elif g * before < 0:
            step = max(step * rule.decrease, rule.min_step)
            if isinstance(rule, IRprop):
                g = 0.0
        theta -= np.sign(g) * step
        before = g
        yield theta


@pytest.mark.parametrize(
    "rule",
    [
        kind(**values)
        for kind in (Rprop, IRprop)
        for values in ({}, {"increase": 1.5, "decrease": 0.3, "min_step": 0.01, "max_step": 0.05})
    ],
    ids=repr,
)
@given(seed=SEEDS)
def test_steps_equal_the_papers_loop(rule, seed):
    check_loop(rule, rprop, seed)


def moves(rule, signs):
    theta = np.zeros(network_checks.OPTIMIZER_NETWORK.n_parameters)
    gradients = np.array([np.full(theta.size, sign) for sign in signs])
    places = [0.0, *(step[0] for step in network_checks.stepped(rule, gradients, theta, 0.1))]
    return np.diff(places)


def test_after_a_change_of_sign_irprop_waits_and_rprop_goes_back():
    signs = [1.0, 1.0, -1.0, -1.0]
    np.testing.assert_allclose(moves(Rprop(), signs), [-0.1, -0.12, 0.06, 0.072])
    np.testing.assert_allclose(moves(IRprop(), signs), [-0.1, -0.12, 0.0, 0.06])


def test_only_signs_count_however_small_the_gradient():
    for rule in (Rprop(), IRprop()):
        tiny, large = (moves(rule, [size, size, -size, size]) for size in (1e-150, 1e150))
        np.testing.assert_array_equal(tiny, large)


def test_steps_stay_between_their_bounds():
    grown = moves(Rprop(max_step=0.3), [1.0] * 20)
    assert np.isclose(grown[-1], -0.3)
    shrunk = moves(Rprop(min_step=0.02), [(-1.0) ** k for k in range(20)])
    assert np.isclose(abs(shrunk[-1]), 0.02)
