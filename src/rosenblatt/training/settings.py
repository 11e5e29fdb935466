"""The settings table: one row of numbers for each step, filled from the schedules before it runs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..plan import Clock, Plan

BY_RATE = ("decay", "threshold")
"""Columns whose strength is multiplied by the rate: what acts apart from the gradient."""


def settings_table(plan: Plan, rate: Any, clock: Clock, steps: int, epochs: int = 1) -> NDArray[np.float64]:
    """Return the settings of some epochs' steps.

    Parameters
    ----------
    plan : Plan
    rate : Schedule
        The rate's schedule as it stands now.
    clock : Clock
        The time of the first step.
    steps : int
        Steps in an epoch.
    epochs : int, default=1
        More than one only if no schedule changes meanwhile.

    Returns
    -------
    array of shape (steps * epochs, len(plan.columns))

    Raises
    ------
    ValueError
        If a schedule returns a number that is negative or not finite; the message names the step.
    """
    total = steps * epochs
    table = np.empty((total, len(plan.columns)))
    table[:, 0] = _values("learning_rate", rate, clock, steps, total)
    for i, penalty in enumerate(plan.penalties):
        table[:, 1 + i] = _values("alpha, the strength of a penalty,", penalty.strength, clock, steps, total)
    own: Any = plan.optimizer
    numbers = np.arange(clock.step + 1, clock.step + total + 1, dtype=np.float64)
    for i, column in enumerate(own.settings_at(numbers, table[:, 0])):
        table[:, 1 + len(plan.penalties) + i] = column
    for column, strength in plan.extras.items():
        values = _values(column, strength, clock, steps, total)
        if column.startswith("dropout") and np.max(values) >= 1:
            raise ValueError(
                f"dropout must stay below 1, but its schedule returned {np.max(values)} between step "
                f"{clock.step + 1} and {clock.step + total} (epoch {clock.epoch + 1})"
            )
        table[:, plan.columns.index(column)] = values * table[:, 0] if column in BY_RATE else values
    if plan.average is not None:
        table[:, plan.columns.index("average")] = plan.average.shares(clock, steps, epochs)
    return table


def _values(what: str, schedule: Any, clock: Clock, steps: int, total: int) -> Any:
    """Return a schedule's value for all steps (one number) or for each step (an array)."""
    if not callable(schedule):
        return float(schedule)
    if getattr(schedule, "every", "step") == "epoch":
        return _sensible(what, schedule(clock), clock)
    values = np.empty(total)
    for i in range(total):
        now = clock._replace(step=clock.step + i, progress=clock.progress + i / (steps * clock.horizon))
        values[i] = _sensible(what, schedule(now), now)
    return values


def _sensible(what: str, value: Any, clock: Clock) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ValueError(
            f"{what} must be a finite number that is not negative, but its schedule returned "
            f"{value!r} at step {clock.step + 1} (epoch {clock.epoch + 1})"
        )
    return number


def is_steady(plan: Plan, rate: Any) -> bool:
    """Return whether neither the rate nor a strength can change from epoch to epoch."""
    schedules = [rate, *(penalty.strength for penalty in plan.penalties), *plan.extras.values()]
    return all(not callable(s) or getattr(s, "steady", False) for s in schedules)
