"""L-BFGS on the true objective, through SciPy."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ...engines.array import ArrayEngine
from ...engines.engine import Batch, Engine, State
from ...plan import LBFGS, Penalty
from ..state import TrainingState
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


def minimize(
    engine: Engine,
    state: TrainingState,
    data: Batch,
    max_iter: int,
    say: Callable[[str], None] = silent,
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

    Returns
    -------
    Solution
    """
    plan = engine.plan
    if not isinstance(plan.optimizer, LBFGS):
        raise TypeError(f"this solver runs plans with LBFGS, got {plan.optimizer!r}")
    penalties = ArrayEngine(engine.network, plan)
    strengths = np.array([_steady(penalty) for penalty in plan.penalties])
    dtype = state.parameters.theta.dtype
    last = {"theta": state.parameters.theta, "objective": np.inf, "norm": np.inf, "n_iter": 0}

    def objective(theta: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
        sums = engine.gradient(theta.astype(dtype, copy=False), data)
        penalty, gradient = penalties.objective(theta.astype(dtype, copy=False), sums, strengths)
        return sums.loss / sums.weight + penalty, np.asarray(gradient, dtype=np.float64)

    started = time.perf_counter()

    def iteration(intermediate_result: Any) -> None:
        nonlocal started
        now = time.perf_counter()
        last.update(theta=intermediate_result.x.copy(), objective=float(intermediate_result.fun))
        last["n_iter"] += 1
        for name, value in (("objective", last["objective"]), ("seconds", now - started)):
            state.history.setdefault(name, []).append(value)
        started = now
        say(f"Iteration {last['n_iter']}, objective = {last['objective']:.8f}")

    options: Any = {"maxfun": plan.optimizer.max_fun, "maxiter": max_iter, "gtol": plan.tol}
    try:
        with np.errstate(all="ignore"):
            result = optimize.minimize(
                objective,
                state.parameters.theta,
                method="L-BFGS-B",
                jac=True,
                callback=iteration,
                options=options,
            )
    except KeyboardInterrupt:
        warnings.warn("Training interrupted by user.", stacklevel=2)
        state.parameters = State(last["theta"].astype(dtype, copy=False), ())
        return Solution(last["n_iter"], last["objective"], "")
    state.parameters = State(result.x.astype(dtype, copy=False), ())
    message = "" if result.status == 0 else f"(status={result.status}): {result.message}"
    return Solution(min(result.nit, max_iter), float(result.fun), message)


def _steady(penalty: Penalty) -> float:
    """Return a strength that does not change: the line search needs one objective."""
    if callable(penalty.strength):
        raise ValueError(
            f"L-BFGS minimises one fixed objective, so the strength of {penalty.rule!r} must be a number, "
            f"got the schedule {penalty.strength!r}; use another solver with it"
        )
    return float(penalty.strength)
