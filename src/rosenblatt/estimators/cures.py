"""What helps a fit that fell short, and what its mean loss hides: columns and rows that were not learned (T4, T5)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Batch
from .arguments import is_lbfgs
from .baseline import spread_of
from .fitting import Fitting
from .rates import AUTO

WORSE = 0.98
"""A column whose loss is more than this share of a constant's was not learned."""
UNEQUAL = 10.0
"""Columns whose standard deviations differ by less than this factor weigh about alike."""
FEW, MANY = 0.02, 50
"""The share of rows that may decide about a mean, and the rows that there must be to say so."""
LIGHT = 0.01
"""Weights of rows with a smaller mean leave penalties the upper hand."""


def cure(estimator: Any, fitting: Fitting, ending: Any, rose: bool) -> str:
    """Return what to try where neither inputs nor targets have an odd size, with a space before it.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
    ending : Ending
    rose : bool
        Whether the loss rose.

    Returns
    -------
    str
    """
    weight, n = fitting.train.weight, len(fitting.train.y)
    if weight is not None and weight.sum() < LIGHT * n and estimator.alpha:
        return (
            f" sample_weight is {weight.mean():.3g} on average, so that alpha={estimator.alpha!r} outweighs the loss: "
            "divide the weights by their mean."
        )
    if fitting.squeezed:
        return " Look at the rows that are far out first."
    if is_lbfgs(estimator.solver):
        return " Try another random_state or initializer" + _or_weaker(fitting) + "."
    rate = getattr(fitting.plan.rate, "peak", None)
    now = "" if rate is None else f" than {rate:.3g}"
    if rose:
        return f" Take a smaller learning_rate_init{now}."
    tried = []
    if estimator.learning_rate_init != AUTO:
        tried.append(f"another learning_rate_init{now}, as lr_find suggests")
    if ending.stalled:
        tried.append(f"more patience (n_iter_no_change, now {fitting.plan.patience:.0f})")
    else:
        tried.append("more calls" if ending.calls else f"more epochs (max_iter, now {estimator.max_iter})")
    text = f" Try {', or '.join(tried)}{_or_weaker(fitting)}."
    scored = estimator.early_stopping and getattr(estimator.early_stopping, "scoring", None) is None
    if scored and ending.stalled and estimator._stratifies:
        text += " Accuracy decides when to stop: early_stopping=EarlyStopping('neg_log_loss') sees more."
    return text


def _or_weaker(fitting: Fitting) -> str:
    plan = fitting.plan
    strong = bool(plan.regularizers) or plan.is_penalized_inside
    heavy = any(not callable(one.strength) and one.strength > 1e-3 for one in plan.penalties)
    return " or weaker penalties" if strong or heavy or len(plan.penalties) > 1 else ""


def said_of_columns(
    estimator: Any, fitting: Fitting, losses: NDArray[np.float64], constants: NDArray[np.float64]
) -> str:
    """Return what to say if most columns of the target were not learned, because others are much larger.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
    losses, constants : array of shape (n, r_m)
        Of the outputs, and of the means of the columns.

    Returns
    -------
    str
    """
    if estimator._stratifies or fitting.plan.loss.outputs_per_target > 1:
        return ""
    own, best = losses.mean(axis=0), constants.mean(axis=0)
    deviations = spread_of(fitting.train.y)[1]
    varies = (deviations > 0) & (best > 0)
    missed = int((own[varies] >= WORSE * best[varies]).sum())
    if varies.sum() < 2 or 2 * missed < varies.sum():
        return ""
    low, high = deviations[varies].min(), deviations[varies].max()
    if high < UNEQUAL * low:
        return ""
    argument = "scale_inputs='standard'" if estimator._target_is_input else "scale_target=True"
    return (
        f"{missed} of {varies.sum()} columns are predicted no better than by their means. Standard deviations are "
        f"{low:.3g} to {high:.3g}, and the large ones decide: set {argument}."
    )


def said_of_rows(estimator: Any, fitting: Fitting, part: Batch, o: NDArray[np.float64]) -> str:
    """Return what to say if few rows make the loss, and nothing was learned of all others.

    Parameters
    ----------
    estimator : estimator
    fitting : Fitting
    part : Batch
        Some rows.
    o : array of shape (n, r_m)
        Their outputs.

    Returns
    -------
    str
    """
    y, loss = np.asarray(part.y, dtype=np.float64), fitting.plan.loss
    if len(y) < MANY or loss.pair or loss.outputs_per_target > 1 or loss.encoding is not None:
        return ""
    far = np.abs(y - np.median(y, axis=0)).sum(axis=1)
    kept = np.argsort(far, kind="stable")[: math.floor((1 - FEW) * len(y))]
    constant = np.broadcast_to(y[kept].mean(axis=0), y[kept].shape)
    own, best = (float(np.sum(loss.reported(np, one, y[kept]))) for one in (o[kept], constant))
    if not 0 < best <= own / WORSE:
        return ""
    # the rows of an autoencoder are far out as inputs, too, and a loss does not help there
    loss_helps = loss.name == "squared_error" and not estimator._target_is_input
    return (
        f"Few rows make the loss: without the {len(y) - len(kept)} of {len(y)} that lie farthest out, the outputs are "
        f"no better than the mean of the others. Look at those rows, and drop or clip them"
        f"{', or set loss=' + repr('huber') if loss_helps else ''}."
    )
