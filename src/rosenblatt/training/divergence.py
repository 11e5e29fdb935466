"""What is said when training diverges: the epoch, the step, the rate, the layer that overflowed first."""

from __future__ import annotations

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
    return DivergenceError(
        f"{SENTENCE} It happened in epoch {epoch}, step {step + 1} of {len(settings)}, at learning "
        f"rate {rate:.6g}; the first to overflow: {where}. Try inputs and targets of unit variance "
        f"(sklearn.preprocessing.StandardScaler), or a smaller rate (learning_rate_init={rate / 10:.1g})."
    )


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
