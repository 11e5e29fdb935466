"""The end of ``max_iter`` epochs: whether training was over by then, or was cut off (T5)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..training.train import Run
from .advice import on_inputs
from .fitting import Fitting

LITTLE = 0.1
"""A rate that has fallen to this share of its peak was meant to end, where its schedule does not say."""
SETTLED = 0.01
"""An error is settled that moves by less than this share of what was gained, and of what is left, ..."""
LATELY, SHARE = 10, 0.1
"""... from one stretch of so many epochs, or of this share of all, to the next."""


def is_over(run: Run, history: Mapping[str, Sequence[float]], epochs_before: int) -> bool:
    """Return whether training was over when ``max_iter`` epochs had passed.

    Parameters
    ----------
    run : Run
    history : mapping of str to sequence of float
        What was recorded of each epoch, also of earlier fits.
    epochs_before : int
        The epochs of these.

    Returns
    -------
    bool
    """
    if was_meant_to_end(run.engine.plan.rate, history["rate"][epochs_before:]):
        return True
    if not run.score_decides:
        return has_settled(history["objective"][epochs_before:], run)
    return has_settled([-score for score in history["validation_score"][epochs_before:]], run)


def was_meant_to_end(schedule: Any, rates: Sequence[float]) -> bool:
    """Return whether a rate has come to the end that it was given.

    Parameters
    ----------
    schedule : Schedule
        One that has ``ends`` says so itself.
    rates : sequence of float
        Of each epoch.

    Returns
    -------
    bool

    Examples
    --------
    >>> was_meant_to_end(lambda clock: 1 - clock.progress, [1.0, 0.5, 0.05])
    True
    """
    said = getattr(schedule, "ends", None)
    if said is not None:
        return bool(said)
    return len(rates) > 1 and rates[-1] <= LITTLE * max(rates)


def has_settled(values: Sequence[float], run: Run) -> bool:
    """Return whether what is judged moves no more, relative to what a constant prediction has of it.

    Parameters
    ----------
    values : sequence of float
        Of each epoch, lower is better.
    run : Run
        Without a baseline nothing is known to be settled: the size of ``values`` says nothing.

    Returns
    -------
    bool
    """
    stretch = max(LATELY, math.ceil(SHARE * len(values)))
    if math.isnan(run.baseline) or len(values) < 2 * stretch:
        return False
    last = np.asarray(values[-2 * stretch :], dtype=np.float64).reshape(2, stretch).mean(axis=1)
    return bool(abs(last[0] - last[1]) <= SETTLED * run.unit(float(last[1])))


def warn_of_horizon(estimator: Any, fitting: Fitting) -> None:
    """Warn the caller of ``fit`` as scikit-learn does, and of odd sizes of the inputs."""
    advice = on_inputs(fitting.train.X, estimator.scale_inputs)
    warnings.warn(
        f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) reached and the "
        f"optimization hasn't converged yet.{advice}",
        ConvergenceWarning,
        stacklevel=6,
    )
