"""What errors of features usually are: so that those of a row can be compared and added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import dense
from .scaling import Scaling, extremes, is_sparse
from .usual_range import WITHIN, UsualRange, blocks_of_rows

LEAST = 0.01
"""Of a variance: the smallest usual error, so that nothing is divided by nearly nothing."""

LEAST_SPREAD = 0.6
"""Deviations that a "robust" unit is at least: in a column of nearly one value the quartiles are as good as equal."""


@dataclass(frozen=True, eq=False)
class UsualErrors:
    r"""Mean, deviation and mean squared error of each feature over the rows that were trained on.

    An entry of a row is judged by :math:`e_j / \bar e_j + \lambda d(z_j)` with its squared error
    :math:`e_j = (\hat x_j - x_j)^2 / \sigma_j^2`, its standard score :math:`z_j = (x_j - \mu_j) / \sigma_j` and
    :math:`d(z) = z^2`, as far as z is at most 4. So over the rows that were trained on each feature has the mean
    :math:`1 + \lambda`, whatever its units are and however well it is reconstructed. This is how a feature counts by
    its own spread in a distance of Mahalanobis. Farther out d grows as a root, see :func:`distance`.

    Parameters
    ----------
    standard : Scaling
        :math:`\mu` and :math:`\sigma`, which is 1 for constant features.
    usual : array of shape (n_features,)
        :math:`\bar e`, positive: the mean of e, at least 0.01; 1 for constant features.

    Examples
    --------
    >>> X = np.array([[0.0, 5.0], [2.0, 5.0]])
    >>> usual = UsualErrors.of(X, None, lambda _, rows: (np.array([[0.5, 5.0], [1.5, 5.0]]) - X)[rows] ** 2)
    >>> usual.standard.scale, usual.usual
    (array([1., 1.]), array([0.25, 1.  ]))
    """

    standard: Scaling
    usual: NDArray[np.float64]

    @classmethod
    def of(
        cls, X: Any, weight: Any, errors: Any, telling: Any = None, standard: Scaling | None = None
    ) -> UsualErrors:
        """Return what is usual for rows.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_features)
        weight : array of shape (n,), or None
            Not negative, not all 0: 2 is two rows, 0 none.
        errors : callable
            Takes the ``standard`` scaling and a slice of rows, returns their squared errors in its units.
        telling : callable, optional
            Takes a slice of rows, returns which entries' errors say what is usual, at least one in each column; all by
            default.
        standard : Scaling, optional
            Mean and deviation of the rows by default.

        Returns
        -------
        UsualErrors
        """
        weight = np.ones(X.shape[0]) if weight is None else np.asarray(weight, dtype=np.float64)
        counted = weight > 0
        if standard is None:
            standard = Scaling.of("standard", dense(X)[counted], weight[counted])
        low, high = extremes(X if counted.all() else X[counted])
        total, mass = np.zeros(X.shape[1]), np.zeros(X.shape[1])
        for rows in blocks_of_rows(X):
            own = weight[rows, np.newaxis] * (
                1.0 if telling is None else telling(rows)
            )  # (n, n_features), or (n, 1)
            own = np.broadcast_to(own, (own.shape[0], X.shape[1]))
            total += np.where(own > 0, own * errors(standard, rows), 0.0).sum(axis=0)
            mass += own.sum(axis=0)
        return cls(standard, np.where(low < high, np.maximum(total / mass, LEAST), 1.0))

    def judged(self, errors: NDArray[Any], X: Any, distance_weight: float) -> NDArray[np.float64]:
        """Return how unusual the entries of rows are.

        Parameters
        ----------
        errors : array of shape (n, n_features)
            Squared, in units of ``standard``.
        X : array or CSR matrix of shape (n, n_features)
            The rows, in the units of the inputs.
        distance_weight : float >= 0

        Returns
        -------
        array of shape (n, n_features)
        """
        judged = np.asarray(errors / self.usual)
        if distance_weight > 0:
            with np.errstate(over="ignore"):
                z = (dense(X) - self.standard.center) / self.standard.scale  # (n, n_features)
            judged += distance_weight * distance(z)
        return judged


def standard_of(X: Any, told: Any, weight: Any, counting: Any, usual_range: UsualRange) -> Scaling:
    r"""Return mean and deviation of rows, entries far out drawn in; where few entries differ, those about the median.

    There the sum of :math:`z_j^2` over the rows is their number, as in all other columns.

    Parameters
    ----------
    X, told : array or CSR matrix of shape (n, n_columns)
        Rows, and what is told of them.
    weight, counting : array of shape (n,), or None
        Of all rows, for the columns of which few differ, and of those that are not corrupt, for the others.
    usual_range : UsualRange

    Returns
    -------
    Scaling
    """
    counted = slice(None) if counting is None else np.asarray(counting) > 0
    standard = Scaling.of("standard", dense(told)[counted], None if counting is None else counting[counted])
    few, scale = usual_range.few, standard.scale.copy()
    weight = np.ones(X.shape[0]) if weight is None else weight
    spread = np.average(usual_range.distances(X) ** 2, axis=0, weights=weight)
    scale[few] = usual_range.deviation[few] * np.sqrt(spread)
    return Scaling("standard", np.where(few, usual_range.center, np.asarray(standard.center)), scale)


def robust_of(X: Any, weight: Any, usual_range: UsualRange) -> Scaling:
    """Return median and quartiles of rows as they are told; no unit is next to nothing.

    Parameters
    ----------
    X : array or CSR matrix of shape (n, n_columns)
    weight : array of shape (n,), or None
    usual_range : UsualRange

    Returns
    -------
    Scaling
    """
    counted = slice(None) if weight is None else weight > 0
    spread = Scaling.of("standard", dense(X)[counted], None if weight is None else weight[counted])
    scale = np.maximum(usual_range.quartiles, LEAST_SPREAD * spread.scale)
    return Scaling(
        "robust", None if is_sparse(X) else np.where(usual_range.few, 0.0, usual_range.center), scale
    )


def distance(z: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return squared standard scores, which grow as a root only beyond 4.

    .. math:: d(z) = \begin{cases} z^2 & |z| \le 4 \\ 16\,(4 \sqrt{|z|/4} - 3) & |z| > 4 \end{cases}

    Both pieces have the same value and slope at 4. So an entry far out is above all others in a row, and yet does not
    overflow; and a feature with a heavy tail does not drown the others.

    Parameters
    ----------
    z : array
        Infinity counts as the largest number.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> distance(np.array([1.0, -4.0, 16.0]))
    array([ 1., 16., 80.])
    """
    size = np.minimum(np.abs(z), np.finfo(np.float64).max)
    near = np.minimum(size, WITHIN)
    return np.asarray(near**2 + 4 * WITHIN**2 * (np.sqrt(np.maximum(size, WITHIN) / WITHIN) - 1))
