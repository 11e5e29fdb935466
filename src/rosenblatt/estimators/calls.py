"""Who calls ``partial_fit`` again and again and learns nothing is told once (E1, T5).

A call costs little, and so must this: it looks at calls 8, 16, 32 and so on, and only at hundred rows or more, since
of a few rows their mean is a better prediction than anything that can be learned.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from ..catalogue import reports_outputs
from ..engines.engine import Batch
from ..rules.losses import PerceptronLoss
from ..training.state import TrainingState
from .advice import on_inputs, on_targets
from .cures import cure
from .evidence import NOTHING, Ending, Evidence
from .fitting import Fitting

FIRST = 8
"""The call that is looked at first; then every time that the calls are twice as many."""
ROWS, MOST = 100, 500
"""Rows that are looked at; a smaller call waits for the next ones."""
STEPS = 100
"""Steps after which something should be learned."""
ROSE = 1.5
"""Losses that are all larger than the earlier ones by this factor rose; those of few rows differ by chance."""
OVER = 1e-3
"""A rate of less than this share of the largest one teaches nothing."""
AHEAD, PATIENT = 4, 4
"""Quarters of the calls in which a falling loss may still get below a constant's; more where no cause is known."""
ANEW = " Begin anew for that: partial_fit goes on with the scaling and the rate of its first call."

_WAITING: WeakKeyDictionary[Any, list[Batch]] = WeakKeyDictionary()
"""Rows of the last calls while they are too few, beside the estimators: copies and pickles know nothing of them."""


def warn_of_calls(estimator: Any, fitting: Fitting, theta: NDArray[Any], state: TrainingState) -> None:
    """Count a call of ``partial_fit``, and warn its caller once if nothing was learned and nothing will be.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
        After training.
    theta : array of shape (p,)
        The weights that are kept.
    state : TrainingState
        Its ``calls`` and ``told`` are brought up to date.
    """
    state.calls = calls = state.calls + 1
    if calls == 1:
        _WAITING.pop(estimator, None)
    if state.epoch == fitting.plan.max_epochs + 1:
        _warn_of_horizon(estimator, state)
    if state.told or calls < FIRST:
        return
    few = len(fitting.train.y) < ROWS
    if estimator not in _WAITING and (calls & (calls - 1) or not (state.step >= STEPS or _rose(state, few))):
        return
    rows = _enough_rows(estimator, fitting.train)
    if rows is None:
        return
    said = _said(estimator, replace(fitting, train=rows), theta, state, _rose(state, few))
    if said:
        state.told = True
        warnings.warn(said, ConvergenceWarning, stacklevel=6)


def _warn_of_horizon(estimator: Any, state: TrainingState) -> None:
    """Warn if the first call after the horizon of a schedule has no rate to speak of any more."""
    rates = state.history["rate"]
    if not rates[-1] <= OVER * max(rates):
        return
    warnings.warn(
        f"the schedule learning_rate={estimator.learning_rate!r} is over after max_iter={estimator.max_iter} calls of "
        f"partial_fit, and the rate is {rates[-1]:.3g}: nothing is learned any more. Begin anew with as large a "
        "max_iter as there will be calls, or with a schedule that has no end.",
        ConvergenceWarning,
        stacklevel=7,
    )


def _enough_rows(estimator: Any, train: Batch) -> Batch | None:
    """Return the rows of this call, or of the last ones; None while they are too few."""
    waiting = _WAITING.pop(estimator, [])
    if not waiting and len(train.y) >= ROWS:
        some = slice(None, None, max(1, len(train.y) // MOST))
        return Batch(train.X[some], train.y[some], None if train.weight is None else train.weight[some])
    weight = np.ones(len(train.y)) if train.weight is None else train.weight
    waiting.append(Batch(train.X.copy(), train.y.copy(), weight.copy()))  # the caller may reuse the arrays
    if sum(len(one.y) for one in waiting) < ROWS:
        _WAITING[estimator] = waiting
        return None
    X = [one.X for one in waiting]
    joined: Any = sparse.vstack(X, format="csr") if any(map(sparse.issparse, X)) else np.concatenate(X)
    y, weights = (np.concatenate([one[place] for one in waiting]) for place in (1, 2))
    return Batch(joined, y, weights)


def _rose(state: TrainingState, few: bool) -> bool:
    """Return whether the losses of the last calls are above those of the first; one loss of few rows says little."""
    first, quarter = len(state.loss_curve) - state.calls, state.calls // 4
    begin = state.loss_curve[first : first + max(1, quarter // 2 if few else 1)]
    return not min(state.loss_curve[-quarter:]) <= ROSE * max(begin)  # NaN rose


def _said(estimator: Any, fitting: Fitting, theta: NDArray[Any], state: TrainingState, rose: bool) -> str:
    """Return what to say if the outputs are no better than a constant, certainly, and will not be soon."""
    part, loss, quarter = fitting.train, fitting.plan.loss, state.calls // 4
    if isinstance(loss, PerceptronLoss) or not reports_outputs(loss) or (part.y == part.y[0]).all():
        return ""
    before, last = state.loss_curve[-2 * quarter : -quarter], state.loss_curve[-quarter:]
    with np.errstate(all="ignore"):
        o = np.asarray(fitting.engine.predict(theta, part.X), dtype=np.float64)
        evidence = Evidence.of(fitting.plan, part, part, o)
        if evidence.gained + evidence.doubt > NOTHING:
            return ""
        scales = on_targets(estimator, part.y, loss) + on_inputs(part.X, estimator.scale_inputs)
        ahead = AHEAD if scales or rose else PATIENT * AHEAD
        if _expected(before, last, ahead) < (1 - NOTHING) * evidence.constant:
            return ""
    text = evidence.said(estimator, f" in {state.calls} calls of partial_fit")
    text += (
        f" Over the calls it rose from {state.loss_curve[-state.calls]:.3g} to {np.mean(last):.3g}."
        if rose
        else ""
    )
    return text + (scales or cure(estimator, fitting, Ending(state.calls, False, calls=True), rose)) + ANEW


def _expected(before: list[float], now: list[float], ahead: int) -> float:
    """Return a loss that may be hoped for in so many quarters, from those of the last two quarters of the calls."""
    doubts = (2 * float(np.std(losses)) / math.sqrt(len(losses)) for losses in (before, now))
    high, low = float(np.mean(before)) + next(doubts), float(np.mean(now)) - next(doubts)
    return low * (low / high) ** ahead if min(high, low) > 0 else low - ahead * (high - low)
