"""One fit: what is made of the arguments and the data before training begins."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import is_ours
from ..engines.choice import engine_for
from ..engines.engine import Batch, Engine
from ..network import Network
from ..plan import LBFGS, Plan
from ..random import Purpose, is_seed, normal, philox_seed, random_state_of
from ..rules.losses import Loss
from ..rules.optimizers import Optimizer
from .early_stopping import Scoring, scorers_of
from .inputs import as_dtype
from .losses import check_targets
from .pairs import refuse_pairs_beyond
from .planning import optimizer_of, plan_of
from .scaling import SMALL, Scaling, extremes, is_sparse, refuse_large, refuse_unscalable, scaling_for
from .squeezed import warn_of_few, warn_of_squeezed
from .unchanged import worked_out
from .unlike_rows import warn_of_unlike
from .validation import Passed, rehearsed_split, split_rows


@contextlib.contextmanager
def unchanged_on_error(estimator: Any) -> Iterator[None]:
    """Put all attributes back if the block fails: an estimator is never left half made."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


@dataclass
class Fitting:
    """A network, a plan, an engine, random streams and the data of one fit.

    Attributes
    ----------
    network : Network
    plan : Plan
    engine : Engine
    stream : RandomState
        scikit-learn's stream.
    seed : int
        For Philox.
    train : Batch
        Training samples; ``y`` holds numbers.
    encoded : array of shape (n, columns)
        Their targets before they became numbers.
    validation : Batch
        The samples that are scored, with encoded targets; empty if there are none.
    parts : tuple of two arrays of int, or None
        Rows to train on and to set aside, where they are known before training.
    scaling, target_scaling : Scaling or None
    scoring : Scoring or None
        The scorers of early stopping; None is the estimator's own score.
    paired : bool
        Whether the target of an autoencoder is not X.
    squeezed : bool
        Whether a few rows far out decide about the scaling.
    owns : bool
        Whether the training samples are copies that nobody else has: they may be scaled in place.
    """

    network: Network
    plan: Plan
    engine: Engine
    stream: np.random.RandomState
    seed: int
    train: Batch
    encoded: NDArray[Any]
    validation: Batch = field(default_factory=lambda: Batch(None, None))
    parts: Any = None
    scaling: Scaling | None = None
    target_scaling: Scaling | None = None
    scoring: Scoring | None = None
    paired: bool = False
    owns: bool = False
    squeezed: bool = False

    @classmethod
    def of(
        cls,
        estimator: Any,
        X: Any,
        encoded: NDArray[Any],
        weight: Any,
        incremental: bool,
        passed: Passed | None = None,
    ) -> Fitting:
        """Return the fitting for an estimator and checked data; rows of weight 0 are dropped.

        Nothing is drawn from the stream: what cannot be used is refused before any work.
        """
        passed = Passed() if passed is None else passed
        validation = passed.validation(estimator, encoded.shape[1])
        groups = passed.checked_groups(len(encoded))
        rows, owns = np.arange(len(encoded)), False
        if weight is not None and not weight.all():
            rows = np.flatnonzero(weight)
            X, encoded, weight, owns = X[rows], encoded[rows], weight[rows], True
            groups = None if groups is None else groups[rows]
        loss = estimator._loss_rule()
        network = _network_of(estimator, X.shape[1], encoded.shape[1], loss)
        optimizer = _optimizer_of(estimator, incremental)
        passed.check_solver(estimator, optimizer)
        stream = _stream_of(estimator)
        seed = philox_seed(estimator.random_state, stream)
        n_train, aside, parts = X.shape[0], None, None
        if estimator.early_stopping and validation is None and not isinstance(optimizer, LBFGS):
            n_train, aside = rehearsed_split(estimator, encoded, groups)
            if groups is not None:  # scikit-learn draws nothing of that kind, so the stream stays untouched
                parts = split_rows(estimator, encoded, groups, seed % 2**32)
                n_train, aside = len(parts[0]), parts[1]
        engine = _engine_of(estimator, network, loss, optimizer, n_train, hasattr(X, "tocsr"))
        goes_on = incremental and "plan_" in vars(estimator)
        estimator._warn_of_plan(network, engine.plan, n_train, goes_on)
        y = estimator._numbers(encoded, loss, network, X.dtype)
        fitting = cls(network, engine.plan, engine, stream, seed, Batch(X, y, weight), encoded, parts=parts)
        fitting.paired, fitting.owns = passed.paired, owns
        _check_as_trained_on(estimator, fitting, X if passed.paired else y, rows)
        refuse_unscalable(estimator.scale_inputs, X)
        if validation is not None:
            fitting.validation = validation
        if estimator.early_stopping:
            fitting._rehearse_scoring(estimator, aside)
        fitting._look_at_rows(estimator, incremental)
        return fitting

    def _look_at_rows(self, estimator: Any, incremental: bool) -> None:
        """Warn of rows that were passed as they should not be; of parts, the first says it."""
        if incremental and "plan_" in vars(estimator):
            return
        if self.validation.X is not None or self.paired:
            warn_of_unlike(estimator, self.train._replace(y=self.encoded), self.validation, self.paired)
        if incremental:
            warn_of_few(estimator, self.train.X.shape[0])

    def _rehearse_scoring(self, estimator: Any, rows: Any) -> None:
        """Score some weights once, so that a scorer that cannot work is refused before training."""
        scorers = scorers_of(estimator.early_stopping)
        if not scorers:
            return
        X, y, weight = (self.validation if rows is None else self._set_aside(rows))[:3]
        view = estimator._view(self)
        theta = normal(0, Purpose.INITIALIZATION, 0, self.network.n_parameters).astype(self.train.X.dtype)
        scoring = Scoring(view, scorers, X, y, weight)
        scoring.try_once(theta)
        self.scoring = scoring

    def _set_aside(self, rows: Any) -> Batch:
        X, _, weight = self.train[:3]
        return Batch(X[rows], self.encoded[rows], None if weight is None else weight[rows])

    def split(self, estimator: Any) -> None:
        """Set the validation samples aside, drawing what scikit-learn draws, if early stopping asks."""
        if isinstance(self.plan.optimizer, LBFGS):
            return
        if estimator.early_stopping and self.validation.X is None:
            train, aside = self.parts or split_rows(estimator, self.encoded, None, self.stream)
            X, y, weight = self.train[:3]
            self.validation = self._set_aside(aside)
            self.train = Batch(X[train], y[train], None if weight is None else weight[train])
            self.encoded, self.owns = self.encoded[train], True
        if self.scoring is not None:
            self.scoring.judge(*self.validation[:3])

    def scale(self, estimator: Any, first: bool) -> None:
        """Fit the scaling to the training samples, or take that of the fit before; apply it to all samples."""
        X, y, weight = self.train[:3]
        if not first:
            self.scaling = getattr(estimator, "scaling_", None)
            self.target_scaling = getattr(estimator, "target_scaling_", None)
        else:
            if estimator.scale_inputs is not None:
                self.scaling = scaling_for(estimator.scale_inputs, X, weight)
                if self.scaling is not estimator.scale_inputs:
                    self.squeezed = warn_of_squeezed(
                        "X", X, self.scaling, may_be_robust=not estimator._target_is_input
                    )
            if estimator._scales_target:
                own = estimator._target_is_input
                self.target_scaling = self.scaling if own else Scaling.of("standard", y, weight)
                if not own:
                    self.squeezed |= warn_of_squeezed("y", y, self.target_scaling, may_be_robust=False)
        dtype = X.dtype
        if self.scaling is not None:
            X = self.scaling.apply(X, dtype, in_place=self.owns)
            if self.validation.X is not None:
                self.validation = self.validation._replace(X=self.scaling.apply(self.validation.X, dtype))
        elif self.validation.X is not None:
            self.validation = self.validation._replace(X=as_dtype(self.validation.X, dtype))
        if self.target_scaling is not None:
            same = estimator._target_is_input and not (self.paired or is_sparse(X))  # then scaled above
            if self.paired:
                refuse_pairs_beyond(self.plan.loss, y, self.target_scaling)
            # rows that were made dense are nobody else's
            alone = self.owns or (estimator._target_is_input and is_sparse(X) and not self.paired)
            y = X if same else self.target_scaling.apply(y, dtype, in_place=alone)
            if estimator._target_is_input and self.validation.X is not None:  # judged as it is trained
                scaled = self.target_scaling.apply(self.validation.y, dtype)
                self.validation = self.validation._replace(y=scaled)
        self.train = Batch(X, y, weight)
        if self.scoring is not None:
            self.scoring.view = estimator._view(self)


def _optimizer_of(estimator: Any, incremental: bool) -> Optimizer | LBFGS:
    before = vars(estimator).get("plan_")
    found = worked_out(estimator)
    if "optimizer" not in found:
        found["optimizer"] = optimizer_of(estimator)
    if incremental and before is not None and isinstance(before.optimizer, Optimizer):
        return before.optimizer  # like scikit-learn's, partial_fit goes on with it
    optimizer: Optimizer | LBFGS = found["optimizer"]
    return optimizer


def _stream_of(estimator: Any) -> np.random.RandomState:
    """Return scikit-learn's stream; the one of the call before, begun anew, as making one takes longer than a step."""
    seed, found = estimator.random_state, worked_out(estimator)
    if "stream" in found and is_seed(seed):
        found["stream"].seed(int(seed))
    else:
        found["stream"] = random_state_of(seed)
    stream: np.random.RandomState = found["stream"]
    return stream


def _network_of(estimator: Any, n_features: int, columns: int, loss: Loss) -> Network:
    """Return the network; the one of the call before where that was of the same sizes and loss."""
    found, asked = worked_out(estimator), (n_features, columns, loss)
    if found.get("network", (None,))[0] != asked:
        found["network"] = asked, estimator._network(n_features, columns, loss)
    network: Network = found["network"][1]
    return network


def _engine_of(
    estimator: Any, network: Network, loss: Loss, optimizer: Optimizer | LBFGS, n: int, sparse: bool
) -> Engine:
    """Return the engine with the plan; those of the call before where they were made of the same."""
    asked = network, loss, optimizer, n, sparse, os.environ.get("ROSENBLATT_ENGINE")
    found = worked_out(estimator)
    if found.get("engine", (None,))[0] != asked:
        plan = plan_of(estimator, loss, optimizer, n, sparse=sparse)
        plan = estimator._completed(plan, network, sparse=sparse)
        found["engine"] = asked, engine_for(estimator.engine, network, plan)
    engine: Engine = found["engine"][1]
    return engine


def _check_as_trained_on(estimator: Any, fitting: Fitting, X: Any, rows: NDArray[np.intp]) -> None:
    """Check the targets about as training will see them; those of rows are scaled as X is."""
    loss, output, (_, y, weight) = fitting.plan.loss, fitting.network.output, fitting.train[:3]
    if not estimator._scales_target:
        check_targets(loss, y, rows, output)
        return
    if estimator._target_is_input:
        refuse_unscalable(estimator.scale_inputs, y)
        scaling = scaling_for(estimator.scale_inputs, X, weight)
        if X is not y:
            refuse_pairs_beyond(loss, y, scaling)
    else:
        refuse_large("y", y, "scale_target=True")
        scaling = Scaling.of("standard", y, weight)
    if y.size > SMALL and is_ours(loss):  # scaled, the smallest stays the smallest: no copy of y is needed
        with contextlib.suppress(ValueError):
            ends = scaling.apply(np.stack(extremes(y)).astype(y.dtype), y.dtype)
            check_targets(loss, ends, rows[:2], output)
            return
    check_targets(loss, scaling.apply(y, y.dtype), rows, output)
