"""Codes in two dimensions, beside PCA's."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from ..arrays import dense, finite, rectangular
from ..keywords import HintedMethods
from .canvas import CLASS_COLORS
from .images import panels, require_kind
from .pipelines import entering

_FEW = 10
"""Labels that get a colour and a line of the legend each."""


class CodeDisplay(HintedMethods):
    """Samples in the plane of their codes, and beside it in the plane of PCA (A1).

    Codes wider than 2 are shown through their two main directions.

    Parameters
    ----------
    codes : array-like of shape (n, k)
        Of the rows that are drawn.
    inputs : array-like of shape (n, n_features)
        Of which PCA is shown.
    y : array-like of shape (n,), optional
        Labels or numbers, for the colour.

    Attributes
    ----------
    ax_ : array of two Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    codes_ : array of shape (n, 2)
        The codes as they are drawn.
    pca_ : array of shape (n, 2)
        The inputs along their first two principal axes.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import Autoencoder, CodeDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> model = Autoencoder((8, 2, 8), max_iter=50, random_state=0).fit(X)
    >>> CodeDisplay.from_estimator(model, X, y).codes_.shape
    (150, 2)
    """

    def __init__(self, codes: Any, inputs: Any, y: Any = None) -> None:
        self.codes = finite("codes", codes, "(n, k)")
        self.inputs = finite("inputs", inputs, "(n, n_features)")
        self.y = None if y is None else rectangular("y", y)
        n = len(self.inputs)
        if len(self.codes) != n:
            raise ValueError(
                f"codes must have shape ({n}, k), a row for each of inputs, got {self.codes.shape}"
            )
        if self.y is not None and self.y.shape != (n,):
            raise ValueError(f"y must have shape ({n},), one for each row of X, got {self.y.shape}")
        if self.y is not None:
            _require_one_kind(self.y)

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any = None, *, figure: Any = None) -> CodeDisplay:
        """Draw the codes of samples beside PCA of what enters the network.

        Parameters
        ----------
        estimator : Autoencoder
            Fitted.
        X : array-like, data frame or sparse matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,), optional
            Labels, one for each sample.
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        CodeDisplay
        """
        estimator, X = entering(estimator, X)
        require_kind(estimator, "an Autoencoder", "reconstruct", "inverse_transform")
        codes, inputs = estimator.transform(X), dense(X)
        if estimator.scaling_ is not None:
            inputs = estimator.scaling_.apply(inputs, np.float64)
        return cls(codes, inputs, y).plot(figure)

    def plot(self, figure: Any = None) -> CodeDisplay:
        """Draw.

        Parameters
        ----------
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        CodeDisplay
            Itself, with the drawn parts as attributes.
        """
        self.codes_ = self.codes if self.codes.shape[1] == 2 else _main_directions(self.codes)
        self.pca_ = _main_directions(self.inputs)
        self.figure_, grid = panels(figure, 1, 2, (8.4, 4.2))
        self.ax_ = grid[0]
        wide = self.codes.shape[1] > 2
        title = f"code of {self.codes.shape[1]}, main directions" if wide else "code"
        for ax, points, name in zip(self.ax_, (self.codes_, self.pca_), (title, "PCA"), strict=True):
            drawn = _scatter(ax, points, self.y)
            ax.set(title=name, xticks=[], yticks=[])
        if self.y is not None and drawn:
            columns = min(10, len(drawn))
            self.figure_.legend(
                handles=drawn, loc="outside lower center", ncols=columns, frameon=False, markerscale=2
            )
        elif self.y is not None:
            self.figure_.colorbar(self.ax_[1].collections[0], ax=list(self.ax_), label="y")
        return self


def _require_one_kind(y: NDArray[Any]) -> None:
    """Raise unless labels can be sorted: all of them numbers or all of them str, and none missing."""
    missing = [label for label in y.tolist() if label is None or label != label]
    alike = any(all(isinstance(label, kind) for label in y) for kind in (str, Real))
    if missing or (y.dtype.kind == "O" and not alike):
        found = missing[:1] or sorted({type(label).__name__ for label in y})
        raise ValueError(f"y must hold labels of one kind, str or numbers, and none missing, got {found}")


def _main_directions(points: NDArray[Any]) -> NDArray[Any]:
    """Return coordinates along the two directions of largest variance; 0 where there is but one."""
    k = min(2, *points.shape)
    found = np.zeros((len(points), 2))
    found[:, :k] = PCA(k).fit_transform(points)
    return found


def _scatter(ax: Any, points: NDArray[Any], y: NDArray[Any] | None) -> list[Any]:
    """Draw points, and return what the legend shows: one handle for each of few labels."""
    style = {"s": 14, "linewidth": 0, "alpha": 0.75}
    labels = np.unique(y) if y is not None else ()
    if y is None:
        ax.scatter(*points.T, color=CLASS_COLORS[0], **style)
        return []
    if len(labels) > _FEW:
        ax.scatter(*points.T, c=y if y.dtype.kind in "biuf" else np.searchsorted(labels, y), **style)
        return []
    from matplotlib import colormaps

    colors = colormaps["tab10"](np.arange(len(labels)))
    return [
        ax.scatter(*points[y == label].T, color=[colors[place]], label=str(label), **style)
        for place, label in enumerate(labels)
    ]
