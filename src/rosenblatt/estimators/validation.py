"""Validation sets: the one that was passed, checked; or a share of the training rows, set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold, train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import unique_labels

from ..arrays import rectangular
from ..diagnosis import about, is_missing, refuse_unlike_data
from ..engines.engine import Batch
from ..errors import about_parameters
from ..plan import LBFGS
from .inputs import sample_weights
from .targets import Labels, check_labels

UNLIKE = ("features, but", "could not convert string")
IN_PIPELINES = (
    'The steps of a pipeline make X_val too with Pipeline(steps, transform_input=["X_val"]), where metadata routing is '
    "enabled; see docs/pipelines.md"
)


@dataclass(frozen=True)
class Passed:
    """What the caller of ``fit`` said about validation, as it was passed.

    Attributes
    ----------
    X, y, weight : array-like or None
        ``X_val``, ``y_val`` and ``sample_weight_val``.
    groups : array-like or None
    paired : bool
        Whether an autoencoder was given a target that is not X.
    """

    X: Any = None
    y: Any = None
    weight: Any = None
    groups: Any = None
    paired: bool = False

    @classmethod
    def of_rows(cls, X: Any, target: Any, weight: Any, groups: Any = None, *, paired: bool = False) -> Passed:
        """Return what was passed to an autoencoder: the target of validation rows is X unless it is given.

        Raises
        ------
        ValueError
            For a target of validation rows without these, or rows without one where the training rows have some.
        """
        if target is not None and X is None:
            raise ValueError("target_val was passed without X_val; pass both, or neither")
        if paired and X is not None and target is None:
            raise ValueError(
                "X_val was passed with target, but without target_val: what shall come out for its rows; pass that too"
            )
        return cls(X, X if target is None else target, weight, groups, paired)

    def check(self, estimator: Any, incremental: bool) -> None:
        """Raise ValueError for parts that do not go together, or with the estimator's arguments."""
        for name, part, needed, other in (
            ("X_val", self.X, "y_val", self.y),
            ("y_val", self.y, "X_val", self.X),
            ("sample_weight_val", self.weight, "X_val and y_val", self.X),
        ):
            if part is not None and other is None:
                raise ValueError(f"{name} was passed without {needed}; pass both, or neither")
        stops = bool(estimator.early_stopping)
        if incremental and stops and self.X is None:
            raise ValueError(
                "partial_fit does not support early_stopping=True without a validation set of its own: one epoch "
                "has nothing to stop; set early_stopping=False, or pass X_val and y_val to record their score"
            )
        if self.groups is not None and self.X is not None:
            raise ValueError("groups and X_val were both passed, but X_val leaves nothing to split; drop one")
        if self.groups is not None and not stops:
            raise ValueError(
                "groups says how early stopping splits the rows, but early_stopping=False; set "
                "early_stopping=True, or drop groups"
            )

    @about_parameters
    def check_solver(self, estimator: Any, optimizer: Any) -> None:
        """Raise ValueError if L-BFGS is asked for what only epochs can give."""
        if not isinstance(optimizer, LBFGS):
            return
        for what, given in (
            (f"early_stopping={estimator.early_stopping!r}", not isinstance(estimator.early_stopping, bool)),
            ("X_val", self.X is not None),
            ("groups", self.groups is not None),
        ):
            if given:
                raise ValueError(
                    f"{what} has no effect with L-BFGS, which takes no epochs; take solver='adam'"
                )

    def validation(self, estimator: Any, n_outputs: int) -> Batch | None:
        """Return the validation set that was passed, checked as the training set is, its targets encoded.

        Parameters
        ----------
        estimator : estimator
            It knows the features and the classes of the training set.
        n_outputs : int
            Columns of the encoded training targets.

        Raises
        ------
        ValueError, TypeError
            For data that ``fit`` or ``predict`` would refuse, labels that y does not hold, or fewer than two rows.
        """
        if self.X is None:
            return None
        try:
            X, y = estimator._validated(self.X, self.y, False)
        except (TypeError, ValueError) as error:
            other = "target_val" if estimator._target_is_input else "y_val"
            made = any(told in str(error) for told in UNLIKE)  # X came through steps that X_val has not taken
            hint = f". {IN_PIPELINES}" if made else ""
            raise type(error)(
                f"X_val and {other}: {str(error).rstrip('.') if made else error}{hint}"
            ) from error
        encoded = estimator._encode_validation(y)
        if encoded.shape[1] != n_outputs:
            raise ValueError(
                f"y_val has {encoded.shape[1]} output(s) and y has {n_outputs}; pass the same columns"
            )
        if X.shape[0] < 2:
            raise ValueError("X_val must hold at least 2 rows, got 1; pass more")
        weight = sample_weights(self.weight, X.shape[0], X.dtype, "sample_weight_val", "X_val")
        return Batch(X, encoded, weight)

    def checked_groups(self, n: int) -> NDArray[Any] | None:
        """Return the groups as an array of shape (n,), or None.

        Raises
        ------
        ValueError
            If they are of another shape, or one is missing.
        """
        if self.groups is None:
            return None
        refuse_unlike_data(self.groups, "groups")
        groups = rectangular("groups", self.groups)
        if groups.shape != (n,):
            raise ValueError(f"groups must have shape ({n},), one for each row of X, got {groups.shape}")
        if groups.dtype.kind in "fO":
            for row, group in enumerate(groups):
                if is_missing(group):
                    raise ValueError(f"groups must name a group for each row, got {group} in row {row}")
        with about("groups"):
            names = np.unique(groups)
        if len(names) < 2:
            raise ValueError(
                f"groups must name two groups or more, so that one can be set aside, got {groups[0]} alone; "
                "leave it out"
            )
        return groups


def split_rows(estimator: Any, encoded: NDArray[Any], groups: Any, stream: Any) -> tuple[Any, Any]:
    """Return the rows to train on and those to set aside.

    Without groups as scikit-learn does: two classes are stratified, several and multilabel are not. No
    group is on both sides; where the groups allow it, the classes are then stratified too, several as well.

    Parameters
    ----------
    estimator : estimator
    encoded : array of shape (n, columns)
    groups : array of shape (n,), or None
    stream : RandomState or int

    Returns
    -------
    tuple of two arrays of int
    """
    n, fraction = len(encoded), estimator.validation_fraction
    if groups is None:
        stratify = encoded if estimator._stratifies and encoded.shape[1] == 1 else None
        if stratify is not None and not _few(estimator, encoded):
            stratify = encoded[
                :, 0
            ]  # the same rows: scikit-learn makes strings of rows of two axes, for a second
        train, validation = train_test_split(
            np.arange(n), random_state=stream, test_size=fraction, stratify=stratify
        )
        return train, validation
    _, groups = np.unique(groups, return_inverse=True)
    share = Fraction(fraction).limit_denominator(20)  # so many folds of so many are set aside
    classes = _classes(estimator, encoded)
    folds = share.denominator
    if classes is not None and 0 < share < 1 and folds <= min(groups.max() + 1, np.bincount(classes).min()):
        # groups of other names are a shuffle, one that keeps the classes' shares in every scikit-learn
        shuffled = check_random_state(stream).permutation(groups.max() + 1)[groups]
        splitter: Any = StratifiedGroupKFold(folds)
        parts = [part for _, part in splitter.split(encoded, classes, shuffled)][: share.numerator]
        aside = np.concatenate(parts)
        if 0 < len(aside) < n:
            return np.setdiff1d(np.arange(n), aside), np.sort(aside)
    splitter = GroupShuffleSplit(1, test_size=fraction, random_state=stream)
    train, validation = next(splitter.split(encoded, groups=groups))
    return train, validation


def _classes(estimator: Any, encoded: NDArray[Any]) -> NDArray[Any] | None:
    """Return the number of each row's class, or None where rows have no class or several."""
    if not estimator._stratifies or estimator._labels.kind.startswith("multilabel"):
        return None
    numbers = encoded[:, 0] if encoded.shape[1] == 1 else encoded.argmax(axis=1)
    return np.unique(numbers, return_inverse=True)[1]


def rehearsed_split(estimator: Any, encoded: NDArray[Any], groups: Any) -> tuple[int, Any]:
    """Return how many rows will be trained on, and as many rows as will be set aside, but others: nothing is drawn.

    Raises
    ------
    ValueError
        If a class or the groups are too few to be split, or fewer than two samples would be set aside.
    """
    n, fraction = len(encoded), estimator.validation_fraction
    figures = f"(early_stopping={estimator.early_stopping!r}, validation_fraction={fraction} of {n} samples)"
    if fraction == 0:
        raise ValueError(f"No validation set. Take validation_fraction=0.1, say. {figures}")
    n_aside = math.ceil(fraction * n)
    if groups is None and 2 <= n_aside < n - 1 and not _few(estimator, encoded):
        return n - n_aside, slice(0, n_aside)  # what scikit-learn would draw, it would not refuse
    try:
        train, validation = split_rows(estimator, encoded, groups, 0)
    except ValueError as error:
        advice = "Give more data, change 'validation_fraction', or set early_stopping=False."
        smallest = _smallest_class(estimator, encoded) if groups is None else ""
        raise ValueError(f"{str(error).rstrip('.')}. {smallest}{advice} {figures}") from error
    if len(validation) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the size of your "
            f"dataset. {figures}"
        )
    return len(train), validation


def _few(estimator: Any, encoded: NDArray[Any]) -> bool:
    """Return whether one of two classes, which are stratified, has less than two rows."""
    return bool(estimator._stratifies and encoded.shape[1] == 1 and min(encoded.sum(), (~encoded).sum()) < 2)


def _smallest_class(estimator: Any, encoded: NDArray[Any]) -> str:
    if not estimator._stratifies or encoded.shape[1] > 1 or not 0 < encoded.sum() < len(encoded):
        return ""
    ones = int(encoded.sum())
    label, rows = min(zip(estimator.classes_, (len(encoded) - ones, ones), strict=True), key=lambda c: c[1])
    return f"Class {str(label)!r} has {rows} of {len(encoded)} rows. "


def encoded_labels(labels: Labels, y: Any) -> NDArray[np.bool_]:
    """Return the labels of a validation set as those of the training set are encoded.

    Raises
    ------
    ValueError
        If they are no labels, or one is not among those of the training set.
    """
    try:
        check_labels(y)
        known = set(labels.classes.tolist())
        unseen = [label for label in unique_labels(y).tolist() if label not in known]
        if unseen:
            raise ValueError(
                f"it holds the label {unseen[0]!r}, which y does not; the classes are {labels.classes.tolist()}. Drop "
                "such rows, or train on some"
            )
        return labels.encode(y)
    except (TypeError, ValueError) as error:
        raise type(error)(f"y_val: {error}") from error
