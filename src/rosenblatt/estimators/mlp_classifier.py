"""The multilayer perceptron for classes, drop-in for scikit-learn's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score

from ..keywords import hinted
from ..network import Network
from ..rules.activations import Activation
from ..rules.classification_losses import LossFamily
from ..rules.losses import Loss
from .accuracy import Classifier
from .arguments import OURS, activation_argument, is_stochastic, sizes_argument
from .available import available
from .class_weights import class_weight_argument, refuse_balanced_parts, weights_of_samples
from .losses import gives_probabilities, loss_of, smoothing_of
from .multilayer import MultilayerPerceptron
from .parameters import anything, argument, documented
from .pretraining import FromAutoencoder
from .scores import Score, of_classes
from .targets import Labels, as_labels, check_later_call, encoding_of, labels_of_first_call
from .validation import Passed, encoded_labels


def _gives_probabilities(estimator: Any) -> bool:
    if gives_probabilities(estimator.plan_.loss if "theta_" in vars(estimator) else estimator.loss):
        return True
    raise AttributeError(
        f"loss={estimator.loss!r} gives no probabilities; use decision_function, or loss='log_loss'"
    )


def _gives_decisions(estimator: Any) -> bool:
    try:
        _gives_probabilities(estimator)
    except AttributeError:
        return True
    raise AttributeError(f"loss={estimator.loss!r} gives probabilities; use predict_proba")


@documented
@dataclass(eq=False, repr=False)
class MLPClassifier(Classifier, FromAutoencoder, MultilayerPerceptron):
    r"""Multilayer perceptron for classification, drop-in for scikit-learn's.

    With the same arguments and ``random_state`` it draws what scikit-learn's draws, in the same
    order, and reaches the same weights to rounding. Two exceptions: rows of sample weight 0 are
    dropped, and L-BFGS follows the true loss where scikit-learn's reported one is clipped.

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
    classes_ : array of shape (n_classes,)
        The labels, in ascending order.
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
    MLPRegressor : The same for numbers.

    References
    ----------
    Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors* (1986).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((10,), solver="lbfgs", random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.95)
    True
    """

    hidden_layer_sizes: int | Sequence[int] = sizes_argument()
    activation: str | Activation | Sequence[str | Activation] = activation_argument()
    loss: str | Loss | LossFamily = argument(
        "log_loss",
        anything,
        OURS,
        "str, Loss, LogLoss or Focal",
        '"log_loss", the cross-entropy that fits the classes, "focal", "hinge", "squared_hinge" (T2), "perceptron" '
        '(P1), "squared_error" and its kin; objects such as ``LogLoss(smoothing=0.1)``, also of your own class.',
        kw_only=True,
    )
    class_weight: Mapping[Any, float] | Sequence[Mapping[Any, float]] | str | None = argument(
        None,
        class_weight_argument,
        OURS,
        'dict, "balanced" or None',
        'Factors of the samples\' weights by class (E1); those left out have 1. "balanced" is n over the number of '
        "classes and of the samples of each. For labels that may stand together: a list, a dict for each column.",
        kw_only=True,
    )

    _weights_name = "sample_weight times class_weight"
    _stratifies = True

    @property
    def classes_(self) -> NDArray[Any]:
        """The class labels, sorted."""
        if not hasattr(self, "_labels"):
            raise AttributeError("MLPClassifier has no classes_ before it is fitted")
        return self._labels.classes

    def _validated(self, X: Any, y: Any, first: bool) -> tuple[Any, Any]:
        X, y = super()._validated(X, y, first)
        return X, as_labels(y)

    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:
        if incremental:
            if hasattr(self, "classes_"):
                check_later_call(self.classes_, classes)
            else:
                self._labels = labels_of_first_call(y, classes)
        if not hasattr(self, "classes_") or (first and not incremental):
            self._labels = Labels(y)
        else:
            self._labels.check(y, self.warm_start)
        return self._labels.encode(y)

    def _loss_rule(self) -> Loss:
        return loss_of(self.loss, self._labels.kind)

    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:
        self._encoding = low, high = encoding_of(loss, network)
        spread = smoothing_of(self.loss)
        if spread:  # y (1 - s) + s / K, for K classes; a label that may stand with others has two
            n_classes = len(self.classes_) if self._labels.kind == "multiclass" else 2
            low, high = (end * (1 - spread) + spread / n_classes for end in (low, high))
        return np.where(encoded, np.asarray(high, dtype), np.asarray(low, dtype))

    def _weighted(self, y: Any, weight: Any, first_part: bool) -> Any:
        if self.class_weight is None:
            return weight
        refuse_balanced_parts(self.class_weight, first_part)
        return weights_of_samples(self.class_weight, self._labels, y, weight)

    def _encode_validation(self, y: Any) -> NDArray[Any]:
        return encoded_labels(self._labels, y)

    def _decode(self, encoded: NDArray[Any]) -> Any:
        return self._labels.decode(encoded.astype(float), (0.0, 1.0))

    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        own = self._own_score("accuracy")
        if own is not None:
            return own(o, encoded, weight)
        labels = self._labels.decode(o, self._encoding)  # there is one class alone
        return float(accuracy_score(self._decode(encoded), labels, sample_weight=weight))

    def _own_score(self, name: str) -> Score | None:
        if len(self.classes_) < 2:
            return None
        return of_classes(name, self._labels.kind, self._encoding, gives_probabilities(self.loss))

    @available(is_stochastic)
    @hinted
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPClassifier:
        """Train one epoch more.

        A scaling of inputs is fitted in the first call and kept. With ``X_val``, a validation score is
        recorded in each call. ``theta_`` is always the newest; with ``early_stopping`` too, nothing stops, and
        ``best_theta_`` holds a copy of the weights that scored best: ``model.theta_ = model.best_theta_`` puts
        them back.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        y : array-like of shape (n,) or (n, n_labels)
            Labels, one for each sample.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        classes : array-like, optional
            All classes there will be; needed on the first call.
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
        return self._fit(X, y, sample_weight, True, classes, passed)  # type: ignore[no-any-return]

    def predict(self, X: Any) -> Any:
        """Return the predicted labels.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,) or (n, n_labels)
            Of each sample.
        """
        o = self._outputs(X)  # first: it says so if nothing was fitted
        return self._labels.decode(o, self._encoding)

    @available(_gives_probabilities)
    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the probabilities of the classes, in the order of ``classes_``.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n, n_classes)
            Columns as in ``classes_``.
        """
        o = self._outputs(X)
        return np.concatenate([1 - o, o], axis=1) if o.shape[1] == 1 else o

    @available(_gives_probabilities)
    def predict_log_proba(self, X: Any) -> NDArray[Any]:
        """Return the logarithms of ``predict_proba``.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n, n_classes)
            Columns as in ``classes_``.
        """
        probabilities = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(probabilities))

    @available(_gives_decisions)
    def decision_function(self, X: Any) -> NDArray[Any]:
        """Return the outputs, 0 being the border between two classes, for losses without probabilities.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.

        Returns
        -------
        array of shape (n,) for two classes, else (n, n_classes)
            Higher for classes that are more likely.
        """
        o = self._outputs(X) - sum(self._encoding) / 2
        return o.ravel() if o.shape[1] == 1 else o

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
