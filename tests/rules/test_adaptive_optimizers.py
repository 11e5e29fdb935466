"""Adam's kin, Adagrad and Lion against their papers' loops, written out entry by entry."""

import math

import numpy as np
import pytest
from hypothesis import given

from rosenblatt.rules.adaptive_optimizers import Adagrad, AMSGrad, Lion, NAdam
from rosenblatt.rules.optimizers import Adam
from tests import network_checks
from tests.rule_checks import close
from tests.strategies import SEEDS
from tests.tolerances import OPTIMIZERS

RATE = 0.03


def nadam(theta, gradients, rule, is_weight):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = rule.beta_1 * m + (1 - rule.beta_1) * g
        v = rule.beta_2 * v + (1 - rule.beta_2) * g * g
        ahead = rule.beta_1 * m / (1 - rule.beta_1 ** (t + 1)) + (1 - rule.beta_1) * g / (1 - rule.beta_1**t)
        theta -= RATE * ahead / (math.sqrt(v / (1 - rule.beta_2**t)) + rule.epsilon)
        yield theta


def amsgrad(theta, gradients, rule, is_weight):
    m = v = largest = 0.0
    for t, g in enumerate(gradients, start=1):
        m = rule.beta_1 * m + (1 - rule.beta_1) * g
        v = rule.beta_2 * v + (1 - rule.beta_2) * g * g
        largest = max(largest, v)
        size = RATE * math.sqrt(1 - rule.beta_2**t) / (1 - rule.beta_1**t)
        theta -= size * m / (math.sqrt(largest) + rule.epsilon)
        yield theta


def adagrad(theta, gradients, rule, is_weight):
    total = 0.0
    for g in gradients:
        total += g * g
        theta -= RATE * g / (math.sqrt(total) + rule.epsilon)
        yield theta


def lion(theta, gradients, rule, is_weight):
    m = 0.0
    for g in gradients:
        direction = np.sign(rule.blend * m + (1 - rule.blend) * g)
        theta = theta * (1 - RATE * rule.weight_decay * is_weight) - RATE * direction
        m = rule.decay * m + (1 - rule.decay) * g
        yield theta


@pytest.mark.parametrize(
    ("rule", "loop"),
    [
        (NAdam(), nadam),
        (NAdam(beta_1=0.5, beta_2=0.7, epsilon=1e-3), nadam),
        (AMSGrad(), amsgrad),
        (AMSGrad(beta_1=0.5, beta_2=0.7, epsilon=1e-3), amsgrad),
        (Adagrad(), adagrad),
        (Adagrad(epsilon=0.1), adagrad),
        (Lion(), lion),
        (Lion(blend=0.5, decay=0.8, weight_decay=0.3), lion),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
@given(seed=SEEDS)
def test_steps_equal_the_papers_loop(rule, loop, seed):
    check_loop(rule, loop, seed)


def check_loop(rule, loop, seed):
    """Ten steps of a network's weights and biases equal those of the loop, entry by entry."""
    random, network = np.random.default_rng(seed), network_checks.OPTIMIZER_NETWORK
    theta = random.normal(size=network.n_parameters)
    gradients = random.normal(size=(10, theta.size)) * 10.0 ** random.uniform(-3, 1, theta.size)
    ours = network_checks.stepped(rule, gradients, theta, RATE)
    for entry in range(theta.size):
        wanted = list(loop(theta[entry], gradients[:, entry], rule, float(entry < network.n_weights)))
        close([step[entry] for step in ours], wanted, OPTIMIZERS, f"{rule!r}, entry {entry}")


def test_amsgrad_differs_from_adam_once_gradients_fall():
    theta = np.zeros(8)
    gradients = np.array([[1.0] * 8] * 5 + [[1e-3] * 8] * 60)
    ours, adams = (
        network_checks.stepped(rule(beta_2=0.9), gradients, theta, RATE) for rule in (AMSGrad, Adam)
    )
    close(ours[4], adams[4], OPTIMIZERS)
    assert (np.abs(ours[-1] - ours[5]) < np.abs(adams[-1] - adams[5])).all()
