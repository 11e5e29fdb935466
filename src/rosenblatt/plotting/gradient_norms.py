"""What GradientNorms saw: one line for each layer, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from ..errors import InvalidParameterError
from ..excerpts import short
from ..inspection.gradient_norms import NAMES, GradientNorms
from ..keywords import HintedMethods
from .canvas import axes, legend
from .pipelines import last_step

_LABELS = {
    "gradient_norm": r"norm of the gradient $\|\partial L/\partial W^k\|$",
    "update_ratio": r"update of an epoch $\|\Delta W^k\|/\|W^k\|$",
    "saturated": "share of saturated outputs",
    "dead": "share of dead units",
}


class GradientNormsDisplay(HintedMethods):
    """Gradients, updates, saturated or dead units of each layer, as training went on (D1).

    Layers are coloured from dark (near the inputs) to light (near the outputs). Lines far below the others
    are layers that the gradient does not reach.

    Parameters
    ----------
    history : mapping of str to array
        ``GradientNorms.history_``.

    Attributes
    ----------
    ax_ : Axes
        What was drawn on.
    figure_ : Figure
        Of these axes.
    lines_ : list of Line2D
        One for each layer.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import GradientNorms, GradientNormsDisplay, MLPClassifier
    >>> model = MLPClassifier((8, 8), max_iter=300, random_state=0, callbacks=[GradientNorms()])
    >>> display = GradientNormsDisplay.from_estimator(model.fit(*load_iris(return_X_y=True)))
    >>> len(display.lines_)
    3
    """

    def __init__(self, history: Mapping[str, Any]) -> None:
        if not isinstance(history, Mapping) or not {"epoch", *NAMES} <= set(history):
            raise ValueError(f"history must be what GradientNorms.history_ holds, got {history!r}")
        if not len(history["epoch"]):
            raise ValueError("history is empty: train with callbacks=[GradientNorms()] first")
        self.history = history

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        kind: Literal["gradient_norm", "update_ratio", "saturated", "dead"] = "gradient_norm",
        ax: Any = None,
    ) -> GradientNormsDisplay:
        """Draw what the estimator's callback GradientNorms saw while it was fitted.

        Parameters
        ----------
        estimator : MLPClassifier, MLPRegressor or Autoencoder
            Fitted with ``callbacks=[GradientNorms()]``.
        kind : {"gradient_norm", "update_ratio", "saturated", "dead"}, default="gradient_norm"
        ax : Axes, optional
            Axes of a new figure by default.

        Returns
        -------
        GradientNormsDisplay
        """
        estimator = last_step(estimator)
        watches = [
            one for one in getattr(estimator, "callbacks", None) or () if isinstance(one, GradientNorms)
        ]
        if not watches:
            raise ValueError(
                f"estimator has no GradientNorms among its callbacks, got {short(estimator)}; fit it with "
                "callbacks=[GradientNorms()]"
            )
        return cls(watches[0].history_).plot(ax, kind=kind)

    def plot(
        self,
        ax: Any = None,
        *,
        kind: Literal["gradient_norm", "update_ratio", "saturated", "dead"] = "gradient_norm",
    ) -> GradientNormsDisplay:
        """Draw.

        Parameters
        ----------
        ax : Axes, optional
            Axes of a new figure by default.
        kind : {"gradient_norm", "update_ratio", "saturated", "dead"}, default="gradient_norm"
            Norms and ratios have a logarithmic scale.

        Returns
        -------
        GradientNormsDisplay
            Itself, with the drawn parts as attributes.
        """
        if kind not in NAMES:
            raise InvalidParameterError(f"kind must be one of {', '.join(map(repr, NAMES))}, got {kind!r}")
        values = np.asarray(self.history[kind], dtype=float)
        if not values.shape[1] or np.isnan(values).all():
            raise ValueError(
                f"kind={kind!r} has nothing to show: there is no hidden layer, or no activation that is bounded"
            )
        ax = axes(ax, (6.4, 4.4))
        logarithmic = kind in ("gradient_norm", "update_ratio")
        if logarithmic:
            values = np.where((values > 0) & np.isfinite(values), values, np.nan)
        m = len(self.history["gradient_norm"][0])
        self.lines_ = []
        from matplotlib import colormaps

        colors = colormaps["viridis"](np.linspace(0.0, 0.88, m))
        for k, column in enumerate(values.T, start=1):
            label = f"layer {k}" + (" (output)" if k == m else "")
            style = {"color": colors[k - 1], "linewidth": 1.8, "marker": "." if len(column) <= 40 else None}
            self.lines_ += ax.plot(self.history["epoch"], column, label=label, **style)
        ax.set(xlabel="epoch", ylabel=_LABELS[kind])
        if logarithmic:
            ax.set_yscale("log")
        else:
            ax.set_ylim(-0.02, 1.02)
        ax.xaxis.get_major_locator().set_params(integer=True)
        legend(ax, min(5, len(self.lines_)))
        self.ax_, self.figure_ = ax, ax.figure
        return self
