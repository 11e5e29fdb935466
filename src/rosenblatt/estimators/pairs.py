"""Pairs of a row and what shall come out for it, ``fit(noisy, target=clean)``: the targets, checked (A5)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array

from ..arrays import dense
from ..diagnosis import refuse_unlike_data
from ..rules.losses import Loss
from ..sparse_structure import require_sound
from .inputs import DTYPES
from .scaling import Scaling

LONGEST = 200
"""Characters of scikit-learn's messages that are kept: some hold a text that was passed."""


def checked_target(target: Any, X: Any, given: Any = None) -> NDArray[Any]:
    """Return the targets of rows as an array of the shape of X.

    Parameters
    ----------
    target : array-like, data frame or sparse matrix of shape (n, n_features)
        In the units of X.
    X : array or CSR matrix of shape (n, n_features)
        The rows, checked.
    given : array-like, optional
        X as it was passed; the columns of two data frames must agree.

    Returns
    -------
    array of shape (n, n_features)

    Raises
    ------
    TypeError, ValueError
        For another shape, other columns, and what is no finite number; the message says "target".
    """
    require_sound("target", target)
    refuse_unlike_data(target, "target")
    _refuse_other_columns(target, given)
    shape = _shape_of(target)
    if shape is not None and shape != X.shape:
        raise ValueError(
            f"target must have the shape of X, {X.shape}: for each row what shall come out for it; got {shape}"
        )
    try:
        checked = check_array(target, accept_sparse="csr", dtype=DTYPES, input_name="target")
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        said = str(error).split("\n", maxsplit=1)[0][:LONGEST]
        head = "" if "target" in said else "target: "
        raise (TypeError if isinstance(error, TypeError) else ValueError)(
            f"{head}{said}{_first_bad_entry(target)}"
        ) from error
    if checked.shape != X.shape:
        raise ValueError(f"target must have the shape of X, {X.shape}, got {checked.shape}")
    with np.errstate(over="ignore"):
        numbers = np.ascontiguousarray(dense(checked)).astype(X.dtype, copy=False)
    if not np.isfinite(numbers).all():
        row, column = np.argwhere(~np.isfinite(numbers))[0]
        raise ValueError(
            f"target holds {checked[row, column]:.3g} in row {row}, column {column}, too large for {X.dtype}, the "
            "dtype of X; scale both, or pass X.astype('float64')"
        )
    return numbers


def warn_of_ignored(y: Any, X: Any) -> None:
    """Warn the caller's caller if ``y`` has the shape of X, and so is presumably meant as the target."""
    if y is None or y is X or isinstance(y, str):
        return
    shape = _shape_of(y)
    if shape is None or len(shape) != 2 or shape != _shape_of(X):
        return
    with np.errstate(all="ignore"):
        if type(y) is type(X) is np.ndarray and np.array_equal(y, X):
            return
    warnings.warn(
        "an autoencoder ignores y, as a transformer in a pipeline must, but y has the shape of X; if it is what shall "
        "come out for X, pass it by name: target=y",
        UserWarning,
        stacklevel=4,
    )


def refuse_pairs_beyond(loss: Loss, target: NDArray[Any], scaling: Scaling | None) -> None:
    """Raise ValueError for targets that the loss does not take, once they are scaled as X is.

    Parameters
    ----------
    loss : Loss
    target : array of shape (n, n_features)
        In the units of X.
    scaling : Scaling or None
        Of X.
    """
    if loss.domain != "[0, 1]":
        return
    scaled = target if scaling is None else scaling.apply(target, np.dtype(np.float64))
    outside = (scaled < 0).any(axis=0) | (scaled > 1).any(axis=0)
    if outside.any():
        j = int(np.argmax(outside))
        cure = "set scale_inputs='minmax'"
        if scaling is not None:
            low = 0.0 if scaling.center is None else float(scaling.center[j])
            cure = f"X, by which both are scaled, spans {low:.3g} to {low + float(scaling.scale[j]):.3g} where it is "
            cure += "trained on: clip target to that, scale both beforehand by the range of target"
        raise ValueError(
            f"loss={loss.name!r} needs targets in [0, 1], but column {j} of target spans {target[:, j].min():.3g} to "
            f"{target[:, j].max():.3g}; {cure}, or take loss='squared_error'"
        )


def _shape_of(data: Any) -> tuple[int, ...] | None:
    """Return the shape of an array, a frame or nested lists, None where it is not known so easily."""
    shape = getattr(data, "shape", None)
    if shape is None and isinstance(data, list | tuple):
        try:
            return np.shape(data)
        except (ValueError, RuntimeError):  # ragged: said later
            return None
    return None if shape is None else tuple(shape)


def _refuse_other_columns(target: Any, given: Any) -> None:
    """Raise ValueError for two data frames whose columns are not the same, in the same order."""
    ours, theirs = (list(getattr(one, "columns", ())) for one in (given, target))
    if ours != theirs and len(ours) == len(theirs) and all(isinstance(one, str) for one in (*ours, *theirs)):
        j = next(j for j, (one, other) in enumerate(zip(ours, theirs, strict=True)) if one != other)
        raise ValueError(
            f"target must have the columns of X in their order, got {theirs[j]!r} where X has {ours[j]!r}; pass "
            "target[X.columns]"
        )


def _first_bad_entry(target: Any) -> str:
    """Return where the first entry that is no finite number stands, or an empty string."""
    if getattr(getattr(target, "dtype", None), "kind", "") == "c":
        return ""
    try:
        numbers = np.asarray(dense(target), dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return ""
    if numbers.ndim != 2 or np.isfinite(numbers).all():
        return ""
    row, column = np.argwhere(~np.isfinite(numbers))[0]
    return f"\nThe first is {numbers[row, column]} in row {row}, column {column}; drop such rows of X and target."
