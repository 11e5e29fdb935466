"""The voted perceptron's memory: the rows that were added, not every w."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..perceptron_rule import vote

BLOCK = 1 << 20
"""Pre-activations that are in memory at a time: 8 MB."""


@dataclass(frozen=True)
class Votes:
    """A voted perceptron (Freund and Schapire 1999), kept as its first w and its updates.

    The k-th w is the first plus the first k steps, so that its pre-activations are running sums of
    steps times products of rows: K updates of at most n rows take n d + 2 K numbers, not K d.

    Attributes
    ----------
    w : array of shape (d,)
        The first.
    b : float
    support : array or CSR matrix of shape (m, d)
        The rows that were added, each once.
    place : array of int64, shape (K,)
        Which of them each update added.
    step, bias_step : array of shape (K,)
        How many times, to w and to b.
    survived : array of int64, shape (K + 1,)
        For how many samples each w stayed.
    unit : float
        What a step of 1 is worth. Votes are signs: they are the same at any rate, but for rounding.
    """

    w: NDArray[Any]
    b: float
    support: Any
    place: NDArray[np.int64]
    step: NDArray[np.float64]
    bias_step: NDArray[np.float64]
    survived: NDArray[np.int64]
    unit: float = 1.0

    @classmethod
    def of(
        cls, w: NDArray[Any], b: float, X: Any, path: Any, fit_intercept: bool, unit: float = 1.0
    ) -> Votes:
        """Return the votes of a run on X that began with w and b.

        Parameters
        ----------
        w : array of shape (d,)
        b : float
        X : array or CSR matrix of shape (n, d)
        path : (rows, steps, survived)
        fit_intercept : bool
        unit : float, default=1.0
        """
        added, steps, survived = path
        rows, place = np.unique(np.asarray(added, dtype=np.int64), return_inverse=True)
        step = np.asarray(steps, dtype=float)
        bias_step = step * fit_intercept
        return cls(w, b, X[rows], place.ravel(), step, bias_step, np.asarray(survived, dtype=np.int64), unit)

    def staying(self, samples: int) -> Votes:
        """Return the votes after so many samples more on which the last w was right."""
        survived = self.survived.copy()
        survived[-1] += samples
        return replace(self, survived=survived)

    def then(self, later: Votes) -> Votes:
        """Return the votes of both runs, the later of which began where this one ended."""
        if hasattr(self.support, "tocsr") or hasattr(later.support, "tocsr"):
            from scipy import sparse

            support = sparse.vstack([self.support, later.support], format="csr")
        else:
            support = np.concatenate([self.support, later.support])
        survived = np.concatenate([self.survived, later.survived[1:]])
        survived[len(self.step)] += later.survived[0]
        return Votes(
            self.w,
            self.b,
            support,
            np.concatenate([self.place, later.place + self.support.shape[0]]),
            np.concatenate([self.step, later.step * (later.unit / self.unit)]),
            np.concatenate([self.bias_step, later.bias_step * (later.unit / self.unit)]),
            survived,
            self.unit,
        )

    def outputs(self, X: Any) -> NDArray[Any]:
        """Return the votes for the rows of X: shape (n,), in [-1, 1]."""
        height = max(1, BLOCK // max(1, len(self.survived) + self.support.shape[0]))
        parts = [self._outputs(X[i : i + height]) for i in range(0, X.shape[0], height)]
        return np.concatenate(parts)

    def last(self, X: Any) -> NDArray[Any]:
        """Return the pre-activations by the last w: shape (n,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            w = np.bincount(self.place, self.step, minlength=self.support.shape[0])
            return np.asarray(X @ self.w + X @ (self.support.T @ w) + (self.b + self.bias_step.sum()))

    def _outputs(self, X: Any) -> NDArray[Any]:
        with np.errstate(over="ignore", invalid="ignore"):
            a = self._pre_activations(X, np.ones((X.shape[0], 1)))
            far = np.flatnonzero(~np.isfinite(a).all(axis=1))
            if len(far):  # the signs are those of rows that are brought near, with their 1 of the bias
                X = X[far].toarray() if hasattr(X, "toarray") else X[far]
                exponents = np.frexp(np.abs(X).max(axis=1, keepdims=True))[1]
                a[far] = self._pre_activations(np.ldexp(X, -exponents), np.ldexp(1.0, -exponents))
        return vote(a, self.survived)

    def _pre_activations(self, X: Any, one: NDArray[np.float64]) -> NDArray[Any]:
        """Return those of each row [one, x] by each w, shape (n, K + 1)."""
        first = np.asarray(X @ self.w).reshape(-1, 1)
        products = X @ self.support.T
        products = products.toarray() if hasattr(products, "toarray") else np.asarray(products)
        steps = np.cumsum(products[:, self.place] * self.step, axis=1)
        # the biases apart: beside them the products of tiny inputs would be lost
        biases = np.concatenate([[self.b], self.b + np.cumsum(self.bias_step)])
        return np.asarray(np.concatenate([first, first + steps], axis=1) + one * biases)
