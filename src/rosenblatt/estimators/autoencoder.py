"""The autoencoder: supervised learning whose target is the input, as scikit-learn's transformers."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import dense
from ..initializers import bias_of_share
from ..keywords import hinted
from ..layout import Layout
from ..network import Network
from ..plan import LBFGS, Plan
from ..rules.losses import Loss
from ..rules.penalties import KLDivergence
from .arguments import is_stochastic
from .autoencoder_arguments import AutoencoderArguments
from .autoencoder_plan import (
    contraction_of,
    corruption_of,
    loss_of_inputs,
    refuse_beyond,
    refuse_outside,
    require_tied_sizes,
    sparsity_of,
    takes_sparse,
    warn_of_copying,
    warn_of_slow_corruption,
)
from .available import available, elsewhere
from .baseline import constant_of, error_of_constant, loss_of_constant
from .fitting import Fitting, unchanged_on_error
from .inputs import as_rows, validated
from .losses import output_of
from .multilayer import MultilayerPerceptron
from .pairs import checked_target, refuse_pairs_beyond, warn_of_ignored
from .parameters import documented, sizes_of, with_default
from .planning import hidden_activation, hidden_activations, warn_of_clipping
from .reconstruction import Reconstruction
from .scaling import Scaling
from .scores import Score, of_numbers
from .validation import Passed

FTOL = 2.2e-5
"""SciPy's own ftol, 2.2e-9, over the default of ``tol``: less of the one asks for less of the other, as for the
subspace of PCA."""


@documented
@dataclass(eq=False, repr=False)
class Autoencoder(Reconstruction, MultilayerPerceptron, AutoencoderArguments):
    r"""Autoencoder: a network that learns to return its input through a narrow code (A1, A2).

    It minimises

    .. math:: \frac1N \sum_d \Big[ L_d(f(\tilde x_d; \theta), x_d) + \lambda_3 \sum_j |o_j|
        + \lambda_6 \sum_j \|\nabla_x o_j\|^2 \Big] + \lambda_4 \sum_j \mathrm{KL}(\rho, \hat\rho_j)

    plus penalties on weights: A3, A6 and A4, sums over the code's nodes or those of other layers, with inputs
    :math:`\tilde x_d` that may be corrupted (A5). All are off by default, and any mixture is allowed. With linear
    activations, the squared error and none of them it finds the subspace of PCA; biases take the place of
    centring. A constant column is no trouble: its reconstruction is learned as any other's.

    {parameters}

    Attributes
    ----------
    theta_ : array of shape (p,)
        All weights, then all biases, in one vector.
    coefs_ : list of array
        Views into ``theta_``, the encoder's first. With tied weights the decoder's are transposed views.
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
    loss_ : float
        Reported loss of the last epoch, in the units that are trained on.
    loss_curve_ : list of float
        That of each epoch.
    history_ : dict of array
        Figures of each epoch, as of :class:`MLPRegressor`, in the units that are trained on.
    scaling_ : Scaling or None
        Of inputs and targets alike (T4).
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
    SparseAutoencoder, DenoisingAutoencoder, ContractiveAutoencoder : The same with other defaults.
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

    tol: float = with_default(
        AutoencoderArguments,
        "tol",
        1e-4,
        "Improvement of the objective or score that counts, relative to the error that is left, or to what was gained "
        "on predicting the means if that is less. For L-BFGS the tolerance of the gradient, relative as well.",
    )
    n_iter_no_change: float = with_default(
        AutoencoderArguments,
        "n_iter_no_change",
        10,
        "Epochs without such improvement after which training stops; five times as many while less than a fifth is "
        "gained on predicting the means and no validation score decides.",
    )
    _target_is_input = True
    _paired = False  # whether the last fit got a target of its own

    # -- what MultilayerPerceptron asks ----------------------------------------------------------

    @property
    def _scales_target(self) -> bool:  # type: ignore[override]
        return self.scale_inputs is not None

    @property
    def _code(self) -> int:
        """The number k of the code's layer."""
        return (len(sizes_of(self.hidden_layer_sizes)) + 1) // 2

    def _validated(self, X: Any, y: Any, first: bool) -> tuple[Any, Any]:
        given = X
        X = as_rows(validated(self, X, reset=first, ensure_min_samples=2 if first else 1))
        if y is None or y is given:  # then the target is X
            return X, np.ascontiguousarray(dense(X))
        return X, checked_target(y, X, given)

    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:  # noqa: ARG002
        return np.asarray(y)

    def _encode_validation(self, y: Any) -> NDArray[Any]:
        return np.asarray(y)

    def _decode(self, encoded: NDArray[Any]) -> Any:
        return encoded

    def _weighted(self, y: Any, weight: Any, first_part: bool) -> Any:  # noqa: ARG002 - there are no classes
        return weight

    def _own_score(self, name: str) -> Score | None:
        return of_numbers(name)  # of reconstructions, as if it predicted them: it has no predict for a scorer

    def _loss_rule(self) -> Loss:
        return loss_of_inputs(self.loss)

    def _network(self, n_features: int, columns: int, loss: Loss) -> Network:
        sizes = sizes_of(self.hidden_layer_sizes)
        rules = list(hidden_activations(self))
        rules[self._code - 1] = hidden_activation("code_activation", self.code_activation)
        if self.tied_weights:
            require_tied_sizes(self.hidden_layer_sizes)
        output = output_of(self.output_activation, loss)
        return Network((n_features, *sizes, columns), tuple(rules), output, bool(self.tied_weights))

    def _completed(self, plan: Plan, network: Network, sparse: bool) -> Plan:
        optimizer = plan.optimizer
        plan = dataclasses.replace(
            plan,
            activities=sparsity_of(self, network, optimizer),
            corruption=corruption_of(self, optimizer, sparse),
            contraction=contraction_of(self, network, optimizer),
        )
        if isinstance(optimizer, LBFGS):
            return dataclasses.replace(plan, optimizer=dataclasses.replace(optimizer, ftol=FTOL * plan.tol))
        return plan

    def _warn_of_plan(self, network: Network, plan: Plan, n: int, goes_on: bool) -> None:
        warn_of_clipping(self, plan, n)
        if not goes_on:
            warn_of_slow_corruption(self, network, plan)
        if not self._paired:
            warn_of_copying(self, network, plan)

    def _initial_theta(self, fitting: Fitting) -> NDArray[Any]:
        theta = super()._initial_theta(fitting)
        if not isinstance(self.initializer, str):
            return theta  # what was given stays
        layout = Layout(fitting.network.sizes, fitting.network.tied)
        for one in fitting.plan.activities:
            if isinstance(one.rule, KLDivergence):
                for k in one.layers:
                    layout.b(theta, k)[...] = bias_of_share(fitting.network.activation(k), one.rule.rho)
        return theta

    def _check_continuation(self, what: str, X: Any, encoded: NDArray[Any]) -> None:
        super()._check_continuation(what, X, encoded)
        if bool(self.tied_weights) != self.network_.tied:
            anew = "set warm_start=False" if what == "warm_start" else "call fit"
            raise ValueError(
                f"{what} cannot go on: tied_weights was {self.network_.tied!r} and is now {self.tied_weights!r}; "
                f"{anew} to start anew"
            )
        if self._paired:
            refuse_pairs_beyond(self._loss_rule(), encoded, self.scaling_)
        else:
            refuse_beyond(self._loss_rule(), encoded, self.scaling_)

    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:  # noqa: ARG002
        kind = self.scale_inputs
        if self._paired and (kind is None or isinstance(kind, Scaling)):
            refuse_pairs_beyond(loss, encoded, kind)
        else:
            refuse_outside(loss, encoded, kind)
        return encoded.astype(dtype, copy=False)

    def _baseline(self, fitting: Fitting) -> float:
        y, weight = fitting.train.y, fitting.train.weight
        if fitting.validation.X is None or not self.early_stopping:
            return loss_of_constant(fitting.plan.loss, fitting.network.output, y, weight)
        if fitting.scoring is not None:
            return math.nan  # a scorer of the user's has units of its own
        _, held_out, weights = fitting.validation[:3]
        return error_of_constant(constant_of(y, weight), held_out, weights)

    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        return -float(np.average(((o - encoded) ** 2).sum(axis=1), weights=weight))

    predict = elsewhere("reconstruct(X) gives reconstructions, transform(X) their codes")
    predict_proba = elsewhere("score_samples(X) gives minus the errors of rows")
    forward = elsewhere("reconstruct(X) runs the network")
    evaluate = elsewhere("score(X) is minus the error of reconstruction")
    encoder = elsewhere("transform(X) gives codes; coefs_ holds the encoder's weights first")
    decoder = elsewhere("inverse_transform(codes) gives reconstructions")
    encode = elsewhere("transform(X) gives codes")
    decode = elsewhere("inverse_transform(codes) gives reconstructions")

    # -- what users call -------------------------------------------------------------------------

    @hinted
    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        target: Any = None,
        X_val: Any = None,
        target_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Autoencoder:
        """Train on X, which is the target too, or on pairs: ``fit(noisy, target=clean)``.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            At least two rows of finite numbers.
        y : ignored
            As by every transformer in a pipeline; pairs go by ``target``.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        target : array-like, data frame or sparse matrix of shape (n, n_features), optional
            What shall come out for each row, in the units of X: ``scale_inputs`` scales both alike, as it fits X. With
            ``corruption`` X alone is corrupted.
        X_val : array-like, optional
            Validation rows, as for :class:`MLPRegressor`. As the last step of a pipeline:
            ``Pipeline(steps, transform_input=["X_val"])``, or they come as they are (``docs/pipelines.md``).
        target_val : array-like, optional
            What shall come out for these; needed where ``target`` and ``X_val`` are given.
        sample_weight_val : array-like of shape (n_val,), optional
            Weights of the validation rows.
        groups : array-like of shape (n,), optional
            With ``early_stopping``: rows of a group are all trained on, or all set aside.

        Returns
        -------
        self
            The estimator itself.

        Raises
        ------
        ValueError, TypeError
            For arguments and data that cannot be used, before any work.
        """
        warn_of_ignored(y, X)
        passed = Passed.of_rows(X_val, target_val, sample_weight_val, groups, paired=target is not None)
        with unchanged_on_error(self):
            self._paired = passed.paired
            return self._fit(X, target, sample_weight, passed=passed)  # type: ignore[no-any-return]

    @available(is_stochastic)
    @hinted
    def partial_fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        target: Any = None,
        X_val: Any = None,
        target_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Autoencoder:
        """Train one epoch more.

        A scaling of inputs is fitted in the first call and kept.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Samples, one in each row.
        y : ignored
            As by every transformer in a pipeline.
        sample_weight : array-like of shape (n,), optional
            Weights of the samples, none negative.
        target : array-like, data frame or sparse matrix of shape (n, n_features), optional
            As for ``fit``.
        X_val : array-like, optional
            Validation rows, whose score is recorded in each call.
        target_val : array-like, optional
            What shall come out for these.
        sample_weight_val : array-like of shape (n_val,), optional
            Weights of the validation rows.

        Returns
        -------
        self
            The estimator itself.
        """
        warn_of_ignored(y, X)
        passed = Passed.of_rows(X_val, target_val, sample_weight_val, paired=target is not None)
        with unchanged_on_error(self):
            self._paired = passed.paired
            return self._fit(X, target, sample_weight, incremental=True, passed=passed)  # type: ignore[no-any-return]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.input_tags.sparse = tags.input_tags.sparse and takes_sparse(self.corruption)
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
