"""Runs of the perceptron rule on one binary problem: in C++ where it is installed, else in NumPy.

Both do what scikit-learn's loop does, sign for sign, and so reach the same weights.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..sparse_structure import require_sound
from .native import native_module, plain_array
from .perceptron_array import ArrayRun

LARGEST_COUNT = 2**63 - 1


@dataclass(frozen=True)
class RunSettings:
    r"""How to run, as plain data.

    Attributes
    ----------
    penalty : {"none", "l1", "l2", "elasticnet"}
    variant : {"last", "averaged", "voted", "pocket"}
    order : {"cyclic", "shuffled", "random"}
        "shuffled" is scikit-learn's shuffle with ``seed``; "random" takes the orders it is given.
    alpha, l1_ratio : float
        Strength of the penalty, and the share of L1 in it.
    rate : float
        :math:`\nu` of P2.
    positive_weight, negative_weight : float
        Weights of the two classes.
    intercept_decay : float
        Share of a step that the bias takes: 1, but for what scikit-learn does on sparse samples.
    fit_intercept : bool
    until_separated : bool
        End with the first epoch without a mistake, and pass over rows of weight 0.
    watch_score : bool
        End when the score of the rows set aside gets no better, else when the objective does.
    sum_losses : bool
        Whether the objective is needed.
    tol, patience
        What counts as better, and for how many epochs it may fail to come.
    seed : int
        32 bits.
    max_epochs, max_updates : int
    """

    penalty: str = "none"
    variant: str = "last"
    order: str = "shuffled"
    alpha: float = 0.0
    l1_ratio: float = 0.0
    rate: float = 1.0
    positive_weight: float = 1.0
    negative_weight: float = 1.0
    intercept_decay: float = 1.0
    fit_intercept: bool = True
    until_separated: bool = False
    watch_score: bool = False
    sum_losses: bool = True
    tol: float = 1e-3
    patience: int = 5
    seed: int = 1
    max_epochs: int = 1000
    max_updates: int = LARGEST_COUNT

    def numbers(self) -> dict[str, float]:
        """Return all but the three names, as the binding takes them."""
        names = ("penalty", "variant", "order")
        return {name: float(value) for name, value in vars(self).items() if name not in names}


@dataclass
class Memory:
    """What a run begins with, and leaves for the next one; arrays are written to.

    Attributes
    ----------
    w : array of shape (d,)
    b : float
    steps : int
        Samples seen, for the average.
    late : array of float64, shape (d + 1,)
        Averaged: the sum of (t - 1) times the t-th step, bias last. w - late / steps is the average.
    pocket : array of shape (d,)
    pocket_b : float
    pocket_run : int
    """

    w: NDArray[Any]
    b: float
    steps: int = 0
    late: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    pocket: NDArray[Any] = field(default_factory=lambda: np.zeros(0))
    pocket_b: float = 0.0
    pocket_run: int = 0

    @classmethod
    def of(cls, w: NDArray[Any], b: float, variant: str) -> Memory:
        """Return a memory that begins with w and b; they are copied."""
        memory = cls(np.array(w), float(b))
        if variant == "averaged":
            memory.late = np.zeros(len(w) + 1)
        elif variant == "pocket":
            memory.pocket, memory.pocket_b = np.array(w), float(b)
        return memory

    def copy(self) -> Memory:
        """Return a memory of its own."""
        w, late, pocket = self.w.copy(), self.late.copy(), self.pocket.copy()
        return Memory(w, self.b, self.steps, late, pocket, self.pocket_b, self.pocket_run)

    def times(self, factor: float) -> Memory:
        """Return all weights and sums of steps times a factor: what a rate so many times as large comes to."""
        if factor == 1:
            return self.copy()
        return self._each(lambda value: (value.astype(np.float64) * factor).astype(value.dtype), factor)

    def divided(self, rate: float) -> Memory:
        """Return what, times a rate, is this memory: what a rate of 1 would have come to."""
        if rate == 1:
            return self.copy()
        return self._each(lambda value: quotient(value, rate), 1.0)

    def _each(self, way: Callable[[NDArray[Any]], NDArray[Any]], factor: float) -> Memory:
        def number(b: float) -> float:
            # intercepts are kept in the dtype of X, where there are several
            kind = self.w.dtype if float(self.w.dtype.type(b)) == b else np.dtype(np.float64)
            return b * factor if factor != 1 else float(way(np.array([b], dtype=kind))[0])

        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return replace(
                self,
                w=way(self.w),
                b=number(self.b),
                late=way(self.late),
                pocket=way(self.pocket),
                pocket_b=number(self.pocket_b),
            )

    def average(self) -> tuple[NDArray[Any], float]:
        """Return the mean of the weights after every sample (Freund and Schapire 1999)."""
        late = self.late / max(self.steps, 1)
        return self.w - late[:-1].astype(self.w.dtype), self.b - float(late[-1])


@dataclass(frozen=True)
class Problem:
    """One binary problem.

    Attributes
    ----------
    y : array of shape (n,)
        -1 and +1, in the dtype of X.
    weight : array of shape (n,) or None
    set_aside : array of uint8, shape (n,), or None
        Rows that only score.
    """

    y: NDArray[Any]
    weight: NDArray[Any] | None = None
    set_aside: NDArray[np.uint8] | None = None


class Run(Protocol):
    """A run that has begun: epochs are taken by ``advance``, in place on the memory's w."""

    steps: int
    pocket_b: float
    pocket_run: int

    @property
    def end(self) -> str:
        """Why it ended: converged, separated, epochs, updates, overflow; or an empty string."""

    @property
    def b(self) -> float:
        """The bias."""

    @property
    def scale(self) -> float:
        """What w is still to be multiplied with, until the run has ended (L2)."""

    @property
    def norm(self) -> float:
        """Norm of w, kept where there is a penalty."""

    @property
    def epochs(self) -> int:
        """Epochs so far."""

    @property
    def updates(self) -> int:
        """Updates so far."""

    @property
    def curve(self) -> list[int]:
        """Mistakes of each epoch."""

    @property
    def wrong(self) -> int:
        """Mistakes of the last epoch."""

    @property
    def loss(self) -> float:
        """Mean loss of the last epoch."""

    @property
    def objective(self) -> float:
        """Mean objective of the last epoch."""

    @property
    def score(self) -> float:
        """Accuracy on the rows set aside, after the last epoch."""

    def advance(self, seconds: float, orders: NDArray[np.int64] | None = None) -> bool:
        """Take whole epochs until the run ends, the seconds are over or the orders are used up."""

    def path(self) -> tuple[list[int], list[float], list[int]]:
        """Return the rows added, how many times each, and for how many samples each w stayed."""


def is_native() -> bool:
    """Return whether runs are in C++: it is there, and ``ROSENBLATT_ENGINE`` does not say "array"."""
    return native_module() is not None and os.environ.get("ROSENBLATT_ENGINE", "auto") != "array"


class Rows:
    """The rows of X, prepared once for several runs.

    Parameters
    ----------
    X : array of shape (n, d), C-contiguous, or CSR matrix
        float32 or float64.
    many_passes : bool
        Whether it pays to make a copy without zeros.
    """

    def __init__(self, X: Any, many_passes: bool) -> None:
        require_sound("X", X)
        self._X, self._module = X, native_module() if is_native() else None
        if self._module is not None:
            kind = getattr(self._module, f"PerceptronRows{_suffix(X)}")
            self._rows = kind(_plain(X), X.shape[1], many_passes)

    def run(self, problem: Problem, memory: Memory, settings: RunSettings) -> Run:
        """Return a run on these rows that begins with, and writes to, a memory."""
        if self._module is None:
            return ArrayRun(self._X, problem, memory, settings)
        names = (settings.penalty, settings.variant, settings.order)
        late = memory.late if settings.variant == "averaged" else None
        pocket = memory.pocket if settings.variant == "pocket" else None
        kind = getattr(self._module, f"Perceptron{_suffix(self._X)}")
        y, weight, set_aside = problem.y, problem.weight, problem.set_aside
        b, numbers = memory.b, settings.numbers()
        run: Run = kind(self._rows, y, weight, set_aside, memory.w, b, late, pocket, *names, numbers)
        run.steps, run.pocket_b, run.pocket_run = memory.steps, memory.pocket_b, memory.pocket_run
        return run


def _suffix(X: Any) -> str:
    return "Float32" if X.dtype == np.float32 else "Float64"


def _plain(X: Any) -> Any:
    if not hasattr(X, "tocsr"):
        return plain_array(X, None)
    wide = np.int32 if X.indices.dtype == X.indptr.dtype == np.int32 else np.int64
    return plain_array(X.data, None), plain_array(X.indices, wide), plain_array(X.indptr, wide)


def kept(memory: Memory, run: Run) -> None:
    """Write into a memory what a run has reached beside w."""
    memory.b, memory.steps = run.b, run.steps
    memory.pocket_b, memory.pocket_run = run.pocket_b, run.pocket_run


def quotient(value: NDArray[Any], rate: float) -> NDArray[Any]:
    """Return numbers whose products with a rate are given: of several, the one of few digits.

    Weights are often sums of whole numbers, times the rate. Rounding would leave 3.0000000000000004 of them, which
    is on another side of a border than 3.

    Examples
    --------
    >>> (np.array([3 * 0.1]) / 0.1).tolist(), quotient(np.array([3 * 0.1]), 0.1).tolist()
    ([3.0000000000000004], [3.0])
    """
    digits = 18 if value.dtype == np.float32 else 40
    exact = value.astype(np.float64) / rate
    mantissa, exponent = np.frexp(exact)
    short = np.ldexp(np.round(np.ldexp(mantissa, digits)), exponent - digits)
    is_short = (short * rate).astype(value.dtype) == value
    return np.asarray(np.where(is_short, short, exact).astype(value.dtype))


def bounded(tol: float | None) -> float:
    """Return a tolerance as the runs take it: minus infinity is none."""
    return -math.inf if tol is None else float(tol)
