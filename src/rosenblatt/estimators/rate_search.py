"""``learning_rate_init="auto"`` and ``lr_find``: the range test from an estimator's side (T5)."""

from __future__ import annotations

import dataclasses
import warnings
from numbers import Integral
from typing import Any

from sklearn.base import clone

from ..inspection.range_test import RangeTest, Size, affordable, range_test
from ..intervals import require
from ..training.schedules import lacks_peak, with_peak
from ..training.state import TrainingState
from .arguments import is_lbfgs
from .fitting import Fitting
from .rates import AUTO

FALLBACK = 1e-3
"""The rate where the test finds none: scikit-learn's default."""


WIDE, NARROW = (1e-6, 10.0), (1e-4, 10.0)
"""The rates that are tried; with few steps, fewer decades."""


class _Found(Exception):  # noqa: N818 - it ends a fit that was begun for the test alone
    def __init__(self, result: RangeTest) -> None:
        super().__init__()
        self.result = result


def settle_rate(estimator: Any, fitting: Fitting, state: TrainingState) -> None:
    """Find the rate by a range test, if ``learning_rate_init`` says so and none has been found yet.

    Parameters
    ----------
    estimator : estimator
        Gets ``learning_rate_init_``.
    fitting : Fitting
    state : TrainingState
        Gets the rate.
    """
    if estimator.learning_rate_init != AUTO:
        vars(estimator).pop("learning_rate_init_", None)
        return
    known = vars(estimator).get("learning_rate_init_")
    if lacks_peak(state.rate) and estimator.warm_start and known is not None:
        state.rate = with_peak(state.rate, known)  # weights that have learnt say little about rates
    if lacks_peak(state.rate):
        n = fitting.train.X.shape[0]
        only: dict[str, Any] = vars(estimator).get("_range", {})
        size = Size(only["steps"], min(fitting.plan.batch_size, n)) if only else affordable(fitting.plan, n)
        between = (only["low"], only["high"]) if only else (WIDE if size.steps >= 40 else NARROW)
        theta = state.parameters.theta
        result = range_test(fitting.engine, theta, fitting.train, fitting.seed, size, *between)
        if only:
            raise _Found(result)
        if result.suggestion is None:
            warnings.warn(
                f"learning_rate_init='auto' found no rate at which the loss falls within {size.steps} steps; "
                f"{FALLBACK} is taken. Scale the inputs, or look at LearningRateDisplay.from_estimator.",
                RuntimeWarning,
                stacklevel=5,
            )
        estimator.learning_rate_init_ = FALLBACK if result.suggestion is None else result.suggestion
        state.rate = with_peak(state.rate, estimator.learning_rate_init_)
    fitting.plan = dataclasses.replace(fitting.plan, rate=state.rate)


def lr_find(
    estimator: Any,
    X: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
) -> RangeTest:
    r"""Try learning rates from low to high, one step at each, and suggest one: the range test (T5).

    The weights are those that ``fit`` would begin with. The estimator is not changed, and its random stream
    neither. Draw it with :class:`~rosenblatt.LearningRateDisplay`. Smith, *Cyclical learning rates for
    training neural networks* (2017).

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Autoencoder
        Need not be fitted; with a stochastic solver.
    X : array-like, data frame or sparse matrix of shape (n, n_features)
    y : array-like of shape (n,) or (n, n_outputs)
        An autoencoder's target is X: it needs none.
    sample_weight : array-like of shape (n,), optional
    low, high : float in (0, inf)
        The smallest and the largest rate; low < high.
    steps : int in [8, inf)
        Steps of the usual batch size.

    Returns
    -------
    RangeTest
        ``rates``, ``losses``, ``smoothed`` and ``suggestion``.

    Raises
    ------
    TypeError, ValueError
        For what ``fit`` refuses, L-BFGS, and a range that is none.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import MLPClassifier, lr_find
    >>> X, y = load_iris(return_X_y=True)
    >>> found = lr_find(MLPClassifier(random_state=0), X / X.max(axis=0), y)
    >>> 0.001 < found.suggestion < 0.1
    True
    """
    _check(estimator, low, high, steps)
    copy = clone(estimator).set_params(learning_rate_init=AUTO, warm_start=False)
    if not isinstance(copy.learning_rate, str) and not lacks_peak(copy.learning_rate):
        copy.set_params(learning_rate="constant")
    copy._range = {"low": float(low), "high": float(high), "steps": int(steps)}
    try:
        copy.fit(X, y, sample_weight=sample_weight)
    except _Found as found:
        return found.result
    raise AssertionError("a fit that looks for its rate ends with it")  # pragma: no cover


def _check(estimator: Any, low: float, high: float, steps: int) -> None:
    """Raise unless a range test can be made."""
    if not hasattr(estimator, "learning_rate_init") or not hasattr(estimator, "_train"):
        raise TypeError(
            f"estimator must be a rosenblatt.MLPClassifier, MLPRegressor or Autoencoder, got {estimator!r}; of a "
            "pipeline pass the last step, and X as it comes to it"
        )
    if is_lbfgs(estimator.solver):
        raise ValueError("lr_find has no use for L-BFGS, which searches along a line; take another solver")
    require("low", low, "(0, inf)")
    require("high", high, "(0, inf)")
    if low >= high:
        raise ValueError(f"low must be less than high, got low={low!r} and high={high!r}")
    if not isinstance(steps, Integral) or isinstance(steps, bool) or steps < 8:
        raise ValueError(f"steps must be a whole number of 8 or more, got {steps!r}")
