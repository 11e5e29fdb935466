"""The settings table: one row of numbers for each step, filled from the schedules before it runs."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..corruption import COLUMN, is_ours
from ..errors import InvalidParameterError
from ..intervals import lies_in
from ..plan import Clock, Penalty, Plan
from .schedules import is_foreseeable, is_vectorised

BY_RATE = ("decay", "threshold")
"""Columns whose strength is multiplied by the rate: what acts apart from the gradient."""

NOT_NEGATIVE = "[0, inf)"


def settings_table(
    plan: Plan, rate: Any, clock: Clock, steps: int, epochs: int = 1, samples: int = 0, planned: int = 0
) -> NDArray[np.float64]:
    """Return the settings of some epochs' steps.

    Parameters
    ----------
    plan : Plan
    rate : Schedule
        The rate's schedule as it stands now.
    clock : Clock
        The time of the first step, which begins an epoch.
    steps : int
        Steps in an epoch.
    epochs : int, default=1
        More than one only where ``may_look_ahead``.
    samples : int, default=0
        Samples in an epoch; they count where there is more than one epoch.
    planned : int, default=0
        Epochs that an average of the weights is spread over, 0 for the horizon: ``partial_fit`` plans one.

    Returns
    -------
    array of shape (steps * epochs, len(plan.columns))
        Fewer epochs if a schedule returns nonsense in a later one, which may never be reached.

    Raises
    ------
    ValueError
        If a schedule returns nonsense in the first epoch; the message names what it is for and the step.
    """
    times = Times(clock, steps, epochs, samples)
    while True:
        table = np.empty((times.total, len(plan.columns)))
        try:
            _fill(table, plan, rate, times, planned or clock.horizon)
        except _LaterNonsense as later:
            times = Times(clock, steps, later.epochs, samples)
            continue
        return table


def may_look_ahead(plan: Plan, rate: Any) -> bool:
    """Return whether the rates and strengths of later epochs are known, as long as no schedule changes."""
    strengths = [*(penalty.strength for penalty in plan.penalties), *plan.extras.values()]
    return all(is_foreseeable(one) for one in (rate, *strengths))


class Times:
    """The times of the steps of some epochs.

    Parameters
    ----------
    clock : Clock
        The time of the first step.
    steps : int
        Steps in an epoch.
    epochs : int
    samples : int
        Samples in an epoch.
    """

    def __init__(self, clock: Clock, steps: int, epochs: int = 1, samples: int = 0) -> None:
        self.clock, self.steps, self.epochs, self.samples = clock, steps, epochs, samples

    @property
    def total(self) -> int:
        """Number of steps."""
        return self.steps * self.epochs

    def of_step(self, i: int) -> Clock:
        """Return the time of one step; the first is 0."""
        epoch, within = divmod(i, self.steps)
        start, horizon = self.clock, self.clock.horizon
        return Clock(
            start.step + i,
            start.epoch + epoch,
            start.samples + epoch * self.samples,
            horizon,
            (start.epoch + epoch) / horizon + within / (self.steps * horizon),
        )

    @cached_property
    def of_all(self) -> Clock:
        """The times of all steps in one clock, which holds arrays."""
        numbers = np.arange(self.total)
        passed, within = np.divmod(numbers, self.steps)
        start, horizon = self.clock, self.clock.horizon
        epochs: Any = start.epoch + passed
        samples: Any = start.samples + passed * self.samples
        progress: Any = epochs / horizon + within / (self.steps * horizon)
        moments: Any = start.step + numbers
        return Clock(moments, epochs, samples, horizon, progress)


class _LaterNonsense(Exception):  # noqa: N818 - not an error: the epochs before it can run
    """A schedule returns nonsense, but not in the first epoch."""

    def __init__(self, epochs: int) -> None:
        super().__init__(epochs)
        self.epochs = epochs


def _fill(table: NDArray[np.float64], plan: Plan, rate: Any, times: Times, planned: int) -> None:
    table[:, 0] = values_of("learning_rate", NOT_NEGATIVE, rate, times)
    for i, penalty in enumerate(plan.penalties):
        table[:, 1 + i] = values_of(_name_of(penalty), NOT_NEGATIVE, penalty.strength, times)
    own: Any = plan.optimizer
    first = times.clock.step + 1
    numbers = np.arange(first, first + times.total, dtype=np.float64)
    for i, column in enumerate(own.settings_at(numbers, table[:, 0])):
        table[:, 1 + len(plan.penalties) + i] = column
    for column, strength in plan.extras.items():
        values = values_of(*_described(plan, column), strength, times)
        table[:, plan.columns.index(column)] = values * table[:, 0] if column in BY_RATE else values
    if plan.average is not None:
        shares = plan.average.shares(times.clock._replace(horizon=planned), times.steps, times.epochs)
        table[:, plan.columns.index("average")] = shares


def _name_of(penalty: Penalty) -> str:
    """Return what the user calls a penalty's strength."""
    if penalty.divided:
        return "alpha, the strength of a penalty,"
    return f"{type(penalty.rule).__name__}(strength=...) in regularizers"


def _described(plan: Plan, column: str) -> tuple[str, str]:
    """Return what the user calls one of the other columns, and the interval of its values."""
    if column.startswith("dropout_"):
        return f"dropout of layer {column.removeprefix('dropout_')}", "[0, 1)"
    if column.startswith("activity_"):
        rule = plan.activities[int(column.removeprefix("activity_"))].rule
        return f"the strength of {type(rule).__name__} in sparsity", NOT_NEGATIVE
    if column == COLUMN and is_ours(plan.corruption):
        kind = plan.corruption
        return f"{type(kind).__name__}({kind.strength}=...) in corruption", kind.limits[kind.strength]
    if column == "contraction":
        return "Contraction(strength=...)", NOT_NEGATIVE
    for one in plan.regularizers:
        for parameter, of_parameter in one.columns.items():
            if of_parameter == column:
                return f"{type(one).__name__}({parameter}=...) in regularizers", one.limits[parameter]
    return column, NOT_NEGATIVE


def values_of(name: str, interval: str, schedule: Any, times: Times) -> Any:
    """Return a schedule's value for all steps (one number) or for each step (an array).

    Parameters
    ----------
    name : str
        What the user calls it, for the message.
    interval : str
        Where the values must lie, such as ``"[0, inf)"``.
    schedule : float or Schedule
    times : Times

    Returns
    -------
    float or array of shape (times.total,)

    Raises
    ------
    ValueError
        If a value is not a number in the interval.
    """
    if not callable(schedule):
        return float(schedule)

    def asked(i: int) -> float:
        now = times.of_step(i)
        try:
            value = schedule(now)
        except Exception as error:
            if isinstance(error, TypeError) and "Clock" in str(error):
                raise InvalidParameterError(
                    f"{name}: its schedule failed, {error}; it is called with a Clock and returns a number: take "
                    "clock.epoch, clock.step or clock.progress"
                ) from error
            error.add_note(
                f"while the schedule of {name} was asked for step {now.step + 1} (epoch {now.epoch + 1})"
            )
            raise
        return _sensible(name, interval, value, now, i // times.steps)

    if getattr(schedule, "steady", False):
        return asked(0)
    if getattr(schedule, "every", "step") == "epoch":
        values = [asked(i) for i in range(0, times.total, times.steps)]
        return values[0] if len(values) == 1 else np.repeat(values, times.steps)
    if is_vectorised(schedule):
        found = np.asarray(schedule.at(times.of_all))
        plain = found.dtype.kind in "fiu" and found.shape in ((), (times.total,))
        if plain and lies_in(found.min(), interval) and lies_in(found.max(), interval):
            return found
    return np.array([asked(i) for i in range(times.total)])


def _sensible(name: str, interval: str, value: Any, clock: Clock, later: int) -> float:
    """Return a value as a float, or raise; ``later`` counts the epochs before it in the table."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if lies_in(number, interval):
        return number
    if later:
        raise _LaterNonsense(later)
    wanted = "be a finite number that is not negative" if interval == NOT_NEGATIVE else f"lie in {interval}"
    raise ValueError(
        f"{name} must {wanted}, but its schedule returned {value!r} at step {clock.step + 1} "
        f"(epoch {clock.epoch + 1})"
    )
