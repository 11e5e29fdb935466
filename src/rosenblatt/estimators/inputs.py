"""Inputs: what scikit-learn accepts, and messages that name the row and the column of what it refuses."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import validate_data

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
    options = {"accept_sparse": ["csr", "csc"], "dtype": DTYPES, **options}
    try:
        return validate_data(estimator, X, y, **options)
    except (TypeError, ValueError) as error:
        where = _first_bad_entry(X)
        if not where and not isinstance(y, str):
            where = _first_bad_entry(y, "y")
        if not where:
            raise
        raise type(error)(f"{str(error).splitlines()[0]} {where}") from error


def as_rows(X: Any) -> Any:
    """Return X with rows that can be taken quickly: CSR for any sparse matrix, C order for an array."""
    return X.tocsr() if sparse.issparse(X) else np.ascontiguousarray(X)


def _first_bad_entry(data: Any, name: str = "X") -> str:
    """Return a sentence on the first entry that is no finite number, or an empty string."""
    if sparse.issparse(data):
        coo = data.tocoo()
        bad: Any = np.flatnonzero(~np.isfinite(coo.data)) if coo.data.dtype.kind in "fc" else []
        if len(bad) == 0:
            return ""
        first = min(bad, key=lambda i: (coo.row[i], coo.col[i]))
        return _sentence(name, coo.data[first], coo.row[first], coo.col[first], None)
    names = list(getattr(data, "columns", [])) if name == "X" else []
    try:
        cells = np.asarray(data, dtype=object)
    except ValueError:  # ragged
        return ""
    if cells.ndim not in (1, 2) or (name == "X" and cells.ndim == 1):
        return ""
    for place, value in np.ndenumerate(cells):
        if not _is_finite_number(value):
            column = place[1] if len(place) == 2 else None
            known = names[column] if column is not None and len(names) > column else None
            return _sentence(name, value, place[0], column, known)
    return ""


def _is_finite_number(value: Any) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError):
        return False


def _sentence(name: str, value: Any, row: Any, column: Any, column_name: Any) -> str:
    shown = repr(value) if isinstance(value, str) else str(value)
    where = f"row {row}" if column is None else f"row {row}, column {column}"
    where += "" if column_name is None else f" ({column_name!r})"
    hint = (
        "encode categories as numbers first (sklearn.preprocessing.OneHotEncoder)"
        if isinstance(value, str)
        else "impute or drop such rows first (sklearn.impute.SimpleImputer)"
    )
    return f"The first such entry of {name} is {shown}, in {where}; {hint}."


def sample_weights(weight: Any, n: int, dtype: Any) -> NDArray[Any] | None:
    """Return sample weights as an array of shape (n,), or None.

    Parameters
    ----------
    weight : array-like of shape (n,), number or None
    n : int
    dtype : dtype

    Raises
    ------
    ValueError
        If they are of another shape, negative, not finite, or all zero.
    """
    if weight is None:
        return None
    if isinstance(weight, Real):
        weight = np.full(n, weight)
    try:
        array = np.asarray(weight, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(f"sample_weight must hold numbers: {error}") from error
    if array.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got shape {array.shape}")
    if array.shape != (n,):
        raise ValueError(f"sample_weight.shape == {array.shape}, expected {(n,)}!")
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"sample_weight must be finite, got {array[row]} in row {row}")
    if (array < 0).any():
        row = int(np.flatnonzero(array < 0)[0])
        raise ValueError(f"sample_weight must not be negative, got {array[row]} in row {row}")
    if not array.any():
        raise ValueError("sample_weight is all zero: there is nothing to learn from")
    return array
