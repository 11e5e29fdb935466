"""L-BFGS on the true objective, through SciPy."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ...engines.array import ArrayEngine
from ...engines.engine import Batch, Engine, State
from ...plan import LBFGS
from ..callbacks import Callback, View, look, running
from ..column import Column
from ..epochs import followed_to_reported
from ..state import HISTORY, Record, TrainingState
from ..train import silent


@dataclass
class Solution:
    """How L-BFGS ended.

    Attributes
    ----------
    n_iter : int
        Iterations taken.
    objective : float
        Mean loss plus penalties at theta.
    message : str
        SciPy's reason for an end without convergence, empty if it converged.
    """

    n_iter: int
    objective: float
    message: str


class _Objective:
    """Mean loss plus penalties with its gradient, both of one function."""

    def __init__(self, engine: Engine, data: Batch, dtype: Any) -> None:
        self.engine, self.dtype = engine, dtype
        plan = engine.plan
        activities = tuple(_steady(one.rule, one.strength) for one in plan.activities)
        contraction = (
            0.0 if plan.contraction is None else _steady(plan.contraction, plan.contraction.strength)
        )
        self.data = data._replace(activity=activities, contraction=contraction)
        self.penalties = ArrayEngine(engine.network, plan)
        self.strengths = np.array([_steady(one.rule, one.strength) for one in plan.penalties])
        self.first_value = self.loss = self.penalty = math.nan
        self.gradient: NDArray[Any] = np.empty(0)

    def __call__(self, theta: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        theta = theta.astype(self.dtype, copy=False)
        sums = self.engine.gradient(theta, self.data)
        penalty, gradient = self.penalties.objective(theta, sums, self.strengths)
        value = sums.loss / sums.weight + penalty
        self.loss = sums.reported / sums.weight
        own = followed_to_reported(self.engine.plan.loss, self.engine.network) * self.loss
        self.penalty = value - own if self.engine.plan.is_penalized_inside else penalty
        if not len(self.gradient):
            self.first_value = value
        self.gradient = gradient
        return value, np.asarray(gradient, dtype=np.float64)


class _Iterations:
    """What is done after each iteration: the state and the history follow, the callbacks hear of it."""

    def __init__(
        self,
        objective: _Objective,
        state: TrainingState,
        max_iter: int,
        report: Callable[[Record, Any], bool],
        unit: float,
    ) -> None:
        self.objective, self.state, self.max_iter, self.report = objective, state, max_iter, report
        self.unit = unit
        self.n_iter, self.value, self.stopped = 0, math.nan, False
        self.started = time.perf_counter()
        for name in HISTORY:
            state.history.setdefault(name, Column())

    def __call__(self, intermediate_result: Any) -> None:
        now = time.perf_counter()
        value = float(intermediate_result.fun) * self.unit
        gradient = self.objective.gradient  # the last point evaluated is the iterate
        norm, seconds = math.sqrt(gradient @ gradient), now - self.started
        loss, penalty = self.objective.loss, self.objective.penalty  # of that point, too
        record = Record(
            self.n_iter + 1, self.max_iter, value, value, math.nan, math.nan, norm, seconds, penalty=penalty
        )
        before = self.state.parameters.theta
        self.state.parameters = State(intermediate_result.x.astype(self.objective.dtype), ())
        self.n_iter, self.value, self.started = self.n_iter + 1, value, now
        for name in HISTORY:
            self.state.history[name].append(loss if name == "loss" else getattr(record, name))
        self.stopped = self.report(record, before)
        if self.stopped:
            raise StopIteration


def minimize(
    engine: Engine,
    state: TrainingState,
    data: Batch,
    max_iter: int,
    say: Callable[[str], None] = silent,
    callbacks: Sequence[Callback] = (),
    unit: float = math.nan,
) -> Solution:
    """Minimise mean loss plus penalties; ``state`` gets the weights and the history.

    scikit-learn hands SciPy its *reported* loss with the true gradient; the two disagree for several
    regression outputs and for clipped probabilities. Here value and gradient are of one function,
    so that in those cases the model is another than scikit-learn's.

    Parameters
    ----------
    engine : Engine
    state : TrainingState
    data : Batch
    max_iter : int
    say : callable
        Takes a line to print.
    callbacks : sequence of Callback
        They hear of every iteration as of an epoch.
    unit : float, default=NaN
        What the objective is divided by before SciPy compares it, and its gradient, with the tolerances, which are
        absolute below 1. NaN, or no positive number: nothing.

    Returns
    -------
    Solution
    """
    plan = engine.plan
    if not isinstance(plan.optimizer, LBFGS):
        raise TypeError(f"this solver runs plans with LBFGS, got {plan.optimizer!r}")
    theta = state.parameters.theta
    state.parameters, state.interrupted = State(theta, ()), False
    objective = _Objective(engine, data, theta.dtype)

    def report(record: Record, before: Any) -> bool:
        say(f"Iteration {record.epoch}, objective = {record.objective:.8f}")
        if not callbacks:
            return False  # the view of weights that nobody looks at costs more than a small step
        look(callbacks, record, View(engine, data, state.parameters.theta, before))
        return True in [callback.on_epoch_end(record) for callback in callbacks]  # every one hears of it

    unit = unit if 0 < unit < math.inf else 1.0
    iterations = _Iterations(objective, state, max_iter, report, unit)

    def in_units(theta: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = objective(theta)
        return (value, gradient) if unit == 1 else (value / unit, gradient / unit)

    options: Any = {"maxfun": plan.optimizer.max_fun, "maxiter": max_iter, "gtol": plan.tol}
    if plan.optimizer.ftol is not None:
        options["ftol"] = plan.optimizer.ftol
    with running(callbacks, max_iter), np.errstate(all="ignore"):
        try:
            result = optimize.minimize(
                in_units, theta, method="L-BFGS-B", jac=True, callback=iterations, options=options
            )
        except KeyboardInterrupt:
            state.interrupted = True
            warnings.warn("Training interrupted by user.", stacklevel=2)
            value = iterations.value if iterations.n_iter else objective.first_value
            return Solution(iterations.n_iter, value, "")
    state.parameters = State(result.x.astype(theta.dtype, copy=False), ())
    converged = result.status == 0 or iterations.stopped
    message = "" if converged else f"(status={result.status}): {result.message}"
    return Solution(min(result.nit, max_iter), float(result.fun) * unit, message)


def _steady(penalty: Any, strength: Any) -> float:
    """Return a strength that does not change: the line search needs one objective."""
    if callable(strength):
        raise ValueError(
            f"L-BFGS minimises one fixed objective, so the strength of {penalty!r} must be a number, "
            f"got the schedule {strength!r}; use another solver with it"
        )
    return float(strength)
