"""Which units of the code fire, and how often."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import finite
from ..intervals import require
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, INK
from .images import panels, require_kind
from .pipelines import entering


class ActivityDisplay(HintedMethods):
    """How a code is used: mean outputs of its units, and how many of them are near 0 (A3, A4).

    Left, each unit counts once, with its mean over samples; in a sparse code they gather at a small number.
    Right, each sample counts once, with the share of its units whose output is at least ``near`` in size;
    the line is the mean.

    Parameters
    ----------
    activities : array-like of shape (n, k)
        Outputs of the code's units.
    near : float, default=0.05
        Outputs smaller than it in size are near 0; positive.

    Attributes
    ----------
    ax_ : array of two Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    means_ : array of shape (k,)
        Mean output of each node.
    firing_ : array of shape (n,)
        The share of units that fire for each sample.
    share_near_zero_ : float
        Of all outputs.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import ActivityDisplay, Autoencoder
    >>> X = load_digits().data / 16
    >>> model = Autoencoder(32, code_activation="relu", max_iter=20, random_state=0).fit(X)
    >>> ActivityDisplay.from_estimator(model, X).means_.shape
    (32,)
    """

    def __init__(self, activities: Any, *, near: float = 0.05) -> None:
        self.activities = finite("activities", activities, "(n, k)")
        require("near", near, "(0, inf)")
        self.near = near

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, near: float = 0.05, figure: Any = None
    ) -> ActivityDisplay:
        """Draw how a fitted autoencoder uses its code for some samples.

        Parameters
        ----------
        estimator : Autoencoder
            One that was fitted.
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        near : float, default=0.05
            Outputs smaller than it in size are near 0; positive.
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        ActivityDisplay
        """
        estimator, X = entering(estimator, X)
        require_kind(estimator, "an Autoencoder", "reconstruct", "inverse_transform")
        return cls(estimator.transform(X), near=near).plot(figure)

    def plot(self, figure: Any = None) -> ActivityDisplay:
        """Draw.

        Parameters
        ----------
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        ActivityDisplay
            Itself, with the drawn parts as attributes.
        """
        fires = abs(self.activities) >= self.near
        self.means_, self.firing_ = self.activities.mean(axis=0), fires.mean(axis=1)
        self.share_near_zero_ = float(1 - fires.mean())
        self.figure_, grid = panels(figure, 1, 2, (8.4, 3.6))
        left, right = self.ax_ = grid[0]
        left.hist(self.means_, bins=min(30, max(5, len(self.means_) // 3)), color=CLASS_COLORS[0])
        left.set(xlabel="mean output of a unit", ylabel="units")
        right.hist(self.firing_, bins=np.linspace(0, 1, 31), color=CLASS_COLORS[0])
        right.axvline(1 - self.share_near_zero_, color=ACCENT, linestyle=(0, (6, 3)), linewidth=2)
        right.set(xlabel="share of the units that fire for a sample", ylabel="samples", xlim=(0, 1))
        right.set_title(
            f"{self.share_near_zero_:.0%} of outputs are below {self.near:g} in size",
            fontsize="medium",
            color=INK,
        )
        for ax in self.ax_:
            ax.spines[["top", "right"]].set_visible(False)
        return self
