"""The loss against the learning rate, as a range test sees it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..estimators.rate_search import lr_find
from ..inspection.range_test import RangeTest
from .canvas import ACCENT, CLASS_COLORS, PALE, axes, legend


class LearningRateDisplay:
    """The range test (T5): the loss while the rate grows at each step, and the rate that it suggests.

    Left, nothing is learnt; in the middle the loss falls; right, it rises or training diverges. The part
    where it has risen far above its beginning is cut off.

    Parameters
    ----------
    result : RangeTest
        What ``lr_find`` returned.

    Attributes
    ----------
    ax_, figure_
        matplotlib's axes and figure.
    losses_, smoothed_ : Line2D
        The loss of each step's batch, and their moving average.
    suggestion_ : Line2D or None

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import LearningRateDisplay, MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> display = LearningRateDisplay.from_estimator(MLPClassifier(random_state=0), X / X.max(axis=0), y)
    >>> display.ax_.get_xscale()
    'log'
    """

    def __init__(self, result: RangeTest) -> None:
        if not isinstance(result, RangeTest):
            raise TypeError(f"result must be what lr_find returned, got {result!r}")
        self.result = result

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        sample_weight: Any = None,
        ax: Any = None,
        **options: Any,
    ) -> LearningRateDisplay:
        """Make a range test for an estimator, which is not changed, and draw it.

        Parameters
        ----------
        estimator : MLPClassifier, MLPRegressor or Autoencoder
        X : array-like, data frame or sparse matrix of shape (n, n_features)
        y : array-like of shape (n,) or (n, n_outputs)
            An autoencoder's target is X: it needs none.
        sample_weight : array-like of shape (n,), optional
        ax : Axes, optional
            Axes of a new figure by default.
        **options
            ``low``, ``high`` and ``steps`` of :func:`~rosenblatt.lr_find`.

        Returns
        -------
        LearningRateDisplay
        """
        return cls(lr_find(estimator, X, y, sample_weight, **options)).plot(ax)

    def plot(self, ax: Any = None) -> LearningRateDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        LearningRateDisplay
            Itself, with the drawn parts as attributes.
        """
        ax = axes(ax, (6.4, 4.2))
        rates, losses, smoothed = self.result.rates, self.result.losses, self.result.smoothed
        finite = smoothed[np.isfinite(smoothed)]
        if finite.size:
            start, lowest = (
                float(finite[: max(1, len(finite) // 4)].max()),
                float(np.nanmin([*finite, *losses])),
            )
            top, room = start + 0.5 * (start - lowest), 0.08 * (start - lowest)
            ax.set_ylim(lowest - room, top)
        with np.errstate(invalid="ignore"):
            seen = np.where(np.isfinite(losses), losses, np.nan)
            mean = np.where(np.isfinite(smoothed), smoothed, np.nan)
        (self.losses_,) = ax.plot(rates, seen, ".", color=PALE, markersize=5, label="loss of a batch")
        (self.smoothed_,) = ax.plot(rates, mean, color=CLASS_COLORS[0], linewidth=2, label="moving average")
        self.suggestion_ = None
        if self.result.suggestion is not None:
            style = {"color": ACCENT, "linestyle": (0, (6, 3)), "linewidth": 2}
            label = f"suggestion: {self.result.suggestion:.2g}"
            self.suggestion_ = ax.axvline(self.result.suggestion, label=label, **style)
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss", xlim=(rates[0], rates[-1]))
        legend(ax, 3)
        self.ax_, self.figure_ = ax, ax.figure
        return self
