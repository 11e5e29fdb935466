"""One fit: what is made of the arguments and the data before training begins."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from ..engines.choice import engine_for
from ..engines.engine import Batch, Engine
from ..network import Network
from ..plan import LBFGS, Plan
from ..random import random_state_of, seed_of
from .planning import batch_size_of, check_targets, network_of, plan_of


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
        The samples set aside, with encoded targets; empty without early stopping.
    """

    network: Network
    plan: Plan
    engine: Engine
    stream: np.random.RandomState
    seed: int
    train: Batch
    encoded: NDArray[Any]
    validation: Batch = field(default_factory=lambda: Batch(None, None))

    @classmethod
    def of(cls, estimator: Any, X: Any, encoded: NDArray[Any], weight: Any) -> Fitting:
        """Return the fitting for an estimator and checked data; rows of weight 0 are dropped."""
        if weight is not None and not weight.all():
            kept = np.flatnonzero(weight)
            X, encoded, weight = X[kept], encoded[kept], weight[kept]
        loss = estimator._loss_rule()
        network = network_of(estimator, X.shape[1], encoded.shape[1], loss)
        plan = plan_of(estimator, loss, X.shape[0])
        stream = random_state_of(estimator.random_state)
        engine = engine_for(estimator.engine, network, plan)
        y = estimator._numbers(encoded, loss, network, X.dtype)
        check_targets(loss, y)
        return cls(network, plan, engine, stream, seed_of(stream), Batch(X, y, weight), encoded)

    def split(self, estimator: Any) -> None:
        """Set the validation samples aside, drawing what scikit-learn draws, if early stopping asks.

        Raises
        ------
        ValueError
            If a class is too small to be split, or fewer than two samples would be set aside.
        """
        if not estimator.early_stopping or isinstance(self.plan.optimizer, LBFGS):
            return
        X, y, weight = self.train
        parts = [X, y, self.encoded] + ([] if weight is None else [weight])
        stratify = self.encoded if estimator._stratifies and y.shape[1] == 1 else None
        split = train_test_split(
            *parts,
            random_state=self.stream,
            test_size=estimator.validation_fraction,
            stratify=stratify,
        )
        if split[1].shape[0] < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your "
                f"dataset. (validation_fraction={estimator.validation_fraction} of {X.shape[0]} samples)"
            )
        weights = (None, None) if weight is None else (split[6], split[7])
        self.train = Batch(split[0], split[2], weights[0])
        self.encoded = split[4]
        self.validation = Batch(split[1], split[5], weights[1])
        size = batch_size_of(estimator, self.train.X.shape[0])
        self.plan = replace(self.plan, batch_size=size)
        self.engine = engine_for(estimator.engine, self.network, self.plan)
