"""What errors of features usually are: so that those of a row can be compared and added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import dense
from .scaling import Scaling, extremes

LEAST = 0.01
"""Of a variance: the smallest usual error, so that nothing is divided by nearly nothing."""


@dataclass(frozen=True, eq=False)
class UsualErrors:
    r"""Mean, deviation and mean squared error of each feature over the rows that were trained on.

    An entry of a row is judged by :math:`e_j / \bar e_j + \lambda z_j^2` with its squared error
    :math:`e_j = (\hat x_j - x_j)^2 / \sigma_j^2` and its standard score :math:`z_j = (x_j - \mu_j) / \sigma_j`. So
    over the rows that were trained on each feature has the mean :math:`1 + \lambda`, whatever its units are and
    however well it is reconstructed. This is how a feature counts by its own spread in a distance of Mahalanobis.

    Parameters
    ----------
    standard : Scaling
        :math:`\mu` and :math:`\sigma`, which is 1 for constant features.
    usual : array of shape (n_features,)
        :math:`\bar e`, positive: the mean of e, at least 0.01; 1 for constant features.

    Examples
    --------
    >>> X = np.array([[0.0, 5.0], [2.0, 5.0]])
    >>> usual = UsualErrors.of(X, None, lambda standard: (np.array([[0.5, 5.0], [1.5, 5.0]]) - X) ** 2)
    >>> usual.standard.scale, usual.usual
    (array([1., 1.]), array([0.25, 1.  ]))
    """

    standard: Scaling
    usual: NDArray[np.float64]

    @classmethod
    def of(cls, X: Any, weight: Any, errors: Any) -> UsualErrors:
        """Return what is usual for rows.

        Parameters
        ----------
        X : array or CSR matrix of shape (n, n_features)
        weight : array of shape (n,), or None
            Not negative, not all 0: 2 is two rows, 0 none.
        errors : callable
            Takes the ``standard`` scaling, returns the rows' squared errors in its units, shape (n, n_features).

        Returns
        -------
        UsualErrors
        """
        weight = np.ones(X.shape[0]) if weight is None else np.asarray(weight, dtype=np.float64)
        counted = weight > 0
        rows = dense(X)[counted]
        standard = Scaling.of("standard", rows, weight[counted])
        low, high = extremes(rows)
        mean = np.average(errors(standard)[counted], axis=0, weights=weight[counted])
        return cls(standard, np.where(low < high, np.maximum(mean, LEAST), 1.0))

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
            judged += distance_weight * self.standard.apply(dense(X), np.float64) ** 2
        return judged
