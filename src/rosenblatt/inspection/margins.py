r"""The margin of a direction, and how much more there could be: both from the data, each rounded once."""

from __future__ import annotations

from fractions import Fraction
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .samples import UNIT_ROUNDOFF, SignedSamples, exponent_of, unit


class Margin(NamedTuple):
    r"""What a direction u and a convex combination :math:`p = \sum_i c_i z_i` of samples say of the largest margin.

    For every unit vector v, :math:`\min_i z_i^\top v \le p^\top v \le \lVert p \rVert`: the largest margin
    lies between gamma and :math:`\lVert p \rVert`.

    Attributes
    ----------
    gamma : float
        :math:`\min_i z_i^\top u`.
    gap : float
        :math:`\lVert p \rVert / \gamma - 1`, not below 0.
    turn : float
        The distance of u from :math:`p / \lVert p \rVert`, which is its direction where the gap is 0.
    """

    gamma: float
    gap: float
    turn: float


def margin(
    samples: SignedSamples,
    u: NDArray[np.float64],
    rows: NDArray[np.intp],
    weights: NDArray[np.float64],
) -> Margin:
    """Return the margin of a direction, and a bound on the largest.

    Parameters
    ----------
    samples : SignedSamples
    u : array of shape (columns,)
        Of norm 1.
    rows : array of int, shape (m,)
    weights : array of shape (m,)
        Not negative, summing to one.

    Returns
    -------
    Margin
    """
    exponent = exponent_of(samples)
    exponent = exponent if abs(exponent) > 400 else 0  # squares and products are harmless as they are
    near = samples.scaled(exponent)
    gamma = _least_product(near, u)
    # p, without the cancellation that a small margin means
    z = near.dense(rows)
    p = np.array([exact_dot(weights, column) for column in z.T])
    largest = float(np.abs(p).max())
    if largest == 0.0 or gamma <= 0.0:
        return Margin(float(np.ldexp(gamma, exponent)), np.inf, 2.0)
    norm = float(np.ldexp(np.linalg.norm(np.ldexp(p, -int(np.frexp(largest)[1]))), np.frexp(largest)[1]))
    with np.errstate(over="ignore"):
        gap = max(float(np.divide(norm, gamma)) - 1.0, 0.0)
    return Margin(float(np.ldexp(gamma, exponent)), gap, float(np.linalg.norm(u - unit(p))))


def _least_product(samples: SignedSamples, u: NDArray[np.float64]) -> float:
    """Return the least product, rounded once: the same on every machine, however its BLAS adds."""
    products = samples.products(u)
    error = 2 * (samples.columns + 4) * UNIT_ROUNDOFF * samples.sizes(u)
    candidates = np.flatnonzero(products - error <= (products + error).min())
    least = np.inf
    for start in range(0, len(candidates), 256):
        for z in samples.dense(candidates[start : start + 256]):
            least = min(least, exact_dot(z, u))
    return least


def exact_dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the product of two vectors, rounded once: each term is split in two (Dekker 1971), then summed exactly.

    Parameters
    ----------
    a, b : array of shape (k,)
        Of a size at which neither products nor 2^27 times an entry overflow. Terms below 1e-290 may be lost.

    Returns
    -------
    float
    """
    a_high, b_high = _high_half(a), _high_half(b)
    a_low, b_low = a - a_high, b - b_high
    product = a * b
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return fsum([*product.tolist(), *error.tolist()])


def _high_half(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the upper 26 bits of each number, so that products of halves are exact (Dekker 1971)."""
    shifted = x * 134217729.0  # 2^27 + 1
    return np.asarray(shifted - (shifted - x))


def novikov_bound(R: float, gamma: float) -> int:
    r"""Return the most updates that the perceptron rule can make on separable samples (P3).

    .. math:: \left\lfloor (R / \gamma)^2 \right\rfloor, \qquad
              \lVert z_i \rVert \le R, \quad z_i^\top u \ge \gamma > 0, \quad \lVert u \rVert = 1

    from w = 0, at any constant rate and in any order of the samples (Novikov 1962). The quotient is taken
    1e-9 larger, so that rounding never loses the last update: 50.99999999999999 means 51.

    Parameters
    ----------
    R : float
        The largest norm of a sample, with the 1 of the bias in it.
    gamma : float
        The margin, positive.

    Returns
    -------
    int

    Examples
    --------
    AND, whose margin is :math:`1 / \sqrt{17}`:

    >>> novikov_bound(3**0.5, 17**-0.5)
    51
    """
    ratio = Fraction(R) / Fraction(gamma)
    return int(ratio * ratio * (1 + Fraction(1, 10**9)))
