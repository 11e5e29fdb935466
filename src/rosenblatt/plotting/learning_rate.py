"""The loss against the learning rate, as a range test sees it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InvalidParameterError
from ..estimators.rate_search import lr_find
from ..inspection.range_test import RangeTest
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, axes, legend
from .pipelines import entering


class LearningRateDisplay(HintedMethods):
    """The range test (T5): what short runs at several rates reached, and the rate that they suggest.

    One line for each number of steps: the loss of rows that were not trained on, against the rate. Left, too little
    is learned; right, it rises or training diverges. Rates at which no more than a constant was learned have an open
    circle at the end of their run: their loss may have fallen, but a network of biases could do that. The suggestion
    lies at or below the lowest point of the last line, as training goes on for longer than the test. What lies far
    above the beginning is cut off.

    Parameters
    ----------
    result : RangeTest
        What ``lr_find`` returned.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    lines_ : list of Line2D
        For each entry of ``result.steps``, the losses after so many steps; the last is the boldest.
    constant_ : Line2D
        The runs that learned no more than a constant.
    suggestion_ : Line2D or None
        At the rate that is suggested.

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
            raise InvalidParameterError(f"result must be what lr_find returned, got {result!r}")
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
            Fitted or not: a clone of it is tried.
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,) or (n, n_outputs)
            An autoencoder's target is X: it needs none.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        ax : Axes, optional
            Axes of a new figure by default.
        **options
            ``low``, ``high`` and ``steps`` of :func:`~rosenblatt.lr_find`.

        Returns
        -------
        LearningRateDisplay
        """
        estimator, X = entering(estimator, X)
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
        result, self.lines_ = self.result, []
        losses = np.where(np.isfinite(result.losses), result.losses, np.nan)  # (n_rates, n_looks)
        for i, steps in enumerate(result.steps):
            there = np.isfinite(losses[:, i])
            last = i == len(result.steps) - 1
            style: dict[str, Any] = {
                "color": CLASS_COLORS[0] if last else str(round(0.85 - 0.4 * i / len(result.steps), 2))
            }
            style["linewidth"] = 2.0 if last else 1.2
            line = ax.plot(result.rates[there], losses[there, i], marker="o", label=f"{steps} steps", **style)
            self.lines_ += line
        self.constant_ = self._mark_constants(ax, losses)
        self._cut(ax, losses)
        self.suggestion_ = None
        if result.suggestion is not None:
            style = {"color": ACCENT, "linestyle": (0, (6, 3)), "linewidth": 2}
            label = (
                f"suggestion: {result.suggestion:.2g}{', before overfitting' if result.overfitted else ''}"
            )
            self.suggestion_ = ax.axvline(result.suggestion, label=label, **style)
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss of rows not trained on")
        legend(ax, 3)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _mark_constants(self, ax: Any, losses: Any) -> Any:
        """Draw an open circle at the end of each long run that learned no more than a constant."""
        result = self.result
        ends = losses[:, -1]
        alike = np.isfinite(ends) & (result.learned <= 0)
        style: dict[str, Any] = {"markersize": 11, "markerfacecolor": "none", "color": CLASS_COLORS[1]}
        label = "no more than a constant" if alike.any() else None
        (circles,) = ax.plot(result.rates[alike], ends[alike], "o", label=label, **style)
        return circles

    def _cut(self, ax: Any, losses: Any) -> None:
        """Bound the axes to what tells the rates apart."""
        finite = losses[np.isfinite(losses)]
        if not finite.size:
            return
        start, lowest = float(losses[np.isfinite(losses[:, 0]), 0][0]), float(finite.min())
        if start > lowest:  # at the lowest rate nothing has happened yet
            ax.set_ylim(lowest - 0.08 * (start - lowest), start + 0.5 * (start - lowest))
