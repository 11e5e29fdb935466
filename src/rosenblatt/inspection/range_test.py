r"""The range test: which learning rate suits a network and its data, found by short runs at several (O1, T5).

Smith, *Cyclical learning rates for training neural networks* (2017), section 3.3, raises the rate at each step and
watches the loss. That is quick and says where training explodes, but not what is learned: a network that learns
no more than its output's biases lowers the loss as well, and dead or saturated nodes do not explode. So here each
rate has a run of its own, and rows that it has not seen judge it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Batch, Engine
from ..plan import Plan
from ..rules.adaptive_optimizers import AMSGrad, NAdam
from ..rules.optimizers import Adam, AdamW, RMSprop
from .short_runs import Look, ShortRuns, rate_at

LOW, HIGH = 1e-6, 10.0
"""The rates that are tried at first, from one power of ten to the next."""

FEWEST_STEPS, MOST_STEPS, SHARE = 300, 1000, 20
"""What a test may cost: a twentieth of the planned steps, but not fewer and not more than these."""

MOST_ROWS = 512
"""Larger batches are not tried: their gradients differ too little from those of so many rows."""

LEAST_RATIO = 2.0
"""Between bounds of such a ratio there is a fourth root of a power of ten."""

BEYOND = 6
"""Powers of ten outside the first ones, if the best one lies at an end."""

FIRST_STEPS, FIRST_ROWS, RATES, BETWEEN = 3, 16, 4, 2
"""Steps at each power of ten, or rows where batches are small; rates of the long runs, and places between them."""

SLIGHT, HARMLESS = 1e-3, 0.05
"""Relative: where no loss falls by the one, the largest rate is best at which it rises by no more than the other."""

USUAL = -12
"""The lowest place at which Adam and its kin are tried, 0.001, unless a lower one is the best at first."""

CLOSE, NEGLIGIBLE = 0.2, 0.02
"""Rates whose losses are so close to the best, relative to it, and to what is learned, are as good."""

LITTLE = 0.2
"""A run that learned no more than such a share of what the best one did is no choice, however its loss fell."""

AHEAD, LONGER = 1, 4
"""Places below: what is best in few steps is a little too much for so many times more."""

OVERFIT, FITTED, FURTHER = 1.05, 0.9, 10**0.25
"""A loss on rows set aside that is so much higher, a training loss so much lower, further along by such a factor."""


@dataclass(frozen=True, eq=False)
class RangeTest:
    r"""What a range test saw.

    Parameters
    ----------
    rates : array of shape (n_rates,)
        The rates that were tried, rising, each a power of the fourth root of ten.
    steps : array of shape (n_looks,)
        After how many steps the runs were looked at, rising.
    losses : array of shape (n_rates, n_looks)
        Mean loss of rows that the runs did not train on, as ``loss_curve_`` reports losses. Infinite where training
        diverged, NaN where the run did not go on so far.
    learned : array of shape (n_rates,)
        At the end of each run: by how much its loss is lower than with the outputs of other rows. 0 if it is not,
        or not more than by chance: then nothing but a constant is learned.
    suggestion : float or None
        The rate to take: the middle of those that are about as good as the best after the longest runs, and a step
        lower if training is to last much longer than they did; lower still where some ran into overfitting, so that
        training ends about where they were best. None if no rate lowers the loss.
    overfitted : bool
        Whether it is lower because a run overfitted.
    """

    rates: NDArray[np.float64]
    steps: NDArray[np.int64]
    losses: NDArray[np.float64]
    learned: NDArray[np.float64]
    suggestion: float | None
    overfitted: bool = False

    @property
    def learns(self) -> bool:
        """Whether some rate learned more than a constant."""
        return bool((self.learned > 0).any())


class Size(NamedTuple):
    """How large a range test is.

    Attributes
    ----------
    steps : int
        Of all runs together, looks included.
    rows : int
        In the batch of each step.
    """

    steps: int
    rows: int


def affordable(plan: Plan, n: int) -> Size:
    """Return the size of a test that costs no more than a twentieth of what is planned, or than 300 steps.

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
    >>> affordable(Plan(HalfSquaredError(), SGD(), rate=None, batch_size=100, max_epochs=200), 5000)
    Size(steps=500, rows=100)
    """
    steps = planned_steps(plan, n) // SHARE
    return Size(min(MOST_STEPS, max(FEWEST_STEPS, steps)), min(plan.batch_size, n, MOST_ROWS))


def planned_steps(plan: Plan, n: int) -> int:
    """Return the steps of all epochs."""
    return plan.max_epochs * math.ceil(n / min(plan.batch_size, n))


def range_test(
    engine: Engine,
    theta: Any,
    data: Batch,
    seed: int,
    size: Size,
    low: float | None = None,
    high: float | None = None,
    overfits: bool = True,
) -> RangeTest:
    """Train for a few steps at each of several rates, on copies of the weights, and compare.

    Rows are drawn by Philox: no random stream moves.

    Parameters
    ----------
    engine : Engine
    theta : array of shape (p,)
        Not changed.
    data : Batch
    seed : int
        For the rows.
    size : Size
    low, high : float in (0, inf), optional
        Bounds of the rates. By default all powers of ten from 1e-6 to 10 are tried, and more beyond the best one.
    overfits : bool, default=True
        Whether training will go on to its end, however much it overfits.

    Returns
    -------
    RangeTest
    """
    planned = planned_steps(engine.plan, data.X.shape[0])
    bounds = _bounds(low, high)
    first, longest = _lengths(size, planned, len(_decades(bounds)))
    runs = ShortRuns(engine, theta, data, seed, size.rows, longest)
    decade = _best_decade(runs, bounds, first)
    places = _around(engine.plan.optimizer, decade, bounds)
    last = _long_runs(runs, places, first, size.steps, bounds)
    return _result(runs, *_suggestion(runs, last, planned, bounds, overfits))


class _Bounds(NamedTuple):
    """Places: of the powers of ten that are tried at first, and of all that may be tried."""

    low: int
    high: int
    lowest: int
    highest: int


def _bounds(low: float | None, high: float | None) -> _Bounds:
    at_low = math.ceil(4 * math.log10(LOW if low is None else low) - 1e-9)
    at_high = math.floor(4 * math.log10(HIGH if high is None else high) + 1e-9)
    lowest = at_low - 4 * BEYOND if low is None else at_low
    return _Bounds(
        at_low, max(at_low, at_high), lowest, max(at_low, at_high) + (4 * BEYOND if high is None else 0)
    )


def _decades(bounds: _Bounds) -> range:
    return range(bounds.low, bounds.high + 1, 4)


def _lengths(size: Size, planned: int, decades: int) -> tuple[int, int]:
    """Return the steps of the first and of the longest runs."""
    steps = size.steps
    first = max(FIRST_STEPS, math.ceil(FIRST_ROWS / size.rows))
    first = min(first, max(1, steps // (4 * decades)), planned)
    left = steps - decades * (first + 1) - 3 * RATES  # each long run is looked at three times
    return first, max(2, first, min(planned, left // RATES))


def _best_decade(runs: ShortRuns, bounds: _Bounds, steps: int) -> int:
    """Return the place of the power of ten that is best after a few steps; others are tried beyond the ends."""
    looks = {place: runs.until(place, steps) for place in _decades(bounds)}
    while True:
        best = _best_of_few_steps(looks, runs.before)
        beyond = best - 4 if best == min(looks) else best + 4 if best == max(looks) else best
        if beyond in looks or not bounds.lowest <= beyond <= bounds.highest:
            return best
        looks[beyond] = runs.until(beyond, steps)


def _best_of_few_steps(looks: dict[int, Look], before: float) -> int:
    """Return the best place: to learn little from a bad start is better than to unlearn all."""
    lowest = min(look.loss for look in looks.values())
    harmless = [place for place, look in looks.items() if look.loss <= before + HARMLESS * abs(before)]
    if harmless and lowest >= before - SLIGHT * abs(before):
        return max(harmless)  # nothing has happened yet
    return min(looks, key=lambda place: (not _learns(looks[place], before), looks[place].loss, place))


def _learns(look: Look, before: float) -> bool:
    return look.learned > 0 and look.loss < before


def _around(optimizer: Any, decade: int, bounds: _Bounds) -> list[int]:
    """Return the places of the long runs, rising."""
    kin = isinstance(optimizer, Adam | AdamW | NAdam | AMSGrad | RMSprop)
    top = USUAL + BETWEEN * (RATES - 1) if kin and decade >= USUAL else decade + BETWEEN
    top = max(min(top, bounds.highest), bounds.lowest)
    return [place for place in range(top - BETWEEN * (RATES - 1), top + 1, BETWEEN) if place >= bounds.lowest]


def _long_runs(
    runs: ShortRuns, places: list[int], first: int, budget: int, bounds: _Bounds
) -> dict[int, Look]:
    """Return the last looks of the long runs, by place; with steps left, another one beyond a best end."""
    last: dict[int, Look] = {}
    longest = runs.longest
    for place in places:
        for steps in sorted({max(first, longest // 4), max(first, longest // 2), longest}):
            last[place] = runs.until(place, steps)
            if last[place].loss == math.inf:
                break
    while runs.spent + longest + 1 <= budget:
        best = min(last, key=lambda place: (last[place].loss, place))
        beyond = best - BETWEEN if best == min(last) else best + BETWEEN
        if beyond in last or not bounds.lowest <= beyond <= bounds.highest:
            break
        last[beyond] = runs.until(beyond, longest)
    return last


def _suggestion(
    runs: ShortRuns, last: dict[int, Look], planned: int, bounds: _Bounds, overfits: bool
) -> tuple[float | None, bool]:
    """Return the rate to take, or None if no rate lowers the loss; and whether overfitting lowered it."""
    if not min(look.loss for look in last.values()) < runs.before:
        return None, False
    close = _as_good(last, runs.before)
    place = (min(close) + max(close)) / 2 - (AHEAD if planned > LONGER * runs.longest else 0)
    lower = _before_overfitting(runs.looks, place, planned) if overfits else place
    within = min(bounds.highest, max(bounds.lowest, math.floor(lower + 1e-6)))
    return rate_at(within), lower < place


def _as_good(last: dict[int, Look], before: float) -> list[int]:
    """Return the places of the runs that are as good as the best, which has learned something, if any has."""
    best = min(last.values(), key=lambda look: (not _learns(look, before), look.loss))
    limit = best.loss + CLOSE * abs(best.loss) + NEGLIGIBLE * best.learned
    return [
        place for place, look in last.items() if look.loss <= limit and look.learned >= LITTLE * best.learned
    ]


def _before_overfitting(looks: list[Look], place: float, planned: int) -> float:
    """Return a lower place where some run went so far that it only got worse on rows set aside."""
    best = min(looks, key=lambda look: look.loss)
    overfitted = any(
        look.progress > FURTHER * best.progress
        and look.training < FITTED * best.training
        and look.loss > best.loss + (OVERFIT - 1) * abs(best.loss)
        for look in looks
    )
    if not overfitted:
        return place
    enough = 4 * math.log10(math.sqrt(10) * best.progress / planned)  # training ends a little behind the best
    return min(place, max(place - 4, enough))


def _result(runs: ShortRuns, suggestion: float | None, overfitted: bool) -> RangeTest:
    places = sorted(runs.states)
    steps = sorted({look.steps for look in runs.looks})
    losses, learned = np.full((len(places), len(steps)), np.nan), np.zeros(len(places))
    for look in runs.looks:
        losses[places.index(look.place), steps.index(look.steps)] = look.loss
        learned[places.index(look.place)] = look.learned
    rates = np.array([rate_at(place) for place in places])
    return RangeTest(rates, np.array(steps), losses, learned, suggestion, overfitted)
