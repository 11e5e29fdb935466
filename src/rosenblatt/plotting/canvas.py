"""What all displays share: axes, colours that everybody can tell apart, samples with two inputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidParameterError, MissingExtraError
from ..inspection.problem import checked

# Okabe and Ito's palette (2008), which is told apart with any colour vision; each class has its own marker too.
CLASS_COLORS = ("#0072B2", "#D55E00")
CLASS_MARKERS = ("o", "s")
ACCENT = "#009E73"
INK, PALE = "0.2", "0.75"

# Above it the two inputs are not drawn on one scale: the picture would be a thin strip.
_LONGEST = 6.0


class Plane(NamedTuple):
    """Samples of two classes with two inputs.

    Attributes
    ----------
    X : array of shape (n, 2)
    y : array of shape (n,)
        -1 for the first class, +1 for the second.
    classes : tuple
    names : tuple of str
        Of the two inputs.
    """

    X: NDArray[np.float64]
    y: NDArray[np.float64]
    classes: tuple[Any, ...]
    names: tuple[str, str]


def plane(X: Any, y: Any) -> Plane:
    """Return samples that can be drawn in a plane.

    Parameters
    ----------
    X : array-like, data frame or sparse matrix of shape (n, 2)
    y : array-like of shape (n,)

    Returns
    -------
    Plane

    Raises
    ------
    ValueError
        If X has not two columns, or y not two classes.
    """
    names = tuple(str(name) for name in getattr(X, "columns", ()))
    problem = checked(X, y)
    if problem.X.shape[1] != 2:
        raise ValueError(
            f"X must have two columns to be drawn in a plane, got {problem.X.shape[1]}; pass two of them, such "
            "as X[:, [0, 1]], with what was fitted to these two. MistakesDisplay draws any number of inputs."
        )
    if len(problem.classes) != 2:
        raise ValueError(
            f"y must hold two classes to be drawn, got {len(problem.classes)}: {list(problem.classes)}; pass "
            "one against the rest, y == label, or the samples of two of them"
        )
    samples = problem.X.toarray() if hasattr(problem.X, "toarray") else problem.X
    first, second = names if len(names) == 2 else ("$x_1$", "$x_2$")
    return Plane(samples, np.where(problem.y == 1, 1.0, -1.0), problem.classes, (first, second))


def require_pyplot() -> Any:
    """Return matplotlib's pyplot.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise MissingExtraError.of("a picture", "matplotlib") from error
    return pyplot


def axes(ax: Any, size: tuple[float, float]) -> Any:
    """Return the axes to draw on: those given, else those of a new figure.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    TypeError
        If ``ax`` is something else.
    """
    pyplot = require_pyplot()
    if ax is None:
        _, ax = pyplot.subplots(figsize=size, layout="constrained")
    elif not isinstance(ax, pyplot.Axes):
        raise InvalidParameterError(
            f"ax must be the Axes to draw on, or None for those of a new figure, got {ax!r}"
        )
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def draw_samples(ax: Any, samples: Plane, alpha: float = 1.0) -> list[Any]:
    """Draw the samples of both classes, and set limits around them."""
    drawn = []
    for place, sign in enumerate((-1.0, 1.0)):
        of_class = samples.X[samples.y == sign]
        style = {"color": CLASS_COLORS[place], "marker": CLASS_MARKERS[place], "edgecolor": "white"}
        label = f"class {samples.classes[place]}"
        drawn.append(
            ax.scatter(*of_class.T, s=48, linewidth=0.7, alpha=alpha, zorder=4, label=label, **style)
        )
    low, high = box(samples.X)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=samples.names[0], ylabel=samples.names[1])
    spans = high - low
    ax.set_aspect("equal" if spans.max() <= _LONGEST * spans.min() else "auto")
    return drawn


def box(X: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of a box around samples, with some room."""
    low, high = X.min(axis=0), X.max(axis=0)
    spans = high - low
    room = 0.18 * np.where(spans > 0, spans, spans.max() or 1.0)
    return low - room, high + room


def level(direction: NDArray[np.float64], value: float, X: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return two points far apart on the line :math:`b + w^\top x = value`.

    Parameters
    ----------
    direction : array of shape (3,)
        The bias first.
    value : float
    X : array of shape (n, 2)
        The samples that the line is drawn with.

    Returns
    -------
    array of shape (2, 2)
        No rows where w is zero: there is no line.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> points = level(np.array([-1.0, 1.0, 1.0]), 0.0, square)
    >>> np.allclose(points.sum(axis=1), 1)
    True
    """
    # in units in which neither the samples nor w have squares that overflow or vanish
    of_samples = int(np.frexp(np.abs(X).max())[1])
    mantissas, exponents = np.frexp(np.append(direction, value))
    exponents = exponents + np.array([0, of_samples, of_samples, 0])
    exponents = exponents - exponents[mantissas != 0].max(initial=-(2**20))
    b, *along_axes, value = np.ldexp(mantissas, np.maximum(exponents, -2000)).tolist()
    w = np.array(along_axes)
    square = float(w @ w)
    if square == 0:
        return np.empty((0, 2))
    low, high = box(np.ldexp(X, -of_samples))
    centre = (low + high) / 2
    foot = centre + w * (value - b - w @ centre) / square
    along = np.array([-w[1], w[0]]) / np.sqrt(square) * float(np.linalg.norm(high - low))
    return np.asarray(np.ldexp(np.stack([foot - along, foot + along]), of_samples))


def legend(ax: Any, columns: int = 2) -> Any:
    """Put the legend under the axes, where it hides nothing."""
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "borderaxespad": 5.0}
    return ax.legend(**place, ncols=columns, frameon=False, fontsize="small")
