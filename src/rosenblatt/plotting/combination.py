"""Why two classes cannot be separated: their hulls meet in a point."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..inspection.certificate import Separability
from ..inspection.words import number
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, INK, Plane, axes, draw_samples, legend, plane
from .margin import check_certificate

# Weights of more samples would cover each other; two inputs need four at most.
_LABELLED = 8


class CombinationDisplay(HintedMethods):
    """The proof that two classes are not separable, for two inputs: their hulls meet.

    The certificate's weights come to 1/2 in each class. Doubled, they are a mean of samples of the first class,
    and a mean of samples of the second, which is the same point. It lies in both hulls, so no line has them
    on two sides.

    Parameters
    ----------
    samples : Plane
        Checked samples, their signs, labels and names.
    certificate : Separability
        Of these samples, which are not separable.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    point : array of shape (2,)
        In both hulls.
    hulls_ : list of Polygon
        Of both classes.
    support_ : PathCollection
        Rings around the samples of the combination.
    labels_ : list of Annotation
        Their weights.
    point_ : Line2D
        The sum of the samples times their weights.

    Examples
    --------
    >>> from rosenblatt import CombinationDisplay, separability
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> display = CombinationDisplay.from_certificate(separability(X, y), X, y)
    >>> display.point.tolist(), [label.get_text() for label in display.labels_]
    ([0.5, 0.5], ['1/4', '1/4', '1/4', '1/4'])
    """

    def __init__(self, samples: Plane, certificate: Separability) -> None:
        if certificate.separable is not False or not certificate.fit_intercept:
            wrong = (
                "fit_intercept=False"
                if not certificate.fit_intercept
                else f"separable={certificate.separable}"
            )
            raise ValueError(
                f"certificate must prove that samples [1, x] are not separable, got {wrong}; the picture of a "
                "margin is MarginDisplay, and separability(X, y) has an intercept by default"
            )
        self.samples = samples
        self.certificate = certificate

    @classmethod
    def from_certificate(
        cls, certificate: Separability, X: Any, y: Any, *, ax: Any = None
    ) -> CombinationDisplay:
        """Draw a certificate that says "not separable".

        Parameters
        ----------
        certificate : Separability
            Of classes that are not separable.
        X : array-like, data frame or sparse matrix of shape (n, 2)
            The samples that it is about.
        y : array-like of shape (n,)
            Labels, one for each sample.
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        CombinationDisplay
        """
        samples = plane(X, y)
        check_certificate(certificate, samples)
        return cls(samples, certificate).plot(ax)

    @property
    def point(self) -> NDArray[np.float64]:
        """The point in both hulls."""
        rows, weights = self.certificate.support, self.certificate.weights
        assert rows is not None
        assert weights is not None
        second = self.samples.y[rows] > 0
        return np.asarray(weights[second] @ self.samples.X[rows[second]] / weights[second].sum())

    def plot(self, ax: Any = None) -> CombinationDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        CombinationDisplay
            Itself, with the drawn parts as attributes.
        """
        ax = axes(ax, (5.0, 5.7))
        X, y, rows = self.samples.X, self.samples.y, self.certificate.support
        assert rows is not None
        draw_samples(ax, self.samples, alpha=1.0 if len(X) <= 40 else 0.45)
        self.hulls_ = []
        for color, sign in zip(CLASS_COLORS, (-1.0, 1.0), strict=True):
            self.hulls_ += ax.fill(
                *hull(X[y == sign]).T, facecolor=color, alpha=0.12, edgecolor=color, zorder=1
            )
            inner = hull(X[rows[y[rows] == sign]])
            ax.fill(*inner.T, facecolor=color, alpha=0.10, zorder=1)
            ax.plot(*np.concatenate([inner, inner[:1]]).T, color=color, linewidth=2, zorder=2)
        style = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.5}
        self.support_ = ax.scatter(*X[rows].T, s=170, zorder=5, label="the proof, with weights", **style)
        style = {"color": ACCENT, "markeredgecolor": "white", "linestyle": "none", "zorder": 6}
        (self.point_,) = ax.plot(*self.point, "*", markersize=17, label="point in both hulls", **style)
        self._write_weights(ax)
        legend(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _write_weights(self, ax: Any) -> None:
        rows, weights = self.certificate.support, self.certificate.weights
        assert rows is not None
        assert weights is not None
        self.labels_ = []
        for row, weight in list(zip(rows, weights, strict=True))[:_LABELLED]:
            away = self.samples.X[row] - self.point
            away = np.ldexp(away, -int(np.frexp(np.abs(away).max())[1]))
            size = float(np.linalg.norm(away))
            # a sample that is the point itself: its weight above or below, by its class
            way = away / size if size > 0 else np.array([0.0, self.samples.y[row]])
            behind = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0}
            style = {"ha": "center", "va": "center", "color": INK, "zorder": 7, "bbox": behind}
            place = {"xytext": tuple(22 * way), "textcoords": "offset points"}
            self.labels_.append(ax.annotate(_short(float(weight)), self.samples.X[row], **place, **style))


def _short(weight: float) -> str:
    text = number(weight)
    return text if "/" in text else f"{weight:.3g}"


def hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of the convex hull of points in a plane, in order (Andrew 1979).

    Parameters
    ----------
    points : array of shape (n, 2)

    Returns
    -------
    array of shape (m, 2)
        One corner, or two, where all points are the same or lie on a line.

    Examples
    --------
    >>> hull(np.array([[0, 0], [2, 0], [1, 1], [2, 2], [0, 2], [1, 2]])).tolist()
    [[0, 0], [2, 0], [2, 2], [0, 2]]
    >>> hull(np.array([[1, 1], [0, 0], [2, 2]])).tolist()
    [[0, 0], [2, 2]]
    """
    ordered = np.unique(points, axis=0)
    if len(ordered) < 3:
        return ordered
    sides = [_side(ordered), _side(ordered[::-1])]
    return np.array([*sides[0][:-1], *sides[1][:-1]])


def _side(ordered: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    kept: list[NDArray[np.float64]] = []
    for point in ordered:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> float:
    first, second = b - a, c - a
    # of neither size a product overflows or vanishes; the sign is what counts
    first, second = (np.ldexp(side, -int(np.frexp(np.abs(side).max())[1])) for side in (first, second))
    return float(first[0] * second[1] - first[1] * second[0])
