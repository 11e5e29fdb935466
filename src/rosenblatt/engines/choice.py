"""Which engine runs a network and plan."""

from __future__ import annotations

from ..catalogue import unknown
from ..network import Network
from ..plan import Plan
from .array import ArrayEngine
from .engine import Engine

ENGINES = {"auto": ArrayEngine, "array": ArrayEngine}


def engine_for(choice: str, network: Network, plan: Plan) -> Engine:
    """Return the engine that an ``engine`` argument stands for.

    Parameters
    ----------
    choice : {"auto", "array"}
    network : Network
    plan : Plan

    Returns
    -------
    Engine

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if choice not in ENGINES:
        raise ValueError(unknown("engine", choice, ENGINES))
    return ENGINES[choice](network, plan)
