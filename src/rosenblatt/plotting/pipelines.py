"""Pictures of a fitted pipeline are those of its last step, for what the steps before make of the samples."""

from __future__ import annotations

from typing import Any

from sklearn.pipeline import Pipeline


def last_step(estimator: Any) -> Any:
    """Return the last step of a pipeline, any other estimator as it is."""
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return estimator


def entering(estimator: Any, *samples: Any) -> tuple[Any, ...]:
    """Return the last step of a fitted pipeline, and what enters it for some samples; None stays None.

    Parameters
    ----------
    estimator : estimator or Pipeline
    *samples : array-like of shape (n, n_features), or None

    Raises
    ------
    NotFittedError
        If a step before the last is not fitted.
    """
    while isinstance(estimator, Pipeline):
        if len(estimator.steps) > 1:
            before = estimator[:-1]
            samples = tuple(None if X is None else before.transform(X) for X in samples)
        estimator = estimator.steps[-1][1]
    return estimator, *samples
