"""Rows of numbers as small images on a grid."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import is_whole
from .canvas import require_pyplot


def image_shape_of(image_shape: Any, n_features: int) -> tuple[int, ...]:
    """Return height and width of the images, and 3 for colours: as given, or those of a grey square.

    Parameters
    ----------
    image_shape : tuple of two int, or three of which the last is 3, or None
    n_features : int

    Returns
    -------
    tuple of two or three int

    Raises
    ------
    ValueError
        If it does not hold that many numbers, or is not given and there is no such square.
    """
    if image_shape is None:
        side = math.isqrt(n_features)
        if side * side != n_features:
            raise ValueError(
                f"{n_features} features fill no square; pass image_shape=(height, width), such as (1, {n_features}), "
                "or (height, width, 3) for colours"
            )
        return side, side
    whole = isinstance(image_shape, tuple | list) and all(map(is_whole, image_shape))
    shape = tuple(int(size) for size in image_shape) if whole else ()
    of_colours = len(shape) == 3 and shape[2] == 3  # red, green and blue of each pixel side by side
    if not (len(shape) == 2 or of_colours) or min(shape) < 1 or math.prod(shape) != n_features:
        raise ValueError(
            f"image_shape={short(image_shape)} does not hold {n_features} features; pass (height, width), or "
            "(height, width, 3) for colours, whose product it is"
        )
    return shape


def require_count(name: str, value: Any) -> None:
    """Raise TypeError or ValueError, naming the argument, unless ``value`` is a whole number from 1 on."""
    if not is_whole(value):
        raise InvalidParameterError(f"{name} must be a whole number of at least 1, got {short(value)}")
    if value < 1:
        raise InvalidParameterError(f"{name} must be a whole number of at least 1, got {short(value)}")


def require_kind(estimator: Any, wanted: str, *attributes: str) -> None:
    """Raise TypeError unless an estimator has what a picture is made of, NotFittedError unless it is fitted."""
    if not all(hasattr(type(estimator), attribute) for attribute in attributes):
        raise InvalidParameterError(f"estimator must be {wanted}, got {estimator!r}")
    check_is_fitted(estimator)


def panels(figure: Any, rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, NDArray[Any]]:
    """Return a figure and a grid of axes on it, shape (rows, columns): those of a new figure, if none is given.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    TypeError
        If ``figure`` is something else.
    """
    pyplot = require_pyplot()
    from matplotlib.figure import FigureBase

    if figure is None:
        figure = pyplot.figure(figsize=size, layout="constrained")
    elif not isinstance(figure, FigureBase):
        raise InvalidParameterError(
            f"figure must be the Figure to draw on, or None for a new one, got {figure!r}"
        )
    return figure, figure.subplots(rows, columns, squeeze=False)


def draw_image(ax: Any, pixels: NDArray[Any], shape: tuple[int, ...], limit: Any, colors: str) -> Any:
    """Draw numbers as an image without ticks, from the lower limit to the upper one; ``colors`` is for grey ones."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if len(shape) == 3:
        low, high = limit
        shown = (pixels.reshape(shape) - low) / ((high - low) or 1.0)
        return ax.imshow(shown.clip(0, 1), interpolation="nearest")
    return ax.imshow(
        pixels.reshape(shape), cmap=colors, vmin=limit[0], vmax=limit[1], interpolation="nearest"
    )
