"""The multilayer perceptron for numbers, drop-in for scikit-learn's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from ..diagnosis import about
from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import is_whole
from ..keywords import hinted
from ..network import Network
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.regression_losses import GaussianNLL, Quantiles
from .arguments import NETWORK, OURS, activation_argument, is_stochastic, sizes_argument
from .available import available, elsewhere
from .inputs import refuse_unscorable
from .losses import check_targets, loss_of
from .multilayer import MultilayerPerceptron
from .parameters import anything, argument, boolean, documented
from .predictions import predictions, score_of, standard_deviations
from .pretraining import FromAutoencoder
from .scaling import Scaling, refuse_limited
from .scores import Score, of_numbers
from .validation import Passed


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, FromAutoencoder, MultilayerPerceptron):
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
    coefs_ : list of array
        Weights, one array for each layer: views into ``theta_``. Assigning to them, or into them, changes it.
    intercepts_ : list of array
        Biases, likewise.
    n_iter_ : int
        Epochs of the last fit.
    t_ : int
        Samples seen since training began.
    n_layers_ : int
        Layers, the inputs included.
    n_outputs_ : int
        Outputs.
    out_activation_ : str
        Name of the output activation.
    loss_ : float
        Reported loss of the last epoch.
    best_loss_ : float or None
        The lowest of them; None with early stopping.
    loss_curve_ : list of float
        Reported loss of each epoch, penalties of weights included, as scikit-learn reports it.
    validation_scores_ : list of float
        Score of the validation rows after each epoch.
    best_validation_score_ : float or None
        With early stopping.
    best_theta_ : array of shape (p,)
        After ``partial_fit`` with early stopping: the weights that scored best.
    history_ : dict of array
        Per epoch: loss (without penalties), penalty, objective (what is minimised, both together), validation_score,
        validation_loss, rate, gradient_norm, seconds, and the scores that ``EarlyStopping`` names. All are equally
        long, ready for a data frame: one entry for each epoch since the weights were drawn, over warm starts and
        ``partial_fit`` too, NaN where nothing was measured.
    scaling_ : Scaling or None
        What ``scale_inputs`` found: center and scale of each column (T4).
    target_scaling_ : Scaling or None
        What ``scale_target`` found.
    sparsity_ : float
        The share of weights that are exactly zero.
    network_ : Network
        What is computed.
    plan_ : Plan
        How it was trained.
    engine_ : str
        What computed it.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : array of str
        Names of the columns, where X had some that are strings.

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

    loss: str | Loss = argument(
        "squared_error",
        anything,
        NETWORK,
        "str or Loss",
        '"squared_error" (halved), "mae", "huber", "quantile", "quantiles", "gaussian" (mean and variance), or with an '
        'exponential output half the deviance of "poisson", "gamma", "tweedie" (T2); objects, also of your own class.',
    )
    hidden_layer_sizes: int | Sequence[int] = sizes_argument()
    activation: str | Activation | Sequence[str | Activation] = activation_argument()
    scale_target: bool = argument(
        False,
        boolean,
        OURS,
        "bool",
        "Whether targets are trained on with mean 0 and variance 1 (T4), and ``predict`` undoes that; losses are "
        "then in those units.",
        kw_only=True,
    )

    predict_proba = elsewhere(
        "with loss='gaussian', predict(X, return_std=True) gives standard deviations, too"
    )

    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:
        return np.asarray(y).reshape(len(y), -1)

    @property
    def _scales_target(self) -> bool:  # type: ignore[override]
        return bool(self.scale_target)

    def _loss_rule(self) -> Loss:
        if is_whole(self.loss) or isinstance(
            self.loss, list | tuple
        ):  # the first argument, as in scikit-learn
            raise InvalidParameterError(
                f"loss must be a name or a Loss object, got {short(self.loss)}; nodes go into hidden_layer_sizes="
                f"{short(self.loss)}"
            )
        loss = loss_of(
            self.loss,
            "continuous",
        )
        if self.scale_target:
            refuse_limited(loss)
        return loss

    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:
        y, several = encoded.astype(dtype, copy=False), loss.outputs_per_target
        return np.repeat(y, several, axis=1) if several > 1 else y

    def _weighted(self, y: Any, weight: Any, first_part: bool) -> Any:
        return weight

    def _in_units(self, o: NDArray[Any], scaling: Scaling, loss: Loss) -> NDArray[Any]:
        units = scaling.undo(o)
        if isinstance(loss, GaussianNLL):  # each mean is followed by its variance, which goes with the square
            variances = slice(1, None, 2)
            once = scaling.undo(o[:, variances], spread=True, columns=variances)
            units[:, variances] = scaling.undo(once, spread=True, columns=variances)
        return units

    def _encode_validation(self, y: Any) -> NDArray[Any]:
        encoded, loss = self._encode(y, False, False, None), self._loss_rule()
        if loss.domain != Loss.domain:  # numbers of any kind need no check
            try:
                check_targets(loss, encoded.astype(np.float64), np.arange(len(encoded)))
            except ValueError as error:
                raise ValueError(f"y_val: {error}") from error
        return encoded

    def _decode(self, encoded: NDArray[Any]) -> Any:
        return encoded.ravel() if encoded.shape[1] == 1 else encoded

    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        own = self._own_score("r2")
        if own is None:
            return score_of(self._loss_rule(), o, encoded, weight)
        return own(o, encoded, weight) if np.isfinite(o).all() else float("nan")

    def _own_score(self, name: str) -> Score | None:
        loss, score = self._loss_rule(), of_numbers(name)
        if score is None or (loss.outputs_per_target > 1 and not isinstance(loss, GaussianNLL)):
            return None  # several predictions of a number are scikit-learn's to refuse
        return lambda o, encoded, weight: score(predictions(loss, o).reshape(encoded.shape), encoded, weight)

    @available(is_stochastic)
    @hinted
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPRegressor:
        """Train one epoch more.

        A scaling of inputs or targets is fitted in the first call and kept. With ``X_val``, a validation score is
        recorded in each call. ``theta_`` is always the newest; with ``early_stopping`` too, nothing stops, and
        ``best_theta_`` holds a copy of the weights that scored best: ``model.theta_ = model.best_theta_`` puts
        them back.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets, one for each sample.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        X_val, y_val : array-like, optional
            Validation data.
        sample_weight_val : array-like of shape (n_val,), optional
            Weights of the validation rows.

        Returns
        -------
        self
            The estimator itself.
        """
        passed = Passed(X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, incremental=True, passed=passed)  # type: ignore[no-any-return]

    def predict(self, X: Any, *, return_std: bool = False) -> Any:
        """Return the predicted numbers.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        return_std : bool, default=False
            Whether to return the standard deviations too, which ``loss="gaussian"`` learns.

        Returns
        -------
        array of shape (n,) or (n, n_outputs)
            With ``Quantiles`` (n, n_quantiles) or (n, n_outputs, n_quantiles). With ``return_std`` a
            second array like it.

        Raises
        ------
        ValueError
            If standard deviations are asked for and the loss has none.
        """
        o = self._outputs(X)  # first: it says so if nothing was fitted
        loss = self.plan_.loss
        if not return_std:
            return predictions(loss, o)
        if not isinstance(loss, GaussianNLL):
            raise ValueError(
                f"return_std=True needs loss='gaussian', which learns a variance; this model has loss={self.loss!r}"
            )
        return predictions(loss, o), standard_deviations(o)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R2 of the predictions; for ``Quantiles`` the mean of their D2 of the pinball loss.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets, one for each sample.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.

        Returns
        -------
        float
            At most 1, the best.
        """
        refuse_unscorable(X, y, sample_weight, numeric=True)
        if not hasattr(self, "plan_") or not isinstance(self.plan_.loss, Quantiles):
            with about("y"):
                return float(super().score(X, y, sample_weight))
        y = np.asarray(y)
        return score_of(self.plan_.loss, self._outputs(X), y.reshape(len(y), -1), sample_weight)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
