"""What every side of the comparison can do."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from ..data import Data
from ..shapes import Shape


class UnsuitableError(Exception):
    """A side does not do such a shape; the message says why."""


class Peer(ABC):
    """A library that trains or predicts, in the best form that it offers.

    Attributes
    ----------
    form : str
        Which of its forms was taken, for the record.
    """

    form = ""

    def set_threads(self, threads: int) -> None:  # noqa: B027 - most libraries read the environment
        """Bind the library to that many threads, where the environment does not."""

    @abstractmethod
    def version(self) -> str:
        """Return the library's version."""

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:  # noqa: ARG002
        """Make all that one training needs, up to compiled code."""
        raise UnsuitableError("does not train")

    def seconds(self, epochs: int) -> float:  # noqa: ARG002
        """Return what that many epochs take, set-up left out."""
        raise UnsuitableError("does not train")

    def prepare_predictions(self, shape: Shape, dtype: str, X: Any) -> Callable[[], Any]:  # noqa: ARG002
        """Return a function that takes nothing and gives the outputs for X as a NumPy array."""
        raise UnsuitableError("does not predict")


def check_loss(loss: float) -> None:
    """Raise where a loop's mean loss shows that it did not train: a wrong program may well be quick."""
    if not 0.0 < loss < 1e4:
        raise RuntimeError(f"mean loss of {loss}: it does not train")


def fastest(candidates: dict[str, Callable[[], Any]], repeats: int = 3) -> str:
    """Return the name of the candidate whose best of a few runs is least, after one to warm up."""
    best = {}
    for name, run in candidates.items():
        run()
        times = []
        for _ in range(repeats):
            started = time.perf_counter()
            run()
            times.append(time.perf_counter() - started)
        best[name] = min(times)
    return min(best, key=lambda name: best[name])


def in_blocks(predict: Callable[[Any], Any], X: Any, rows: int) -> Callable[[], list[Any]]:
    """Return a function that predicts X block by block."""
    blocks = [X[start : start + rows] for start in range(0, len(X), rows)]
    return lambda: [predict(block) for block in blocks]


def best_blocks(peer: Peer, predict: Callable[[Any], Any], X: Any) -> Callable[[], Any]:
    """Return the fastest way to predict X: one row at once, many rows in the best block size."""
    if len(X) == 1:
        return lambda: predict(X)
    candidates = {f"blocks of {rows}": in_blocks(predict, X, rows) for rows in (len(X), 2000)}
    peer.form = fastest(candidates, repeats=1)
    return candidates[peer.form]
