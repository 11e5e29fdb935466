"""Rates: from the arguments ``learning_rate`` and its kin to a schedule (O1, T5)."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

from ..catalogue import unknown
from ..excerpts import short
from ..intervals import is_number
from ..limits import require_limits
from ..plan import LBFGS, Clock
from ..rules.optimizers import SGD, Momentum, Nesterov, Optimizer
from ..training.schedules import (
    Adaptive,
    Constant,
    InverseScaling,
    Timetable,
    lacks_peak,
    listens,
    with_peak,
)
from .parameters import check_replaced, sizes_of

LEARNING_RATES = ("constant", "invscaling", "adaptive")
AUTO = "auto"


def rate_of(estimator: Any, optimizer: Optimizer | LBFGS) -> Any:
    """Return the schedule for ``learning_rate``, starting from ``learning_rate_init``.

    scikit-learn's strings act with gradient descent alone, as there; an object acts with every
    stochastic solver.
    """
    rate, auto = estimator.learning_rate, estimator.learning_rate_init == AUTO
    peak = None if auto else float(estimator.learning_rate_init)  # None waits for the range test
    if auto and isinstance(optimizer, LBFGS):
        raise ValueError(
            "learning_rate_init='auto' has no effect with L-BFGS, which searches along a line; take another "
            "solver, or leave learning_rate_init out"
        )
    if isinstance(rate, str):
        if rate not in LEARNING_RATES:
            raise ValueError(unknown("learning_rate", rate, LEARNING_RATES))
        if isinstance(optimizer, LBFGS):
            return None
        if rate == "constant" or not isinstance(optimizer, SGD | Momentum | Nesterov):
            return Constant(peak)
        return (
            Adaptive(peak=peak)
            if rate == "adaptive"
            else InverseScaling(power_t=estimator.power_t, peak=peak)
        )
    check_schedule("learning_rate", rate, "learning_rate_init=...")
    if isinstance(optimizer, LBFGS):
        raise ValueError(
            f"learning_rate={short(rate)} has no effect with L-BFGS, which searches along a line; take another "
            "solver, or learning_rate='constant'"
        )
    if isinstance(rate, InverseScaling):
        check_replaced(estimator, "learning_rate", ["power_t"])
    if not lacks_peak(rate):
        check_replaced(estimator, "learning_rate", ["learning_rate_init"])
    return rate if peak is None else with_peak(rate, peak)


def multipliers_of(estimator: Any) -> tuple[float, ...]:
    """Return the multipliers of the rate for the layers 1 to m, or an empty tuple.

    Raises
    ------
    ValueError
        If their number is not that of the layers.
    """
    multipliers = tuple(float(one) for one in getattr(estimator.learning_rate, "multipliers", ()))
    layers = len(sizes_of(estimator.hidden_layer_sizes)) + 1
    if multipliers and len(multipliers) != layers:
        raise ValueError(
            f"learning_rate={short(estimator.learning_rate)} has {len(multipliers)} multiplier(s) for "
            f"{layers} layer(s) with weights; give one for each hidden layer and one for the output layer"
        )
    return multipliers


def check_schedule(name: str, schedule: Any, plain: str) -> None:
    """Raise unless a schedule is an object that takes a clock, its parameters within their limits."""
    if isinstance(schedule, type) or not callable(schedule):
        shown = f"the class {schedule.__name__}" if isinstance(schedule, type) else short(schedule)
        hint = (
            f"an object is called with the clock and returns a number, and a plain number goes into {plain}"
        )
        if is_number(schedule):
            hint = f"a plain number goes into {plain.replace('...', short(schedule))}"
        elif callable(schedule):
            hint = f"pass an object, {schedule.__name__}()"
        raise TypeError(f"{name} must be a name or a schedule object, got {shown}; {hint}")
    with contextlib.suppress(ValueError):  # what is written in C may have no signature
        try:
            inspect.signature(schedule).bind(Clock(0, 0, 0, 1, 0.0))
        except TypeError as error:
            raise TypeError(f"{name}={short(schedule)} must take one argument, the Clock: {error}") from error
    kind = type(schedule).__name__
    require_limits(schedule)
    if isinstance(schedule, Timetable):
        schedule.check()
        within = getattr(schedule, "then", None)
        if within is not None:
            check_schedule(f"{kind}(then=...)", within, "then=Constant(...)")


def check_strength(name: str, schedule: Any) -> None:
    """Raise unless a schedule can be a strength: it has a value of its own and does not listen to the loss."""
    check_schedule(name, schedule, f"{name}=...")
    if lacks_peak(schedule):
        raise ValueError(
            f"{name}={short(schedule)} has no value to start from: a strength takes nothing from "
            f"learning_rate_init; pass {type(schedule).__name__}(peak=...), or after(epochs=5, value=1e-3)"
        )
    if listens(schedule):
        raise ValueError(
            f"{name}={short(schedule)} follows the loss, which a learning rate can and a strength cannot; take one "
            "that depends on the time alone, such as after(epochs=5, value=1e-3)"
        )
    if getattr(schedule, "multipliers", ()):
        raise ValueError(
            f"{name}={short(schedule)} has multipliers for layers, which only learning_rate can have"
        )
