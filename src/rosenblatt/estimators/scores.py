"""The common scores of a validation set, from encoded targets and outputs.

Each epoch is scored. scikit-learn's scorers check, encode and sort labels anew each time, which takes longer than the
epoch; these are the same numbers from what the fit knows already. Whatever is not here goes through scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

Array = NDArray[Any]
Score = Callable[[Array, Array, Any], float]
"""Takes predictions, truth and weights (or None); higher is better."""


def mean(values: Array, weight: Any) -> float:
    """Return the weighted mean of shape-(n,) values."""
    return float(np.average(values, weights=weight))


# -- labels: predicted and true numbers of classes, both of shape (n,) -----------------------------------


def accuracy(predicted: Array, true: Array, weight: Any) -> float:
    """Return the share of labels that are right."""
    return mean(predicted == true, weight)


def balanced_accuracy(predicted: Array, true: Array, weight: Any) -> float:
    """Return the mean, over the classes that there are, of the share of its rows that are right."""
    weight = np.ones(len(true)) if weight is None else weight
    totals = np.bincount(true, weights=weight)
    right = np.bincount(true, weights=weight * (predicted == true), minlength=len(totals))
    present = totals != 0
    return float(np.mean(right[present] / totals[present]))


# -- probabilities: p of shape (n, n_classes), true numbers of classes of shape (n,) ----------------------


def negative_log_loss(p: Array, true: Array, weight: Any) -> float:
    """Return minus the mean cross-entropy; probabilities are clipped by one rounding, as scikit-learn does."""
    least = np.finfo(p.dtype).eps
    clipped = np.clip(p[np.arange(len(true)), true], least, 1 - least)
    return -mean(-xlogy(np.ones_like(clipped), clipped), weight)


def negative_brier(p: Array, true: Array, weight: Any) -> float:
    """Return minus the mean square between probabilities and zeros and ones; of two classes it is halved."""
    if p.shape[1] == 2:
        return -mean(np.square((true == 1) - p[:, 1]), weight)
    return -mean(np.square(p - np.eye(p.shape[1], dtype=p.dtype)[true]).sum(axis=1), weight)


def top_two(p: Array, true: Array, weight: Any) -> float:
    """Return the share of rows whose class is among the two most probable; of equal ones the later counts."""
    best = np.argsort(p, axis=1, kind="stable")[:, -2:]
    return mean((best == true[:, np.newaxis]).any(axis=1), weight)


def area_under_curve(score: Array, positive: Array, weight: Any) -> float:
    """Return the area under the ROC curve, NaN where one of the two classes has no weight.

    Parameters
    ----------
    score : array of shape (n,)
    positive : array of bool, shape (n,)
    weight : array of shape (n,), or None
    """
    order = np.argsort(-score, kind="stable")
    score, positive = score[order], positive[order]
    weight = np.ones(len(score)) if weight is None else np.asarray(weight, dtype=np.float64)[order]
    ends = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)  # the last of each run of equal scores
    hits = np.append(0.0, np.cumsum(weight * positive)[ends])
    misses = np.append(0.0, np.cumsum(weight * ~positive)[ends])
    if not (hits[-1] > 0 and misses[-1] > 0):
        return float("nan")
    area = np.sum(np.diff(misses) * (hits[1:] + hits[:-1])) / 2
    return float(area / (hits[-1] * misses[-1]))


def area_of_each(p: Array, true: Array, weight: Any) -> float:
    """Return the mean, over the classes that some weight is on, of the area of each against the rest."""
    present = np.flatnonzero(np.bincount(true, weights=weight, minlength=p.shape[1]))
    if len(present) < 2:
        return float("nan")
    return float(np.mean([area_under_curve(p[:, k], true == k, weight) for k in present]))


# -- numbers: predicted and true ones of shape (n, n_targets) ----------------------------------------------


def r2(predicted: Array, true: Array, weight: Any) -> float:
    """Return R squared, the mean over the targets; for a constant target it is 1 if it is met, else 0."""
    if len(true) < 2:
        return float("nan")
    each = 1.0 if weight is None else np.asarray(weight)[:, np.newaxis]
    left = (each * (true - predicted) ** 2).sum(axis=0)
    total = (each * (true - np.average(true, axis=0, weights=weight)) ** 2).sum(axis=0)
    varies = total != 0
    scores = np.where(left == 0, 1.0, 0.0)
    scores[varies] = 1 - left[varies] / total[varies]
    return float(np.average(scores))


def negative_squared_error(predicted: Array, true: Array, weight: Any) -> float:
    """Return minus the mean square of the errors."""
    return -float(np.average(np.average((true - predicted) ** 2, axis=0, weights=weight)))


def negative_root_of_squared_error(predicted: Array, true: Array, weight: Any) -> float:
    """Return minus the root of the mean square of each target's errors, the mean over the targets."""
    return -float(np.average(np.sqrt(np.average((true - predicted) ** 2, axis=0, weights=weight))))


def negative_absolute_error(predicted: Array, true: Array, weight: Any) -> float:
    """Return minus the mean size of the errors."""
    return -float(np.average(np.average(np.abs(true - predicted), axis=0, weights=weight)))


OF_LABELS: Mapping[str, Score] = {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy}
OF_PROBABILITIES: Mapping[str, Score] = {"neg_log_loss": negative_log_loss, "neg_brier_score": negative_brier}
OF_SEVERAL: Mapping[str, Score] = {"top_k_accuracy": top_two, "roc_auc_ovr": area_of_each}
"""For three classes or more."""
OF_NUMBERS: Mapping[str, Score] = {
    "r2": r2,
    "neg_mean_squared_error": negative_squared_error,
    "neg_root_mean_squared_error": negative_root_of_squared_error,
    "neg_mean_absolute_error": negative_absolute_error,
}


def of_classes(name: str, kind: str, encoding: tuple[float, float], probabilistic: bool) -> Score | None:
    """Return the score of classes that a scorer's name stands for, or None where it is left to scikit-learn.

    Parameters
    ----------
    name : str
        As scikit-learn calls it.
    kind : {"binary", "multiclass", "multilabel-indicator"}
    encoding : tuple of two float
        The outputs for "not this class" and "this class".
    probabilistic : bool
        Whether outputs are probabilities.

    Returns
    -------
    callable or None
        Takes outputs and encoded targets, both of shape (n, columns), and weights; two classes have one column. It
        scores with all classes that the model knows, whether the rows hold them or not.
    """
    if kind == "multilabel-indicator":
        return (
            None
            if name != "accuracy"
            else lambda o, encoded, weight: mean(_rows_right(o, encoded, encoding), weight)
        )
    if name in OF_LABELS:
        return lambda o, encoded, weight: OF_LABELS[name](_chosen(o, encoding), _numbers(encoded), weight)
    if name == "roc_auc" and kind == "binary":
        return lambda o, encoded, weight: area_under_curve(o[:, 0], encoded[:, 0], weight)
    known = OF_PROBABILITIES if kind == "binary" else {**OF_PROBABILITIES, **OF_SEVERAL}
    if not probabilistic or name not in known:
        return None
    return lambda o, encoded, weight: known[name](_of_all_classes(o), _numbers(encoded), weight)


def of_numbers(name: str) -> Score | None:
    """Return the score of numbers that a scorer's name stands for, of shape-(n, n_targets) arrays, or None."""
    score = OF_NUMBERS.get(name)
    if score is None:
        return None

    def in_one_dtype(predicted: Array, true: Array, weight: Any) -> float:
        dtype = predicted.dtype if true.dtype.kind != "f" else np.result_type(predicted, true)
        return score(predicted.astype(dtype, copy=False), true.astype(dtype, copy=False), weight)

    return in_one_dtype


def _rows_right(o: Array, encoded: Array, encoding: tuple[float, float]) -> Array:
    low, high = encoding
    return np.asarray((((o - low) / (high - low) > 0.5) == encoded).all(axis=1))


def _chosen(o: Array, encoding: tuple[float, float]) -> Array:
    """Return the numbers of the classes that outputs stand for, as ``Labels.decode`` does, shape (n,)."""
    low, high = encoding
    scaled = (o - low) / (high - low)
    return (scaled[:, 0] > 0.5).astype(np.intp) if o.shape[1] == 1 else scaled.argmax(axis=1)


def _numbers(encoded: Array) -> Array:
    return encoded[:, 0].astype(np.intp) if encoded.shape[1] == 1 else encoded.argmax(axis=1)


def _of_all_classes(o: Array) -> Array:
    return np.concatenate([1 - o, o], axis=1) if o.shape[1] == 1 else o
