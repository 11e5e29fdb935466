"""A network is frozen data: sizes, activations, and plain data that stands for it."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given

from rosenblatt.network import Network
from rosenblatt.rules.activations import Activation, Identity, Logistic, Tanh
from rosenblatt.rules.rectifiers import ELU, ReLU
from tests.strategies import cases


@given(case=cases())
def test_plain_data_stands_for_a_network(case):
    network = case.network
    again = Network.from_dict(json.loads(json.dumps(network.to_dict())))
    assert again == network
    assert hash(again) == hash(network)


@given(case=cases())
def test_counts(case):
    network = case.network
    weights = biases = 0
    for k in range(1, network.m + 1):
        weights += network.sizes[k - 1] * network.sizes[k]
        biases += network.sizes[k]
    assert network.n_weights == weights
    assert network.n_parameters == weights + biases
    assert network.m == len(network.activations) + 1


def test_activations_by_layer():
    network = Network((2, 3, 4, 1), (Tanh(), ReLU()), Identity())
    assert [network.activation(k) for k in (1, 2, 3)] == [Tanh(), ReLU(), Identity()]


def test_parameters_of_rules_are_kept():
    network = Network((2, 3, 1), (ELU(0.25),), Identity())
    assert Network.from_dict(network.to_dict()).activations == (ELU(0.25),)
    assert network.to_dict()["activations"] == [{"name": "elu", "alpha": 0.25}]


def test_it_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Network((1, 1), (), Identity()).sizes = (2, 2)


@pytest.mark.parametrize(
    ("sizes", "activations", "message"),
    [
        ((3,), (), r"at least two positive numbers of nodes, got \(3,\)"),
        ((3, 0, 1), (Tanh(),), r"at least two positive numbers of nodes, got \(3, 0, 1\)"),
        ((3, 2, 1), (), r"1 hidden layers need as many activations, got 0"),
        ((3, 1), (Tanh(),), r"0 hidden layers need as many activations, got 1"),
    ],
)
def test_what_is_no_network(sizes, activations, message):
    with pytest.raises(ValueError, match=message):
        Network(sizes, activations, Identity())


def test_a_users_own_rule_is_not_plain_data():
    class Mine(Activation):
        pass

    with pytest.raises(ValueError, match="is not a rule of the library"):
        Network((2, 3, 1), (Mine(),), Identity()).to_dict()


def test_limits_are_checked_when_read():
    data = Network((2, 3, 1), (ELU(),), Identity()).to_dict()
    data["activations"][0]["alpha"] = -1.0
    with pytest.raises(ValueError, match=r"ELU\(alpha=\.\.\.\) must lie in \(0, inf\), got -1\.0"):
        Network.from_dict(data)


@pytest.mark.parametrize(
    "sizes", [(3.5, 2), (3.0, 2), ("3", 2), (True, 2), [3, 2], 3, None, (np.float64(3), 2)]
)
def test_sizes_that_are_no_whole_numbers(sizes):
    with pytest.raises(TypeError, match="sizes must be a tuple of whole numbers"):
        Network(sizes, (), Logistic())


@pytest.mark.parametrize(
    ("hidden", "output"), [(("tanh",), Logistic()), ([Tanh()], Logistic()), ((Tanh(),), "tanh")]
)
def test_activations_that_are_no_objects(hidden, output):
    with pytest.raises(TypeError, match="must be a tuple of Activation objects"):
        Network((2, 3, 1), hidden, output)


def test_sizes_of_numpy_are_whole_numbers():
    assert Network((np.int64(2), np.int32(1)), (), Logistic()).n_parameters == 3
