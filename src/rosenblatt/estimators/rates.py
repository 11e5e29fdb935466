"""Rates: from the arguments ``learning_rate`` and its kin to a schedule (O1, T5)."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
from typing import Any

from ..catalogue import unknown
from ..intervals import require
from ..plan import LBFGS, Clock
from ..rules.optimizers import SGD, Momentum, Nesterov, Optimizer
from ..training.schedules import Adaptive, Constant, InverseScaling
from .parameters import check_replaced

LEARNING_RATES = ("constant", "invscaling", "adaptive")


def rate_of(estimator: Any, optimizer: Optimizer | LBFGS) -> Any:
    """Return the schedule for ``learning_rate``, starting from ``learning_rate_init``.

    scikit-learn's strings act with gradient descent alone, as there; an object acts with every
    stochastic solver.
    """
    rate, peak = estimator.learning_rate, float(estimator.learning_rate_init)
    if isinstance(rate, str):
        if rate not in LEARNING_RATES:
            raise ValueError(unknown("learning_rate", rate, LEARNING_RATES))
        if isinstance(optimizer, LBFGS):
            return None
        if rate == "constant" or not isinstance(optimizer, SGD | Momentum | Nesterov):
            return Constant(peak)
        return Adaptive(peak=peak) if rate == "adaptive" else InverseScaling(estimator.power_t, peak)
    check_schedule("learning_rate", rate, "learning_rate_init=...")
    if isinstance(optimizer, LBFGS):
        raise ValueError(
            f"learning_rate={rate!r} has no effect with L-BFGS, which searches along a line; take another "
            "solver, or learning_rate='constant'"
        )
    if isinstance(rate, InverseScaling):
        check_replaced(estimator, "learning_rate", ["power_t"])
    if getattr(rate, "peak", 0.0) is None:
        rate = dataclasses.replace(rate, peak=peak)
    else:
        check_replaced(estimator, "learning_rate", ["learning_rate_init"])
    return rate


def check_schedule(name: str, schedule: Any, plain: str) -> None:
    """Raise unless a schedule is an object that takes a clock, its parameters within their limits."""
    if isinstance(schedule, type) or not callable(schedule):
        shown = f"the class {schedule.__name__}" if isinstance(schedule, type) else repr(schedule)
        raise TypeError(
            f"{name} must be a name or a schedule object, got {shown}; an object is called with the "
            f"clock and returns a number, and a plain number goes into {plain}"
        )
    with contextlib.suppress(ValueError):  # what is written in C may have no signature
        try:
            inspect.signature(schedule).bind(Clock(0, 0, 0, 1, 0.0))
        except TypeError as error:
            raise TypeError(f"{name}={schedule!r} must take one argument, the Clock: {error}") from error
    for parameter, interval in getattr(schedule, "limits", {}).items():
        value = getattr(schedule, parameter)
        if value is not None:
            require(f"{type(schedule).__name__}({parameter}=...)", value, interval)
