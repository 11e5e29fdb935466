"""The decision boundary of two inputs, with the margin and the samples that decide it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from ..errors import InvalidParameterError
from ..estimators.perceptron import Perceptron
from ..inspection.certificate import Separability
from ..keywords import HintedMethods
from .canvas import INK, PALE, Plane, axes, draw_samples, legend, level, plane
from .pipelines import entering


class MarginDisplay(HintedMethods):
    r"""The decision boundary with margin and support, for two inputs.

    The line :math:`b + w^\top x = 0` of the largest margin, the lines :math:`\pm\gamma` beside it, and rings
    around the support: the samples on those lines. Where the classes are not separable, the line with the
    fewest mistakes that was found, and rings around the samples that prove it. A perceptron's own line can
    be drawn with them.

    Parameters
    ----------
    samples : Plane
        Checked samples, their signs, labels and names.
    certificate : Separability, optional
        Of these samples.
    weights : array of shape (3,), optional
        The numbers b, w1 and w2 of a fitted perceptron.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    boundary_ : Line2D or None
        The line of the certificate.
    margins_ : list of Line2D
        The two lines at the margin; none where the classes are not separable.
    support_ : PathCollection or None
        The rings.
    estimator_boundary_ : Line2D or None
        The line of the perceptron.

    Examples
    --------
    >>> from rosenblatt import MarginDisplay, separability
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> display = MarginDisplay.from_certificate(separability(X, y), X, y)
    >>> len(display.margins_), len(display.support_.get_offsets())
    (2, 3)
    """

    def __init__(
        self,
        samples: Plane,
        certificate: Separability | None = None,
        weights: NDArray[np.float64] | None = None,
    ) -> None:
        self.samples = samples
        self.certificate = certificate
        self.weights = weights

    @classmethod
    def from_certificate(cls, certificate: Separability, X: Any, y: Any, *, ax: Any = None) -> MarginDisplay:
        """Draw a certificate.

        Parameters
        ----------
        certificate : Separability
            Of two classes.
        X : array-like, data frame or sparse matrix of shape (n, 2)
            The samples that it is about.
        y : array-like of shape (n,)
            Labels, one for each sample.
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        MarginDisplay
        """
        samples = plane(X, y)
        check_certificate(certificate, samples)
        return cls(samples, certificate).plot(ax)

    @classmethod
    def from_estimator(cls, estimator: Perceptron, X: Any, y: Any, *, ax: Any = None) -> MarginDisplay:
        """Draw the line of a fitted perceptron, and what its certificate says where it has one.

        Parameters
        ----------
        estimator : Perceptron
            Fitted, for two classes and two inputs.
        X : array-like, data frame or sparse matrix of shape (n, 2)
            The samples that it was fitted to, if it has a certificate; else any.
        y : array-like of shape (n,)
            Labels, one for each sample.
        ax : Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        MarginDisplay
        """
        estimator, X = entering(estimator, X)
        samples, weights = plane(X, y), weights_of(estimator)
        certificate = getattr(estimator, "certificate_", None)
        if certificate is not None:
            check_certificate(certificate, samples)
        return cls(samples, certificate, weights).plot(ax)

    def plot(self, ax: Any = None) -> MarginDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        MarginDisplay
            Itself, with the drawn parts as attributes.
        """
        ax = axes(ax, (5.0, 5.7))
        draw_samples(ax, self.samples)
        self.boundary_, self.support_ = None, None
        self.margins_: list[Any] = []
        if self.certificate is not None:
            self._draw_certificate(ax, self.certificate)
        self.estimator_boundary_ = None
        if self.weights is not None:
            ends = level(self.weights, 0.0, self.samples.X)
            style = {"color": "#CC79A7", "linewidth": 2, "linestyle": "-.", "label": "perceptron"}
            (self.estimator_boundary_,) = ax.plot(*ends.T, **style)
        legend(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_certificate(self, ax: Any, certificate: Separability) -> None:
        u, X = certificate.direction, self.samples.X
        assert u is not None
        u = u if certificate.fit_intercept else np.concatenate([[0.0], u])
        label = "largest margin" if certificate.separable else f"{certificate.fewest_mistakes} mistakes"
        (self.boundary_,) = ax.plot(*level(u, 0.0, X).T, color=INK, linewidth=1.8, label=label)
        if certificate.separable:
            assert certificate.gamma is not None
            sides = [level(u, side * certificate.gamma, X) for side in (-1.0, 1.0)]
            label = rf"margin, $\gamma$ = {certificate.gamma:.4g}"
            for ends, name in zip(sides, (label, None), strict=True):
                style = {"color": INK, "linewidth": 1, "linestyle": (0, (5, 3)), "label": name}
                self.margins_ += ax.plot(*ends.T, **style)
            strip = np.concatenate([sides[0], sides[1][::-1]])
            ax.fill(*strip.T, color=PALE, alpha=0.25, linewidth=0, zorder=0)
        if certificate.support is not None:
            name = "support" if certificate.separable else "samples that prove it inseparable"
            style = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.5, "label": name}
            self.support_ = ax.scatter(*X[certificate.support].T, s=170, zorder=5, **style)


def check_certificate(certificate: Separability, samples: Plane) -> None:
    """Raise TypeError or ValueError where a certificate is not of these samples."""
    if not isinstance(certificate, Separability):
        raise InvalidParameterError(
            f"certificate must be a Separability, got {type(certificate).__name__}; make one by separability(X, y)"
        )
    found = (certificate.n_samples, certificate.n_features, tuple(certificate.classes))
    if found != (*samples.X.shape, samples.classes):
        raise ValueError(
            f"certificate is of {found[0]} samples with {found[1]} features and classes {list(found[2])}, X and y "
            f"hold {len(samples.X)} with 2 and classes {list(samples.classes)}; pass the samples that it was made of"
        )


def weights_of(estimator: Perceptron) -> NDArray[np.float64]:
    """Return b, w1 and w2 of a fitted perceptron, or raise TypeError or ValueError."""
    check_perceptron(estimator)
    if estimator.coef_.shape != (1, 2):
        k, d = estimator.coef_.shape
        raise InvalidParameterError(
            f"estimator must have one w of two inputs to be drawn, got {k} of {d}; fit it to two columns of X "
            "and two classes"
        )
    if estimator.variant == "voted":
        raise ValueError(
            "estimator with variant='voted' has no single line; use 'averaged', its close relative"
        )
    coef = estimator.coef_.toarray() if hasattr(estimator.coef_, "toarray") else estimator.coef_
    return np.array([estimator.intercept_[0], *np.asarray(coef)[0]], dtype=float)


def check_perceptron(estimator: Perceptron) -> None:
    """Raise TypeError unless it is a perceptron of ours, and NotFittedError unless it is fitted."""
    if not isinstance(estimator, Perceptron):
        raise InvalidParameterError(
            f"estimator must be a rosenblatt.Perceptron, got {type(estimator).__name__}"
        )
    check_is_fitted(estimator)
