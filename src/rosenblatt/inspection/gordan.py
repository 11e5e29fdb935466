r"""Gordan's alternative, proved: a combination of samples that is exactly zero.

Either some :math:`u` has :math:`z_i^\top u > 0` for every sample, or there are :math:`c \ge 0`, not all zero, with
:math:`\sum_i c_i z_i = 0`: never both (Gordan 1873), and then :math:`d + 2` samples are enough (Caratheodory 1911).
Floats can only suggest such a c. Here it is proved to exist.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from .margins import exact_dot
from .rationals import independent_rows, integer_rows, solution
from .samples import UNIT_ROUNDOFF, SignedSamples

RATIONAL_ROWS = 100
"""Up to so many samples, rationals are a matter of a second."""

_LEAST = 5e-324

Method = Literal["rationals", "enclosure"]


class Combination(NamedTuple):
    """Samples and weights whose combination is exactly zero, proved.

    Attributes
    ----------
    rows : array of int, shape (m,)
    weights : array of shape (m,)
        Positive, summing to one: the exact ones, rounded.
    error : array of shape (m,)
        How far each may be from the exact one, at most.
    method : {"rationals", "enclosure"}
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float64]
    error: NDArray[np.float64]
    method: Method


def proved(samples: SignedSamples, rows: NDArray[np.intp], method: Method) -> Combination | None:
    r"""Return the combination of some samples that is zero, or None where that cannot be proved.

    The system :math:`\sum_i c_i z_i = 0, \sum_i c_i = 1` must have one solution, and that must be positive.

    Parameters
    ----------
    samples : SignedSamples
    rows : array of int, shape (m,)
        Samples whose z are affinely independent.
    method : {"rationals", "enclosure"}
        Solve in rationals, or in floats with an enclosure of the solution.

    Returns
    -------
    Combination or None
    """
    z = samples.dense(rows).T  # (columns, m)
    z = z[np.any(z != 0, axis=1)]
    if len(rows) > len(z) + 1:
        return None
    return _in_rationals(z, rows) if method == "rationals" else _enclosed(z, rows)


def _in_rationals(z: NDArray[np.float64], rows: NDArray[np.intp]) -> Combination | None:
    m = len(rows)
    equations = np.concatenate([np.ones((1, m)), z])
    whole = integer_rows(equations)
    b = np.zeros(len(equations), dtype=object)
    b[0] = 1
    chosen = _independent(equations, m)
    found = solution(whole[chosen], b[chosen])
    if found is None:  # floats have lost the bits that tell the equations apart
        chosen = independent_rows(whole, m)
        found = solution(whole[chosen], b[chosen]) if len(chosen) == m else None
    if found is None:
        return None
    numerators, denominator = np.array(found[0], dtype=object), found[1]
    # the equations that were left out hold only if the data says so
    if not (whole @ numerators == denominator * b).all() or min(found[0]) < 0:
        return None
    used = np.flatnonzero(numerators > 0)
    # a positive weight stays positive where floats end
    weights = np.array([max(numerator / denominator, _LEAST) for numerator in numerators[used]])
    return Combination(rows[used], weights, np.maximum(2 * UNIT_ROUNDOFF * weights, _LEAST), "rationals")


def _independent(equations: NDArray[np.float64], m: int) -> NDArray[np.intp]:
    """Return m equations, the first among them, that floats take for independent."""
    exponents = np.frexp(np.abs(equations).max(axis=1))[1]
    level = np.ldexp(equations, -exponents[:, None])
    level[0] *= 2.0**20  # the pivot of the first step: without it the right side would be zero
    order = qr(level.T, mode="r", pivoting=True, check_finite=False)[1]
    return np.sort(order[:m])


def _enclosed(z: NDArray[np.float64], rows: NDArray[np.intp]) -> Combination | None:
    r"""Solve in floats, and enclose the exact solution (Rump 2010, section 10).

    With an approximate inverse S of the matrix M: if :math:`\alpha = \lVert I - S M \rVert_\infty < 1`, M is
    regular, and the solution is within :math:`|S r| + \alpha / (1 - \alpha) \lVert S r \rVert_\infty` of an
    approximation with residual r. Every term is bounded from above with the rounding errors of its own.
    """
    m = len(rows)
    exponents = np.frexp(np.abs(z).max(axis=1))[1]
    level = np.ldexp(z, -exponents[:, None])
    if len(z) + 1 != m or not np.array_equal(np.ldexp(level, exponents[:, None]), z):
        return None
    M = np.concatenate([np.ones((1, m)), level])
    try:
        S = np.linalg.inv(M)
    except np.linalg.LinAlgError:
        return None
    c = S[:, 0].copy()
    for _ in range(2):
        c += S @ _residual(M, c)[0]
    residual, rounding = _residual(M, c)
    gamma = 2 * (m + 2) * UNIT_ROUNDOFF  # twice what the sums need: for the rounding of the bounds themselves
    product = np.abs(np.eye(m) - S @ M) + gamma * (np.abs(S) @ np.abs(M))
    alpha = float(product.sum(axis=1).max()) * (1 + gamma)
    if not alpha < 0.5:
        return None
    step = (np.abs(S) @ (np.abs(residual) + rounding)) * (1 + gamma)
    error = (step + alpha / (1 - alpha) * step.max()) * (1 + gamma) + 4 * UNIT_ROUNDOFF * np.abs(c)
    return Combination(rows, c, error, "enclosure") if (c > error).all() else None


def _residual(M: NDArray[np.float64], c: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    r"""Return :math:`e_1 - M c`, each entry rounded once, and a bound of its error by underflow."""
    sums = [-exact_dot(row, c) for row in M]
    sums[0] = exact_dot(np.append(M[0], 1.0), np.append(-c, 1.0))
    r = np.array(sums)
    return r, float(2 * UNIT_ROUNDOFF * np.abs(r).max() + len(c) * 2.0**-1000)
