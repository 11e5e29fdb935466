"""What a trained network offers: its weights as views into theta, and its outputs."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from ..engines.choice import engine_for
from ..engines.engine import Engine
from ..layout import Layout
from ..namespaces import namespace_of
from ..network import Network
from ..plan import Plan
from ..rules.losses import HalfSquaredError, Loss
from ..rules.optimizers import SGD
from .attributes import Theta, finite_theta, is_huge
from .available import NetworkLacks
from .inputs import as_dtype, as_rows, is_moderate, validated
from .scaling import Scaling
from .views import ParameterViews

_PREDICTORS: WeakKeyDictionary[Any, tuple[Network, Plan, str, dict[tuple[int, int], Engine]]] = (
    WeakKeyDictionary()
)
"""Engines for prediction, beside the estimators and not in them: a handle is never copied or pickled."""


class FittedNetwork(NetworkLacks):
    """The part of an estimator that needs ``theta_``, ``network_`` and ``plan_`` alone."""

    theta_ = Theta()
    best_theta_ = Theta()
    network_: Network
    plan_: Plan
    engine: str

    @property
    def coefs_(self) -> ParameterViews:
        """Weights of the layers: views into ``theta_`` of shape (r_{k-1}, r_k)."""
        layout, theta = self._fitted("coefs_")
        weights = [layout.W(theta, k) for k in range(1, self.network_.m + 1)]
        return ParameterViews("coefs_", weights)

    @coefs_.setter
    def coefs_(self, arrays: Any) -> None:
        self._refuse_setting("coefs_")
        self.coefs_.assign(arrays)

    @property
    def intercepts_(self) -> ParameterViews:
        """Biases of the layers: views into ``theta_`` of shape (r_k,)."""
        layout, theta = self._fitted("intercepts_")
        biases = [layout.b(theta, k) for k in range(1, self.network_.m + 1)]
        return ParameterViews("intercepts_", biases)

    @intercepts_.setter
    def intercepts_(self, arrays: Any) -> None:
        self._refuse_setting("intercepts_")
        self.intercepts_.assign(arrays)

    def _refuse_setting(self, name: str) -> None:
        if "theta_" not in vars(self):
            raise AttributeError(
                f"{name} cannot be set before {type(self).__name__} is fitted; to train from given weights, pass "
                "initializer=(coefs, intercepts); for a model that predicts with them at once, call "
                f"{type(self).__name__}.from_weights(coefs, intercepts, ...)"
            )

    @property
    def sparsity_(self) -> float:
        """The share of weights that are exactly zero, biases not counted."""
        layout, theta = self._fitted("sparsity_")
        return float(np.mean(layout.weights(theta) == 0))

    def _fitted(self, name: str) -> tuple[Layout, NDArray[Any]]:
        if "theta_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no {name} before it is fitted")
        return Layout(self.network_.sizes, self.network_.tied), self.theta_

    @property
    def _theta(self) -> NDArray[Any]:
        """``theta_``, as the library itself reads it: nobody outside is given it."""
        theta: NDArray[Any] | None = vars(self).get("theta_")
        if theta is None:
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet: it has no theta_; call fit"
            )
        return theta

    # -- prediction ------------------------------------------------------------------------------

    def _outputs(self, X: Any) -> NDArray[Any]:
        """Return the network's outputs for X in the user's units, shape (n, n_outputs)."""
        X = self._entering(X)  # first: it says so if nothing was fitted
        o = np.asarray(self._predictor().predict(self._theta_for(X), X))
        target_scaling = vars(self).get("target_scaling_")
        return o if target_scaling is None else self._in_units(o, target_scaling, self.plan_.loss)

    def _entering(self, X: Any) -> Any:
        """Return X as it enters the network: checked, and scaled if the model scales.

        Its dtype is the wider of its own and the weights': a float32 model predicts float64 for float64.
        """
        scaling = vars(self).get("scaling_")
        if self._is_plain(X):
            if scaling is None:
                return X  # it is moderate, too
        else:
            check_is_fitted(self)
            X = as_rows(validated(self, X, reset=False))
        dtype = np.result_type(X.dtype, self._theta.dtype)
        X = as_dtype(X, dtype) if scaling is None else scaling.apply(X, dtype)
        if not is_moderate(X):
            self._refuse_overflow(X)
        return X

    def _theta_for(self, X: Any) -> NDArray[Any]:
        """Return the weights, looked at, in the dtype of what enters the network."""
        theta = finite_theta(self)
        if is_huge(theta):
            self._refuse_overflow(X)
        return theta.astype(X.dtype, copy=False)

    def _refuse_overflow(self, X: Any, first: int = 0) -> None:
        """Raise ValueError for rows so large that a sum of some layer may overflow: infinities would cancel to NaN.

        They are inputs of the layer after ``first``.
        """
        layout, theta = Layout(self.network_.sizes, self.network_.tied), self._theta
        xp, o = namespace_of(theta), X
        limit = np.finfo(X.dtype).max / 4
        for k in range(first + 1, self.network_.m + 1):
            W, b = layout.W(theta, k), layout.b(theta, k)
            with np.errstate(all="ignore"):
                largest = (np.asarray(abs(o) @ np.abs(W)) + np.abs(b)).max(axis=1)  # of any partial sum, (n,)
                bad = np.flatnonzero(~(largest < limit))
                if len(bad):
                    size = abs(X[bad[:1]]).max()
                    what, cure = (
                        f"X holds entries of size {size:.3g}",
                        "clip them, drop such rows, or scale X as for fit",
                    )
                    if is_huge(theta) and np.abs(theta).max() > size:
                        what = f"theta_ holds weights of size {np.abs(theta).max():.3g}, and X {size:.3g}"
                        cure = "write smaller ones into it (or into coefs_ and intercepts_, its views), or fit again"
                    raise ValueError(
                        f"{what} in row {bad[0]}, so large that sums of layer {k} overflow {X.dtype}; {cure}"
                    )
                o = self.network_.activation(k)(xp, o @ W + b)

    def _in_units(self, o: NDArray[Any], scaling: Scaling, loss: Loss) -> NDArray[Any]:  # noqa: ARG002 - it may say what outputs are
        """Return outputs of a network that was trained on scaled targets in the units of the targets."""
        return scaling.undo(o)

    def _is_plain(self, X: Any) -> bool:
        """Return whether X needs no check: an array as ``fit`` got it, with finite numbers alone.

        A single row is predicted in microseconds, and scikit-learn's checks take fifty. Whatever is
        not plain goes through them, so that nothing is accepted here that they would refuse.
        """
        known = vars(self)
        theta = known.get("theta_")
        return (
            type(X) is np.ndarray
            and theta is not None
            and X.dtype == theta.dtype
            and X.ndim == 2
            and X.shape[1] == known["n_features_in_"]
            and X.shape[0] > 0
            and "feature_names_in_" not in known
            and X.flags.c_contiguous
            and is_moderate(X)
        )

    def _predictor(self, first: int = 0, last: int | None = None) -> Engine:
        """Return an engine for the layers after ``first`` up to ``last``, kept until another fit."""
        kept = _PREDICTORS.get(self)
        if (
            kept is None
            or kept[0] is not self.network_
            or kept[1] is not self.plan_
            or kept[2] != self.engine
        ):
            kept = _PREDICTORS[self] = (self.network_, self.plan_, self.engine, {})
        engines, last = kept[3], self.network_.m if last is None else last
        if (first, last) not in engines:
            whole = (first, last) == (0, self.network_.m)
            network = self.network_ if whole else _part(self.network_, first, last)
            plan = self.plan_ if whole else Plan(HalfSquaredError(), SGD(), None)
            engines[first, last] = engine_for(self.engine, network, plan)
        return engines[first, last]

    def _through(self, o: Any, first: int, last: int) -> NDArray[Any]:
        """Return the outputs of layer ``last`` for those of layer ``first``."""
        if is_huge(finite_theta(self)):
            self._refuse_overflow(o, first)
        weights = [np.ravel(W) for W in self.coefs_[first:last]]
        theta = np.concatenate([*weights, *self.intercepts_[first:last]], dtype=o.dtype)
        return np.asarray(self._predictor(first, last).predict(theta, o))


def _part(network: Network, first: int, last: int) -> Network:
    """Return the layers after ``first`` up to ``last`` as a network of their own."""
    rules = tuple(network.activation(k) for k in range(first + 1, last))
    return Network(network.sizes[first : last + 1], rules, network.activation(last))
