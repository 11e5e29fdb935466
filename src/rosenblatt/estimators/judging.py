"""How the rows that are set aside judge the weights of an epoch: one pass through the network for all that is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import reports_outputs
from ..namespaces import namespace_of
from ..training.train import Judged
from .fitting import Fitting


def judge_of(estimator: Any, fitting: Fitting) -> Callable[[NDArray[Any]], Judged]:
    """Return what takes weights and returns the score of the validation rows and their loss.

    The score decides. It is of predictions in the user's units, but of an autoencoder in those that are trained in:
    what decides is what is minimised. The loss is that of training, in trained units, without penalties.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
        With its data split and scaled.
    """
    validation, scoring, loss = fitting.validation, fitting.scoring, fitting.plan.loss
    scaling = fitting.target_scaling
    own_units = scaling is None or (estimator._target_is_input and scoring is None)
    numbers = _numbers(estimator, fitting) if reports_outputs(loss) else None

    def judge(theta: NDArray[Any]) -> Judged:
        with np.errstate(all="ignore"):  # weights that overflowed score NaN, and training says so
            o = np.asarray(fitting.engine.predict(theta, validation.X))
            lost = float("nan")
            if numbers is not None:
                rows = loss.reported(namespace_of(o), o, numbers).sum(axis=1)  # (n_val,)
                lost = float(np.average(rows, weights=validation.weight))
            o = o if own_units else estimator._in_units(o, scaling, loss)
            if scoring is not None:
                return Judged(scoring(theta, o), lost)
            return Judged(float(estimator._score_outputs(o, validation.y, validation.weight)), lost)

    return judge


def _numbers(estimator: Any, fitting: Fitting) -> NDArray[Any]:
    """Return the validation targets as the loss takes them, shape (n_val, r_m)."""
    y, dtype = fitting.validation.y, fitting.train.X.dtype
    if estimator._target_is_input:  # scaled already
        return np.asarray(y, dtype=dtype)
    numbers = estimator._numbers(y, fitting.plan.loss, fitting.network, dtype)
    scaling = fitting.target_scaling
    return np.asarray(numbers if scaling is None else scaling.apply(numbers, dtype))
