"""The autoencoder: supervised learning whose target is the input, as scikit-learn's transformers."""

from __future__ import annotations

import dataclasses
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_array, check_is_fitted

from ..catalogue import catalogue, named, unknown
from ..engines.choice import engine_for
from ..network import Network
from ..plan import LBFGS, Plan
from ..rules.losses import Loss
from ..rules.optimizers import SGD
from .arguments import is_stochastic
from .autoencoder_arguments import LOSSES, AutoencoderArguments
from .inputs import as_rows, dense, validated
from .losses import output_of
from .multilayer import MultilayerPerceptron
from .parameters import documented, sizes_of
from .planning import hidden_activation, hidden_activations
from .validation import Passed

ERRORS_PER = ("sample", "feature", "entry")


def errors_per(per: str, entries: NDArray[Any]) -> NDArray[Any]:
    """Return squared errors of entries, their sums over features or their means over samples.

    Parameters
    ----------
    per : {"sample", "feature", "entry"}
    entries : array of shape (n, n_features)

    Returns
    -------
    array of shape (n,), (n_features,) or (n, n_features)
    """
    if per == "entry":
        return np.asarray(entries)
    return np.asarray(entries.sum(axis=1) if per == "sample" else entries.mean(axis=0))


@documented
@dataclass(eq=False, repr=False)
class Autoencoder(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, MultilayerPerceptron, AutoencoderArguments
):
    r"""Autoencoder: a network that learns to return its input through a narrow code (A1, A2).

    It minimises :math:`\frac1N \sum_d L_d(f(x_d; \theta), x_d)` plus penalties. With linear activations and
    the squared error it finds the subspace of PCA; biases take the place of centring.

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector.
    coefs_, intercepts_ : list of array
        Views into ``theta_``, the encoder's first.
    n_iter_, t_, n_layers_, n_outputs_ : int
    loss_, loss_curve_, history_
        As of :class:`MLPRegressor`, in the units that are trained on.
    scaling_ : Scaling or None
        Of inputs and targets alike (T4).
    network_, plan_, engine_, n_features_in_, feature_names_in_

    See Also
    --------
    MLPRegressor : The same network for other targets.

    References
    ----------
    Hinton and Salakhutdinov, *Reducing the dimensionality of data with neural networks* (2006);
    Baldi and Hornik, *Neural networks and principal component analysis* (1989).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import Autoencoder
    >>> X = load_iris().data
    >>> model = Autoencoder(2, solver="lbfgs", tol=1e-8, alpha=0, max_iter=2000, random_state=0).fit(X)
    >>> model.transform(X).shape, round(-model.score(X), 3)
    ((150, 2), 0.101)
    """

    _target_is_input = True

    # -- what MultilayerPerceptron asks ----------------------------------------------------------

    @property
    def _scales_target(self) -> bool:  # type: ignore[override]
        return self.scale_inputs is not None

    @property
    def _code(self) -> int:
        """The number k of the code's layer."""
        return (len(sizes_of(self.hidden_layer_sizes)) + 1) // 2

    @property
    def _n_features_out(self) -> int:
        return self.network_.sizes[self.network_.m // 2]

    def _validated(self, X: Any, y: Any, first: bool) -> tuple[Any, Any]:  # noqa: ARG002 - the target is X
        X = as_rows(validated(self, X, reset=first, ensure_min_samples=2 if first else 1))
        return X, np.ascontiguousarray(dense(X))

    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:  # noqa: ARG002
        return np.asarray(y)

    def _encode_validation(self, y: Any) -> NDArray[Any]:
        return np.asarray(y)

    def _decode(self, encoded: NDArray[Any]) -> Any:
        return encoded

    def _weighted(self, y: Any, weight: Any, first_part: bool) -> Any:  # noqa: ARG002 - there are no classes
        return weight

    def _loss_rule(self) -> Loss:
        if isinstance(self.loss, str) and self.loss not in catalogue(Loss):
            raise ValueError(unknown("loss", self.loss, LOSSES))
        loss = named(Loss, "loss", self.loss)
        if loss.outputs_per_target != 1 or loss.pair == "softmax":
            raise ValueError(f"loss={self.loss!r} compares no output with its input; take one of {LOSSES}")
        return loss

    def _network(self, n_features: int, columns: int, loss: Loss) -> Network:
        sizes = sizes_of(self.hidden_layer_sizes)
        rules = list(hidden_activations(self))
        rules[self._code - 1] = hidden_activation("code_activation", self.code_activation)
        if sizes[self._code - 1] > n_features and not (self.dropout or self.regularizers):
            warnings.warn(
                f"the code has {sizes[self._code - 1]} nodes for {n_features} features: without penalty or noise it "
                "can copy its input; make it narrower, or set dropout or regularizers",
                stacklevel=2,
            )
        return Network((n_features, *sizes, columns), tuple(rules), output_of(self.output_activation, loss))

    def _completed(self, plan: Plan, network: Network, sparse: bool) -> Plan:  # noqa: ARG002 - one signature for all
        if isinstance(plan.optimizer, LBFGS):  # SciPy's own ftol stops far from the subspace of PCA
            optimizer = dataclasses.replace(plan.optimizer, ftol=plan.tol)
            return dataclasses.replace(plan, optimizer=optimizer)
        return plan

    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:  # noqa: ARG002
        if loss.domain == "[0, 1]" and self.scale_inputs != "minmax":
            outside = (encoded < 0).any(axis=0) | (encoded > 1).any(axis=0)
            if outside.any() or self.scale_inputs is not None:
                j = int(np.argmax(outside))
                where = f"column {j} of X spans {encoded[:, j].min():.3g} to {encoded[:, j].max():.3g}"
                raise ValueError(
                    f"loss={loss.name!r} needs targets in [0, 1], but {where} with scale_inputs="
                    f"{self.scale_inputs!r}; set scale_inputs='minmax', or take loss='squared_error'"
                )
        return encoded.astype(dtype, copy=False)

    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        return -float(np.average(((o - encoded) ** 2).sum(axis=1), weights=weight))

    # -- what users call -------------------------------------------------------------------------

    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any = None,  # noqa: ARG002
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Autoencoder:
        """Train on X, which is the target too.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            At least two rows of finite numbers.
        y : ignored
        sample_weight : array-like of shape (n,), optional
        X_val : array-like, optional
            Validation rows, as for :class:`MLPRegressor`.
        sample_weight_val : array-like of shape (n_val,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            For arguments and data that cannot be used, before any work.
        """
        passed = Passed(X_val, X_val, sample_weight_val)
        return self._fit(X, None, sample_weight, passed=passed)  # type: ignore[no-any-return]

    @available_if(is_stochastic)
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Autoencoder:  # noqa: ARG002
        """Train one epoch more.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
        y : ignored
        sample_weight : array-like of shape (n,), optional

        Returns
        -------
        self
        """
        return self._fit(X, None, sample_weight, incremental=True)  # type: ignore[no-any-return]

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the codes of samples.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)

        Returns
        -------
        array of shape (n, n_code)
        """
        check_is_fitted(self)
        return self._through(self._entering(X), 0, self.network_.m // 2)

    def inverse_transform(self, X: Any) -> NDArray[Any]:
        """Return the reconstructions that codes stand for, in the units of the inputs.

        Parameters
        ----------
        X : array-like of shape (n, n_code)

        Returns
        -------
        array of shape (n, n_features)

        Raises
        ------
        ValueError
            If the codes are of another width.
        """
        check_is_fitted(self)
        codes = check_array(X, dtype=self.theta_.dtype, order="C")
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"codes have {self._n_features_out} columns, got {codes.shape[1]}; pass what transform returned"
            )
        o = self._through(codes, self.network_.m // 2, self.network_.m)
        return o if self.target_scaling_ is None else self._in_units(o, self.target_scaling_, self.plan_.loss)

    def _through(self, o: Any, first: int, last: int) -> NDArray[Any]:
        """Return the outputs of layer ``last`` for those of layer ``first``."""
        whole = self.network_
        rules = tuple(whole.activation(k) for k in range(first + 1, last))
        part = Network(whole.sizes[first : last + 1], rules, whole.activation(last))
        weights = [np.ravel(W) for W in self.coefs_[first:last]]
        theta = np.concatenate([*weights, *self.intercepts_[first:last]])
        plan = Plan(named(Loss, "loss", "squared_error"), SGD(), None)
        return np.asarray(engine_for(self.engine, part, plan).predict(theta, o))

    def reconstruct(self, X: Any) -> NDArray[Any]:
        """Return what the network makes of samples, in their units.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)

        Returns
        -------
        array of shape (n, n_features)
        """
        check_is_fitted(self)
        return self._outputs(X)

    def reconstruction_error(self, X: Any, per: str = "sample") -> NDArray[Any]:
        r"""Return squared errors :math:`(\hat x - x)^2`, without a half, in the units of the inputs.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
        per : {"sample", "feature", "entry"}, default="sample"
            The sum over features, the mean over samples, or neither.

        Returns
        -------
        array of shape (n,), (n_features,) or (n, n_features)
        """
        if per not in ERRORS_PER:
            raise ValueError(unknown("per", per, ERRORS_PER))
        o = self.reconstruct(X)
        X = validated(self, X, reset=False)
        return errors_per(per, (o - dense(X)) ** 2)

    def _scaled_errors(self, X: Any) -> NDArray[Any]:
        """Return squared errors of entries in the units that are trained on, shape (n, n_features)."""
        X = self._entering(X)
        o = np.asarray(self._predictor().predict(self.theta_, X))
        return np.asarray((o - dense(X)) ** 2)

    def score_samples(self, X: Any) -> NDArray[Any]:
        """Return minus the reconstruction error of each sample: higher is better.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)

        Returns
        -------
        array of shape (n,)
        """
        return -self.reconstruction_error(X)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:  # noqa: ARG002
        """Return minus the mean of the samples' reconstruction errors.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
        y : ignored
        sample_weight : array-like of shape (n,), optional

        Returns
        -------
        float
        """
        return float(np.average(self.score_samples(X), weights=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
