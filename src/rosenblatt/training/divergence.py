"""What is said when training diverges: the epoch, the step, the rate, the layer that overflowed first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engines.array import ArrayEngine, taken
from ..engines.engine import Batch, Engine, Order, State
from ..errors import DivergenceError
from ..namespaces import namespace_of

SENTENCE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need "
    "to be preprocessed."
)


def is_finite(theta: Any) -> bool:
    """Return whether no entry is NaN or infinite."""
    xp = namespace_of(theta)
    return bool(xp.all(xp.isfinite(theta)))


def divergence(
    engine: Engine,
    start: State,
    data: Batch,
    order: Order,
    settings: NDArray[np.float64],
    epoch: int,
) -> DivergenceError:
    """Return the error for an epoch that diverged, found by repeating it step by step.

    Parameters
    ----------
    engine : Engine
    start : State
        The state before the epoch.
    data, order, settings
        As the epoch got them.
    epoch : int
        Its number, from 1.

    Returns
    -------
    DivergenceError
    """
    readable = ArrayEngine(engine.network, engine.plan)
    state = start
    with np.errstate(all="ignore"):
        for step in range(len(settings)):
            batch = taken(data, order, step, engine.plan, settings[step])
            where = _overflow(readable, state.theta, batch)
            state, _ = readable.update(state, readable.gradient(state.theta, batch), settings[step])
            if where or not is_finite(state.theta):
                break
    where = where or "no layer before the update, so the update itself did"
    rate = settings[step, 0]
    error = DivergenceError(
        f"{SENTENCE} It happened in epoch {epoch}, step {step + 1} of {len(settings)}, at learning "
        f"rate {rate:.6g}; the first to overflow: {where}."
    )
    error.rate, error.cause = rate, _cause(readable, start, data, order, settings[: step + 1])
    return error


def _cause(
    engine: ArrayEngine, start: State, data: Batch, order: Order, settings: NDArray[np.float64]
) -> str:
    """Return what the same steps survive without: "weight", "epsilon", or nothing of the kind."""
    if data.weight is not None and _survives(engine, start, data._replace(weight=None), order, settings):
        return "weight"
    optimizer: Any = engine.plan.optimizer
    usual = getattr(type(optimizer), "epsilon", None)  # the default of a dataclass's field
    if usual is None or optimizer.epsilon >= usual:
        return ""
    plan = replace(engine.plan, optimizer=replace(optimizer, epsilon=usual))
    return "epsilon" if _survives(ArrayEngine(engine.network, plan), start, data, order, settings) else ""


def _survives(
    engine: ArrayEngine, state: State, data: Batch, order: Order, settings: NDArray[np.float64]
) -> bool:
    with np.errstate(all="ignore"):
        for step in range(len(settings)):
            batch = taken(data, order, step, engine.plan, settings[step])
            state, _ = engine.update(state, engine.gradient(state.theta, batch), settings[step])
    return is_finite(state.theta)


def _overflow(engine: ArrayEngine, theta: Any, batch: Batch) -> str:
    """Return which layer's output or gradient is not finite first, or an empty string."""
    cache = engine.forward(theta, batch.X)
    for k in range(1, engine.network.m + 1):
        if not is_finite(cache.o[k]):
            return f"the output of layer {k}"
    gradient = engine.gradient(theta, batch).gradient
    for k in range(engine.network.m, 0, -1):
        if not is_finite(engine.layout.W(gradient, k)):
            return f"the gradient of layer {k}"
    return ""
