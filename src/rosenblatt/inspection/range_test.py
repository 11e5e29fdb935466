r"""The range test: which learning rate suits a network and its data, found by trying all of them (O1, T5).

Smith, *Cyclical learning rates for training neural networks* (2017), section 3.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Batch, Engine, Order, State
from ..plan import Clock, Plan
from ..random import Purpose, uniform
from ..training.schedules import Timetable
from ..training.settings import settings_table

SHARE = 0.03
"""Of the planned cost: the test promises less than a twentieth."""

ROWS_OF_AN_UPDATE = 50
"""A step costs as much as its rows and so many more, for the update and the call."""

FEWEST_STEPS, MOST_STEPS, FEWEST_ROWS = 8, 100, 32

SAFETY = 8.0
"""The suggestion is so many times smaller than the rate at which the loss was lowest: beyond that it rises."""

_EPOCH = 1 << 31  # the test's draws are those of epochs that no training reaches


@dataclass(frozen=True, eq=False)
class RangeTest:
    r"""What a range test saw.

    Parameters
    ----------
    rates : array of shape (n_steps,)
        The rates, each larger than the one before by the same factor.
    losses : array of shape (n_steps,)
        The objective on the batch of each step, before the step; not finite where training diverged.
    smoothed : array of shape (n_steps,)
        Their exponential moving average over a tenth of the steps.
    suggestion : float or None
        An eighth of the rate at which the smoothed loss is lowest; None if no rate lowers it by more than it
        varies from batch to batch.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    suggestion: float | None


@dataclass(frozen=True)
class Rise(Timetable):
    r"""A rate that grows by the same factor at each step (T5), :math:`l (h/l)^{i/(n - 1)}`.

    Parameters
    ----------
    low, high : float in (0, inf)
    steps : int
        The n.
    """

    low: float
    high: float
    steps: int
    limits: ClassVar = {"low": "(0, inf)", "high": "(0, inf)", "steps": "[2, inf)"}

    def at(self, clock: Clock) -> Any:
        """Return the rates; ``clock`` may hold arrays."""
        share = np.asarray(clock.step) / (self.steps - 1)
        return self.low * (self.high / self.low) ** share


class Size(NamedTuple):
    """How large a range test is.

    Attributes
    ----------
    steps : int
    rows : int
        In the batch of each step.
    """

    steps: int
    rows: int


def affordable(plan: Plan, n: int) -> Size:
    """Return the size of a test that costs less than a twentieth of what is planned.

    A short plan has a test of fewer steps on smaller batches, and never of fewer than eight steps.

    Parameters
    ----------
    plan : Plan
    n : int
        Number of samples.

    Returns
    -------
    Size

    Examples
    --------
    >>> from rosenblatt.rules.losses import HalfSquaredError
    >>> from rosenblatt.rules.optimizers import SGD
    >>> affordable(Plan(HalfSquaredError(), SGD(), rate=None, batch_size=100, max_epochs=200), 1000)
    Size(steps=100, rows=40)
    """
    batch = min(plan.batch_size, n)
    budget = SHARE * plan.max_epochs * math.ceil(n / batch) * (ROWS_OF_AN_UPDATE + batch)
    rows = min(batch, max(FEWEST_ROWS, int(budget / MOST_STEPS) - ROWS_OF_AN_UPDATE))
    steps = int(budget / (ROWS_OF_AN_UPDATE + rows))
    return Size(min(MOST_STEPS, max(FEWEST_STEPS, steps)), rows)


def range_test(
    engine: Engine, theta: Any, data: Batch, seed: int, size: Size, low: float = 1e-6, high: float = 10.0
) -> RangeTest:
    """Take steps at rates from ``low`` to ``high`` on a copy of the weights, and watch the loss.

    Rows are drawn with replacement by Philox: no random stream moves.

    Parameters
    ----------
    engine : Engine
    theta : array of shape (p,)
        Not changed.
    data : Batch
    seed : int
        For the rows.
    size : Size
    low, high : float in (0, inf)

    Returns
    -------
    RangeTest
    """
    plan, n, total = engine.plan, data.X.shape[0], size.steps * size.rows
    rows = (uniform(seed, Purpose.SAMPLING, _EPOCH, total) * n).astype(np.int64)
    bounds = np.arange(0, total + 1, size.rows, dtype=np.int64)
    order = Order(rows, bounds, seed, _EPOCH, total)
    clock = Clock(0, 0, 0, plan.max_epochs, 0.0)
    settings = settings_table(plan, Rise(low, high, size.steps), clock, size.steps)
    state = State(theta, tuple(theta * 0.0 for _ in plan.slots))
    with np.errstate(all="ignore"):  # large rates are meant to fail
        _, table = engine.epochs(state, data, order, settings)
        losses = table[:, 0] / table[:, 3] + table[:, 2]
    return judged(settings[:, 0], losses)


def judged(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> RangeTest:
    """Return the result of a test: the smoothed losses and the suggestion.

    Parameters
    ----------
    rates, losses : array of shape (n_steps,)

    Returns
    -------
    RangeTest

    Examples
    --------
    >>> rates = np.array([0.01, 0.1, 1.0, 10.0, 100.0])
    >>> judged(rates, np.array([1.0, 1.0, 1.0, 0.5, np.inf])).suggestion
    1.25
    """
    smoothed = np.full(len(losses), np.inf)
    window = max(1.0, len(losses) / 10)
    keep, mean, weight = 1 - 1 / window, 0.0, 0.0
    for i, loss in enumerate(losses.tolist()):
        mean, weight = keep * mean + (1 - keep) * loss, keep * weight + 1 - keep
        if not math.isfinite(mean):
            break
        smoothed[i] = mean / weight
    early, half = losses[: max(2, len(losses) // 4)], losses[: len(losses) // 2 + 1]
    lowest = int(np.argmin(smoothed))
    with np.errstate(all="ignore"):  # NaN is no fall
        noise = np.sqrt(np.mean(np.diff(half) ** 2) / 2 / window)  # from batch to batch, whatever the trend
        falls = early.mean() - smoothed[lowest] > 2.5 * noise  # the lowest of some ten windows is 2 below
    return RangeTest(rates, losses, smoothed, float(rates[lowest]) / SAFETY if falls else None)
