"""The coordinates in which samples are looked at: their own, columns alike, and what rounding left spread out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import qr, solve_triangular

from .margins import exact_dot
from .samples import SignedSamples, exponent_of, radius, unit

# Columns that others explain up to this share are dependent but for rounding.
_DEPENDENT = 1e-12
_MOST_DOTS = 10**6


class View(NamedTuple):
    """Samples of norms up to 1 in some coordinates, and the way back.

    A direction that is positive on them is, taken back, positive on the samples themselves, but for rounding:
    that is for a proof to say.

    Attributes
    ----------
    samples : SignedSamples
    back : callable
        From a direction in these coordinates, shape (columns,), to the unit vector that it means for the
        samples themselves.
    """

    samples: SignedSamples
    back: Callable[[NDArray[np.float64]], NDArray[np.float64]]


def own(samples: SignedSamples) -> View:
    """Return the samples in their own coordinates, divided by a power of two: margins keep their proportions."""
    return View(_within_one(samples), unit)


def alike(samples: SignedSamples, centred: bool = True) -> View:
    """Return the samples with columns of like size, and of mean 0 (where an intercept allows it, and X is dense).

    Parameters
    ----------
    samples : SignedSamples
    centred : bool, default=True
        Without, no entry is rounded.

    Returns
    -------
    View
    """
    exponent = exponent_of(samples)
    X: Any = samples.scaled(exponent).X  # no square overflows
    shift = np.zeros(X.shape[1])
    if centred and not samples.is_sparse and samples.one is not None:
        shift = X.mean(axis=0)
        X = X - shift
    largest = abs(X).max(axis=0)
    largest = largest.toarray().ravel() if samples.is_sparse else largest
    # powers of two, so that what was exact stays exact where nothing is shifted
    scale = np.ldexp(1.0, np.where(largest > 0, np.frexp(largest)[1], 0))
    X = sparse.csr_matrix(X @ sparse.diags(1 / scale)) if samples.is_sparse else X / scale
    one = None if samples.one is None else 1.0

    def back(v: NDArray[np.float64]) -> NDArray[np.float64]:
        if one is None:
            return unit(np.ldexp(v / scale, -exponent))
        w = v[1:] / scale
        return unit(np.concatenate([[v[0] - shift @ w], np.ldexp(w, -exponent)]))

    return View(_within_one(SignedSamples(X, samples.y, one)), back)


def spread(samples: SignedSamples) -> View | None:
    r"""Return the samples with dependent columns replaced by what rounding left of the dependence, made large.

    Columns such as standardised indicators depend on each other but for their last bits. These bits decide
    whether the samples are separable, and to floats they are noise. Where column j is :math:`Z_I b` up to
    rounding, the new column is :math:`Z_j - Z_I b`, each entry rounded once, divided by its size: for any b
    that is a change of coordinates, and the question stays the same.

    Parameters
    ----------
    samples : SignedSamples

    Returns
    -------
    View or None
        None where no columns are dependent, or to find them would take too long.
    """
    if samples.is_sparse or samples.n * samples.columns > _MOST_DOTS:
        return None
    view = alike(samples, centred=False)
    z = view.samples.dense()
    R, order = qr(z, mode="r", pivoting=True, check_finite=False)
    diagonal = np.abs(np.diag(R))
    rank = int(np.count_nonzero(diagonal > _DEPENDENT * diagonal[0]))
    kept, rest = order[:rank], order[rank:]
    if not len(rest):
        return None
    B = solve_triangular(R[:rank, :rank], R[:rank, rank:], check_finite=False)  # (kept, rest)
    left = np.array([[exact_dot(row, b) for b in _one_minus(B)] for row in z[:, order]])
    sizes = np.abs(left).max(axis=0)
    sizes = np.where(sizes > 0, sizes, 1.0)
    seen = np.concatenate([z[:, kept], left / sizes], axis=1) * samples.y[:, None]

    def back(v: NDArray[np.float64]) -> NDArray[np.float64]:
        of_rest = v[rank:] / sizes
        w = np.empty(len(v))
        w[rest] = of_rest
        w[kept] = v[:rank] - B @ of_rest
        return view.back(w)

    return View(_within_one(SignedSamples(seen, samples.y, None)), back)


def _one_minus(B: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the combinations of (kept, rest) columns that are nearly zero, one in each row."""
    return np.concatenate([-B.T, np.eye(B.shape[1])], axis=1)


def _within_one(samples: SignedSamples) -> SignedSamples:
    return samples.scaled(int(np.frexp(radius(samples))[1]))
