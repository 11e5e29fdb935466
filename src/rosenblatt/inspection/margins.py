r"""The margin of a direction, and how much more there could be: both from the data, each rounded once."""

from __future__ import annotations

from fractions import Fraction
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .samples import TINY, UNIT_ROUNDOFF, SignedSamples, exponent_of, unit

# Between them numbers are split in halves, and multiplied, without loss.
_LARGE, _SMALL = 2.0**480, 2.0**-900
# What a direction may differ from its combination's by, where no gap explains it: rounding of the weights.
_TURN = 1e-7


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
    most : float
        :math:`\lVert p \rVert`; infinite where no float holds it.
    """

    gamma: float
    gap: float
    turn: float
    most: float

    @property
    def is_plausible(self) -> bool:
        """Whether the gap explains the turn: for unit vectors it always does, but for rounding."""
        return bool(self.turn <= _TURN + np.sqrt(2 * self.gap))


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
    near = samples.scaled(exponent) if abs(exponent) > 400 else samples
    if near is samples or not samples.equals(near.scaled(-exponent)):
        near, exponent = samples, 0
    gamma = _least_product(near, u)
    # p, without the cancellation that a small margin means
    p = np.array([exact_dot(weights, column) for column in near.dense(rows).T])
    largest = float(np.abs(p).max())
    if largest == 0.0 or gamma <= 0.0:
        most = float(np.ldexp(largest, exponent)) * len(p) ** 0.5
        return Margin(float(np.ldexp(gamma, exponent)), np.inf, 2.0, most)
    (_, of_p), (small, of_gamma) = np.frexp(largest), np.frexp(gamma)
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(np.ldexp(p, -of_p)))
        most = float(np.ldexp(norm, int(of_p) + exponent))
        ratio = float(np.ldexp(norm / small, int(of_p) - int(of_gamma)))
    gap, turn = max(ratio - 1.0, 0.0), float(np.linalg.norm(u - unit(p)))
    return Margin(float(np.ldexp(gamma, exponent)), gap, turn, most)


def _least_product(samples: SignedSamples, u: NDArray[np.float64]) -> float:
    """Return the least product, rounded once: the same on every machine, however its BLAS adds."""
    with np.errstate(over="ignore", invalid="ignore"):
        products = samples.products(u)
        error = 2 * (samples.columns + 4) * UNIT_ROUNDOFF * samples.sizes(u) + TINY
    if not np.isfinite(error).all():
        products, error = np.zeros(samples.n), np.zeros(samples.n)  # each is a candidate
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
        Finite. Where a half or a product would overflow or vanish, they are multiplied in rationals.

    Returns
    -------
    float
    """
    sizes = np.abs(a * b)
    if (
        max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0)) > _LARGE
        or (sizes[(a != 0) & (b != 0)] < _SMALL).any()
    ):
        terms = zip(a.tolist(), b.tolist(), strict=True)
        return float(sum((Fraction(x) * Fraction(y) for x, y in terms if x and y), start=Fraction(0)))
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
