"""Which features are reconstructed badly: why a row is an outlier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..arrays import finite
from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import is_whole
from ..keywords import HintedMethods
from .canvas import CLASS_COLORS, INK, PALE, axes, legend
from .images import require_count, require_kind
from .pipelines import entering


class FeatureErrorDisplay(HintedMethods):
    """The error of each feature, largest first: of one row beside the usual, or the mean over rows (A1).

    Parameters
    ----------
    errors : array-like of shape (n_features,)
        Of one row, or a mean over rows; not negative.
    usual : array-like of shape (n_features,), optional
        What errors usually are, for comparison.
    names : sequence of str, optional
        Of the features; ``x0``, ``x1``, ... by default.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    features_ : array of int
        The features that are drawn, from the top.
    bars_ : BarContainer
        One bar for each feature.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from rosenblatt import AutoencoderDetector, FeatureErrorDisplay
    >>> X = load_breast_cancer().data
    >>> detector = AutoencoderDetector(random_state=0).fit(X)
    >>> FeatureErrorDisplay.from_estimator(detector, X, row=0, n=5).features_.shape
    (5,)
    """

    def __init__(self, errors: Any, usual: Any = None, names: Any = None) -> None:
        self.errors = finite("errors", errors, "(n_features,)")
        self.usual = None if usual is None else finite("usual", usual, "(n_features,)")
        for name, values in (("errors", self.errors), ("usual", self.usual)):
            if values is not None and values.min() < 0:
                raise ValueError(f"{name} must not be negative, got {values.min()}")
        if self.usual is not None and self.usual.shape != self.errors.shape:
            raise InvalidParameterError(f"usual must have shape {self.errors.shape}, got {self.usual.shape}")
        if names is not None and (isinstance(names, str) or not isinstance(names, Iterable)):
            raise InvalidParameterError(
                f"names must be a sequence of names, one for each feature, got {names!r}"
            )
        self.names = [f"x{j}" for j in range(len(self.errors))] if names is None else [str(j) for j in names]
        if len(self.names) != len(self.errors):
            raise InvalidParameterError(f"names must hold {len(self.errors)} names, got {len(self.names)}")

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, row: int | None = None, n: int = 15, names: Any = None, ax: Any = None
    ) -> FeatureErrorDisplay:
        """Draw the errors of features for one row of X, or their means.

        Parameters
        ----------
        estimator : AutoencoderDetector or Autoencoder
            Fitted.
        X : array-like, data frame or sparse matrix of shape (n_samples, n_features)
            Samples, one in each row.
        row : int, optional
            The row that is explained, beside the means over X; the means alone by default. A detector's errors are
            relative to what is usual, so that over the rows it was trained on all their means are alike.
        n : int, default=15
            How many features, at most.
        names : sequence of str, optional
            Of the features; by default those that ``fit`` saw.
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        FeatureErrorDisplay
        """
        estimator, X = entering(estimator, X)
        require_kind(estimator, "an Autoencoder or an AutoencoderDetector", "reconstruction_error")
        if row is not None and not is_whole(row):
            raise InvalidParameterError(f"row must be the number of a row of X or None, got {short(row)}")
        names = getattr(estimator, "feature_names_in_", None) if names is None else names
        mean = estimator.reconstruction_error(X, per="feature")
        if row is None:
            return cls(mean, None, names).plot(ax, n=n)
        entries = estimator.reconstruction_error(X, per="entry")
        if not -len(entries) <= row < len(entries):
            raise InvalidParameterError(
                f"row must be below {len(entries)}, the number of rows of X, got {short(row)}"
            )
        return cls(entries[row], mean, names).plot(ax, n=n)

    def plot(self, ax: Any = None, *, n: int = 15) -> FeatureErrorDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.
        n : int, default=15
            How many features, at most: those with the largest errors.

        Returns
        -------
        FeatureErrorDisplay
            Itself, with the drawn parts as attributes.
        """
        require_count("n", n)
        self.features_ = np.argsort(-self.errors, kind="stable")[:n]
        places = np.arange(len(self.features_))
        ax = axes(ax, (6.4, 0.28 * len(places) + 1.4))
        label = "mean over rows" if self.usual is None else "this row"
        self.bars_ = ax.barh(places, self.errors[self.features_], 0.7, color=CLASS_COLORS[0], label=label)
        if self.usual is not None:
            usual, style = self.usual[self.features_], {"color": INK, "linestyle": "none", "markersize": 9}
            ax.plot(usual, places, marker="|", markeredgewidth=2, label="mean over rows", **style)
        ax.set_yticks(places, [self.names[j] for j in self.features_])
        ax.invert_yaxis()
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color=PALE, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.set_xlabel("error")
        if self.usual is not None:
            legend(ax, 2)
        self.ax_, self.figure_ = ax, ax.figure
        return self
