"""``learning_rate_init="auto"`` and ``lr_find``: the range test from an estimator's side (T5)."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any

from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import has_fit_parameter

from ..errors import InvalidParameterError
from ..excerpts import short
from ..inspection.range_test import HIGH, LEAST_RATIO, LOW, RangeTest, affordable, range_test
from ..intervals import LARGEST_INTEGER, is_whole, require
from ..keywords import hinted
from ..training.schedules import lacks_peak, with_peak
from ..training.state import TrainingState
from ..training.wrapped import PerLayer
from .advice import on_inputs
from .arguments import is_lbfgs
from .fitting import Fitting
from .rates import AUTO

FALLBACK = 1e-3
"""The rate where the test finds none: scikit-learn's default."""


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
        only: dict[str, Any] | None = vars(estimator).get("_range")
        result = _tested(estimator, fitting, state, **(only or {}))
        if only is not None:
            raise _Found(result)
        _warn_of_little(estimator, fitting, result)
        estimator.learning_rate_init_ = FALLBACK if result.suggestion is None else result.suggestion
        state.rate = with_peak(state.rate, estimator.learning_rate_init_)
    fitting.plan = dataclasses.replace(fitting.plan, rate=state.rate)


def _tested(
    estimator: Any,
    fitting: Fitting,
    state: TrainingState,
    low: float | None = None,
    high: float | None = None,
    steps: int | None = None,
) -> RangeTest:
    size = affordable(fitting.plan, fitting.train.X.shape[0])
    if steps is not None:
        size = size._replace(steps=steps)
    lasts = not estimator.early_stopping  # which takes the best weights, not the last ones
    theta = state.parameters.theta
    return range_test(fitting.engine, theta, fitting.train, fitting.seed, size, low, high, lasts)


def _warn_of_little(estimator: Any, fitting: Fitting, result: RangeTest) -> None:
    """Warn where no rate learns anything within the test."""
    if result.learns:
        return
    what = "falls" if result.suggestion is None else "falls below that of a constant prediction"
    rate = FALLBACK if result.suggestion is None else result.suggestion
    advice = on_inputs(fitting.train.X, estimator.scale_inputs)
    warnings.warn(
        f"learning_rate_init='auto' found no rate at which the loss {what} within {result.steps[-1]} steps, on rows "
        f"that were not trained on; {rate:.2g} is taken. If training learns nothing either, the inputs may say nothing "
        "of the target, or other weights to start from (random_state, initializer), more nodes or weaker penalties "
        f"may help; LearningRateDisplay.from_estimator shows the test.{advice}",
        ConvergenceWarning,
        stacklevel=7,
    )


@hinted
def lr_find(
    estimator: Any,
    X: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    target: Any = None,
    low: float | None = None,
    high: float | None = None,
    steps: int | None = None,
) -> RangeTest:
    r"""Train for a few steps at several learning rates, and suggest one: the range test (T5).

    All runs begin with the weights of ``fit`` and are judged on rows that they do not see. At first each power of
    ten has three steps; then four rates around the best have as many as can be afforded. By default the suggestion
    is the one that ``learning_rate_init="auto"`` takes. The estimator is not changed, and its random stream
    neither. Draw it with :class:`~rosenblatt.LearningRateDisplay`. The test in which the rate rises within one run
    is that of Smith, *Cyclical learning rates for training neural networks* (2017).

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Autoencoder
        Need not be fitted; with a stochastic solver.
    X : array-like, data frame or sparse matrix of shape (n, n_features)
        Samples, one in each row.
    y : array-like of shape (n,) or (n, n_outputs)
        An autoencoder's target is X: it needs none.
    sample_weight : array-like of shape (n,), optional
        Weights of the samples, none negative.
    target : array-like of shape (n, n_features), optional
        Of an autoencoder that is trained on pairs, as for its ``fit``.
    low, high : float in (0, inf), optional
        Bounds of the rates; high is at least twice low. By default 1e-6 and 10, and beyond where the best lies there.
    steps : int in [8, inf), optional
        Steps of all runs together. By default a twentieth of the fit's, at least 300 and at most 1000.

    Returns
    -------
    RangeTest
        ``rates``, ``steps``, ``losses``, ``learned`` and ``suggestion``.

    Raises
    ------
    TypeError, ValueError
        For what ``fit`` refuses, L-BFGS, a range that is none, and a target of what is no autoencoder.

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
    if target is not None and not has_fit_parameter(estimator, "target"):
        raise InvalidParameterError(
            f"lr_find's target is for autoencoders that are trained on pairs; {type(estimator).__name__} learns y: "
            "pass what it shall learn as y"
        )
    copy = clone(estimator).set_params(learning_rate_init=AUTO, warm_start=False)
    if not isinstance(copy.learning_rate, str) and not lacks_peak(copy.learning_rate):
        multipliers = tuple(getattr(copy.learning_rate, "multipliers", ()))
        copy.set_params(learning_rate=PerLayer(multipliers) if multipliers else "constant")
    bounds = {"low": low, "high": high}
    copy._range = {name: None if value is None else float(value) for name, value in bounds.items()}
    copy._range["steps"] = None if steps is None else int(steps)
    try:
        copy.fit(X, y, sample_weight=sample_weight, **({} if target is None else {"target": target}))
    except _Found as found:
        return found.result
    raise AssertionError("a fit that looks for its rate ends with it")  # pragma: no cover


def _check(estimator: Any, low: Any, high: Any, steps: Any) -> None:
    """Raise unless a range test can be made."""
    if not hasattr(estimator, "learning_rate_init") or not hasattr(estimator, "_train"):
        raise InvalidParameterError(
            f"estimator must be a rosenblatt.MLPClassifier, MLPRegressor or Autoencoder, got {short(estimator)}; of a "
            "pipeline pass the last step, and X as it comes to it"
        )
    if is_lbfgs(estimator.solver):
        raise InvalidParameterError(
            "lr_find has no use for L-BFGS, which searches along a line; take another solver"
        )
    for name, rate in (("low", low), ("high", high)):
        if rate is not None:
            require(name, rate, "(0, inf)")
    least, most = LOW if low is None else low, HIGH if high is None else high
    if most < LEAST_RATIO * least:
        raise InvalidParameterError(
            f"high must be at least {LEAST_RATIO:g} times low, got low={short(least)} and high={short(most)}"
        )
    if steps is not None and not (is_whole(steps) and 8 <= steps <= LARGEST_INTEGER):
        raise InvalidParameterError(
            f"steps must be a whole number of 8 or more, got {short(steps)}; 2**63 - 1 at most"
        )
