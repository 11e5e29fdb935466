"""Numbers from outputs: what a regressor predicts and how good that is, where a target has several outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import d2_pinball_score, r2_score

from ..rules.losses import Loss
from ..rules.regression_losses import GaussianNLL, Quantiles


def predictions(loss: Loss, o: NDArray[Any]) -> NDArray[Any]:
    """Return the predicted numbers for outputs of shape (n, r_m).

    Returns
    -------
    array of shape (n,) or (n, n_targets)
        With several outputs for each target another axis, but for the Gaussian, whose mean is meant.
    """
    if loss.outputs_per_target == 1:
        return np.asarray(o.ravel() if o.shape[1] == 1 else o)
    by_target: NDArray[Any] = o.reshape(len(o), -1, loss.outputs_per_target)
    if isinstance(loss, GaussianNLL):
        by_target = by_target[:, :, 0]
    return np.asarray(by_target[:, 0] if by_target.shape[1] == 1 else by_target)


def standard_deviations(o: NDArray[Any]) -> NDArray[Any]:
    """Return the roots of the variances among a Gaussian's outputs, shape (n,) or (n, n_targets)."""
    deviations = np.sqrt(o[:, 1::2])
    return np.asarray(deviations.ravel() if deviations.shape[1] == 1 else deviations)


def score_of(loss: Loss, o: NDArray[Any], y: NDArray[Any], weight: Any) -> float:
    """Return R2 of the predictions, or for quantiles the mean of their D2 of the pinball loss.

    Parameters
    ----------
    loss : Loss
    o : array of shape (n, r_m)
    y : array of shape (n, n_targets)
    weight : array of shape (n,), or None

    Returns
    -------
    float
        NaN where an output is not finite.
    """
    if not np.isfinite(o).all():
        return float("nan")
    if isinstance(loss, Quantiles):
        by_quantile = o.reshape(len(o), -1, len(loss.qs))
        scores = [
            d2_pinball_score(y, by_quantile[:, :, k], sample_weight=weight, alpha=q)
            for k, q in enumerate(loss.qs)
        ]
        return float(np.mean(scores))
    predicted = predictions(loss, o)
    return float(r2_score(y, predicted, sample_weight=weight))
