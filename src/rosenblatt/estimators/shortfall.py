"""What a fit did not learn: the evidence, and a cure (E1, T4, T5)."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from ..catalogue import reports_outputs
from ..engines.engine import Batch
from ..errors import DivergenceError
from ..plan import Plan
from ..rules.losses import PerceptronLoss
from .advice import FAR, TARGETS, on_divergence, on_inputs, on_targets
from .cures import cure, said_of_columns, said_of_rows
from .evidence import NOTHING, Ending, Evidence, constant_name
from .fitting import Fitting

ENOUGH = 500
"""Rows that are looked at first: a look should cost less than an epoch."""
LITTLE = 0.9
"""Who gains more than this share has learned enough, whatever the scale of the inputs."""
COARSE = 1e-3
"""A ``tol`` of more than this share of the constant prediction's loss stops training too early."""
CLOSE = 0.1
"""A target that is always the same is learned where outputs are as close to it, as a share of its size."""
RISE = 0.01
"""A loss that rose by less than this share of itself only trembles."""


def warn_of_shortfall(estimator: Any, fitting: Fitting, theta: NDArray[Any], ending: Ending) -> None:
    """Warn the caller of ``fit`` if nothing was learned, or little for a reason that can be named."""
    said = shortfall(estimator, fitting, theta, ending)
    if said:
        warnings.warn(said, ConvergenceWarning, stacklevel=6)


def warn_of_standstill(estimator: Any, plan: Plan, rates: list[float], incremental: bool) -> bool:
    """Warn the caller of ``fit`` if no weight could move, and return whether that was said.

    Parameters
    ----------
    estimator : estimator
    plan : Plan
    rates : list of float
        One for each epoch.
    incremental : bool
        Whether it was one epoch of ``partial_fit``, whose rate alone says little.

    Returns
    -------
    bool
    """
    frozen = bool(plan.multipliers) and not any(plan.multipliers)
    if not frozen and (incremental or any(rates) or not rates):
        return False
    rate = f"learning_rate={estimator.learning_rate!r}"
    why = f"{rate} has the multiplier 0 for every layer" if frozen else f"{rate} was 0 in every epoch"
    warnings.warn(
        f"Nothing could be learned: {why}, so that no weight moved.", ConvergenceWarning, stacklevel=6
    )
    return True


def explained(error: DivergenceError, estimator: Any, fitting: Fitting) -> DivergenceError:
    """Return the error with its cause, or what to try, at the end of its message."""
    X, y = fitting.train[:2]
    error.args = (f"{error}{on_divergence(estimator, X, y, fitting.plan.loss, error)}",)
    return error


def shortfall(estimator: Any, fitting: Fitting, theta: NDArray[Any], ending: Ending) -> str:
    """Return what to say if nothing was learned, or little for a reason that can be named; else an empty string.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
        After training.
    theta : array of shape (p,)
        The weights that are kept.
    ending : Ending

    Returns
    -------
    str
    """
    y, loss = fitting.train.y, fitting.plan.loss
    if isinstance(loss, PerceptronLoss) or not reports_outputs(loss):
        return ""  # a constant has no such loss, and decides nothing; or outputs alone do not tell the loss
    said, is_one = "", bool((y == y[0]).all())  # then there is nothing to learn but one number
    looks = (ENOUGH, len(y)) if len(y) > ENOUGH else (len(y),)  # at all rows only where the first look is bad
    with np.errstate(all="ignore"):
        for rows in looks:
            part = _sample(fitting, rows)
            o = _outputs(fitting, theta, part.X)
            said = (
                _said_of_constant(estimator, fitting, ending, o)
                if is_one
                else _said(estimator, fitting, ending, part, o)
            )
            if not said:
                return ""
    return said


def _said_of_constant(estimator: Any, fitting: Fitting, ending: Ending, o: NDArray[np.float64]) -> str:
    """Return what to say where all targets are the same number, and it was not learned."""
    plan, y = fitting.plan, np.asarray(fitting.train.y[:1], dtype=np.float64)
    if estimator._stratifies or plan.loss.outputs_per_target > 1:
        return ""  # one class is predicted whatever the outputs; and several outputs need not be the target
    if fitting.target_scaling is not None:
        o, y = fitting.target_scaling.undo(o), fitting.target_scaling.undo(y)
    sizes = np.where(y == 0, np.abs(y).max() or 1.0, np.abs(y))
    if (np.abs(o - y).mean(axis=0) <= CLOSE * sizes).all():
        return ""
    targets = on_targets(estimator, fitting.train.y, plan.loss)
    if not (targets or estimator._target_is_input) and 0 < sizes.max() < TARGETS[0]:
        targets = f" Divide y by {sizes.max():.3g}, and multiply predictions by it."
    if not (targets or estimator._target_is_input):
        return ""  # one number of a usual size, which few epochs missed: there is nothing to mend
    what = f"always {y.max():.3g}" if (y == y.max()).all() else "the same in all rows"
    outputs = f"{o.min():.3g} to {o.max():.3g}"
    return f"Nothing was learned: the target is {what}, and outputs are {outputs}." + (
        targets or cure(estimator, fitting, ending, rose=False)
    )


def _said(estimator: Any, fitting: Fitting, ending: Ending, part: Batch, o: NDArray[np.float64]) -> str:
    evidence = Evidence.of(fitting.plan, fitting.train, part, o)
    found, constant, gained = evidence.found, evidence.constant, evidence.gained
    first, last = ending.losses or (math.nan, math.nan)
    if gained > LITTLE:
        columns = said_of_columns(estimator, fitting, evidence.losses, evidence.constants)
        return columns or said_of_rows(estimator, fitting, part, o)
    rose = ending.losses is not None and not last <= first + RISE * abs(first)  # NaN rose
    inputs = on_inputs(fitting.train.X, estimator.scale_inputs)
    targets = on_targets(estimator, fitting.train.y, fitting.plan.loss)
    whom = f"always predicting {constant_name(estimator)}"
    if not math.isfinite(found):
        text = f"The training loss is {found}, where {whom} has {constant:.3g}."
    elif gained <= NOTHING:
        text = evidence.said(estimator)
    elif rose:
        text = f"The training loss is {found:.3g}, where {whom} has {constant:.3g}."
    elif ((ending.stalled or ending.over) and inputs) or _hinders(
        estimator, fitting, ending, targets, abs(constant)
    ):
        text = (
            f"Training stopped after {ending.n_iter} epochs at a training loss of {found:.3g}, where {whom} has "
            f"{constant:.3g}."
        )
    else:
        return said_of_columns(estimator, fitting, evidence.losses, evidence.constants)
    text += f" Over the epochs it rose from {first:.3g} to {last:.3g}." if rose else ""
    return text + (targets + inputs or cure(estimator, fitting, ending, rose))


def _hinders(estimator: Any, fitting: Fitting, ending: Ending, targets: str, scale: float) -> bool:
    """Return whether the size of the targets is a likely reason for what is missing."""
    far = not estimator._target_is_input and on_targets(estimator, fitting.train.y, fitting.plan.loss, FAR)
    if far or not (ending.stalled and targets and fitting.plan.tol > COARSE * scale):
        return bool(far)
    return math.isnan(estimator._baseline(fitting))  # then tol is absolute, and too coarse for such targets


def _outputs(fitting: Fitting, theta: NDArray[Any], X: Any) -> NDArray[np.float64]:
    """Return the outputs for rows, some at a time: engines may make copies of these."""
    parts = [
        fitting.engine.predict(theta, X[start : start + ENOUGH]) for start in range(0, X.shape[0], ENOUGH)
    ]
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])


def _sample(fitting: Fitting, rows: int) -> Batch:
    X, y, weight = fitting.train[:3]
    step = max(1, len(y) // rows)
    if step == 1:
        return fitting.train
    return Batch(X[::step], y[::step], None if weight is None else weight[::step])
