"""Signed samples, z = y [1, x]: what the perceptron rule sees, and what a proof is about."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

UNIT_ROUNDOFF = 2.0**-53
TINY = 2.0**-1000
"""More than all products of a row that vanish."""
_ENTRIES_AT_ONCE = 2**22
_ONE = 2.0**-40
"""What the norm of a unit vector may differ from 1 by."""

SURE, OPEN, BEYOND = 1, 0, -1
"""What floats say of a product: positive in any case; not surely so; beyond the largest float."""


class SignedSamples:
    r"""The rows :math:`z_i = y_i [1, x_i]`, or :math:`y_i x_i` without an intercept, never formed as a whole.

    Parameters
    ----------
    X : array or CSR matrix of shape (n, d)
        Finite float64.
    y : array of shape (n,)
        -1.0 and +1.0.
    one : float, or None
        What stands before x in every row: 1.0, or what scaling has made of it; None without an intercept.

    Attributes
    ----------
    n, columns : int
        The number of samples, and of the columns of z.
    is_sparse : bool
        Whether X is a sparse matrix.
    """

    def __init__(self, X: Any, y: NDArray[np.float64], one: float | None) -> None:
        self.X, self.y, self.one = X, y, one
        self.n, self.columns = X.shape[0], X.shape[1] + (one is not None)
        self.is_sparse: bool = sparse.issparse(X)

    def take(self, rows: NDArray[np.intp] | slice) -> SignedSamples:
        """Return some of the samples, as sparse as these."""
        return SignedSamples(self.X[rows], self.y[rows], self.one)

    def dense(self, rows: Any = slice(None)) -> NDArray[np.float64]:
        """Return some rows of z as an array, shape (rows, columns)."""
        chosen = self.X[rows]
        chosen = chosen.toarray() if self.is_sparse else chosen
        signs = self.y[rows][:, None]
        if self.one is None:
            return np.asarray(signs * chosen)
        return np.concatenate([signs * self.one, signs * chosen], axis=1)

    def products(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        r"""Return :math:`z_i^\top u` for each sample, shape (n,)."""
        if self.one is None:
            return np.asarray(self.y * (self.X @ u))
        return np.asarray(self.y * (self.X @ u[1:] + self.one * u[0]))

    def sizes(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        r"""Return :math:`|z_i|^\top |u|` for each sample, shape (n,)."""
        if self.one is None:
            return np.asarray(abs(self.X) @ np.abs(u))
        return np.asarray(abs(self.X) @ np.abs(u[1:]) + abs(self.one * u[0]))

    def combination(self, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        r"""Return :math:`\sum_i c_i z_i` over some rows, shape (columns,)."""
        return np.asarray(weights @ self.dense(rows))

    def scaled(self, exponent: int) -> SignedSamples:
        """Return the samples divided by a power of two: exact, but for entries so small that they vanish."""
        X = self.X.copy()
        if self.is_sparse:
            X.data = np.ldexp(X.data, -exponent)
        else:
            X = np.ldexp(X, -exponent)
        one = None if self.one is None else float(np.ldexp(self.one, -exponent))
        return SignedSamples(X, self.y, one)

    def equals(self, other: SignedSamples) -> bool:
        """Return whether the rows are the same."""
        if self.is_sparse:
            return self.one == other.one and np.array_equal(self.X.data, other.X.data)
        return self.one == other.one and np.array_equal(self.X, other.X)

    def largest(self) -> float:
        """Return the largest absolute entry of z."""
        entries = self.X.data if self.is_sparse else self.X
        largest = max(float(entries.max(initial=0.0)), -float(entries.min(initial=0.0)))
        return max(largest, self.one or 0.0)

    def norms(self) -> NDArray[np.float64]:
        """Return the norms of the rows, where their squares neither overflow nor vanish."""
        if self.is_sparse:
            squares = np.asarray(self.X.multiply(self.X).sum(axis=1)).ravel()
        else:
            squares = np.einsum("ij,ij->i", self.X, self.X)
        return np.asarray(np.sqrt(squares + (self.one or 0.0) ** 2))

    def first_of_their_kind(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return for each sample the first with the same x and y, and the first with the same x and another y, or -1.

        Returns
        -------
        same, opposite : arrays of int, shape (n,)
        """
        known: dict[tuple[float, bytes], int] = {}
        same, opposite = np.empty(self.n, dtype=np.intp), np.empty(self.n, dtype=np.intp)
        for row, (key, label) in enumerate(zip(self._keys(), self.y.tolist(), strict=True)):
            same[row] = known.setdefault((label, key), row)
            opposite[row] = known.get((-label, key), -1)
        return same, opposite

    def _keys(self) -> list[bytes]:
        """Return what tells rows of X apart, with 0 and -0 alike."""
        if not self.is_sparse:
            return [row.tobytes() for row in np.ascontiguousarray(self.X + 0.0)]
        X = self.X
        spans = zip(X.indptr[:-1].tolist(), X.indptr[1:].tolist(), strict=True)
        return [X.indices[a:b].tobytes() + X.data[a:b].tobytes() for a, b in spans]


def exponent_of(samples: SignedSamples) -> int:
    """Return the exponent of two that brings the largest entry of z between 1/2 and 1; 0 if all are zero."""
    return int(np.frexp(samples.largest())[1])


def radius(samples: SignedSamples) -> float:
    r"""Return :math:`R = \max_i \lVert z_i \rVert`, at any scale; infinite only where a float cannot hold it."""
    exponent = exponent_of(samples)
    if abs(exponent) < 400:
        exponent = 0  # squares are harmless as they are
    with np.errstate(over="ignore"):
        return float(np.ldexp(samples.scaled(exponent).norms().max(), exponent))


def unit(v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vector of any scale divided by its norm."""
    largest = np.abs(v).max()
    scaled = np.ldexp(v, -int(np.frexp(largest)[1]))
    return np.asarray(scaled / np.linalg.norm(scaled))


def is_unit(u: NDArray[np.float64]) -> bool:
    """Return whether a vector is finite and of norm 1, but for rounding."""
    return bool(np.isfinite(u).all() and abs(np.linalg.norm(u) - 1.0) <= _ONE)


def are_positive(samples: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.bool_]:
    r"""Return for each sample whether :math:`z_i^\top u > 0`, with proof.

    The product in floats decides where it is further from zero than rounding can take it,
    :math:`\gamma_k |z_i|^\top |u|` with :math:`\gamma_k = k\epsilon / (1 - k\epsilon)` for a sum of k products
    in any order (Higham 2002, section 3.1). Rationals decide the rest.

    Parameters
    ----------
    samples : SignedSamples
    u : array of shape (columns,)

    Returns
    -------
    array of bool, shape (n,)
    """
    found, error = _with_error(samples, u)
    is_clear = np.isfinite(error) & (np.abs(found) > error)
    positive = np.asarray(is_clear & (found > 0))
    unclear = np.flatnonzero(~is_clear)
    if len(unclear):
        exact_u = [Fraction(entry) for entry in u.tolist()]
        for row in unclear.tolist():
            positive[row] = exact_product(samples, row, exact_u) > 0
    return positive


def _with_error(
    samples: SignedSamples, u: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the products, and what rounding can do to each."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        # twice the bound covers its own rounding; the last term covers products that underflow
        error = 2 * (samples.columns + 4) * UNIT_ROUNDOFF * samples.sizes(u) + TINY
        return samples.products(u), error


def nearness(samples: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each product is above zero, in units of what rounding can do to it; negative on the wrong side."""
    found, error = _with_error(samples, u)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(found / error, nan=0.0)


def exact_product(samples: SignedSamples, row: int, u: list[Fraction]) -> Fraction:
    """Return the product of one sample with a vector of rationals."""
    z = samples.dense(np.array([row]))[0].tolist()
    return sum((Fraction(a) * b for a, b in zip(z, u, strict=True) if a), start=Fraction(0))


def sides(samples: SignedSamples, u: NDArray[np.float64], dtype: Any) -> NDArray[np.int8]:
    r"""Return for each sample whether floats of a dtype find :math:`z_i^\top u > 0` in whatever order they add.

    Parameters
    ----------
    samples : SignedSamples
        Of this dtype.
    u : array of shape (columns,)
    dtype : dtype
        float32 or float64.

    Returns
    -------
    array of int8, shape (n,)
        SURE, OPEN or BEYOND.
    """
    height = max(1, _ENTRIES_AT_ONCE // samples.columns)
    parts = [_sides(samples.take(slice(at, at + height)), u, dtype) for at in range(0, samples.n, height)]
    return np.concatenate([np.zeros(0, dtype=np.int8), *parts])


def _sides(samples: SignedSamples, u: NDArray[np.float64], dtype: Any) -> NDArray[np.int8]:
    floats, terms = np.finfo(dtype), samples.columns + 4
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found, sizes = samples.products(u), samples.sizes(u)
        # the bound of are_positive, in this dtype; what underflows loses half of the smallest float each
        error = terms * float(floats.eps) * sizes + terms * float(floats.smallest_subnormal)
        is_beyond = ~(sizes <= float(floats.max))
    return np.where(is_beyond, BEYOND, np.where(found > error, SURE, OPEN)).astype(np.int8)
