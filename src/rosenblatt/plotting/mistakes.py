"""How many mistakes the perceptron makes, epoch by epoch, and how many it can make."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidParameterError
from ..estimators.perceptron import Perceptron
from ..inspection.certificate import Separability
from ..inspection.words import many
from ..keywords import HintedMethods
from .canvas import ACCENT, CLASS_COLORS, INK, axes, legend
from .margin import check_perceptron
from .pipelines import last_step

# More epochs than these are drawn in groups, which grow longer as the run goes on.
_MOST_POINTS = 400
# A bound above it is named, and no line is drawn: the picture would hold nothing else.
_HIGHEST = 10**50


class MistakesDisplay(HintedMethods):
    r"""The updates of a perceptron against Novikov's bound (P3).

    The mistakes of each epoch, their sum so far, and :math:`(R/\gamma)^2`, which the sum cannot pass. Of more
    than 400 epochs, groups are drawn: the sum at the end of each, and the mean of its mistakes.

    Parameters
    ----------
    curve : array-like of shape (n_epochs,)
        Mistakes of each epoch (``update_curve_``).
    bound : int, optional
        Novikov's, if it holds.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    total_ : Line2D
        Updates so far.
    mistakes_ : Line2D
        Of each epoch.
    bound_ : Line2D or None
        None, too, where the bound is above 1e50: then it is named alone.

    Examples
    --------
    >>> from rosenblatt import MistakesDisplay, Perceptron
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> model = Perceptron(order="cyclic", stop="separated", certify=True).fit(X, y)
    >>> display = MistakesDisplay.from_estimator(model)
    >>> print(display.total_.get_ydata()[-1], display.bound)
    18 51
    """

    def __init__(self, curve: Any, bound: int | None = None) -> None:
        values = np.asarray(curve)
        if values.ndim != 1 or not len(values) or not (values >= 0).all():
            raise ValueError(
                f"curve must hold the mistakes of each epoch, not negative, got an array of shape {values.shape}; "
                "pass update_curve_"
            )
        self.curve = values
        self.bound = bound

    @classmethod
    def from_estimator(
        cls,
        estimator: Perceptron,
        *,
        certificate: Separability | None = None,
        label: Any = None,
        ax: Any = None,
    ) -> MistakesDisplay:
        """Draw the run of a fitted perceptron.

        The bound is drawn where it holds: from w = 0, without penalty and weights of classes. What ``fit`` was
        given beside X and y is not kept: pass no certificate where that was ``coef_init`` or ``sample_weight``.

        Parameters
        ----------
        estimator : Perceptron
            Fitted.
        certificate : Separability, optional
            ``certificate_`` by default, where there is one.
        label : optional
            With more than two classes: which one, against the rest.
        ax : Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        MistakesDisplay
        """
        estimator = last_step(estimator)
        check_perceptron(estimator)
        certificate = getattr(estimator, "certificate_", None) if certificate is None else certificate
        curve: Any = estimator.update_curve_
        classes = estimator.classes_.tolist()
        if len(classes) > 2:
            if label not in classes:
                raise InvalidParameterError(f"label must be one of the classes, {classes}, got {label!r}")
            curve = curve[classes.index(label)]
            certificate = None if certificate is None else certificate.one_vs_rest[label]
        bound = certificate.bound if certificate is not None and _bound_holds(estimator) else None
        return cls(curve, bound).plot(ax)

    def plot(self, ax: Any = None, *, scale: Literal["auto", "linear", "log"] = "auto") -> MistakesDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.
        scale : {"auto", "linear", "log"}, default="auto"
            Of both axes; "auto" takes "log" for more than 400 epochs, or where the bound is far away.

        Returns
        -------
        MistakesDisplay
            Itself, with the drawn parts as attributes.
        """
        if scale not in ("auto", "linear", "log"):
            raise InvalidParameterError(f"scale must be 'auto', 'linear' or 'log', got {scale!r}")
        ax = axes(ax, (6.4, 4.4))
        epochs, totals, means = grouped(self.curve)
        far = self.bound is not None and self.bound > 20 * max(1, totals[-1])
        log = scale == "log" or (scale == "auto" and (far or len(self.curve) > _MOST_POINTS))
        self.bound_ = None
        if self.bound is not None:
            label = rf"Novikov's bound $(R/\gamma)^2$: {many(self.bound)}"
            style = {"color": CLASS_COLORS[1], "linestyle": (0, (6, 3)), "linewidth": 2, "label": label}
            if self.bound < _HIGHEST:
                self.bound_ = ax.axhline(self.bound, **style)
            else:
                ax.plot([], [], **style)  # its name alone
        style = {"color": CLASS_COLORS[0], "linewidth": 2, "label": f"updates so far: {totals[-1]:,}"}
        (self.total_,) = ax.plot(epochs, totals, **style)
        name = "mistakes of each epoch" if len(epochs) == len(self.curve) else "mistakes of an epoch (means)"
        style = {"color": ACCENT, "linewidth": 1.3, "label": name}
        shown = np.where(means > 0, means, np.nan) if log else means
        few = len(epochs) <= 60
        (self.mistakes_,) = ax.plot(epochs, shown, marker="." if few else None, **style)
        self._finish(ax, log)
        return self

    def _finish(self, ax: Any, log: bool) -> None:
        ax.set(xlabel="epoch", ylabel="updates")
        if log:
            ax.set(xscale="log" if len(self.curve) > 20 else "linear", yscale="log")
        else:
            ax.set_ylim(bottom=0)
            ax.xaxis.get_major_locator().set_params(integer=True)
        ax.tick_params(colors=INK)
        legend(ax, 1)
        self.ax_, self.figure_ = ax, ax.figure


def grouped(curve: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the last epochs of groups, the updates until then, and the mean mistakes of each group.

    Examples
    --------
    >>> epochs, totals, means = grouped(np.array([3, 2, 0]))
    >>> epochs.tolist(), totals.tolist(), means.tolist()
    ([1, 2, 3], [3, 5, 5], [3.0, 2.0, 0.0])
    >>> epochs, totals, means = grouped(np.ones(10**5, dtype=int))
    >>> bool(len(epochs) <= 400), totals[-1].item(), means.max().item()
    (True, 100000, 1.0)
    """
    n = len(curve)
    ends = np.arange(1, n + 1)
    if n > _MOST_POINTS:
        ends = np.unique(np.geomspace(1, n, _MOST_POINTS).round().astype(int))
    totals = np.cumsum(curve)[ends - 1]
    return ends, totals, np.diff(totals, prepend=0) / np.diff(ends, prepend=0)


def _bound_holds(estimator: Perceptron) -> bool:
    return estimator.penalty is None and estimator.class_weight is None and not estimator.warm_start
