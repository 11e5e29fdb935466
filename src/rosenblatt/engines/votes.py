"""The voted perceptron's memory: the rows that were added, not every w."""

from __future__ import annotations

from dataclasses import dataclass
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
    """

    w: NDArray[Any]
    b: float
    support: Any
    place: NDArray[np.int64]
    step: NDArray[np.float64]
    bias_step: NDArray[np.float64]
    survived: NDArray[np.int64]

    @classmethod
    def of(cls, w: NDArray[Any], b: float, X: Any, path: Any, fit_intercept: bool) -> Votes:
        """Return the votes of a run on X that began with w and b.

        Parameters
        ----------
        w : array of shape (d,)
        b : float
        X : array or CSR matrix of shape (n, d)
        path : (rows, steps, survived)
        fit_intercept : bool
        """
        added, steps, survived = path
        rows, place = np.unique(np.asarray(added, dtype=np.int64), return_inverse=True)
        step = np.asarray(steps, dtype=float)
        bias_step = step * fit_intercept
        return cls(w, b, X[rows], place.ravel(), step, bias_step, np.asarray(survived, dtype=np.int64))

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
            np.concatenate([self.step, later.step]),
            np.concatenate([self.bias_step, later.bias_step]),
            survived,
        )

    def outputs(self, X: Any) -> NDArray[Any]:
        """Return the votes for the rows of X: shape (n,), in [-1, 1]."""
        height = max(1, BLOCK // max(1, len(self.survived) + self.support.shape[0]))
        parts = [self._outputs(X[i : i + height]) for i in range(0, X.shape[0], height)]
        return np.concatenate(parts)

    def _outputs(self, X: Any) -> NDArray[Any]:
        first = np.asarray(X @ self.w).reshape(-1, 1) + self.b
        products = X @ self.support.T
        products = products.toarray() if hasattr(products, "toarray") else np.asarray(products)
        steps = products[:, self.place] * self.step + self.bias_step
        return vote(np.concatenate([first, first + np.cumsum(steps, axis=1)], axis=1), self.survived)
