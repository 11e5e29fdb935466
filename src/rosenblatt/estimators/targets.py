"""Targets: labels and numbers into the arrays that a loss takes, and outputs back into labels."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target, unique_labels

from ..diagnosis import about, is_missing
from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import is_number
from ..network import Network
from ..rules.losses import Loss


class Labels:
    """The classes of a classifier, and how they stand in the columns of its outputs.

    Two classes have one column, several have one each, and so have the labels of a multilabel
    problem.

    Parameters
    ----------
    y : array-like
        Labels, from which the classes are learnt.

    Attributes
    ----------
    classes : array of shape (n_classes,)
    kind : {"binary", "multiclass", "multilabel-indicator"}
    """

    def __init__(self, y: Any) -> None:
        check_labels(y)
        if are_plain_labels(y):  # the binarizer takes longer than an epoch on a few rows
            self.classes: NDArray[Any] = np.asarray(list(np.unique(y)))  # strings no longer than they are
            self.kind: str = "binary" if len(self.classes) <= 2 else "multiclass"
            return
        with about("y"):
            self._binarizer = LabelBinarizer().fit(y)
        self.classes, self.kind = self._binarizer.classes_, self._binarizer.y_type_

    @cached_property
    def _binarizer(self) -> Any:
        return LabelBinarizer().fit(self.classes)

    def encode(self, y: Any) -> NDArray[np.bool_]:
        """Return whether a sample is of the class, shape (n, columns)."""
        several = self.kind != "multilabel-indicator" and len(self.classes) > 1
        if several and are_plain_labels(y, self.classes.dtype):  # the binarizer looks at them four times
            columns = self.classes[1:] if len(self.classes) == 2 else self.classes
            return np.asarray(y[:, np.newaxis] == columns)
        encoded = self._binarizer.transform(y)
        encoded = encoded.toarray() if hasattr(encoded, "toarray") else encoded
        return np.asarray(encoded).astype(bool).reshape(len(encoded), -1)

    def decode(self, o: NDArray[Any], encoding: tuple[float, float]) -> Any:
        """Return the labels for outputs of shape (n, columns); the encoding's middle separates two.

        They are sparse where the labels of ``fit`` were.
        """
        low, high = encoding
        scaled = (o - low) / (high - low)
        # as the binarizer does, without its checks of shape and type: they take longer than a network
        if self.kind == "multiclass":
            return self.classes.take(scaled.argmax(axis=1))
        if o.shape[1] == 1:
            scaled = scaled.ravel()
            if len(self.classes) == 2:
                return self.classes[(scaled > 0.5).astype(int)]
        return self._binarizer.inverse_transform(scaled)

    def check(self, y: Any, warm_start: bool) -> None:
        """Raise ValueError if labels do not fit the classes known from before."""
        check_labels(y)
        seen = np.unique(y) if are_plain_labels(y) else unique_labels(y)
        if warm_start:
            if set(seen) != set(self.classes):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous "
                    f"call to fit. Previously got {self.classes}, `y` has {seen}. Set warm_start=False to "
                    "start anew."
                )
        elif len(np.setdiff1d(seen, self.classes, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes}. 'y' has {seen}. "
                "Name all there will be in the first call of partial_fit (classes=...), or call fit to start anew."
            )


def refuse_large_labels(y: Any, name: str = "y") -> None:
    """Raise ValueError for floats that no whole number of 64 bits equals: scikit-learn takes them for targets."""
    values = np.asarray(y)
    if values.dtype.kind != "f":
        return
    large = np.flatnonzero(np.isfinite(values) & ~(np.abs(values) < 2.0**63))
    if len(large):
        raise ValueError(
            f"{name} must hold labels, got the float {values.ravel()[large[0]]} in row {large[0]}: from 2**63 on "
            f"floats are no labels. Use strings, {name}.astype(str), or whole numbers of at most 64 bits"
        )


def are_plain_labels(y: Any, dtype: Any = None) -> bool:
    """Return whether y is an array of whole numbers or strings, of that dtype, one for each row: such are labels."""
    plain = type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "biuU" and len(y) > 0
    return plain and (dtype is None or y.dtype == dtype)


def as_labels(y: Any, name: str = "y") -> Any:
    """Return labels that are an array of objects as one of strings or of numbers, in this machine's order of bytes.

    Everything else is returned as it is. A data frame of several kinds of columns hands its labels out as objects,
    which scikit-learn refuses.

    Raises
    ------
    ValueError
        For what is missing, strings beside numbers, and objects that are neither.
    """
    if isinstance(y, np.ndarray) and not y.dtype.isnative:
        return y.astype(y.dtype.newbyteorder("="))
    if getattr(getattr(y, "dtype", None), "kind", "") != "O" or hasattr(y, "tocsr"):
        return y
    entries = np.ravel(y)
    for row, label in enumerate(entries):
        if is_missing(label):
            raise ValueError(f"{name} must hold labels, got {label} in row {row}; drop such rows first")
    strings = [isinstance(label, str) for label in entries]
    if all(strings):
        return np.asarray(y, dtype=np.str_)
    if any(strings):
        raise ValueError(
            f"{name} must hold labels of one kind, got strings and numbers; use {name}.astype(str)"
        )
    numbers = None
    with contextlib.suppress(ValueError, TypeError):  # ragged, or no numbers
        numbers = np.array(y.tolist())
    if numbers is None or numbers.shape != y.shape or numbers.dtype.kind not in "biuf":
        row = next((row for row, label in enumerate(entries) if not is_number(label)), 0)
        raise ValueError(
            f"{name} must hold labels, strings or whole numbers of at most 64 bits, got {short(entries[row])} in row "
            f"{row} of an array of objects; if they are whole numbers, use {name}.astype(int)"
        )
    return numbers


def check_labels(y: Any) -> None:
    """Raise ValueError for targets that are no labels, naming the first row where that can be seen."""
    if are_plain_labels(y):
        return
    refuse_large_labels(y)
    if hasattr(y, "tocsr"):
        _refuse_other_indicators(y, y.data)
    if getattr(getattr(y, "dtype", None), "kind", "") == "S":
        raise TypeError(
            f"y must hold labels, strings or whole numbers, got bytes, {short(y.flat[0])}; use y.astype(str)"
        )
    with about("y"):
        kind = type_of_target(y)
    if kind.startswith("unknown"):
        raise ValueError(
            f"Unknown label type. y must hold labels, strings or whole numbers, one for each row of X, got {short(y)}"
        )
    if kind.startswith("continuous"):
        row = int(np.argwhere(y != np.floor(y))[0][0])
        raise ValueError(
            f"Unknown label type: {kind}. y must hold labels, got the number {np.ravel(y[row])[0]} in row "
            f"{row}; take MLPRegressor for numbers, or bin them (sklearn.preprocessing.KBinsDiscretizer)"
        )
    if kind == "multilabel-indicator":
        _refuse_other_indicators(y, y.data if hasattr(y, "tocsr") else np.ravel(y))
    if kind == "multiclass-multioutput":
        raise ValueError(
            f"Unknown label type: {kind}. y has {y.shape[1]} columns, which must hold 0 and 1 alone "
            "(multilabel); for several classes in each, fit one classifier for each column "
            "(sklearn.multioutput.MultiOutputClassifier)"
        )


def _refuse_other_indicators(y: Any, values: NDArray[Any]) -> None:
    """Raise ValueError for columns of labels that hold anything but 0 and 1: the others would be learned as 1."""
    other = values[(values != 0) & (values != 1)]
    if len(other):
        raise ValueError(
            f"y has {y.shape[1]} columns, which must hold 0 and 1 alone (multilabel), got {other[0]}; say which "
            "labels a row has, such as (y > 0).astype(int)"
        )


def labels_of_first_call(y: Any, classes: Any) -> Labels:
    """Return the labels for a first call of ``partial_fit``.

    Raises
    ------
    ValueError
        If ``classes`` was not passed.
    """
    if classes is None:
        raise ValueError(
            "classes must be passed on the first call to partial_fit. It names all labels that will ever "
            "come, such as classes=np.unique(y)."
        )
    with about("y"):
        several = type_of_target(y).startswith("multilabel")
    return Labels(y if several else class_labels(classes))


def class_labels(classes: Any) -> NDArray[Any]:
    """Return the labels that ``classes`` names, in ascending order, or raise ValueError if it names none."""
    labels = None
    if not isinstance(classes, str | bytes | dict | set | frozenset):
        with contextlib.suppress(ValueError):  # ragged
            labels = np.asarray(classes)
    if labels is None or labels.ndim != 1 or not len(labels) or labels.dtype.kind not in "biufUSO":
        raise ValueError(f"classes must be a list of all labels, such as np.unique(y), got {short(classes)}")
    labels = as_labels(labels, "classes")
    if are_plain_labels(labels):
        return np.unique(labels)
    refuse_large_labels(labels, "classes")
    try:
        return np.asarray(unique_labels(labels))
    except (TypeError, ValueError) as error:
        raise ValueError(f"classes must be labels of one kind, got {short(classes)}") from error


def labels_in_order(classes: Any) -> NDArray[Any]:
    """Return the labels that ``classes`` names, or raise unless they are two or more, different and ascending."""
    if classes is None:
        raise InvalidParameterError("classes must be given for a classifier: the labels in ascending order")
    labels = class_labels(classes)
    if len(labels) != len(classes) or not np.array_equal(labels, np.asarray(classes)):
        raise InvalidParameterError(
            f"classes must be different labels in ascending order, got {short(classes)}"
        )
    if len(labels) < 2:
        raise InvalidParameterError(f"classes must be two labels or more, got {short(classes)}")
    return labels


def check_later_call(known: Any, classes: Any) -> None:
    """Raise ValueError if ``classes`` of a later call of ``partial_fit`` differ from the first's."""
    if classes is None or (are_plain_labels(classes) and np.array_equal(known, classes)):
        return
    if not np.array_equal(known, class_labels(classes)):
        raise ValueError(
            f"`classes={short(classes)}` is not the same as on last call to partial_fit, was: {known!r}; leave it "
            "out, or call fit to start anew"
        )


def encoding_of(loss: Loss, network: Network) -> tuple[float, float]:
    """Return the numbers for "not this class" and "this class".

    The encoding belongs to the loss; where the loss leaves it open it is 0 and 1 for outputs
    between 0 and 1, else -1 and +1.
    """
    if loss.encoding is not None:
        return loss.encoding
    return (0.0, 1.0) if network.output.range == (0.0, 1.0) else (-1.0, 1.0)


def flat(y: Any) -> Any:
    """Return y with a single column made one-dimensional, with scikit-learn's warning."""
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
