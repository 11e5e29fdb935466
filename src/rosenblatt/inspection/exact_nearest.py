"""The nearest point of few samples in rationals: where floats lose the weights that make the margin large."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .rationals import integer_rows, solution
from .samples import SignedSamples, unit

MOST_ROWS = 12
_BITS = 1000


class Nearest(NamedTuple):
    """The point of some samples' affine hull that is nearest to the origin.

    Attributes
    ----------
    direction : array of shape (columns,)
        The unit vector along it, rounded once.
    weights : array of shape (m,)
        Of the samples, of either sign, summing to one.
    """

    direction: NDArray[np.float64]
    weights: NDArray[np.float64]


def nearest_in_rationals(samples: SignedSamples, rows: NDArray[np.intp]) -> Nearest | None:
    r"""Return the point :math:`\sum_i c_i z_i, \sum_i c_i = 1` of the least norm.

    The equations are :math:`\sum_j z_i^\top z_j c_j = t` for each i, and the sum.

    Parameters
    ----------
    samples : SignedSamples
    rows : array of int, shape (m,)

    Returns
    -------
    Nearest or None
        None where the samples are affinely dependent, too many, or the point is zero.
    """
    m = len(rows)
    if not 0 < m <= MOST_ROWS:
        return None
    z = integer_rows(samples.dense(rows).reshape(1, -1)).reshape(m, -1)
    A = np.ones((m + 1, m + 1), dtype=object)
    A[:m, :m] = z @ z.T
    A[m, m] = 0
    found = solution(A, np.array([0] * m + [1], dtype=object))
    if found is None:
        return None
    c, denominator = np.array(found[0][:m], dtype=object), found[1]
    point = c @ z
    bits = max(int(entry).bit_length() for entry in point)
    if bits == 0:
        return None
    shorter = 2 ** max(0, bits - _BITS)
    return Nearest(
        unit(np.array([float(entry // shorter) for entry in point])),
        np.array([int(entry) / denominator for entry in c]),
    )
