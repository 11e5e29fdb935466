"""What to say of data that scikit-learn refused: where the trouble is, and what to do about it."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from .errors import DivergenceError
from .excerpts import short

_NUMERIC = "biufc"
LONGEST, SHORT = 700, 200
"""Characters of messages that are taken as they are, and of what is kept of others: some hold all that was passed."""


def refuse_times(data: Any, name: str) -> None:
    """Raise TypeError for dates and times: as numbers of nanoseconds they would only do harm."""
    dtypes = getattr(data, "dtypes", None)
    if hasattr(data, "columns") and dtypes is not None:
        for place, (column, dtype) in enumerate(zip(data.columns, dtypes, strict=True)):
            if _is_time(dtype):
                raise TypeError(_times(f"column {place} ({column!r}) of {name}", dtype))
    elif _is_time(getattr(data, "dtype", None)):
        raise TypeError(_times(name, data.dtype))
    elif isinstance(data, list | tuple) or getattr(getattr(data, "dtype", None), "kind", "") == "O":
        rows = np.ravel(data) if isinstance(data, np.ndarray) else data
        for kind in _kinds(rows):
            if issubclass(kind, np.timedelta64 | np.datetime64):
                raise TypeError(_times(name, kind.__name__))


def refuse_unlike_data(data: Any, name: str) -> None:
    """Raise TypeError for what holds no rows: names, dictionaries, sets, generators, lazy frames, records.

    scikit-learn says of some of them that a float cannot be made of them, and takes others for something else.

    Parameters
    ----------
    data : object
    name : str
        The argument's name, for the message.
    """
    if not _is_like_data(data):
        raise TypeError(
            f"{name} must be an array, a list of rows or a data frame, got {short(data)}; pass numbers in rows, such "
            "as numpy.array(list(...))"
        )
    if isinstance(data, np.matrix):
        raise TypeError(f"{name} is a matrix: np.matrix is not supported. Pass numpy.asarray({name})")
    refuse_times(data, name)
    dtype = getattr(data, "dtype", None)
    names = getattr(dtype, "names", None)
    if names:
        raise TypeError(
            f"{name} is an array of records with the fields {short(list(names))}; pass an ordinary array, "
            "as numpy.lib.recfunctions.structured_to_unstructured makes one"
        )
    if getattr(dtype, "kind", "") == "V":
        raise TypeError(
            f"{name} holds raw bytes ({dtype}), which are no numbers; pass {name}.view(...) of their dtype"
        )
    if hasattr(data, "collect") and not hasattr(data, "shape"):
        kind = type(data).__name__
        raise TypeError(f"{name} is a lazy frame, {kind}, that holds no numbers yet; pass {name}.collect()")
    if np.ma.is_masked(data):
        raise ValueError(
            f"{name} has masked entries, which would count as numbers; impute them first, or drop such rows"
        )


def _is_like_data(data: Any) -> bool:
    """Return whether an object holds rows, or is a number. Its class says so: a class or a module may look like it."""
    kind = type(data)
    if hasattr(kind, "tocsr") or hasattr(kind, "collect"):
        return True  # some sparse matrices are dictionaries; and lazy frames are spoken of later
    if isinstance(data, str | bytes | dict | set | frozenset | np.void | Fraction):
        return False
    if isinstance(data, int) and abs(data) > sys.float_info.max:
        return False
    if any(
        hasattr(kind, name) for name in ("__array__", "__array_interface__", "__dataframe__", "__dlpack__")
    ):
        return True
    return isinstance(data, int | float | complex) or (
        hasattr(kind, "__len__") and hasattr(kind, "__getitem__")
    )


@contextlib.contextmanager
def about(name: str) -> Iterator[None]:
    """Say which argument an error of another library's is about, where its message does not, and shorten it.

    Parameters
    ----------
    name : str
        The argument's name.
    """
    try:
        yield
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        if isinstance(error, DivergenceError) or named(name, str(error)):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: {_shortened(str(error))}") from error


def named(name: str, message: str) -> bool:
    """Return whether a message of no extreme length speaks of an argument."""
    return len(message) <= LONGEST and re.search(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", message) is not None


def _shortened(message: str) -> str:
    line = message.strip().split("\n", maxsplit=1)[0]
    return line if len(line) <= SHORT else f"{line[:SHORT]}..."


def _kinds(rows: Any) -> set[type]:
    """Return the types of entries, also of those that stand in lists."""
    found = set(map(type, rows))
    if found & {list, tuple}:
        found |= set[type]().union(*(map(type, row) for row in rows if isinstance(row, list | tuple)))
    return found


def _is_time(dtype: Any) -> bool:
    is_temporal = getattr(dtype, "is_temporal", None)  # as polars says it
    return bool(is_temporal()) if callable(is_temporal) else getattr(dtype, "kind", "") in ("m", "M")


def _times(where: str, dtype: Any) -> str:
    return f"{where} holds dates or times ({dtype}); turn them into numbers first, such as days since a date"


def is_missing(value: Any) -> bool:
    """Return whether an entry is None, NaN or a data frame's NA."""
    return value is None or (str(value) in ("nan", "NaN", "<NA>", "NaT") and not isinstance(value, str))


def explained(message: str, X: Any, y: Any, labels: bool) -> str | None:
    """Return scikit-learn's message with what it leaves out, or None if nothing can be added.

    Parameters
    ----------
    message : str
    X, y : object
        As the user passed them; y is a string where there is none.
    labels : bool
        Whether y holds labels, which may be strings.

    Returns
    -------
    str or None
    """
    for name, data in (("X", X), ("y", y)):
        if _fails(data):
            return f"{name} cannot be made an array: {_shortened(message)}"
    if "maximum number of dimension" in message:
        name = "X" if _is_ragged(X) else "y"
        return f"{name} is nested too deep for an array, as a list is that holds itself; pass rows."
    if "inhomogeneous" in message:
        name = "X" if _is_ragged(X) else "y"
        return f"{name} has rows that differ in length, or a cell that holds several numbers; pass rows of one length."
    there_is_y = not isinstance(y, str) and y is not None
    first_line = message.split("\n", maxsplit=1)[0]
    addition = _about_shapes(message, X, y if there_is_y else None)
    if addition:
        head = first_line.split(":", maxsplit=1)[0] if "Expected 2D" in message else message.rstrip()
        return _joined(head, addition)
    if "The feature names should match" in message:
        return f"{message.rstrip()}\nPass the columns that fit got, in that order: feature_names_in_."
    addition = _first_bad_entry(X, "X", labels=False)
    if not addition and there_is_y:
        addition = _first_bad_entry(y, "y", labels)
    if addition:
        return _joined(first_line, addition)
    if named("X", message) or (there_is_y and named("y", message)):
        return None
    return f"{'y' if there_is_y and _is_table(X) else 'X'}: {_shortened(message)}"


def _is_table(X: Any) -> bool:
    """Return whether X alone could be an array of numbers."""
    if hasattr(X, "tocsr"):
        return True
    try:
        return np.asarray(X, dtype=np.float64).ndim == 2
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return False


def _fails(data: Any) -> bool:
    """Return whether an object's own way to become an array fails, as that of a tensor with a gradient does."""
    try:
        np.shape(data)
    except RuntimeError:
        return True
    except (TypeError, ValueError, OverflowError):
        return False
    return False


def _is_ragged(data: Any) -> bool:
    try:
        np.asarray(data)
    except ValueError:
        return True
    return False


def _joined(head: str, tail: str) -> str:
    return f"{head.rstrip()}{'' if head.rstrip().endswith(('.', '!', '?')) else '.'} {tail}"


def _about_shapes(message: str, X: Any, y: Any) -> str:
    shape = np.shape(X) if not hasattr(X, "shape") else tuple(X.shape)
    if y is not None and np.ndim(y) == 0 and not hasattr(y, "tocsr") and np.ndim(X) == 2:
        return f"y must hold one target for each row of X, got {short(y)}."
    if (
        y is not None
        and hasattr(y, "__len__")
        and not hasattr(y, "tocsr")
        and not len(y)
        and shape
        and shape[0]
    ):
        return f"y is empty and X has {shape[0]} rows; pass one target for each row."
    if "Expected 2D array" in message or "2-dimensional container" in message:
        return (
            f"X has shape {shape}, but must have rows and columns. Reshape your data: X.reshape(-1, 1) if it "
            "is a single feature, X.reshape(1, -1) if it is a single sample."
        )
    if "Found array with dim" in message:
        which = f"X has shape {shape}"
        which += "" if y is None else f" and y {np.shape(y)}"
        return f"{which}. Make it two-dimensional: X.reshape(len(X), -1)."
    if "Found array with 0" in message:
        return f"X has shape {shape}; it must hold at least one row and one column."
    if "sample(s)" in message:
        return f"X has {shape[0]} row{'s' * (shape[0] != 1)}; pass more of them."
    if "inconsistent numbers of samples" in message:
        return f"X has {shape[0]} rows and y has {np.shape(y)[0]}; pass one target for each row."
    if "features, but" in message:
        return "Pass the same columns as for fit, or fit anew."
    return ""


def _first_bad_entry(data: Any, name: str, labels: bool) -> str:
    """Return a sentence on the first entry that cannot be used, or an empty string."""
    if hasattr(data, "tocoo"):
        coo = data.tocoo()
        if coo.data.dtype.kind not in "fc":
            return ""
        bad = np.flatnonzero(_unusable(coo.data))
        if len(bad) == 0:
            return ""
        first = min(bad, key=lambda i: (coo.row[i], coo.col[i]))
        return _sentence(name, coo.data[first], (int(coo.row[first]), int(coo.col[first])), data)
    try:
        cells = np.asarray(data)
        if cells.dtype.kind not in _NUMERIC:
            cells = np.asarray(data, dtype=object)
    except ValueError:  # ragged
        return ""
    if cells.ndim not in (1, 2):
        return ""
    if name == "X" and cells.ndim == 1:
        is_table = cells.dtype.kind in _NUMERIC or not len(cells)
        return "" if is_table else f"X must hold rows of numbers, but row 0 is {short(cells[0])}."
    if cells.dtype.kind in _NUMERIC:
        found = np.argwhere(_unusable(cells))
        places = [tuple(int(i) for i in found[0])] if len(found) else []
    else:
        places = (place for place, value in np.ndenumerate(cells) if not _is_usable(value, labels))  # type: ignore[assignment]
    place = next(iter(places), None)
    return "" if place is None else _sentence(name, cells[place], place, data)


def _unusable(numbers: Any) -> Any:
    return ~np.isfinite(numbers) if numbers.dtype.kind != "c" else np.ones(numbers.shape, dtype=bool)


def _is_usable(value: Any, labels: bool) -> bool:
    if labels and isinstance(value, str):
        return True
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError, OverflowError):
        return False


def _sentence(name: str, value: Any, place: tuple[int, ...], data: Any) -> str:
    where = f"row {place[0]}"
    if len(place) == 2:
        columns = list(getattr(data, "columns", []))
        where += f", column {place[1]}" + (f" ({columns[place[1]]!r})" if columns else "")
    shown = repr(value) if isinstance(value, str) else str(value)
    return f"The first such entry of {name} is {shown[:60]}, in {where}; {_advice(name, value)}."


def _advice(name: str, value: Any) -> str:
    if isinstance(value, str | bytes):
        if name == "y":
            return "the targets of a regressor are numbers, for labels take MLPClassifier"
        return "encode categories as numbers first (sklearn.preprocessing.OneHotEncoder)"
    if isinstance(value, complex | np.complexfloating):
        return "pass real and imaginary parts as columns of their own"
    if is_missing(value):
        impute = "impute or drop such rows first (sklearn.impute.SimpleImputer)"
        return "drop such rows first" if name == "y" else impute
    if isinstance(value, float | int | np.number):
        return "clip it or drop such rows first"
    return "every entry must be a number"
