"""Which engine runs a network and plan."""

from __future__ import annotations

import os

from ..catalogue import unknown
from ..network import Network
from ..plan import Plan
from ..trial import try_rules
from .array import ArrayEngine
from .engine import Engine
from .native import NativeEngine, knows, require

ENGINES = ("auto", "native", "array")


def engine_for(choice: str, network: Network, plan: Plan) -> Engine:
    """Return the engine that an ``engine`` argument stands for.

    The environment's ``ROSENBLATT_ENGINE`` says what "auto" is.

    Parameters
    ----------
    choice : {"auto", "native", "array"}
        "auto" is the native engine where it is installed and knows every rule, else the array engine.
    network : Network
    plan : Plan

    Returns
    -------
    Engine

    Raises
    ------
    ValueError
        If the name is unknown, "native" is asked for and cannot be had, or a rule of a user's own fails its trial.
    """
    try_rules(network, plan)
    if choice == "auto":
        choice = os.environ.get("ROSENBLATT_ENGINE") or "auto"
        if choice not in ENGINES:
            raise ValueError(unknown("engine in ROSENBLATT_ENGINE:", choice, ENGINES))
    if choice not in ENGINES:
        raise ValueError(unknown("engine", choice, ENGINES))
    if choice == "native":
        require(network, plan)
    use_native = choice == "native" or (choice == "auto" and knows(network, plan))
    return NativeEngine(network, plan) if use_native else ArrayEngine(network, plan)
