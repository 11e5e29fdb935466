"""What ``partial_fit`` keeps from its first call, and who is told that changing it has no effect (O1, T5)."""

from __future__ import annotations

import warnings
from typing import Any
from weakref import WeakKeyDictionary

from ..rules.optimizers import Optimizer
from .fitting import Fitting
from .planning import optimizer_of
from .rates import AUTO

_ASKED: WeakKeyDictionary[Any, tuple[Any, Any]] = WeakKeyDictionary()
"""Optimiser and rate that the arguments asked for in the last call, beside the estimators and not in them."""


def warn_of_kept(estimator: Any, fitting: Fitting) -> None:
    """Warn the caller of ``partial_fit`` if solver or rate were changed since the call before, which has no effect.

    Parameters
    ----------
    estimator : estimator
        Fitted before.
    fitting : Fitting
        Of this call.
    """
    before = vars(estimator)["plan_"]
    auto = estimator.learning_rate_init == AUTO
    asked = optimizer_of(estimator), None if auto else fitting.plan.rate
    known = _ASKED.get(estimator, (before.optimizer, None if auto else before.rate))
    _ASKED[estimator] = asked
    if not isinstance(before.optimizer, Optimizer):  # L-BFGS leaves no state to go on from
        return
    kept = []
    if asked[0] != known[0]:
        kept.append("solver and its parameters (momentum, beta_1, beta_2, epsilon)")
    if asked[1] != known[1] and known[1] is not None:
        kept.append("learning_rate and learning_rate_init")
    if kept:
        warnings.warn(
            f"partial_fit goes on as it began: {' and '.join(kept)} were changed since, and that has no effect, as in "
            "scikit-learn. Call fit, or make another estimator, to begin anew; for a rate that falls, begin with "
            "learning_rate=Exponential() or another schedule.",
            UserWarning,
            stacklevel=5,
        )
