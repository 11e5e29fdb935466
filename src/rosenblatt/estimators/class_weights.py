"""Weights of classes: what ``class_weight`` means for each class and each sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from ..excerpts import short
from ..intervals import is_number, require
from .targets import Labels


def class_weights(
    class_weight: Any, classes: NDArray[Any], y: NDArray[Any], incremental: bool, first: bool, dtype: Any
) -> NDArray[Any]:
    """Return the weight of each class; ``dtype`` is that of X, in which they are multiplied.

    Raises
    ------
    ValueError
        For labels that are no class, weights that the dtype cannot hold, or "balanced" in the first call of
        ``partial_fit``; a later one balances the samples that it gets, as scikit-learn's does.
    """
    refuse_balanced_parts(class_weight, incremental and first)
    if class_weight is None:
        return np.ones(len(classes))
    weights = np.asarray(compute_class_weight(class_weight, classes=classes, y=y), dtype=float)
    with np.errstate(over="ignore", under="ignore"):
        held = weights.astype(dtype)
    lost = np.flatnonzero(~np.isfinite(held) | ((held == 0) & (weights != 0)))
    if len(lost):
        label, size = classes.tolist()[lost[0]], "small" if held[lost[0]] == 0 else "large"
        raise ValueError(
            f"class_weight is {weights[lost[0]]} for class {short(label)}, too {size} for {np.dtype(dtype)}; multiply "
            "all weights by one number, or pass X as float64"
        )
    return weights


def refuse_balanced_parts(class_weight: Any, incremental: bool) -> None:
    """Raise ValueError for "balanced" where only a part of the samples is seen."""
    if incremental and isinstance(class_weight, str) and class_weight == "balanced":
        raise ValueError(
            "class_weight 'balanced' is not supported for partial_fit, which sees a part of the samples. "
            "In order to use 'balanced' weights, use compute_class_weight('balanced', classes=classes, y=y) "
            "on all labels, or a large part of them, and pass the resulting weights as the class_weight parameter."
        )


def class_weight_argument(name: str, value: Any) -> None:
    """Check for None, "balanced", a dict, or a list of dicts for labels that may stand together."""
    if value is None or (isinstance(value, str) and value == "balanced"):
        return
    if isinstance(value, str):
        raise ValueError(f"{name} must be a dict, 'balanced' or None, got {short(value)}")
    for weights in value if isinstance(value, list) else [value]:
        if not isinstance(weights, dict):
            raise TypeError(
                f"{name} must be a dict such as {{label: weight}}, 'balanced' or None, got {short(value)}; for several "
                "labels at once a list of dicts, one for each column of y"
            )
        for label, weight in weights.items():
            if not is_number(weight):
                raise TypeError(f"{name} must hold numbers, got {short(weight)} for class {short(label)}")
            try:
                require(name, weight, "[0, inf)")
            except ValueError:
                raise ValueError(
                    f"{name} must hold finite numbers that are not negative, got {short(weight)} for class "
                    f"{short(label)}; 0 leaves a class out"
                ) from None


def weights_of_samples(class_weight: Any, labels: Labels, y: Any, weight: Any) -> NDArray[Any]:
    """Return the samples' weights times those of their classes, shape (n,).

    A class that a dict does not name weighs 1, as in scikit-learn. "balanced" counts a sample by its
    weight, so that one of weight 2 is two and one of weight 0 none.

    Parameters
    ----------
    class_weight : "balanced", dict or list of dict
    labels : Labels
    y : array of shape (n,), or indicators of shape (n, n_labels)
    weight : array of shape (n,), or None

    Raises
    ------
    ValueError
        If a dict names a class that is none, or nothing is left.
    """
    own = np.ones(len(labels.encode(y))) if weight is None else np.asarray(weight, dtype=np.float64)
    if labels.kind == "multilabel-indicator":
        columns, present = labels.encode(y).astype(int), own > 0
        of_classes = np.ones(len(own))
        _check_multilabel(class_weight, columns.shape[1])
        of_classes[present] = compute_sample_weight(class_weight, columns[present])
    else:
        _check_names(class_weight, labels.classes)
        of_classes = _of_each(class_weight, labels.classes, np.asarray(y), own)
    product = own * of_classes
    if not product.any():
        raise ValueError(
            f"class_weight={short(class_weight)} leaves no sample a weight; give a class that y holds a positive one"
        )
    lost = np.flatnonzero((product == 0) & (own > 0) & (of_classes > 0))
    if len(lost):
        row = int(lost[0])
        raise ValueError(
            f"sample_weight {own[row]} times class_weight {of_classes[row]} in row {row} is too small for a float; "
            "multiply either by one number"
        )
    return product


def _of_each(class_weight: Any, classes: NDArray[Any], y: NDArray[Any], own: NDArray[Any]) -> NDArray[Any]:
    places = np.searchsorted(classes, y)
    if isinstance(class_weight, dict):
        return np.array([class_weight.get(label, 1.0) for label in classes.tolist()], dtype=float)[places]
    totals = np.bincount(places, weights=own, minlength=len(classes))
    present = totals > 0
    balanced = np.zeros(len(classes))
    balanced[present] = totals.sum() / (present.sum() * totals[present])
    return np.asarray(balanced[places])


def _check_names(class_weight: Any, classes: NDArray[Any]) -> None:
    if isinstance(class_weight, list):
        raise ValueError(
            f"class_weight={short(class_weight)} is a list, which is for labels that may stand together; pass one dict"
        )
    known = classes.tolist()
    absent = [label for label in class_weight if label not in known] if isinstance(class_weight, dict) else []
    if absent:
        raise ValueError(
            f"class_weight names {absent[0]!r}, which is no class of y; the classes are {known}: correct the "
            "name or leave it out"
        )


def _check_multilabel(class_weight: Any, columns: int) -> None:
    if isinstance(class_weight, dict) or (isinstance(class_weight, list) and len(class_weight) != columns):
        raise ValueError(
            f"class_weight={short(class_weight)} does not fit {columns} labels that may stand together; pass "
            "'balanced' or a list of dicts, one for each column, such as [{0: 1, 1: 5}, ...]"
        )
    for column, weights in enumerate(class_weight if isinstance(class_weight, list) else []):
        absent = [label for label in weights if label not in (0, 1)]
        if absent:
            raise ValueError(
                f"class_weight names {absent[0]!r} for column {column} of y, which holds 0 and 1 alone"
            )
