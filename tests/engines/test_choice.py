"""Which engine an argument stands for."""

import pytest

from rosenblatt.engines.choice import ENGINES, engine_for
from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Identity
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD

NETWORK, PLAN = Network((2, 1), (), Identity()), Plan(HalfSquaredError(), SGD(), rate=None)


@pytest.mark.parametrize("choice", sorted(ENGINES))
def test_a_name_stands_for_an_engine(choice):
    chosen = engine_for(choice, NETWORK, PLAN)
    assert isinstance(chosen, ENGINES[choice])
    assert chosen.network is NETWORK
    assert chosen.plan is PLAN


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"unknown engine 'aray', did you mean 'array'\?"):
        engine_for("aray", NETWORK, PLAN)
