"""Inputs: what scikit-learn accepts, and messages that name the row and the column of what it refuses."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import validate_data

from ..arrays import finite, rectangular
from ..diagnosis import explained, refuse_unlike_data
from ..excerpts import short
from ..sparse_structure import require_sound

DTYPES = (np.float64, np.float32)


def validated(estimator: Any, X: Any, y: Any = "no_validation", **options: Any) -> Any:
    """Return X, or X and y, as scikit-learn's ``validate_data`` checks and converts them.

    Parameters
    ----------
    estimator : estimator
    X : array-like, data frame or sparse matrix of shape (n, r_0)
    y : array-like, optional
    **options
        For ``validate_data``.

    Raises
    ------
    ValueError, TypeError
        With scikit-learn's message and, where one can be found, the row and the column.
    """
    if _are_known(estimator, X, y, **options):
        return X if isinstance(y, str) else (X, y)
    options = {"accept_sparse": ["csr", "csc"], "dtype": DTYPES, **options}
    with located(X, y, labels=not options.get("y_numeric")):
        checked = validate_data(estimator, X, y, **options)
        if options.get("y_numeric") and checked[1].dtype.kind in "US":
            return checked[0], checked[1].astype(np.float64)
        return checked


def _are_known(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    reset: bool = True,
    multi_output: bool = False,
    y_numeric: bool = False,
    **_: Any,
) -> bool:
    """Return whether scikit-learn's checks would return X and y as they are, and change nothing in the estimator.

    They take a third of a millisecond, more than a network and a few rows: so are arrays of the dtype, order and number
    of columns that the estimator knows. What is not plain goes through them: nothing is accepted that they refuse.
    """
    known = vars(estimator)
    if reset or "feature_names_in_" in known or not is_plain(X):
        return False
    if not X.flags.c_contiguous or X.shape[1] != known.get("n_features_in_"):
        return False
    if isinstance(y, str):
        return y == "no_validation"
    if (
        type(y) is not np.ndarray
        or len(y.shape) not in ((1, 2) if multi_output else (1,))
        or not y.dtype.isnative
    ):
        return False
    if y.shape[0] != X.shape[0] or y.size == 0:
        return False
    return y.dtype.kind in ("biu" if y_numeric else "biuU") or (y.dtype.kind == "f" and has_finite_sum(y))


@contextlib.contextmanager
def located(X: Any, y: Any = "no_validation", labels: bool = True) -> Iterator[None]:
    """Add to an error of scikit-learn's about X or y where the trouble is, and what to do about it.

    Sparse matrices that contradict themselves never come as far: they would crash the process there.
    """
    require_sound("X", X)
    require_sound("y", y)
    refuse_unlike_data(X, "X")
    if y is not None and not (isinstance(y, str) and y == "no_validation"):
        refuse_unlike_data(y, "y")
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # sums that tell whether all is finite
            yield
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        message = explained(str(error), X, y, labels)
        if message is None and not isinstance(error, OverflowError):
            raise
        message = (
            message or f"X or y holds a number that no float can hold: {error}; clip it or drop such rows"
        )
        raise (TypeError if isinstance(error, TypeError) else ValueError)(message) from error


def are_plain(X: Any, y: Any) -> bool:
    """Return whether samples and labels need no check: arrays as the engines take them, finite, one label a row.

    scikit-learn's checks take half a millisecond, more than all of a small fit. Whatever is not plain goes
    through them, so that nothing is accepted here that they would refuse.
    """
    plain = type(y) is np.ndarray and is_plain(X) and y.shape == X.shape[:1]
    return plain and y.dtype.kind in "biuU" and y.dtype.isnative


def is_plain(X: Any) -> bool:
    """Return whether X is an array of rows and columns as the engines take it, of finite numbers."""
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.dtype in DTYPES
        and X.dtype.isnative
        and X.size > 0
        and X.flags.aligned
        and has_finite_sum(X)
    )


def has_finite_sum(X: Any) -> bool:
    """Return whether the sum of an array is finite, as no NaN and no infinity leaves it; it may overflow, too."""
    with np.errstate(all="ignore"):
        return math.isfinite(X.sum())


def is_moderate(X: Any) -> bool:
    """Return whether the squares of all entries have a finite sum: no NaN, no infinity, nothing huge."""
    matrix: Any = X
    entries = (matrix.data if sparse.issparse(X) else X).ravel()
    with np.errstate(all="ignore"):  # an infinite sum is an answer
        return math.isfinite(np.dot(entries, entries))


def as_rows(X: Any) -> Any:
    """Return X with rows that can be taken quickly: CSR for any sparse matrix, C order for an array."""
    return X.tocsr() if hasattr(X, "tocsr") else np.require(X, requirements=["C", "ALIGNED"])


def as_dtype(X: Any, dtype: Any) -> Any:
    """Return X in the dtype of the weights.

    Raises
    ------
    ValueError
        If an entry is too large for it.
    """
    if X.dtype == dtype:
        return X
    with np.errstate(over="ignore"):
        converted = X.astype(dtype)
    entries = converted.data if sparse.issparse(X) else converted
    if not np.isfinite(entries).all():
        largest = abs(X).max()
        raise ValueError(
            f"X holds entries of size {largest:.3g}, too large for {np.dtype(dtype)}, the dtype of the "
            "weights; scale X as for fit (sklearn.preprocessing.StandardScaler), or fit on float64"
        )
    return converted


def sample_weights(
    weight: Any, n: int, dtype: Any, name: str = "sample_weight", rows: str = "X"
) -> NDArray[Any] | None:
    """Return sample weights as an array of shape (n,), or None.

    Parameters
    ----------
    weight : array-like of shape (n,), number or None
    n : int
    dtype : dtype
    name, rows : str
        What the argument and the rows that it weighs are called.

    Raises
    ------
    ValueError
        If they are of another shape, negative, not finite, or all zero.
    """
    if weight is None:
        return None
    if isinstance(weight, Real) or (isinstance(weight, np.ndarray) and weight.ndim == 0):
        weight = np.full(n, weight)  # of a whole number that no float can hold, objects
    require_sound(name, weight)
    refuse_unlike_data(weight, name)
    try:
        array = np.asarray(weight)
        if array.dtype.kind not in "biufO":
            first = short(array.flat[0].item()) if array.size else "none"
            raise TypeError(f"got {first}, of dtype {array.dtype}")
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{name} must hold numbers, one for each row of {rows}: {error}") from error
    if array.ndim != 1:
        raise ValueError(
            f"Sample weights must be 1D array or scalar, got {name} of shape {array.shape}; "
            f"pass one number for each row of {rows}"
        )
    if array.shape != (n,):
        raise ValueError(
            f"{name}.shape == {array.shape}, expected {(n,)}! Pass one number for each row of {rows}."
        )
    _refuse(array, ~np.isfinite(array), f"{name} must be finite", "drop such rows or weigh them 0")
    _refuse(array, array < 0, f"{name} must not be negative", "0 leaves a row out")
    array = _in_dtype(array, dtype, name)
    with np.errstate(over="ignore"):
        total = array.sum()
    if not np.isfinite(total):
        raise ValueError(f"{name} adds up to {total} in {array.dtype}; divide the weights by their mean")
    if not array.any():
        raise ValueError(f"{name} is all zero: there is nothing to learn from; weigh some rows more")
    return array


def _in_dtype(array: NDArray[Any], dtype: Any, name: str) -> NDArray[Any]:
    """Return weights in a dtype, or raise ValueError for one that it cannot tell from 0, or cannot hold."""
    with np.errstate(over="ignore", under="ignore"):
        converted = array.astype(dtype)
    lost = np.flatnonzero(((converted == 0) & (array != 0)) | ~np.isfinite(converted))
    if len(lost):
        row, wanted = int(lost[0]), np.dtype(dtype)
        other = "or pass X as float64" if wanted == np.float32 else "or weigh such rows 0"
        if converted[row]:
            raise ValueError(
                f"{name} must be finite in {wanted}, got {array[row]} in row {row}, too large for it; divide all "
                f"weights by one number, {other}"
            )
        raise ValueError(
            f"{name} is {array[row]} in row {row}, too small for {wanted}; multiply all weights by one number, {other}"
        )
    return converted


def refuse_unscorable(X: Any, y: Any, weight: Any, numeric: bool) -> None:
    """Raise ValueError or TypeError for targets and weights that predictions for X cannot be scored with.

    Parameters
    ----------
    X, y : array-like
        X is looked at by ``predict``.
    weight : array-like of shape (n,), or None
    numeric : bool
        Whether targets are numbers, not labels.
    """
    require_sound("X", X)
    require_sound("y", y)
    refuse_unlike_data(X, "X")
    refuse_unlike_data(y, "y")
    targets = y if hasattr(y, "shape") else rectangular("y", y)
    if numeric and not hasattr(y, "columns"):
        table = len(targets.shape) == 2
        finite("y", targets if table else np.ravel(targets), "(n, k)" if table else "(n,)")
    if getattr(getattr(targets, "dtype", None), "kind", "f") not in "biufUSO" and not hasattr(y, "columns"):
        raise TypeError(f"y must hold labels or real numbers, got dtype {targets.dtype}")
    rows = X.shape[:1] if hasattr(X, "shape") else (len(X),) if hasattr(X, "__len__") else ()
    n = tuple(targets.shape[:1])
    if rows and rows != n:
        raise ValueError(
            f"y must have a target for each of the {rows[0]} rows of X, got shape {tuple(targets.shape)}"
        )
    sample_weights(weight, n[0] if n else 1, np.float64, rows="y")


def _refuse(array: NDArray[Any], bad: NDArray[np.bool_], what: str, advice: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise ValueError(f"{what}, got {array[row]} in row {row}; {advice}")
