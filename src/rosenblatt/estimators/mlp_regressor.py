"""The multilayer perceptron for numbers, drop-in for scikit-learn's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.metaestimators import available_if

from ..network import Network
from ..rules.losses import Loss
from .arguments import NETWORK, activation_argument, is_stochastic, sizes_argument
from .losses import loss_of
from .multilayer import MultilayerPerceptron
from .parameters import anything, argument, documented


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, MultilayerPerceptron):
    r"""Multilayer perceptron for regression, drop-in for scikit-learn's.

    With the same arguments and ``random_state`` it draws what scikit-learn's draws, in the same
    order, and reaches the same weights to rounding. Two exceptions: rows of sample weight 0 are
    dropped, and L-BFGS with several outputs follows the true loss, whose gradient it gets;
    scikit-learn hands it the mean over outputs with the gradient of the sum (its issue 8349).

    It minimises :math:`L(X, \theta) = \frac1N \sum_d L_d(f(x_d; \theta), y_d)` (E1) plus penalties,
    with gradients by backpropagation (B1, B2, B3, C1).

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector: what ``predict`` uses.
    coefs_, intercepts_ : list of array
        Views into ``theta_``; assigning to them, or into them, changes it.
    n_iter_, t_, n_layers_, n_outputs_ : int
        Epochs of the last fit, samples seen, layers and outputs.
    out_activation_ : str
    loss_, best_loss_ : float
        Reported loss of the last epoch and of the best one (None with early stopping).
    loss_curve_, validation_scores_ : list of float
    best_validation_score_ : float or None
    history_ : dict of array
        Per epoch: loss, objective, validation_score, rate, gradient_norm, seconds.
    network_, plan_ : Network, Plan
        What is computed, and how it was trained.
    engine_ : str
    n_features_in_, feature_names_in_
        As in scikit-learn.

    See Also
    --------
    MLPClassifier : The same for classes.

    References
    ----------
    Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors* (1986).

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from rosenblatt import MLPRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(5,), solver="lbfgs", random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.45)
    True
    """

    loss: Any = argument(
        "squared_error",
        anything,
        NETWORK,
        '{"squared_error", "poisson"} or Loss',
        "Half the squared error, or half the Poisson deviance with an exponential output.",
    )
    hidden_layer_sizes: Any = sizes_argument()
    activation: Any = activation_argument()

    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:
        return np.asarray(y).reshape(len(y), -1)

    def _loss_rule(self) -> Loss:
        return loss_of(
            self.loss,
            "continuous",
        )

    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:
        return encoded.astype(dtype, copy=False)

    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        if not np.isfinite(o).all():
            return float("nan")
        return float(r2_score(encoded, o, sample_weight=weight))

    @available_if(is_stochastic)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train one epoch more.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
        y : array-like of shape (n,) or (n, n_outputs)
        sample_weight : array-like of shape (n,), optional

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, incremental=True)  # type: ignore[no-any-return]

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the predicted numbers.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)

        Returns
        -------
        array of shape (n,) or (n, n_outputs)
        """
        o = self._outputs(X)
        return o.ravel() if o.shape[1] == 1 else o

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
