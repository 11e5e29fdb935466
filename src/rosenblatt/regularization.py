r"""Regularisation, a page of formulas: what acts on weights and gradients beside the loss (T6, T7, D1).

============ ==================================================== ============================
what         equation                                             function
============ ==================================================== ============================
clipping     :math:`g \leftarrow g \min(1, c/\|g\|)`              :func:`norm_factor`
decay        :math:`w \leftarrow w - \nu\lambda w`                :func:`decayed`
proximal L1  :math:`w \leftarrow \mathrm{sign}(w)\max(|w| - \nu\lambda, 0)` :func:`soft_thresholded`
sign         :math:`w \leftarrow \max(w, 0)`                      :func:`non_negative`
max-norm     :math:`w_{\cdot j} \leftarrow w_{\cdot j}\min(1, c/\|w_{\cdot j}\|)` :func:`within_norm`
activity     see there (A3, A4)                                  :func:`activity`
average      :math:`\bar\theta \leftarrow \bar\theta + \beta(\theta - \bar\theta)` :func:`averaged`
============ ==================================================== ============================

Dropout and noise are drawn in :mod:`rosenblatt.noise`; the penalties L1 and L2 are rules.
"""

from __future__ import annotations

import math
from typing import Any

from .rules.penalties import ActivityPenalty

Array = Any
Namespace = Any


def clipped(xp: Namespace, g: Array, value: float) -> Array:
    r"""Return the gradient with each entry cut to :math:`[-v, v]`; NaN stays NaN (D1)."""
    return xp.where(g > value, value, xp.where(g < -value, -value, g))


def norm_factor(square: float, limit: float) -> float:
    r"""Return :math:`\min(1, c/\|g\|)`, by which a gradient of that squared norm is multiplied (D1).

    Examples
    --------
    >>> norm_factor(25.0, 1.0), norm_factor(0.25, 1.0)
    (0.2, 1.0)
    """
    return limit / math.sqrt(square) if square > limit * limit else 1.0


def decayed(w: Array, amount: float) -> Array:
    r"""Return the weights after decay apart from the gradient, amount :math:`\nu\lambda` (T6)."""
    return w - amount * w


def soft_thresholded(xp: Namespace, w: Array, amount: float) -> Array:
    r"""Return the weights nearer to zero by the amount :math:`\nu\lambda`; those within it are zero, NaN stays (T6)."""
    return xp.where(w > amount, w - amount, xp.where(w < -amount, w + amount, w - w))


def non_negative(xp: Namespace, w: Array) -> Array:
    """Return the weights with the negative ones set to zero; NaN stays NaN."""
    return xp.where(w < 0, xp.zeros_like(w), w)


def within_norm(xp: Namespace, W: Array, limit: float) -> Array:
    """Return the weights into a layer with no column longer than the limit (T7), shape (r_{k-1}, r_k)."""
    square = xp.sum(W * W, axis=0)  # (r_k,)
    long = square > limit * limit
    return W * xp.where(
        long, limit / xp.sqrt(xp.where(long, square, xp.ones_like(square))), xp.ones_like(square)
    )


def averaged(average: Array, theta: Array, amount: float) -> Array:
    r"""Return the average moved towards theta by the share :math:`\beta` of the way; 1 replaces it."""
    return average + amount * (theta - average)


def activity(
    xp: Namespace, rule: ActivityPenalty, o: Array, weight: Array, strength: float
) -> tuple[float, Array]:
    r"""Return a penalty on a layer's outputs summed over a batch, and its derivative by them (A3, A4).

    Sums, never means: value and derivative are multiplied by the samples' weights and divided by nothing. The
    share of one output is so :math:`w_d \lambda\, \mathrm{sign}(o_{dj})`, or for a rule of means
    :math:`w_d \lambda (-\rho/\hat\rho_j + (1 - \rho)/(1 - \hat\rho_j))`.

    Parameters
    ----------
    xp : namespace
    rule : ActivityPenalty
    o : array of shape (n, r_k)
        Outputs before dropout.
    weight : array of shape (n, 1)
        The samples' weights.
    strength : float

    Returns
    -------
    float and array of shape (n, r_k)
    """
    if rule.of_mean:
        total = xp.sum(weight)
        mean = xp.sum(weight * o, axis=0) / total
        value = total * xp.sum(rule.value(xp, mean))
        return strength * float(value), strength * (weight * rule.derivative(xp, mean))
    value = xp.sum(weight * rule.value(xp, o))
    return strength * float(value), strength * (weight * rule.derivative(xp, o))
