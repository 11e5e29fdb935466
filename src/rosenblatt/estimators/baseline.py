"""What the best constant prediction is, and what it loses: whoever does not do better has learned nothing (E1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..initializers import inverse
from ..rules.activations import Activation
from ..rules.losses import Loss

BLOCK = 4096
"""Rows whose losses are in memory at once."""


def constant_of(y: NDArray[Any], weight: Any) -> NDArray[np.float64]:
    """Return the weighted mean of each column of targets.

    Parameters
    ----------
    y : array of shape (n, r)
    weight : array of shape (n,), or None

    Returns
    -------
    array of shape (r,)
    """
    return np.asarray(np.average(y, axis=0, weights=weight), dtype=np.float64)


def spread_of(y: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the standard deviation of each column, each of shape (r,), without a copy of y."""
    means = np.mean(y, axis=0, dtype=np.float64)
    squares = np.zeros(y.shape[1])
    for start in range(0, len(y), BLOCK):
        squares += ((y[start : start + BLOCK] - means) ** 2).sum(axis=0)
    return np.asarray(means), np.asarray(np.sqrt(squares / len(y)))


def loss_of_constant(loss: Loss, output: Activation, y: NDArray[Any], weight: Any) -> float:
    """Return the mean loss of a network that predicts the means of the targets, whatever the input.

    Parameters
    ----------
    loss : Loss
    output : Activation
        Of the output layer; one that does not fall, where the loss is a pair.
    y : array of shape (n, r)
        Targets as they are trained on.
    weight : array of shape (n,), or None

    Returns
    -------
    float
        The mean over samples of the sums over columns. For the squared error, half of the variances.

    Examples
    --------
    >>> from rosenblatt.rules.activations import Identity
    >>> from rosenblatt.rules.losses import HalfSquaredError
    >>> loss_of_constant(HalfSquaredError(), Identity(), np.array([[0.0], [2.0]]), None)
    0.5
    """
    o = constant_of(y, weight)
    given = inverse(output, o) if loss.pair else o  # (r,)
    total = 0.0
    for start in range(0, len(y), BLOCK):
        part = np.asarray(y[start : start + BLOCK], dtype=np.float64)  # (at most BLOCK, r)
        losses = np.asarray(loss.value(np, np.broadcast_to(given, part.shape), part)).sum(axis=1)
        total += float(losses.sum() if weight is None else losses @ weight[start : start + BLOCK])
    return total / (len(y) if weight is None else float(weight.sum()))


def error_of_constant(constant: NDArray[np.float64], y: NDArray[Any], weight: Any) -> float:
    """Return the mean over rows of the squared errors of a constant prediction, summed over columns.

    Parameters
    ----------
    constant : array of shape (r,)
    y : array of shape (n, r)
    weight : array of shape (n,), or None

    Returns
    -------
    float
    """
    errors = np.empty(len(y), dtype=np.result_type(y, constant))
    for start in range(0, len(y), BLOCK):
        errors[start : start + BLOCK] = ((y[start : start + BLOCK] - constant) ** 2).sum(axis=1)
    return float(np.average(errors, weights=weight))
