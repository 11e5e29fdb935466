"""G1: AND and OR need one neuron, XOR needs a hidden layer."""

import numpy as np
import pytest

from rosenblatt import MLPClassifier
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


def test_g1_four_hidden_nodes_learn_xor_from_nearly_every_start():
    assert (scores("xor", (4,)) == 1).sum() >= 90


def test_g1_eight_hidden_nodes_learn_xor_from_every_start():
    assert (scores("xor", (8,)) == 1).all()
