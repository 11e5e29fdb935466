"""Images and what an autoencoder makes of them, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import dense, finite, rectangular
from ..diagnosis import refuse_unlike_data
from ..errors import InvalidParameterError
from ..keywords import HintedMethods
from .images import draw_image, image_shape_of, panels, require_count, require_kind
from .pipelines import entering

_LINE = 0.25
"""Inches of a row at least: its name needs a line of text, however flat the images are."""


class ReconstructionDisplay(HintedMethods):
    """Images in rows: clean ones, noisy ones where there are any, and their reconstructions (A1, A5).

    Parameters
    ----------
    rows : mapping of str to array of shape (n, n_features)
        What each row is called, and its images.
    image_shape : tuple of two or three int, or None
        Height and width, and 3 for colours (red, green and blue of a pixel side by side); None is a grey square.

    Attributes
    ----------
    ax_ : array of Axes, shape (n_rows, n)
        What was drawn on.
    figure_ : Figure
        Of these axes.
    images_ : array of AxesImage, shape (n_rows, n)
        One for each image.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rosenblatt import Autoencoder, ReconstructionDisplay
    >>> X = load_digits().data[:200]
    >>> model = Autoencoder(16, scale_inputs="minmax", random_state=0).fit(X)
    >>> ReconstructionDisplay.from_estimator(model, X, n=8).ax_.shape
    (2, 8)
    """

    def __init__(self, rows: Mapping[str, Any], image_shape: Any = None) -> None:
        if not isinstance(rows, Mapping) or not rows:
            raise InvalidParameterError(f"rows must map what each row is called to its images, got {rows!r}")
        self.rows = {
            name: finite(f"rows[{name!r}]", images, "(n, n_features)") for name, images in rows.items()
        }
        shapes = {name: images.shape for name, images in self.rows.items()}
        if len(set(shapes.values())) != 1:
            raise ValueError(f"rows must hold arrays of one shape (n, n_features), got {shapes}")
        self.image_shape = image_shape_of(image_shape, next(iter(shapes.values()))[1])

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        noisy: Any = None,
        *,
        image_shape: Any = None,
        n: int = 10,
        figure: Any = None,
    ) -> ReconstructionDisplay:
        """Draw the first images and their reconstructions.

        Parameters
        ----------
        estimator : Autoencoder or AutoencoderDetector
            Fitted.
        X : array-like, data frame or sparse matrix of shape (n_samples, n_features)
            Clean images.
        noisy : array-like of shape (n_samples, n_features), optional
            The same images with noise: these are reconstructed then.
        image_shape : tuple of two or three int, optional
            Height and width, and 3 for colours; a grey square by default.
        n : int, default=10
            How many, at most.
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        ReconstructionDisplay
        """
        require_count("n", n)
        estimator, X, noisy = entering(estimator, X, noisy)
        require_kind(estimator, "an Autoencoder or an AutoencoderDetector", "reconstruct")
        refuse_unlike_data(X, "X")
        images = rectangular("X", X)
        if images.ndim != 2:
            raise ValueError(f"X must have shape (n, n_features), got {images.shape}")
        clean = images[:n]
        if noisy is None:
            return cls({"input": clean, "reconstruction": estimator.reconstruct(X[:n])}, image_shape).plot(
                figure
            )
        corrupted = dense(noisy, "noisy")
        if corrupted.shape != images.shape:
            raise ValueError(
                f"noisy must have the shape of X, {images.shape}, got {corrupted.shape}; pass the same rows with noise"
            )
        rows = {"clean": clean, "noisy": corrupted[:n], "denoised": estimator.reconstruct(noisy[:n])}
        return cls(rows, image_shape).plot(figure)

    def plot(self, figure: Any = None) -> ReconstructionDisplay:
        """Draw; the grey values span the first row's range everywhere.

        Parameters
        ----------
        figure : Figure, optional
            A new one by default.

        Returns
        -------
        ReconstructionDisplay
            Itself, with the drawn parts as attributes.
        """
        first = next(iter(self.rows.values()))
        n, limit = len(first), (first.min(), first.max())
        height = max(0.8 * self.image_shape[0] / self.image_shape[1], _LINE)
        size = (0.8 * n + 1.2, height * len(self.rows) + 0.2)
        self.figure_, self.ax_ = panels(figure, len(self.rows), n, size)
        self.images_ = np.empty(self.ax_.shape, dtype=object)
        for row, (name, images) in enumerate(self.rows.items()):
            for column, pixels in enumerate(images):
                ax = self.ax_[row, column]
                self.images_[row, column] = draw_image(ax, pixels, self.image_shape, limit, "gray")
            self.ax_[row, 0].set_ylabel(name, rotation=0, ha="right", va="center")
        return self
