"""Orders that scikit-learn would shuffle: quick where the native engine is installed, the same draws everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .native import native_module


def shuffled_orders(
    stream: np.random.RandomState, running: NDArray[np.int64], epochs: int
) -> NDArray[np.int64]:
    """Return the orders of some epochs, each the one before it shuffled (S1, T3).

    Parameters
    ----------
    stream : RandomState
        Drawn from as ``stream.shuffle`` draws, once an epoch.
    running : array of int64, shape (n,)
        The order of the epoch before.
    epochs : int

    Returns
    -------
    array of int64, shape (epochs, n)

    Examples
    --------
    >>> shuffled_orders(np.random.RandomState(0), np.arange(4), 2)
    array([[2, 3, 1, 0],
           [2, 1, 3, 0]])
    """
    running = np.ascontiguousarray(running, dtype=np.int64)
    module, source = native_module(), getattr(stream, "_bit_generator", None)
    if module is None or source is None:
        return shuffled_by_numpy(stream, running, epochs)
    orders = np.empty((epochs, len(running)), dtype=np.int64)
    with source.lock:
        module.shuffled_orders(source.capsule, running, orders)
    return orders


def shuffled_by_numpy(
    stream: np.random.RandomState, running: NDArray[np.int64], epochs: int
) -> NDArray[np.int64]:
    """Return the same as :func:`shuffled_orders`, which it is the oracle of."""
    orders = np.empty((epochs, len(running)), dtype=np.int64)
    for order in orders:
        order[:] = running
        stream.shuffle(order)
        running = order
    return orders
