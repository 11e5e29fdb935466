"""The way of w under the perceptron rule, for two inputs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .. import perceptron_rule
from ..errors import InvalidParameterError
from ..inspection.separability import separability
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, INK, axes, legend, plane


class PathDisplay(HintedMethods):
    """The weights that the perceptron rule (P2) passes through, for two inputs.

    Drawn in the plane of (w1, w2), the bias left out, with the direction of the largest margin; or as the
    angle between (b, w1, w2) and that direction, update by update.

    Parameters
    ----------
    weights : array-like of shape (n_updates + 1, 3)
        The numbers b, w1 and w2: at the beginning, and after each update.
    direction : array-like of shape (3,), optional
        That of the largest margin, the bias first, if there is one.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    line_ : Line2D
        The path, or the angles in degrees.
    direction_ : Line2D or None
        The ray of the largest margin, in the plane.

    Examples
    --------
    >>> from rosenblatt import PathDisplay
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> display = PathDisplay.from_data(X, y)
    >>> len(display.weights) - 1, display.weights[-1].tolist()
    (18, [-4.0, 3.0, 2.0])
    """

    def __init__(self, weights: Any, direction: Any = None) -> None:
        self.weights = np.asarray(weights, dtype=float)
        if self.weights.ndim != 2 or self.weights.shape[1] != 3:
            raise ValueError(
                "weights must hold b, w1 and w2 after each update, for two inputs, got an array of shape "
                f"{self.weights.shape}; pass shape (n_updates + 1, 3)"
            )
        self.direction = None if direction is None else np.asarray(direction, dtype=float)

    @classmethod
    def from_data(
        cls,
        X: Any,
        y: Any,
        *,
        max_epochs: int = 100,
        kind: Literal["plane", "angle"] = "plane",
        ax: Any = None,
    ) -> PathDisplay:
        """Apply the rule to samples in their order, from w = 0 with a bias, and draw its path.

        Parameters
        ----------
        X : array-like, data frame or sparse matrix of shape (n, 2)
            Samples, one in each row.
        y : array-like of shape (n,)
            Labels of two classes.
        max_epochs : int, default=100
            The run ends there, or with the first epoch without a mistake.
        kind : {"plane", "angle"}, default="plane"
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        PathDisplay
        """
        if isinstance(max_epochs, bool) or not isinstance(max_epochs, int | np.integer) or max_epochs < 1:
            raise InvalidParameterError(f"max_epochs must be a whole number of 1 or more, got {max_epochs!r}")
        samples = plane(X, y)
        path = perceptron_rule.run(samples.X, samples.y, [range(len(samples.y))] * int(max_epochs))
        certificate = separability(samples.X, samples.y)
        direction = certificate.direction if certificate.separable else None
        return cls([[b, *w] for w, b in path.weights], direction).plot(ax, kind=kind)

    @property
    def angles(self) -> NDArray[np.float64]:
        """Degrees between w, the bias included, and the direction, after each update (NaN where w is 0)."""
        if self.direction is None:
            raise ValueError(
                "direction is None, there is no angle to it: the classes are not separable, or it was not "
                "passed; use kind='plane'"
            )
        norms = np.linalg.norm(self.weights, axis=1) * np.linalg.norm(self.direction)
        with np.errstate(invalid="ignore"):
            cosines = self.weights[1:] @ self.direction / norms[1:]
        return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1, 1))))

    def plot(self, ax: Any = None, *, kind: Literal["plane", "angle"] = "plane") -> PathDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.
        kind : {"plane", "angle"}, default="plane"
            The path of (w1, w2), or the angle to the direction of the largest margin.

        Returns
        -------
        PathDisplay
            Itself, with the drawn parts as attributes.
        """
        if kind not in ("plane", "angle"):
            raise InvalidParameterError(f"kind must be 'plane' or 'angle', got {kind!r}")
        angles = self.angles if kind == "angle" else None
        ax = axes(ax, (5.4, 5.7) if angles is None else (6.4, 4.0))
        self.direction_ = None
        if angles is None:
            self._draw_plane(ax)
        else:
            self._draw_angles(ax, angles)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_plane(self, ax: Any) -> None:
        w = self.weights[:, 1:]
        few = len(w) <= 60
        look = {"linewidth": 1.4, "marker": "."} if few else {"linewidth": 0.7, "alpha": 0.6}
        label = f"w after each of {len(w) - 1:,} updates"
        (self.line_,) = ax.plot(*w.T, color=CLASS_COLORS[0], label=label, **look)
        if few:
            _draw_arrows(ax, w)
        ax.plot(*w[0], "o", color=INK, markersize=8, linestyle="none", label="beginning")
        ax.plot(*w[-1], "*", color=CLASS_COLORS[1], markersize=15, linestyle="none", label="end", zorder=5)
        if self.direction is not None and self.direction[1:].any():
            way = self.direction[1:] / np.linalg.norm(self.direction[1:])
            reach = 1.1 * float(np.linalg.norm(w, axis=1).max())
            style = {"color": ACCENT, "linewidth": 9, "alpha": 0.35, "solid_capstyle": "butt", "zorder": 1}
            ray = np.stack([np.zeros(2), reach * way])
            (self.direction_,) = ax.plot(*ray.T, label="direction of the largest margin", **style)
        ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
        ax.margins(0.1)
        legend(ax)

    def _draw_angles(self, ax: Any, angles: NDArray[np.float64]) -> None:
        updates = np.arange(1, len(angles) + 1)
        marker = "." if len(angles) <= 100 else None
        (self.line_,) = ax.plot(updates, angles, color=CLASS_COLORS[0], linewidth=1.6, marker=marker)
        ax.set(xlabel="update", ylabel="degrees to the direction\nof the largest margin")
        ax.set_ylim(bottom=0)
        ax.xaxis.get_major_locator().set_params(integer=True)


def _draw_arrows(ax: Any, w: NDArray[np.float64]) -> None:
    """Put an arrow head on the middle of each step."""
    for start, step in zip(w[:-1], np.diff(w, axis=0), strict=True):
        if step.any():
            style = {"arrowstyle": "-|>", "color": CLASS_COLORS[0], "linewidth": 0, "mutation_scale": 12}
            ax.annotate("", start + 0.62 * step, start + 0.5 * step, arrowprops=style)
