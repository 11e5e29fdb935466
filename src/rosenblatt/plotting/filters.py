"""The weights of the first layer as images: what each unit looks for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..arrays import finite
from ..keywords import HintedMethods
from .images import draw_image, image_shape_of, panels, require_count, require_kind
from .pipelines import last_step


class FilterDisplay(HintedMethods):
    """Columns of W^1 as images, each from its negative to its positive extreme (F1).

    Blue is negative, red is positive, white is 0. Units with the largest weights come first.

    Parameters
    ----------
    weights : array-like of shape (n_features, n_units)
        A column for each node.
    image_shape : tuple of two or three int, or None
        Height and width, and 3 for colours (red, green and blue of a pixel side by side); None is a grey square.

    Attributes
    ----------
    ax_ : array of Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    units_ : array of int
        The units that are drawn, by their columns.
    images_ : list of AxesImage
        One for each node.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import Autoencoder, FilterDisplay
    >>> model = Autoencoder(20, max_iter=20, random_state=0).fit(load_digits().data / 16)
    >>> len(FilterDisplay.from_estimator(model, n=12).images_)
    12
    """

    def __init__(self, weights: Any, image_shape: Any = None) -> None:
        self.weights = finite("weights", weights, "(n_features, n_units)")
        self.image_shape = image_shape_of(image_shape, self.weights.shape[0])

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, image_shape: Any = None, n: int = 64, figure: Any = None
    ) -> FilterDisplay:
        """Draw the filters of a fitted network.

        Parameters
        ----------
        estimator : Autoencoder, MLPClassifier or MLPRegressor
            One that was fitted.
        image_shape : tuple of two or three int, optional
            Height and width, and 3 for colours; a grey square by default.
        n : int, default=64
            How many, at most.
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        FilterDisplay
        """
        estimator = last_step(estimator)
        require_kind(estimator, "a network with layers, such as an Autoencoder or an MLPClassifier", "coefs_")
        return cls(estimator.coefs_[0], image_shape).plot(figure, n=n)

    def plot(self, figure: Any = None, *, n: int = 64) -> FilterDisplay:
        """Draw.

        Parameters
        ----------
        figure : Figure, optional
            A new one by default.
        n : int, default=64
            How many, at most: those with the largest norms.

        Returns
        -------
        FilterDisplay
            Itself, with the drawn parts as attributes.
        """
        require_count("n", n)
        norms = np.linalg.norm(self.weights, axis=0)
        self.units_ = np.argsort(-norms, kind="stable")[:n]
        columns = math.ceil(math.sqrt(len(self.units_)))
        rows = math.ceil(len(self.units_) / columns)
        height = self.image_shape[0] / self.image_shape[1]
        self.figure_, self.ax_ = panels(figure, rows, columns, (0.75 * columns, 0.75 * height * rows))
        self.images_ = []
        for ax, unit in zip(self.ax_.flat, self.units_, strict=False):
            pixels = self.weights[:, unit]
            limit = float(abs(pixels).max()) or 1.0
            self.images_.append(draw_image(ax, pixels, self.image_shape, (-limit, limit), "RdBu_r"))
        for ax in self.ax_.flat[len(self.units_) :]:
            ax.set_axis_off()
        return self
