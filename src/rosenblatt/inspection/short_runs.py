r"""Short runs: the first steps of a training at many rates, from the same weights, judged on rows set aside (T5)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Batch, Engine, Order, State
from ..plan import Clock
from ..random import Purpose, uniform
from ..training.schedules import Constant
from ..training.settings import settings_table

ASIDE = 0.2
"""The share of the rows that the runs are judged on; of few rows, they are judged on all that they see."""

FEWEST_ROWS, FEWEST_JUDGES = 20, 64

BLOCK = 1 << 31  # the draws are those of epochs that no training reaches


class Look(NamedTuple):
    """What a run had reached after some steps.

    Attributes
    ----------
    place : int
        The rate is ten to a quarter of it.
    steps : int
    loss : float
        Mean loss of the rows set aside, as ``loss_curve_`` reports losses; infinite where it is no number, and where
        all outputs are the same.
    learned : float
        By how much it is less than with another row's outputs: what is learned of the inputs. 0 where it is not
        more than chance.
    training : float
        Mean loss of the last batches.
    """

    place: int
    steps: int
    loss: float
    learned: float
    training: float

    @property
    def rate(self) -> float:
        """The learning rate."""
        return rate_at(self.place)

    @property
    def progress(self) -> float:
        """Rate times steps: small rates that went as far along have reached about the same."""
        return self.rate * self.steps


def rate_at(place: float) -> float:
    """Return the rate at a place on the scale, four places to a factor of ten."""
    return float(10.0 ** (place / 4))


class ShortRuns:
    """Runs of one network on one set of data; each can go on where it stopped.

    Rows are drawn by Philox, the same ones at all rates: no random stream moves.

    Parameters
    ----------
    engine : Engine
    theta : array of shape (p,)
        Where all begin; not changed.
    data : Batch
    seed : int
        For the rows.
    rows : int
        In the batch of each step.
    longest : int
        Steps of the longest run.

    Attributes
    ----------
    looks : list of Look
    before : float
        The loss of the rows set aside where all runs begin.
    spent : int
        Steps so far; looking at the rows set aside counts as one.
    """

    def __init__(self, engine: Engine, theta: Any, data: Batch, seed: int, rows: int, longest: int) -> None:
        self.engine, self.data, self.seed, self.longest = engine, data, seed, longest
        pool = drawn_rows(seed, data.X.shape[0], rows, longest)
        n_aside = min(int(ASIDE * len(pool)), max(2 * rows, FEWEST_JUDGES)) if len(pool) >= FEWEST_ROWS else 0
        learned_from = pool[n_aside:]
        whole = rows >= data.X.shape[0]  # the gradient of all rows stays one
        rows = len(learned_from) if whole else min(rows, len(learned_from))
        self.indices, self.bounds = passes(seed, learned_from, rows, longest)
        judges = pool[:n_aside] if n_aside else pool
        self.judges = Batch(
            data.X[judges], data.y[judges], None if data.weight is None else data.weight[judges]
        )
        first = self.judges.X[:1]
        self.differ = hasattr(data.X, "tocsr") or bool((first != self.judges.X).any())  # their inputs
        self.epoch = math.ceil(data.X.shape[0] / min(engine.plan.batch_size, data.X.shape[0]))  # steps of one
        self.course: dict[int, list[float]] = {}  # objectives of the steps so far
        self.last = max(5, math.ceil(FEWEST_JUDGES / rows))
        self.start = State(theta, tuple(theta * 0.0 for _ in engine.plan.slots))
        self.states: dict[int, tuple[State, int]] = {}
        self.looks: list[Look] = []
        self.before = self._judged(theta)[0]
        self.spent = 1

    def until(self, place: int, steps: int) -> Look:
        """Take the run of one rate so many steps far, and look.

        Parameters
        ----------
        place : int
        steps : int
            At most ``longest``; not fewer than before.

        Returns
        -------
        Look
        """
        state, done = self.states.get(place, (self.start, 0))
        training = math.nan
        with np.errstate(all="ignore"):  # large rates are meant to fail
            if steps > done and not self._has_ended(place, state):
                state, table = self._taken(place, state, done, steps)
                objectives = (table[:, 0] / table[:, 3] + table[:, 2]).tolist()
                self.course.setdefault(place, []).extend(objectives)
                training = float(np.mean(table[-self.last :, 1] / table[-self.last :, 3]))
            loss, learned = self._judged(state.theta)
        self.spent += 1
        self.states[place] = state, steps
        self.looks.append(Look(place, steps, loss, learned, training))
        return self.looks[-1]

    def _has_ended(self, place: int, state: State) -> bool:
        """Return whether a run diverged, or training would have stopped in it."""
        stalls = has_stalled(self.course.get(place, []), self.epoch, self.engine.plan.patience)
        return stalls or not np.isfinite(state.theta).all()

    def _taken(self, place: int, state: State, done: int, steps: int) -> tuple[State, NDArray[np.float64]]:
        """Return the state after more steps at one rate, and the engine's table of them."""
        plan, bounds = self.engine.plan, self.bounds[done : steps + 1]
        clock = Clock(0, 0, 0, plan.max_epochs, 0.0)
        settings = settings_table(plan, Constant(rate_at(place)), clock, self.longest)
        indices = self.indices[bounds[0] : bounds[-1]]
        order = Order(indices, bounds - bounds[0], self.seed, BLOCK + done, len(indices))
        self.spent += steps - done
        return self.engine.epochs(state, self.data, order, settings[done:steps])

    def _judged(self, theta: Any) -> tuple[float, float]:
        """Return the mean loss of the rows set aside, and what of it is learned of their inputs."""
        if not np.isfinite(theta).all():
            return math.inf, 0.0
        _, y, weight = self.judges[:3]
        o = np.asarray(self.engine.predict(theta, self.judges.X), dtype=np.float64)  # (h, r_m)
        y = np.asarray(y, dtype=np.float64)

        def losses(outputs: NDArray[np.float64]) -> NDArray[np.float64]:
            entries = np.asarray(self.engine.plan.loss.reported(np, outputs, y), dtype=np.float64)  # (h, r_m)
            return np.asarray(entries.sum(axis=1))

        own = losses(o)
        gain = losses(np.roll(o, 1, axis=0)) - own
        if self.differ and (o == o[:1]).all():
            return math.inf, 0.0  # dead: whatever the input is, and no gradient will change that
        loss, gained = float(np.average(own, weights=weight)), float(np.average(gain, weights=weight))
        if not math.isfinite(loss):
            return math.inf, 0.0
        chance = 2 * float(gain.std()) / math.sqrt(len(gain))
        return loss, gained if gained > max(chance, 0.01 * abs(loss)) else 0.0


def has_stalled(objectives: list[float], epoch: int, patience: float) -> bool:
    """Return whether training would have stopped, as no epoch was better for so long.

    Parameters
    ----------
    objectives : list of float
        Of the steps so far.
    epoch : int
        Steps of one epoch.
    patience : float
        Epochs without improvement, beyond which training stops.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_stalled([5.0, 5.0, 4.0, 4.0, 6.0, 6.0, 5.0, 5.0], epoch=2, patience=1)
    True
    >>> has_stalled([5.0, 4.0, 3.0, 3.5, 2.0], epoch=1, patience=1)
    False
    """
    lowest, stale = math.inf, 0
    for first in range(0, len(objectives) - epoch + 1, epoch):
        mean = sum(objectives[first : first + epoch]) / epoch
        stale = 0 if mean < lowest else stale + 1
        lowest = min(lowest, mean)
        if stale > patience:
            return True
    return False


def drawn_rows(seed: int, n: int, rows: int, steps: int) -> NDArray[np.int64]:
    """Return the rows that the runs see, in random order: all of them, or as many as they can use.

    Parameters
    ----------
    seed : int
    n : int
        Number of samples.
    rows : int
        In a batch.
    steps : int

    Returns
    -------
    array of int64
    """
    wanted = math.ceil(rows * (steps + 2) / (1 - ASIDE))
    if n <= wanted:
        return np.asarray(np.argsort(uniform(seed, Purpose.SAMPLING, BLOCK, n), kind="stable"))
    drawn = np.unique((uniform(seed, Purpose.SAMPLING, BLOCK, wanted) * n).astype(np.int64))
    shuffled = np.argsort(uniform(seed, Purpose.SAMPLING, BLOCK + 1, len(drawn)), kind="stable")
    return np.asarray(drawn[shuffled])


def passes(
    seed: int, rows: NDArray[np.int64], batch: int, steps: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return shuffled passes over some rows for so many steps, and where each step begins and ends.

    Parameters
    ----------
    seed : int
    rows : array of int64
    batch : int
        At most ``len(rows)``.
    steps : int

    Returns
    -------
    indices : array of int64
    bounds : array of int64, shape (steps + 1,)
    """
    orders: list[NDArray[np.int64]] = []
    bounds = [0]
    while len(bounds) <= steps:
        order = np.argsort(uniform(seed, Purpose.SAMPLING, BLOCK + 2 + len(orders), len(rows)), kind="stable")
        orders.append(rows[order])
        first = bounds[-1]
        bounds += [first + min(end, len(rows)) for end in range(batch, len(rows) + batch, batch)]
    return np.concatenate(orders), np.array(bounds[: steps + 1], dtype=np.int64)
