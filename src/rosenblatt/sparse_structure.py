"""Sparse matrices whose parts contradict each other, found before compiled code follows an index out of memory.

SciPy checks a matrix when it is made, and trusts it from then on: an index that is written into it later, or a part
that is replaced, makes its conversions and products read and write outside their arrays.
"""

from __future__ import annotations

from itertools import chain
from numbers import Number
from typing import Any

import numpy as np
from scipy import sparse

from .excerpts import short

_CURE = (
    "make the matrix again from its rows and columns, such as scipy.sparse.csr_array((data, (rows, columns)))"
)


def require_sound(name: str, X: Any) -> None:
    """Raise ValueError if X is a sparse matrix whose parts do not fit together; anything else passes.

    Unsorted and repeated indices are legal, and so are parts that are longer than what is used of them.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    X : object

    Raises
    ------
    ValueError
        Naming the part, the place and the cure.

    Examples
    --------
    >>> X = sparse.csr_array(np.eye(3))
    >>> require_sound("X", X)
    >>> X.indices[2] = 7
    >>> require_sound("X", X)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: X is a sparse matrix that contradicts itself: indices[2] is 7, outside of its 3 columns; make ...
    """
    if not sparse.issparse(X):
        return
    matrix: Any = X
    try:
        if len(matrix.shape) != 2 or min(matrix.shape) < 0:
            raise _ContradictionError(f"its shape is {matrix.shape}, not that of rows and columns")
        _CHECKS[matrix.format](matrix)
    except (_ContradictionError, IndexError, TypeError, AttributeError) as found:  # a part of another kind
        raise ValueError(f"{name} is a sparse matrix that contradicts itself: {found}; {_CURE}") from None


class _ContradictionError(Exception):
    """What is wrong with a sparse matrix."""


def _compressed_rows(X: Any) -> None:
    _numbers("data", X.data, 1)
    _compressed(X, X.shape[0], X.shape[1], "rows", "columns")


def _compressed_columns(X: Any) -> None:
    _numbers("data", X.data, 1)
    _compressed(X, X.shape[1], X.shape[0], "columns", "rows")


def _blocks(X: Any) -> None:
    _numbers("data", X.data, 3)
    height, width = X.data.shape[1:]
    if not height or not width or X.shape[0] % height or X.shape[1] % width:
        raise _ContradictionError(f"its blocks have shape {(height, width)} and the whole has {X.shape}")
    _compressed(X, X.shape[0] // height, X.shape[1] // width, "rows of blocks", "columns of blocks")


def _compressed(X: Any, n_major: int, n_minor: int, major: str, minor: str) -> None:
    """Check ``indptr`` and ``indices`` of one of the compressed formats."""
    indptr, indices = X.indptr, X.indices
    _whole_numbers("indptr", indptr)
    _whole_numbers("indices", indices)
    if len(indptr) != n_major + 1:
        raise _ContradictionError(
            f"indptr has {len(indptr)} entries for {n_major} {major}, not {n_major + 1}"
        )
    if indptr[0] != 0:
        raise _ContradictionError(f"indptr begins with {indptr[0]}, not with 0")
    falls = np.flatnonzero(indptr[1:] < indptr[:-1])
    if len(falls):
        place = int(falls[0]) + 1
        raise _ContradictionError(
            f"indptr falls from {indptr[place - 1]} to {indptr[place]} at place {place}"
        )
    used, stored = int(indptr[-1]), min(len(indices), len(X.data))
    if used > stored:
        raise _ContradictionError(
            f"indptr ends with {used}, but there are {len(indices)} indices and {len(X.data)} entries of data"
        )
    _within("indices", indices[:used], n_minor, minor)


def _coordinates(X: Any) -> None:
    _numbers("data", X.data, 1)
    for name, places, size, what in (
        ("row", X.row, X.shape[0], "rows"),
        ("col", X.col, X.shape[1], "columns"),
    ):
        _whole_numbers(name, places)
        if len(places) != len(X.data):
            raise _ContradictionError(f"{name} has {len(places)} entries and data has {len(X.data)}")
        _within(name, places, size, what)


def _diagonals(X: Any) -> None:
    _numbers("data", X.data, 2)
    _whole_numbers("offsets", X.offsets)
    if len(X.offsets) != len(X.data):
        raise _ContradictionError(
            f"offsets has {len(X.offsets)} entries and data has {len(X.data)} diagonals"
        )
    if len(np.unique(X.offsets)) < len(X.offsets):
        raise _ContradictionError("offsets names a diagonal twice")


def _lists(X: Any) -> None:
    for name, lists in (("rows", X.rows), ("data", X.data)):
        if np.shape(lists) != (X.shape[0],) or not all(isinstance(one, list) for one in lists):
            raise _ContradictionError(f"{name} is not a list for each of its {X.shape[0]} rows")
    for row, (columns, entries) in enumerate(zip(X.rows, X.data, strict=True)):
        if len(columns) != len(entries):
            raise _ContradictionError(f"row {row} has {len(columns)} columns and {len(entries)} entries")
    _keys("rows", list(chain.from_iterable(X.rows)), X.shape[1], "columns")
    _entries(list(chain.from_iterable(X.data)))


def _dictionary(X: Any) -> None:
    keys = list(X.keys())
    if not all(isinstance(key, tuple) and len(key) == 2 for key in keys):
        raise _ContradictionError("a key is not a pair of row and column")
    for k, what in enumerate(("rows", "columns")):
        _keys("keys", [key[k] for key in keys], X.shape[k], what)
    _entries(list(X.values()))


def _keys(name: str, keys: list[Any], size: int, what: str) -> None:
    if not keys:
        return
    try:
        places = np.array(keys)
    except ValueError:  # ragged
        raise _ContradictionError(f"{name} must hold whole numbers") from None
    _whole_numbers(name, places)
    _within(name, places, size, what)


def _entries(entries: list[Any]) -> None:
    for entry in entries:
        if not isinstance(entry, Number | np.bool_):
            raise _ContradictionError(f"an entry is {short(entry)}, which is no number")


def _numbers(name: str, part: Any, n_axes: int) -> None:
    if not isinstance(part, np.ndarray) or part.ndim != n_axes or part.dtype.kind not in "biufc":
        shown = f"{part.ndim} axes of {part.dtype}" if isinstance(part, np.ndarray) else type(part).__name__
        raise _ContradictionError(f"{name} must be an array of numbers with {n_axes} axes, not {shown}")


def _whole_numbers(name: str, part: Any) -> None:
    if not isinstance(part, np.ndarray) or part.ndim != 1 or part.dtype.kind not in "iu":
        shown = f"{part.ndim} axes of {part.dtype}" if isinstance(part, np.ndarray) else type(part).__name__
        raise _ContradictionError(f"{name} must be an array of whole numbers with one axis, not {shown}")


def _within(name: str, places: Any, size: int, what: str) -> None:
    if len(places) and (places.min() < 0 or places.max() >= size):
        place = int(np.flatnonzero((places < 0) | (places >= size))[0])
        raise _ContradictionError(f"{name}[{place}] is {places[place]}, outside of its {size} {what}")


_CHECKS = {
    "csr": _compressed_rows,
    "csc": _compressed_columns,
    "bsr": _blocks,
    "coo": _coordinates,
    "dia": _diagonals,
    "lil": _lists,
    "dok": _dictionary,
}
