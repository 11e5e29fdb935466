"""Which engine an argument stands for."""

import pytest

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.choice import engine_for
from rosenblatt.engines.native import NativeEngine, native_module
from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Activation, Identity
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD

NETWORK, PLAN = Network((2, 1), (), Identity()), Plan(HalfSquaredError(), SGD(), rate=None)
BUILT = native_module() is not None


class Own(Identity):
    """A user's own rule, under a name of ours."""


def test_the_array_engine():
    chosen = engine_for("array", NETWORK, PLAN)
    assert isinstance(chosen, ArrayEngine)
    assert (chosen.network, chosen.plan) == (NETWORK, PLAN)


@pytest.mark.skipif(not BUILT, reason="the native engine was not built")
def test_the_native_engine_is_the_default(monkeypatch):
    monkeypatch.delenv("ROSENBLATT_ENGINE", raising=False)
    for choice in ("auto", "native"):
        chosen = engine_for(choice, NETWORK, PLAN)
        assert isinstance(chosen, NativeEngine)
        assert (chosen.network, chosen.plan) == (NETWORK, PLAN)


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("ROSENBLATT_ENGINE", "")
    assert isinstance(engine_for("auto", NETWORK, PLAN), NativeEngine if BUILT else ArrayEngine)


def test_the_environment_says_what_auto_is(monkeypatch):
    monkeypatch.setenv("ROSENBLATT_ENGINE", "array")
    assert isinstance(engine_for("auto", NETWORK, PLAN), ArrayEngine)
    monkeypatch.setenv("ROSENBLATT_ENGINE", "nativ")
    with pytest.raises(
        ValueError, match="unknown engine in ROSENBLATT_ENGINE: 'nativ', did you mean 'native'"
    ):
        engine_for("auto", NETWORK, PLAN)


def test_a_rule_of_the_users_own_runs_on_the_array_engine():
    network = Network((2, 1), (), Own())
    assert isinstance(Own(), Activation)
    assert isinstance(engine_for("auto", network, PLAN), ArrayEngine)
    with pytest.raises(ValueError, match="engine='native'"):
        engine_for("native", network, PLAN)


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"unknown engine 'aray', did you mean 'array'\?"):
        engine_for("aray", NETWORK, PLAN)
