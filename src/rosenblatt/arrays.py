"""Arrays of finite numbers with a given number of axes, and the messages for whatever else is passed."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .sparse_structure import require_sound


def dense(X: Any, name: str = "X") -> NDArray[Any]:
    """Return X as an array, also if it is sparse or a data frame; the name is for messages."""
    require_sound(name, X)
    return np.asarray(X.toarray() if hasattr(X, "tocsr") else X)


def read_only(X: Any) -> Any:
    """Return the same numbers without the right to write to them: nothing is copied.

    Parameters
    ----------
    X : array, sparse matrix or anything else
        What is neither array nor sparse matrix is returned as it is.

    Examples
    --------
    >>> X = np.ones(2)
    >>> read_only(X)[0] = 5
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """
    if isinstance(X, np.ndarray):
        view = X.view()
        view.flags.writeable = False
        return view
    if not sparse.issparse(X):
        return X
    shown = copy.copy(X)
    for name in ("data", "indices", "indptr"):
        if isinstance(vars(X).get(name), np.ndarray):
            setattr(shown, name, read_only(vars(X)[name]))
    return shown


def rectangular(name: str, values: Any) -> NDArray[Any]:
    """Return values as an array of any dtype.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array-like, data frame or sparse matrix

    Returns
    -------
    array

    Raises
    ------
    ValueError
        If rows differ in length.
    """
    require_sound(name, values)
    try:
        return dense(values, name)
    except ValueError as error:
        raise ValueError(f"{name} must have rows of one length; pass an array") from error
    except RuntimeError as error:  # of a tensor with a gradient
        raise ValueError(f"{name} cannot be made an array: {error}") from error


def finite(name: str, values: Any, shape: str) -> NDArray[np.float64]:
    """Return finite numbers as an array of float64.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array-like, data frame or sparse matrix
        Each of its axes holds one entry or more.
    shape : str
        For the message too: ``"(n,)"`` asks for one axis, ``"(n, k)"`` for two.

    Returns
    -------
    array

    Raises
    ------
    TypeError
        If they are not real numbers.
    ValueError
        If the shape is another, rows differ in length, or a number is NaN or infinite.

    Examples
    --------
    >>> finite("weights", [[1, 2]], "(n, k)")
    array([[1., 2.]])
    >>> finite("weights", [1, 2], "(n, k)")
    Traceback (most recent call last):
    ValueError: weights must have shape (n, k), got (2,)
    """
    array = rectangular(name, values)
    if array.ndim != len([size for size in shape.strip("()").split(",") if size.strip()]) or not array.size:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    if array.dtype.kind not in "biufO":
        raise TypeError(f"{name} must hold numbers, got {array.flat[0].item()!r}, of dtype {array.dtype}")
    try:
        numbers = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{name} must hold numbers: {error}") from error
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        place = tuple(bad[0].tolist())
        raise ValueError(f"{name} must be finite numbers, got {numbers[place]} at {list(place)}")
    return numbers
