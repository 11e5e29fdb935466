"""Scores of probabilities on rows that lack a class which the model knows, as rare classes are lacking in few rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, make_scorer, roc_auc_score
from sklearn.preprocessing import label_binarize

Scorer = Callable[..., float]
AVERAGES = ("macro", "weighted")
COMPARED = ("d2_log_loss_score", "d2_brier_score")
"""Metrics that divide by the loss of the classes' shares, which one class alone does not have."""


def absent_classes(classes: Any, y: Any, weight: Any) -> list[Any]:
    """Return the classes that no row of a weight above 0 has.

    Parameters
    ----------
    classes : array of shape (n_classes,), or None
    y : array of shape (n,), or (n, n_labels): labels that may stand together are no classes
    weight : array of shape (n,), or None
    """
    if classes is None or np.ndim(y) != 1:
        return []
    present = np.unique(y if weight is None else y[np.asarray(weight) > 0])
    return list(np.setdiff1d(classes, present, assume_unique=True).tolist())


def knowing(scorer: Scorer, classes: Any, y: Any, weight: Any) -> Scorer:
    """Return a scorer for rows that may lack a class: what it says of rows that have all is what ``scorer`` says.

    A metric that takes ``labels`` is told all classes. Areas under curves are means over the classes that the rows
    have; of one class alone they are NaN, as everything that compares classes. Scorers of labels, and callables of a
    user's own, are returned as they are.

    Parameters
    ----------
    scorer : callable
    classes : array of shape (n_classes,), or None
        Those that the model knows.
    y : array of shape (n,) or (n, n_labels)
    weight : array of shape (n,), or None
    """
    metric, given = getattr(scorer, "_score_func", None), dict(getattr(scorer, "_kwargs", {}))
    methods = getattr(scorer, "_response_method", "predict")
    if metric is None or methods == "predict" or "labels" in given:
        return scorer
    kind, together = given.get("multi_class"), np.ndim(y) == 2
    absent = absent_classes(classes, y, weight)
    if not absent and not together:
        return scorer
    made = partial(make_scorer, response_method=methods, greater_is_better=getattr(scorer, "_sign", 1) > 0)
    if together:  # there the area is NaN where no row, or each, has some label
        by_class = metric is roc_auc_score
    else:
        by_class = len(classes) > 2 and (metric is average_precision_score or kind == "ovr")
    average = given.get("average", "macro")
    if by_class and average in AVERAGES and given.keys() <= {"average", "multi_class"}:
        return made(mean_over_present, metric=metric, classes=classes, average=average)  # type: ignore[no-any-return]
    if hasattr(y, "toarray"):  # the metrics take no sparse indicators
        return made(_of_dense, metric=metric, **given)  # type: ignore[no-any-return]
    if together or "labels" not in signature(metric).parameters or (metric is roc_auc_score and not kind):
        return scorer
    if len(absent) == len(classes) - 1 and (kind == "ovo" or metric.__name__ in COMPARED):
        return made(_undefined)  # type: ignore[no-any-return]
    return made(metric, **given, labels=classes)  # type: ignore[no-any-return]


def _of_dense(y: Any, scores: Any, *, metric: Any, **given: Any) -> float:
    return metric(y.toarray(), scores, **given)  # type: ignore[no-any-return]


def _undefined(y: Any, scores: Any, sample_weight: Any = None) -> float:  # noqa: ARG001 - as a metric is called
    return float("nan")


def mean_over_present(
    y: Any, scores: NDArray[Any], *, metric: Any, classes: Any, average: str, sample_weight: Any = None
) -> float:
    """Return the mean of a metric of each class against the rest, over the classes that some rows have and some lack.

    Parameters
    ----------
    y : array of shape (n,), or indicators of shape (n, n_classes)
    scores : array of shape (n, n_classes)
    metric : callable
        Of indicators of shape (n,) and scores of shape (n,).
    classes : array of shape (n_classes,)
    average : {"macro", "weighted"}
        Whether each class counts once, or as often as it comes.
    sample_weight : array of shape (n,), optional

    Returns
    -------
    float
        NaN if there is no such class.
    """
    indicators = y if np.ndim(y) == 2 else label_binarize(y, classes=classes)
    indicators = np.asarray(indicators.toarray() if hasattr(indicators, "toarray") else indicators)
    weight = np.ones(len(indicators)) if sample_weight is None else np.asarray(sample_weight)
    counted = weight > 0
    indicators, scores, weight = indicators[counted], scores[counted], weight[counted]
    told = [k for k in range(indicators.shape[1]) if 0 < indicators[:, k].sum() < len(indicators)]
    if not told:
        return float("nan")
    found = [metric(indicators[:, k], scores[:, k], sample_weight=weight) for k in told]
    shares = weight @ indicators[:, told] if average == "weighted" else None
    return float(np.average(found, weights=shares))
