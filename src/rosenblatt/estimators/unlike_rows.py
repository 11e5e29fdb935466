"""Say so where validation rows look like no rows of training: most often a pipeline transformed the ones alone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .scaling import is_sparse

ROWS, COLUMNS = 256, 64
"""What is looked at, at most: a warning should cost less than an epoch."""
ENOUGH = ((20, 10), (50, 5))
"""Entries of a column in training and in validation: with fewer nothing is said of it."""
MANY = (50, 10)
"""With fewer nine of ten entries must be outside, not six of ten, and a narrow range is a matter of chance."""
FAR, NARROW, WIDE = 2.5, 0.15, 4.0
"""Medians so many deviations apart; ranges so many times as wide. Raw columns beside standardised ones are as a rule
beyond; a series that rises steadily is 2.3 deviations on after four fifths of it."""
VERY = 10.0
"""Deviations or ranges: one column alone that is so far out is enough."""

PIPELINE = (
    "If the steps of a pipeline made X, let them make {name} too: sklearn.set_config(enable_metadata_routing=True), "
    'Pipeline(steps, transform_input=["{name}"]), and set_fit_request({requests}) of the last step. Or leave a scaler '
    "out, and set scale_inputs='standard'"
)
TARGETS = (
    "If a TransformedTargetRegressor made y, it leaves y_val as it is: pass y_val transformed, or set "
    "scale_target=True instead"
)


def is_unlike(x: NDArray[Any], v: NDArray[Any]) -> bool:
    """Return whether entries v of validation cannot have been drawn as the entries x of training.

    Three things are looked at: nine of ten lie beyond the middle nine tenths of training, and their median is far; they
    lie in a small part of that range, where less than a tenth of training lies; or most of them lie outside of it, and
    their own range is much wider. Ranks decide, so that what chance does depends on no distribution and on no outlier:
    of rows that were split at random, less than one column in a hundred thousand is taken for unlike.

    Parameters
    ----------
    x, v : array of shape (n,), (n_val,)
        Sorted.
    """
    low, high = x[len(x) // 20], x[-1 - len(x) // 20]
    lowest, highest = v[len(v) // 20], v[-1 - len(v) // 20]
    range_x, range_v = high - low, highest - lowest
    middle = v[len(v) // 2]
    if (
        _lies_beyond(x, v) and abs(middle - x[len(x) // 2]) > FAR * range_x / 3.3
    ):  # a normal column's is 3.3 deviations
        return True
    within = np.searchsorted(x, highest, "right") - np.searchsorted(x, lowest, "left")
    if _are_many(x, v) and 0 < range_v < NARROW * range_x and within < 0.1 * len(x) and low <= middle <= high:
        return True
    return _lies_outside(x, v) and bool(range_v > WIDE * range_x)


def is_far(x: NDArray[Any], v: NDArray[Any]) -> bool:
    """Return whether such entries lie ten deviations or ranges from training, its outliers counted with the others."""
    deviation, middle, range_v = x.std(), v[len(v) // 2], v[-1 - len(v) // 20] - v[len(v) // 20]
    moved = _lies_beyond(x, v) and abs(middle - x.mean()) > VERY * deviation > 0
    return bool(moved or (_lies_outside(x, v) and range_v > VERY * (x[-1] - x[0]) > 0))


def _lies_beyond(x: NDArray[Any], v: NDArray[Any]) -> bool:
    return bool(max(np.mean(v > x[-1 - len(x) // 20]), np.mean(v < x[len(x) // 20])) >= 0.9)


def _lies_outside(x: NDArray[Any], v: NDArray[Any]) -> bool:
    wanted = 0.6 if _are_many(x, v) else 0.9
    return bool(np.mean((v < x[len(x) // 100]) | (v > x[-1 - len(x) // 100])) >= wanted)


def _are_many(x: NDArray[Any], v: NDArray[Any]) -> bool:
    return len(x) >= MANY[0] and len(v) >= MANY[1]


def _are_enough(n: int, n_val: int) -> bool:
    return any(n >= least and n_val >= least_val for least, least_val in ENOUGH)


def unlike_columns(X: Any, X_val: Any, only_far: bool = False) -> tuple[list[int], int]:
    """Return the columns in which validation rows are unlike training rows, and how many columns could tell.

    Less than half of those that could tell are none, unless one is far.

    Parameters
    ----------
    X, X_val : array or CSR matrix of shape (n, n_columns), (n_val, n_columns)
        Of sparse rows the entries that are stored are compared.
    only_far : bool, default=False
        Whether nothing else counts.
    """
    if not _are_enough(X.shape[0], X_val.shape[0]):
        return [], 0
    train, held_out = _columns(X, _chosen(X)), _columns(X_val, _chosen(X))
    unlike, far, told = [], [], 0
    for j, x in train.items():
        v = held_out[j]
        varies = is_sparse(X) or (x[:1] < x[-1:]).all()
        if not (varies and _are_enough(len(x), len(v))) or (v[0] == v[-1] and x[0] <= v[0] <= x[-1]):
            continue
        told += 1
        if is_far(x, v):
            far.append(j)
        elif not only_far and is_unlike(x, v):
            unlike.append(j)
    return far + unlike if far or len(unlike) >= told / 2 else [], told


def _chosen(X: Any) -> NDArray[np.intp]:
    """Return the columns to look at: the fullest of sparse rows, else some from all over."""
    if is_sparse(X):
        return np.argsort(-np.bincount(X.indices, minlength=X.shape[1]), kind="stable")[:COLUMNS]
    return np.unique(np.linspace(0, X.shape[1] - 1, COLUMNS).astype(np.intp))


def _columns(X: Any, chosen: NDArray[np.intp]) -> dict[int, NDArray[Any]]:
    """Return the sorted entries of columns in some rows from all over."""
    rows = np.unique(np.linspace(0, X.shape[0] - 1, ROWS).astype(np.intp))
    some = X[rows][:, chosen] if is_sparse(X) else X[np.ix_(rows, chosen)]
    if is_sparse(some):
        by_column: Any = some.tocsc()
        ends = by_column.indptr
        return {int(j): np.sort(by_column.data[ends[k] : ends[k + 1]]) for k, j in enumerate(chosen)}
    return {int(j): column for j, column in zip(chosen, np.sort(some, axis=0).T, strict=True)}


def warn_of_unlike(estimator: Any, train: Any, validation: Any, paired: bool) -> None:
    """Warn where rows of validation that were passed, their numbers as targets, or those of pairs are unlike X or y.

    Parameters
    ----------
    estimator : estimator
    train, validation : Batch
        As they were passed: not scaled. The one of validation may be empty.
    paired : bool
        Whether an autoencoder was given a target that is not X, in the units of X.
    """
    own = estimator._target_is_input
    if paired:
        cure = PIPELINE.format(name="target", requests="target=True")
        _warn("target", "X", train.X, train.y, cure, pair=True)
    if validation.X is None:
        return
    requests = "X_val=True" if own else "X_val=True, y_val=True"
    _warn("X_val", "X", train.X, validation.X, PIPELINE.format(name="X_val", requests=requests))
    if not (own or estimator._stratifies):
        _warn("y_val", "y", train.y, validation.y, TARGETS)


def _warn(other: str, name: str, X: Any, X_val: Any, cure: str, pair: bool = False) -> None:
    if is_sparse(X) is not is_sparse(X_val):
        return
    unlike, told = unlike_columns(X, X_val, only_far=pair)  # noisy rows may be unlike clean ones
    if not unlike:
        return
    why = "A target is in the units of X" if pair else "Scores on such rows say little"
    j = unlike[0]
    x, v = (_columns(one, np.array([j]))[j] for one in (X, X_val))
    warnings.warn(
        f"{other} is unlike {name} in {len(unlike)} of the {told} columns compared: nine tenths of column {j} lie "
        f"in [{v[len(v) // 20]:.3g}, {v[-1 - len(v) // 20]:.3g}], and of {name} in [{x[len(x) // 20]:.3g}, "
        f"{x[-1 - len(x) // 20]:.3g}]. {why}. {cure}.",
        stacklevel=8,
    )
