"""Data as separability takes it: checked, in float64, with classes and signs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_X_y

from ..arrays import rectangular
from ..diagnosis import about, explained, is_missing, refuse_unlike_data
from ..excerpts import short
from ..sparse_structure import require_sound
from .samples import SignedSamples, radius


class Problem(NamedTuple):
    """Samples and their classes.

    Attributes
    ----------
    X : array or CSR matrix of shape (n, d)
        Float64, finite; CSR in canonical form, without stored zeros.
    y : array of shape (n,)
        The place of each label among the classes.
    classes : tuple
        The labels in ascending order, as Python's own objects.
    """

    X: Any
    y: NDArray[np.intp]
    classes: tuple[Any, ...]

    def signed(self, fit_intercept: bool) -> SignedSamples:
        """Return the signed samples of two classes, the second one being +1."""
        return SignedSamples(self.X, np.where(self.y == 1, 1.0, -1.0), 1.0 if fit_intercept else None)

    def against_rest(self, place: int) -> Problem:
        """Return the question of one class against all others: labels False and True."""
        return Problem(self.X, (self.y == place).astype(np.intp), (False, True))

    def pair(self, first: int, second: int) -> Problem:
        """Return the question of two classes, on their samples alone."""
        rows = np.flatnonzero((self.y == first) | (self.y == second))
        y = (self.y[rows] == second).astype(np.intp)
        return Problem(self.X[rows], y, (self.classes[first], self.classes[second]))


def checked(X: Any, y: Any) -> Problem:
    """Return data that can be asked about.

    Parameters
    ----------
    X : array-like, data frame or sparse matrix of shape (n, d)
    y : array-like of shape (n,)

    Returns
    -------
    Problem

    Raises
    ------
    ValueError, TypeError
        If they are not finite numbers and at least two classes of labels; the message says where.
    """
    require_sound("X", X)
    require_sound("y", y)
    refuse_unlike_data(X, "X")
    refuse_unlike_data(y, "y")
    _check_labels(y)
    try:
        X_checked, y_checked = check_X_y(X, y, accept_sparse="csr", dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        message = explained(str(error), X, y, labels=True)
        if message is None:
            raise
        raise (TypeError if isinstance(error, TypeError) else ValueError)(message) from error
    if hasattr(X_checked, "indptr"):
        X_checked = X_checked.copy()
        X_checked.sum_duplicates()
        X_checked.eliminate_zeros()
    with about("y"):
        labels, places = np.unique(y_checked, return_inverse=True)
    if len(labels) < 2:
        raise ValueError(
            f"y holds the single class {short(labels.tolist()[0])} in {len(y_checked)} sample"
            f"{'s' if len(y_checked) > 1 else ''}; separability is a question about two classes or more"
        )
    problem = Problem(X_checked, places.ravel().astype(np.intp), tuple(labels.tolist()))
    if not np.isfinite(radius(problem.signed(True))):
        raise ValueError("X holds rows whose norm is above 1.8e308, too large for a float; divide X by 1e10")
    return problem


def _check_labels(y: Any) -> None:
    values = rectangular("y", y)
    if values.ndim == 0:
        raise ValueError(f"y must hold one label for each row of X, got {short(y)}")
    if values.dtype.kind == "O":
        for row, label in enumerate(values.ravel()):
            if type(label).__hash__ is None:
                raise TypeError(f"y must hold labels, strings or numbers, got {short(label)} in row {row}")
        for row, label in enumerate(values.ravel()):
            if is_missing(label):
                raise ValueError(f"y must hold labels, got {label} in row {row}; drop such rows first")
        kinds = {isinstance(label, str) for label in values.ravel()}
        if len(kinds) > 1:
            raise ValueError("y must hold labels of one kind, got strings and numbers; use y.astype(str)")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        raise ValueError(f"y must hold labels, got {values.ravel()[row]} in row {row}; drop such rows first")
    if values.ndim == 1 and values.dtype.kind == "f" and (values != np.floor(values)).any():
        row = int(np.flatnonzero(values != np.floor(values))[0])
        raise ValueError(
            f"y must hold labels, got the number {values[row]} in row {row}; separability is a question "
            "about classes: bin the numbers first (sklearn.preprocessing.KBinsDiscretizer)"
        )
    if values.ndim > 1 and not (values.ndim == 2 and values.shape[1] == 1):
        raise ValueError(
            f"y must hold one label for each row of X, got an array of shape {values.shape}; ask about one "
            "column of it at a time"
        )
