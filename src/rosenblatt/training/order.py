"""Which samples each step takes: shuffled passes, cyclic passes, draws with replacement (S1, T3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engines.engine import Order
from ..random import drawn_indices

ORDERS = ("shuffled", "cyclic", "random")


class Orders:
    """The orders of the epochs of one fit.

    Parameters
    ----------
    kind : {"shuffled", "cyclic", "random"}
        "shuffled" draws what scikit-learn draws: ``stream.shuffle`` of 0 ... n - 1, applied to the
        running order. "random" draws with replacement from Philox.
    n : int
        Number of samples.
    batch_size : int
    stream : RandomState
    seed : int
        For Philox.

    Examples
    --------
    >>> orders = Orders("cyclic", 5, 2, np.random.RandomState(0), 0)
    >>> orders.epoch(0).bounds
    array([0, 2, 4, 5])
    """

    def __init__(self, kind: str, n: int, batch_size: int, stream: np.random.RandomState, seed: int) -> None:
        self.kind, self.n, self.stream, self.seed = kind, n, stream, seed
        self.bounds = np.append(np.arange(0, n, batch_size, dtype=np.int64), np.int64(n))
        self.running = np.arange(n, dtype=np.int64)

    @property
    def steps(self) -> int:
        """Number of steps in an epoch."""
        return len(self.bounds) - 1

    def place(self) -> tuple[Any, Any]:
        """Return where the stream and the running order stand, for ``go_back``."""
        return self.stream.get_state(legacy=False), self.running

    def go_back(self, place: tuple[Any, Any] | None) -> None:
        """Put the stream and the running order back to where they stood."""
        if place is not None:
            self.stream.set_state(place[0])
            self.running = place[1]

    def epoch(self, number: int) -> Order:
        """Return the order of the next epoch, whose number counts from 0."""
        if self.kind == "cyclic":
            return Order(None, self.bounds)
        if self.kind == "random":
            return Order(drawn_indices(self.seed, number, self.n), self.bounds)
        shuffled = np.arange(self.n)
        self.stream.shuffle(shuffled)
        self.running = self.running[shuffled]
        return Order(self.running, self.bounds)


def joined(orders: list[Order], n: int) -> Order:
    """Return the order of several epochs in one."""
    if len(orders) == 1:
        return orders[0]
    bounds = [orders[0].bounds]
    bounds += [order.bounds[1:] + epoch * n for epoch, order in enumerate(orders[1:], start=1)]
    indices = [np.arange(n, dtype=np.int64) if order.indices is None else order.indices for order in orders]
    return Order(np.concatenate(indices), np.concatenate(bounds))
