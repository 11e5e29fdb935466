"""The coordinates in which samples are looked at: their own, columns alike, and what rounding left spread out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

from .margins import exact_dot
from .samples import SignedSamples, radius, unit

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
    X, first = _level(samples.X)  # no square overflows, and no column vanishes
    shift = np.zeros(X.shape[1])
    if centred and not samples.is_sparse and samples.one is not None:
        shift = X.mean(axis=0)
        X = X - shift
    # powers of two, so that what was exact stays exact where nothing is shifted
    X, second = _level(X)
    one = None if samples.one is None else 1.0
    shift = np.ldexp(shift, -second)

    def back(v: NDArray[np.float64]) -> NDArray[np.float64]:
        if one is None:
            return _unit_of(v, -first - second)
        w = v[1:]
        return _unit_of(np.append(v[0] - shift @ w, w), np.append(0, -first - second))

    return View(_within_one(SignedSamples(X, samples.y, one)), back)


def _level(X: Any) -> tuple[Any, NDArray[np.intp]]:
    """Return columns divided by powers of two, the largest entry of each between 1/2 and 1, and the exponents."""
    largest: Any = abs(X).max(axis=0)
    is_sparse = hasattr(largest, "toarray")
    exponents = np.frexp(largest.toarray().ravel() if is_sparse else largest)[1].astype(np.intp)
    if not is_sparse:
        return np.ldexp(X, -exponents), exponents
    X = X.copy()
    X.data = np.ldexp(X.data, -exponents[X.indices])
    return X, exponents


def _unit_of(v: NDArray[np.float64], exponents: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the unit vector along v times powers of two, which may themselves be beyond floats."""
    mantissas, own_exponents = np.frexp(v)
    total = own_exponents + exponents
    total = total - total[mantissas != 0].max(initial=-(2**40))
    return unit(np.ldexp(mantissas, np.maximum(total, -2000)))


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
