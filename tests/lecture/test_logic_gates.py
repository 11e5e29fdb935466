"""G1: AND and OR need one neuron, XOR needs a hidden layer."""

import numpy as np
import pytest

from rosenblatt import MLPClassifier, separability
from tests.lecture.problems import CORNERS, GATES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SEEDS = 100


def scores(gate, hidden):
    """Return the share of the four corners that each of 100 networks has right."""
    networks = (
        MLPClassifier(hidden, activation="tanh", solver="lbfgs", random_state=seed) for seed in range(SEEDS)
    )
    return np.array([network.fit(CORNERS, GATES[gate]).score(CORNERS, GATES[gate]) for network in networks])


@pytest.mark.parametrize("gate", ["and", "or"])
def test_g1_one_neuron_learns_and_and_or(gate):
    assert (scores(gate, ()) == 1).all()


def test_g1_one_neuron_never_learns_xor():
    found = scores("xor", ())
    assert found.max() <= 0.75
    # not only the trained ones: no line leaves the four corners right
    w = np.random.default_rng(0).normal(size=(20_000, 3))
    sides = w[:, :2] @ CORNERS.T + w[:, 2:] > 0
    right = (sides == np.array(GATES["xor"], dtype=bool)).sum(axis=1)
    assert right.max() == 3


@pytest.mark.parametrize(("gate", "by_one_neuron"), [("and", True), ("or", True), ("xor", False)])
def test_g1_which_gates_one_neuron_can_compute_is_proved(gate, by_one_neuron):
    found = separability(CORNERS, GATES[gate])
    assert found.separable is by_one_neuron
    assert found.verify(CORNERS, GATES[gate])


def test_g1_the_proof_for_xor_can_be_checked_by_hand():
    found, signs = separability(CORNERS, GATES["xor"]), np.array([-1, 1, 1, -1])
    assert found.weights.tolist() == [1 / 4] * 4
    # 1/4 (-[1, 0, 0] + [1, 0, 1] + [1, 1, 0] - [1, 1, 1]) = 0, while u'z > 0 on each would make it positive
    z = signs[:, None] * np.column_stack([np.ones(4), CORNERS])
    assert (found.weights @ z[found.support] == 0).all()


def test_g1_four_hidden_nodes_learn_xor_from_nearly_every_start():
    assert (scores("xor", (4,)) == 1).sum() >= 90


def test_g1_eight_hidden_nodes_learn_xor_from_every_start():
    assert (scores("xor", (8,)) == 1).all()
