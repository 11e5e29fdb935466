"""The seam between training and arithmetic: what an engine takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..network import Network
from ..noise import Noise
from ..plan import Plan

Array = Any


class Batch(NamedTuple):
    """Samples of one step.

    Attributes
    ----------
    X : array of shape (n, r_0), or a SciPy CSR matrix
    y : array of shape (n, r_m)
        Targets, encoded as numbers.
    weight : array of shape (n,), or None
        Weights of the samples; None means that each is 1.
    noise : Noise, or None
        Where dropout and input noise are drawn, while training; None is without.
    activity : tuple of float, or None
        The strengths of the plan's activity penalties at this step; None is 0.
    contraction : float
        The strength of the plan's contraction at this step.
    """

    X: Array
    y: Array
    weight: Array | None = None
    noise: Noise | None = None
    activity: tuple[float, ...] | None = None
    contraction: float = 0.0


@dataclass
class Sums:
    """What the backward phase returns: sums over the samples of a batch, never means.

    Attributes
    ----------
    loss : float
        Weighted loss, the function whose gradient is followed, with the penalties on outputs and slopes (A3, A4, A6).
    reported : float
        Weighted loss as ``loss_curve_`` reports it: without them.
    weight : float
        Sum of the samples' weights.
    rows : int
        Number of samples.
    gradient : array of shape (p,)
    """

    loss: float
    reported: float
    weight: float
    rows: int
    gradient: Array


@dataclass(frozen=True)
class State:
    """What an optimiser carries from step to step.

    Attributes
    ----------
    theta : array of shape (p,)
        Weights and biases, as :class:`~rosenblatt.layout.Layout` lays them out.
    slots : tuple of array of shape (p,)
        The optimiser's memory.
    """

    theta: Array
    slots: tuple[Array, ...]


class Order(NamedTuple):
    """Which samples each step takes: step s takes ``indices[bounds[s]:bounds[s + 1]]``.

    Attributes
    ----------
    indices : array of int64, or None
        None means the rows as they stand.
    bounds : array of int64, shape (steps + 1,)
    seed : int
        For the noise of these epochs.
    epoch : int
        Number of the first epoch.
    length : int
        Entries of the order in one epoch; 0 is all of them.
    """

    indices: NDArray[np.int64] | None
    bounds: NDArray[np.int64]
    seed: int = 0
    epoch: int = 0
    length: int = 0


class Row(NamedTuple):
    """The columns of the table that ``epochs`` returns, one row for each step."""

    loss: float
    reported: float
    penalty: float
    weight: float
    rows: int
    gradient_square: float


class Engine(Protocol):
    """The four verbs on one kind of machine.

    ``gradient`` is forward and backward, ``update`` is combine and update, ``epochs`` is a fold of
    the two over a list of batches, and ``predict`` is forward alone. All are pure: what is passed
    in is not changed. ``epochs_worth_a_call`` is how many epochs it pays to take at once.
    """

    network: Network
    plan: Plan
    name: str

    def gradient(self, theta: Array, batch: Batch) -> Sums:
        """Return the sums of a batch at theta (F1, F2, B1, B2, B3)."""

    def update(self, state: State, sums: Sums, settings: NDArray[np.float64]) -> tuple[State, Row]:
        """Return the state after one step (C1, U1); ``settings`` is one row of the table."""

    def predict(self, theta: Array, X: Array) -> Array:
        """Return the outputs, shape (n, r_m)."""

    def epochs(
        self, state: State, data: Batch, order: Order, settings: NDArray[np.float64]
    ) -> tuple[State, NDArray[np.float64]]:
        """Take as many steps as ``settings`` has rows; return the state and a table of :class:`Row`."""

    def epochs_worth_a_call(self, seconds: float) -> int:
        """Return how many epochs one call of ``epochs`` should take, the last one having taken ``seconds``.

        More than one spares the work between calls; a stop inside the call repeats what came before.
        """
