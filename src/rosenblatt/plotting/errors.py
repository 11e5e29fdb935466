"""How badly rows are reconstructed, and where a detector cuts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import finite, rectangular
from ..intervals import require
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, PALE, axes, legend
from .images import require_kind
from .pipelines import entering


def known_outliers(labels: Any) -> NDArray[np.bool_]:
    """Return which rows are outliers, from True and False, or from -1 and 1 as ``predict`` of a detector returns them.

    Raises
    ------
    ValueError
        For other labels, 0 and 1 too.
    """
    array = rectangular("outlier", labels)
    if array.dtype.kind == "b":
        return np.asarray(array)
    if (
        array.dtype.kind not in "if" or not np.isin(array, (-1, 1)).all()
    ):  # 1 alone might mean either in 0 and 1
        found = sorted(set(array.ravel().tolist()), key=str)[:5]
        raise ValueError(
            f"outlier must hold True for outliers, or -1 for them and 1 for the others, got {found}; "
            "where 1 means an outlier, pass outlier == 1"
        )
    return np.asarray(array == -1)


class ErrorHistogramDisplay(HintedMethods):
    """The errors of rows, and the threshold that a detector draws through them (A1).

    Errors have a logarithmic scale; those of 0 are drawn at its left end. With labels, known outliers have
    their own colour.

    Parameters
    ----------
    errors : array-like of shape (n,)
        Not negative.
    threshold : float, optional
        Rows with larger errors are outliers; without one none is drawn.
    outlier : array-like of shape (n,), optional
        Rows that are known to be outliers: True, or -1 where the others are 1.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    threshold_ : Line2D or None
        Where outliers begin; None without a detector.
    bins_ : array
        The edges of the bars.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from rosenblatt import AutoencoderDetector, ErrorHistogramDisplay
    >>> X = load_breast_cancer().data
    >>> detector = AutoencoderDetector(random_state=0).fit(X)
    >>> ErrorHistogramDisplay.from_estimator(detector, X).ax_.get_xscale()
    'log'
    """

    def __init__(self, errors: Any, threshold: float | None = None, outlier: Any = None) -> None:
        self.errors = finite("errors", errors, "(n,)")
        if self.errors.min() < 0:
            raise ValueError(f"errors must not be negative, got {self.errors.min()}")
        if threshold is not None:
            require("threshold", threshold, "[0, inf)", others=" or None")
        self.threshold = None if threshold is None else float(threshold)
        self.outlier = None if outlier is None else known_outliers(outlier)
        if self.outlier is not None and self.outlier.shape != self.errors.shape:
            raise ValueError(f"outlier must have shape {self.errors.shape}, got {self.outlier.shape}")

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, outlier: Any = None, *, ax: Any = None
    ) -> ErrorHistogramDisplay:
        """Draw the errors of rows, and the threshold of a fitted detector.

        Parameters
        ----------
        estimator : AutoencoderDetector or Autoencoder
            One that was fitted; errors of an autoencoder are in the units that it is trained in.
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        outlier : array-like of shape (n,), optional
            Rows that are known to be outliers: True, or -1 where the others are 1.
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        ErrorHistogramDisplay
        """
        estimator, X = entering(estimator, X)
        require_kind(estimator, "an AutoencoderDetector or an Autoencoder", "score_samples", "reconstruct")
        threshold = -estimator.offset_ if hasattr(estimator, "offset_") else None
        return cls(-estimator.score_samples(X), threshold, outlier).plot(ax)

    def plot(self, ax: Any = None) -> ErrorHistogramDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        ErrorHistogramDisplay
            Itself, with the drawn parts as attributes.
        """
        ax = axes(ax, (6.4, 4.2))
        positive = self.errors if self.threshold is None else np.append(self.errors, self.threshold)
        positive = positive[positive > 0] if (positive > 0).any() else np.array([1.0])
        low, high = positive.min(), positive.max()
        self.bins_ = np.geomspace(low * 0.999, max(high, 1.5 * low) * 1.001, 41)
        seen = np.maximum(self.errors, low)
        parts = [("rows", seen, CLASS_COLORS[0])]
        if self.outlier is not None:
            parts = [
                ("other rows", seen[~self.outlier], CLASS_COLORS[0]),
                ("known outliers", seen[self.outlier], CLASS_COLORS[1]),
            ]
        names, values, colors = zip(*parts, strict=True)
        ax.hist(values, bins=self.bins_, stacked=True, label=names, color=colors)
        self.threshold_ = None if self.threshold is None else self._line(ax, low)
        ax.set(
            xscale="log", xlabel="reconstruction error", ylabel="rows", xlim=(self.bins_[0], self.bins_[-1])
        )
        _shorten_ticks(ax)
        legend(ax, 3)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _line(self, ax: Any, low: float) -> Any:
        """Draw the threshold, and return its line."""
        assert self.threshold is not None
        above = float(np.mean(self.errors > self.threshold))
        line = ax.axvline(
            self.threshold if self.threshold > 0 else low,
            color=ACCENT,
            linestyle=(0, (6, 3)),
            linewidth=2,
            label=f"threshold: {self.threshold:.3g}, {above:.0%} above",
        )
        ax.axvspan(line.get_xdata()[0], self.bins_[-1], color=PALE, alpha=0.25, zorder=0)
        return line


def _shorten_ticks(ax: Any) -> None:
    """Write 0.3 at a tick instead of a product with a power of ten, which touches its neighbour."""
    from matplotlib.ticker import LogFormatter

    class Short(LogFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return f"{x:g}" if super().__call__(x, pos) else ""

    ax.xaxis.set_major_formatter(Short())
    ax.xaxis.set_minor_formatter(Short())
