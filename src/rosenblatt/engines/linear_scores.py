"""Scores of a linear model, which are never NaN: rows that overflow are brought near first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def linear_scores(X: Any, coef: Any, intercept: NDArray[Any], relative: bool = False) -> NDArray[Any]:
    r"""Return :math:`b + w^\top x` for each row and each w.

    Parameters
    ----------
    X : array or CSR matrix of shape (n, d)
        Finite.
    coef : array or sparse matrix of shape (k, d)
    intercept : array of shape (k,)
    relative : bool, default=False
        Leave rows that overflow divided by a power of two, so that their scores can be compared.

    Returns
    -------
    array of shape (n, k)
        Infinite only where no float can hold a score.

    Raises
    ------
    ValueError
        If the weights themselves are not finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        product: Any = X @ coef.T
        product = product.toarray() if hasattr(product, "toarray") else product
        scores: NDArray[Any] = np.asarray(product) + intercept
        if not math.isfinite(scores.sum()):  # quick; where the sum alone overflows, no row is far
            far = np.flatnonzero(~np.isfinite(scores).all(axis=1))
            scores[far] = _brought_near(X[far], coef, intercept, relative)
    return np.asarray(scores)


def _brought_near(X: Any, coef: Any, intercept: NDArray[Any], relative: bool) -> NDArray[Any]:
    W = np.asarray(coef.toarray() if hasattr(coef, "toarray") else coef, dtype=np.float64)
    b = np.asarray(intercept, dtype=np.float64)
    if not (np.isfinite(W).all() and np.isfinite(b).all()):
        raise ValueError("coef_ and intercept_ must hold finite numbers to predict; fit the estimator again")
    X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
    of_rows = np.frexp(np.abs(X).max(axis=1, keepdims=True))[1]
    of_weights = int(np.frexp(np.abs(W).max())[1])
    scores = np.ldexp(X, -of_rows) @ np.ldexp(W, -of_weights).T + np.ldexp(b, -of_rows - of_weights)
    return np.asarray(scores if relative else np.ldexp(scores, of_rows + of_weights))
