"""Which samples each step takes: shuffled passes, cyclic passes, draws with replacement (S1, T3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engines.engine import Order
from ..engines.shuffling import shuffled_orders
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
    >>> orders.epochs(0).bounds
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

    def epochs(self, number: int, count: int = 1) -> Order:
        """Return the order of the next ``count`` epochs in one; the first one's number counts from 0."""
        whole = self.bounds[1:] + self.n * np.arange(count, dtype=np.int64)[:, np.newaxis]
        bounds = np.append(np.int64(0), whole.ravel())
        place = (self.seed, number, self.n)  # of the noise of these epochs
        if self.kind == "cyclic":
            return Order(None if count == 1 else np.tile(self.running, count), bounds, *place)
        if self.kind == "random":
            drawn = [drawn_indices(self.seed, number + epoch, self.n) for epoch in range(count)]
            return Order(np.concatenate(drawn), bounds, *place)
        orders = shuffled_orders(self.stream, self.running, count)
        self.running = orders[-1]
        return Order(orders.ravel(), bounds, *place)
