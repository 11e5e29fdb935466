"""The coordinates in which samples are looked at: their own, and those in which all columns are alike."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .samples import SignedSamples, exponent_of, radius, unit


class View(NamedTuple):
    r"""Samples of norms up to 1 in some coordinates, and the way back.

    A direction that is positive on them is, taken back, positive on the samples themselves, but for rounding:
    that is for a proof to say.

    Attributes
    ----------
    samples : SignedSamples
    scale, shift : array of shape (d,)
        A column of X is ``(x - shift) / scale`` here, times a common factor.
    """

    samples: SignedSamples
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]

    def back(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the unit vector for the samples themselves that a direction in these coordinates means.

        Parameters
        ----------
        v : array of shape (columns,)

        Returns
        -------
        array of shape (columns,)
        """
        if self.samples.one is None:
            return unit(v / self.scale)
        w = v[1:] / self.scale
        return unit(np.concatenate([[v[0] - self.shift @ w], w]))


def own(samples: SignedSamples) -> View:
    """Return the samples in their own coordinates, divided by a power of two: margins keep their proportions."""
    seen = samples.scaled(int(np.frexp(radius(samples))[1]))
    d = samples.X.shape[1]
    return View(seen, np.ones(d), np.zeros(d))


def alike(samples: SignedSamples) -> View:
    """Return the samples with columns of mean 0 (where an intercept allows it, and X is dense) and like size."""
    exponent = exponent_of(samples)
    X: Any = samples.scaled(exponent).X  # no square overflows
    shift = np.zeros(X.shape[1])
    if samples.is_sparse:
        largest = abs(X).max(axis=0).toarray().ravel()
        scale = np.ldexp(1.0, np.where(largest > 0, np.frexp(largest)[1], 0))
        X = sparse.csr_matrix(X @ sparse.diags(1 / scale))
    else:
        if samples.one is not None:
            shift = X.mean(axis=0)
            X = X - shift
        largest = np.abs(X).max(axis=0)
        # powers of two, so that what was exact stays exact where nothing is shifted
        scale = np.ldexp(1.0, np.where(largest > 0, np.frexp(largest)[1], 0))
        X = X / scale
    one = None if samples.one is None else 1.0
    seen = SignedSamples(X, samples.y, one)
    seen = seen.scaled(int(np.frexp(radius(seen))[1]))
    return View(seen, np.ldexp(scale, exponent), np.ldexp(shift, exponent))
