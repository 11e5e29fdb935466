"""What the two multilayer perceptrons share: the arguments, the fit, the fitted attributes."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning

from ..engines.engine import State
from ..errors import DivergenceError
from ..initializers import initializer_of
from ..keywords import hinted
from ..memory import require_memory
from ..network import Network
from ..plan import LBFGS, Plan
from ..regularizers import InputNoise
from ..rules.losses import Loss
from ..training.divergence import SENTENCE, is_finite
from ..training.order import Orders
from ..training.patience import Patience
from ..training.solvers.lbfgs import minimize
from ..training.state import TrainingState
from ..training.train import Run, initial_state, shown, train
from ..trial import try_initializer
from .advice import on_inputs
from .arguments import TrainingArguments
from .attributes import finite_theta, is_known_outside
from .calls import warn_of_calls
from .curves import Curves
from .early_stopping import EarlyStopping, record_scores
from .evidence import Ending
from .fitted import FittedNetwork
from .fitting import Fitting, unchanged_on_error
from .from_weights import FromWeights
from .heard import Heard
from .horizon import is_over, warn_of_horizon
from .html import Explained
from .inputs import as_dtype, as_rows, sample_weights, validated
from .judging import judge_of
from .kept_arguments import warn_of_kept
from .objects import ObjectArguments
from .parameters import check_arguments, sizes_of
from .planning import initial_activations, network_of, warn_of_clipping
from .rate_search import settle_rate
from .recipes import Recipes
from .scaling import kind_of
from .scores import Score
from .shortfall import explained, warn_of_shortfall, warn_of_standstill
from .targets import flat
from .validation import Passed


@dataclass(eq=False, repr=False, kw_only=True)
class MultilayerPerceptron(
    ObjectArguments,
    Recipes,
    FromWeights,
    FittedNetwork,
    Curves,
    Heard,
    TrainingArguments,
    Explained,
    BaseEstimator,
    ABC,
):
    """The fit that classifier and regressor share; use one of those."""

    # -- what classifier and regressor say differently -------------------------------------------

    @abstractmethod
    def _encode(self, y: Any, first: bool, incremental: bool, classes: Any) -> NDArray[Any]:
        """Return targets with one column for each output; learn the classes, if there are any."""

    @abstractmethod
    def _loss_rule(self) -> Loss:
        """Return the loss that the arguments and the targets ask for."""

    @abstractmethod
    def _numbers(self, encoded: NDArray[Any], loss: Loss, network: Network, dtype: Any) -> NDArray[Any]:
        """Return encoded targets as the numbers that the loss takes."""

    @abstractmethod
    def _score_outputs(self, o: NDArray[Any], encoded: NDArray[Any], weight: Any) -> float:
        """Return the score of a validation set's outputs, higher is better."""

    @abstractmethod
    def _own_score(self, name: str) -> Score | None:
        """Return the score of outputs and encoded targets that a scorer's name stands for; None leaves it to that."""

    @abstractmethod
    def _weighted(self, y: Any, weight: Any, first_part: bool) -> Any:
        """Return the samples' weights times those of their classes, if there are any."""

    @abstractmethod
    def _encode_validation(self, y: Any) -> NDArray[Any]:
        """Return validation targets as ``_encode`` would, refusing what y did not hold."""

    @abstractmethod
    def _decode(self, encoded: NDArray[Any]) -> Any:
        """Return encoded targets as the user sees them."""

    _weights_name = "sample_weight"
    _stratifies = False
    _scales_target = False
    _target_is_input = False  # an autoencoder's target is X, in the same units

    def _network(self, n_features: int, columns: int, loss: Loss) -> Network:
        return network_of(self, n_features, columns, loss)

    def _completed(self, plan: Plan, network: Network, sparse: bool) -> Plan:  # noqa: ARG002 - for autoencoders
        return plan

    def _warn_of_plan(self, network: Network, plan: Plan, n: int, goes_on: bool) -> None:  # noqa: ARG002 - for autoencoders
        """Warn, in each fit, of what the arguments and ``n`` rows make of each other; ``partial_fit`` may go on."""
        warn_of_clipping(self, plan, n)

    # -- fitting ---------------------------------------------------------------------------------

    @hinted
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        groups: Any = None,
    ) -> Any:
        """Train on X and y.

        Parameters
        ----------
        X : array-like, data frame or CSR/CSC matrix of shape (n, n_features)
            Finite numbers; float32 is kept, everything else becomes float64.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Not negative. A weight of 2 counts as two samples in the objective, 0 as none.
        X_val, y_val : array-like, optional
            Validation data with the same columns and labels. With ``early_stopping`` it takes the place of
            the share that is set aside; without, its score is recorded and nothing else. As the last step of a
            pipeline: ``Pipeline(steps, transform_input=["X_val"])``, or they come as they are (``docs/pipelines.md``).
        sample_weight_val : array-like of shape (n_val,), optional
            Weights of the validation rows, for scorers that take some.
        groups : array-like of shape (n,), optional
            With ``early_stopping``: rows of a group are all trained on, or all set aside; classes are
            stratified as well as the groups allow.

        Returns
        -------
        self
            The estimator itself.

        Raises
        ------
        ValueError, TypeError
            For arguments and data that cannot be used, before any work.
        DivergenceError
            If the weights overflow; the estimator is then as it was before.
        """
        return self._fit(X, y, sample_weight, passed=Passed(X_val, y_val, sample_weight_val, groups))

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        incremental: bool = False,
        classes: Any = None,
        passed: Passed | None = None,
    ) -> Any:
        passed = Passed() if passed is None else passed
        with unchanged_on_error(self):
            check_arguments(self)
            passed.check(self, incremental)
            first = "theta_" not in vars(self) or not (self.warm_start or incremental)
            X, y = self._validated(X, y, first)
            encoded = self._encode(y, first, incremental, classes)
            weight = sample_weights(sample_weight, X.shape[0], X.dtype)
            weight = self._weighted(y, weight, first_part=incremental and first)
            if weight is not None:  # once more: its products with those of the classes
                weight = sample_weights(weight, X.shape[0], X.dtype, self._weights_name)
            if not first:
                self._check_continuation("partial_fit" if incremental else "warm_start", X, encoded)
                X = as_dtype(X, self._theta.dtype)
            fitting = Fitting.of(self, X, encoded, weight, incremental, passed)
            if incremental and not first:
                warn_of_kept(self, fitting)
            state = self._state_of(fitting, first, incremental)
            fitting.split(self)
            fitting.scale(self, first)
            if isinstance(fitting.plan.optimizer, LBFGS):
                self._solve(fitting, state)
            else:
                self._train(fitting, state, incremental)
            self._keep(fitting, state)
        return self

    def _validated(self, X: Any, y: Any, first: bool) -> tuple[Any, Any]:
        numeric = not self._stratifies
        X, y = validated(self, X, y, multi_output=True, y_numeric=numeric, reset=first)
        if numeric and hasattr(y, "tocsr"):
            raise TypeError(
                "y is sparse, and targets must be dense: pass y.toarray(), of a frame y.sparse.to_dense()"
            )
        return as_rows(X), flat(y)

    def _check_continuation(self, what: str, X: Any, encoded: NDArray[Any]) -> None:
        """Raise ValueError naming what changed since the fit before."""
        anew = "set warm_start=False to start anew" if what == "warm_start" else "call fit to start anew"
        outputs = encoded.shape[1] * self._loss_rule().outputs_per_target
        sizes = (X.shape[1], *sizes_of(self.hidden_layer_sizes), outputs)
        if sizes != self.network_.sizes:
            raise ValueError(
                f"{what} cannot go on: the layers had {self.network_.sizes} nodes and would have "
                f"{sizes}; {anew}"
            )
        kept = None if self.scaling_ is None else self.scaling_.kind
        for name, before, now in (
            ("scale_inputs", kept, kind_of(self.scale_inputs)),
            ("scale_target", self.target_scaling_ is not None, self._scales_target),
        ):
            if before != now:
                raise ValueError(f"{what} cannot go on: {name} was {before!r} and is now {now!r}; {anew}")
        if what == "warm_start" and X.dtype != self._theta.dtype:
            raise ValueError(
                f"warm_start cannot go on: the weights are {self._theta.dtype} and X is {X.dtype}; "
                f"pass X.astype({str(self._theta.dtype)!r}) or {anew}"
            )

    def _state_of(self, fitting: Fitting, first: bool, incremental: bool) -> TrainingState:
        """Return the state to go on from: a new one, or the one of the fit before."""
        if first:
            return initial_state(fitting.engine, self._initial_theta(fitting))
        if is_known_outside(self._theta):
            finite_theta(self)
        state: TrainingState = self._state.copied()
        plan, parameters = fitting.plan, state.parameters
        # theta_ is the truth; only a running theta beside an average that is still shown goes on from itself
        goes_on = incremental and state.shown is not None and np.array_equal(self._theta, state.shown)
        state.parameters = State(parameters.theta if goes_on else self._theta, parameters.slots)
        state.best_theta = None  # until a better one is found, the current weights are kept
        if vars(self).get("_scored_by", "") != self._scorer_in_charge():
            state.best_score, state.of_score = -math.inf, Patience()  # of another kind
        if not incremental or self.plan_.slots != plan.slots or state.rate is None:
            zeros = tuple(np.zeros_like(self._theta) for _ in plan.slots)
            state.restart(zeros, plan.rate)
        return state

    def _initial_theta(self, fitting: Fitting) -> NDArray[Any]:
        network, dtype = fitting.network, fitting.train.X.dtype
        slots = len(fitting.plan.slots)
        require_memory(network.sizes, vectors=4 + 2 * slots, itemsize=dtype.itemsize)
        theta = np.empty(network.n_parameters)
        activations = initial_activations(self, network)
        initializer = try_initializer(initializer_of(self.initializer))
        initializer.fill(theta, network, activations, fitting.stream, fitting.seed)
        if not is_finite(theta):
            raise ValueError(f"initializer={self.initializer!r} left NaN or infinity in theta")
        return theta.astype(dtype, copy=False)

    def _solve(self, fitting: Fitting, state: TrainingState) -> None:
        max_iter, callbacks = int(self.max_iter), self._callbacks()
        epochs_before = len(state.history.get("loss", ()))
        unit = self._baseline(fitting)
        solution = minimize(fitting.engine, state, fitting.train, max_iter, self._say, callbacks, unit)
        record_scores(state.history, {}, epochs_before)
        overflowed = not is_finite(state.parameters.theta)
        advice = on_inputs(fitting.train.X, self.scale_inputs) if solution.message else ""
        if overflowed:
            raise explained(DivergenceError(SENTENCE), self, fitting)
        self.n_iter_, self.loss_ = solution.n_iter, solution.objective
        self._scored = None
        for name in ("best_loss_", "best_validation_score_"):  # of an earlier fit by another solver
            self.__dict__.pop(name, None)
        if solution.message:
            warnings.warn(
                f"lbfgs failed to converge after {solution.n_iter} iteration(s) {solution.message}. "
                f"Increase max_iter={self.max_iter} or max_fun={self.max_fun}.{advice}",
                ConvergenceWarning,
                stacklevel=5,
            )
        ending = Ending(solution.n_iter, not solution.message)
        warn_of_shortfall(self, fitting, state.parameters.theta, ending)

    def _train(self, fitting: Fitting, state: TrainingState, incremental: bool) -> None:
        settle_rate(self, fitting, state)
        plan, train_set = fitting.plan, fitting.train
        n, n_epochs = train_set.X.shape[0], 1 if incremental else plan.max_epochs
        orders = Orders(plan.order, n, plan.batch_size, fitting.stream, fitting.seed)
        scored = fitting.validation.X is not None
        monitor = judge_of(self, fitting) if scored else None
        judged: dict[str, Any] = {
            "only_watches": not self.early_stopping,
            "nan_stalls": isinstance(self.early_stopping, EarlyStopping),
            "by_objective": self._target_is_input,
            "baseline": self._baseline(fitting),
        }
        run = Run(
            fitting.engine, train_set, orders, n_epochs, monitor, self._callbacks(), self._say, **judged
        )
        start, epochs_before = state.parameters.theta, len(state.history.get("loss", ()))
        if not incremental:
            self.__dict__.pop("best_theta_", None)
        try:
            outcome = train(run, state)
        except DivergenceError as error:
            raise explained(error, self, fitting) from None
        last = shown(run, state.parameters, state.epoch)
        if self.early_stopping:
            last = self._chosen(state, last, start, incremental)
        if plan.average is None:
            state.parameters = State(last, state.parameters.slots)
        else:
            state.shown = last
        state.best_theta = None  # not needed any more, and not worth pickling
        self.n_iter_ = outcome.n_iter
        self._keep_curves(state, scored)
        record_scores(
            state.history, {} if fitting.scoring is None else fitting.scoring.history, epochs_before
        )
        stood = warn_of_standstill(self, plan, state.history["rate"][epochs_before:], incremental)
        if incremental:
            if not stood:
                warn_of_calls(self, fitting, last, state)
            return
        state.calls, state.told = 0, False
        if not (stood or outcome.reason == "interrupted"):
            at_horizon = outcome.reason == "horizon"
            over = at_horizon and is_over(run, state.history, epochs_before)
            if at_horizon and not over:
                warn_of_horizon(self, fitting)
            rose = None if run.score_decides else (outcome.first_loss, outcome.last_loss)
            ending = Ending(outcome.n_iter, outcome.reason == "stalled", rose, over=over)
            warn_of_shortfall(self, fitting, last, ending)

    def _chosen(self, state: TrainingState, last: Any, start: Any, incremental: bool) -> Any:
        """Return the weights of the best epoch; partial_fit keeps them beside the newest."""
        best = state.best_theta
        if best is None or state.best_score == -math.inf:  # no epoch was scored better, or none at all
            best = last
        elif incremental:
            self.__dict__["best_theta_"], best = best.copy(), last
        return best if is_finite(best) else start

    def _baseline(self, fitting: Fitting) -> float:  # noqa: ARG002 - for autoencoders
        """Return what the best constant prediction has of what decides, or NaN: then ``tol`` is absolute."""
        return math.nan

    def _scorer_in_charge(self) -> str:
        """Return what tells one kind of validation score from another."""
        return repr(getattr(self.early_stopping, "scoring", None))

    def _view(self, fitting: Fitting) -> Any:
        """Return an estimator of this kind that predicts with any ``theta_`` put into it, for scorers."""
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view.__dict__.pop("feature_names_in_", None)  # the validation set is arrays by now
        view.network_, view.plan_ = fitting.network, fitting.plan
        view.scaling_, view.target_scaling_ = fitting.scaling, fitting.target_scaling
        return view

    # -- fitted attributes -----------------------------------------------------------------------

    def _keep(self, fitting: Fitting, state: TrainingState) -> None:
        # not looked at, as it would be if it were set: the network that it belongs to comes below
        self.__dict__["theta_"] = state.parameters.theta if state.shown is None else state.shown.copy()
        self.scaling_, self.target_scaling_ = fitting.scaling, fitting.target_scaling
        self._state = state
        self.network_, self.plan_ = fitting.network, fitting.plan
        self.engine_ = fitting.engine.name
        self.n_layers_ = len(self.network_.sizes)
        self.n_outputs_ = self.network_.sizes[-1]
        output = self.network_.output
        self.out_activation_ = output.name or type(output).__name__
        self.t_ = state.samples

    def _keep_curves(self, state: TrainingState, scored: bool) -> None:
        self._scored = scored
        self.loss_ = state.loss_curve[-1] if state.loss_curve else math.nan
        self.best_validation_score_ = state.best_score if self.early_stopping else None
        self.best_loss_ = None if self.early_stopping else state.best_loss
        self._scored_by = self._scorer_in_charge()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        noisy = isinstance(self.regularizers, tuple) and any(
            isinstance(r, InputNoise) for r in self.regularizers
        )
        tags.input_tags.sparse = not noisy  # noise would fill a sparse matrix
        return tags
