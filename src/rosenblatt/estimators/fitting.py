"""One fit: what is made of the arguments and the data before training begins."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from ..engines.choice import engine_for
from ..engines.engine import Batch, Engine
from ..network import Network
from ..plan import LBFGS, Plan
from ..random import fresh_seed, random_state_of, seed_of
from ..rules.optimizers import Optimizer
from .losses import check_targets
from .planning import network_of, optimizer_of, plan_of


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
    def of(cls, estimator: Any, X: Any, encoded: NDArray[Any], weight: Any, incremental: bool) -> Fitting:
        """Return the fitting for an estimator and checked data; rows of weight 0 are dropped.

        Nothing is drawn from the stream: what cannot be used is refused before any work.
        """
        rows = np.arange(len(encoded))
        if weight is not None and not weight.all():
            rows = np.flatnonzero(weight)
            X, encoded, weight = X[rows], encoded[rows], weight[rows]
        loss = estimator._loss_rule()
        network = network_of(estimator, X.shape[1], encoded.shape[1], loss)
        optimizer = optimizer_of(estimator)
        before = getattr(estimator, "plan_", None)
        if incremental and before is not None and isinstance(before.optimizer, Optimizer):
            optimizer = before.optimizer  # like scikit-learn's, partial_fit goes on with it
        n_train = X.shape[0]
        if estimator.early_stopping and not isinstance(optimizer, LBFGS):
            n_train = _training_rows(estimator, encoded)
        plan = plan_of(estimator, loss, optimizer, n_train, sparse=hasattr(X, "tocsr"))
        stream = random_state_of(estimator.random_state)
        engine = engine_for(estimator.engine, network, plan)
        y = estimator._numbers(encoded, loss, network, X.dtype)
        check_targets(loss, y, rows)
        # None asks for another model each time; scikit-learn's stream may not move between two of them
        seed = seed_of(stream) if estimator.random_state is not None else fresh_seed()
        return cls(network, plan, engine, stream, seed, Batch(X, y, weight), encoded)

    def split(self, estimator: Any) -> None:
        """Set the validation samples aside, drawing what scikit-learn draws, if early stopping asks."""
        if not estimator.early_stopping:
            return
        X, y, weight = self.train[:3]
        parts = [X, y, self.encoded] + ([] if weight is None else [weight])
        split = _split(estimator, self.encoded, self.stream, parts)
        weights = (None, None) if weight is None else (split[6], split[7])
        self.train = Batch(split[0], split[2], weights[0])
        self.encoded = split[4]
        self.validation = Batch(split[1], split[5], weights[1])


def _split(estimator: Any, encoded: NDArray[Any], stream: Any, parts: list[Any]) -> Any:
    """Split as scikit-learn does: two classes are stratified, several and multilabel are not."""
    stratify = encoded if estimator._stratifies and encoded.shape[1] == 1 else None
    return train_test_split(
        *parts, random_state=stream, test_size=estimator.validation_fraction, stratify=stratify
    )


def _training_rows(estimator: Any, encoded: NDArray[Any]) -> int:
    """Return how many rows early stopping leaves for training, by a split that draws from no stream.

    Raises
    ------
    ValueError
        If a class is too small to be split, or fewer than two samples would be set aside.
    """
    n, fraction = len(encoded), estimator.validation_fraction
    figures = f"(early_stopping=True, validation_fraction={fraction} of {n} samples)"
    if fraction == 0:
        raise ValueError(f"No validation set. Take validation_fraction=0.1, say. {figures}")
    try:
        train, validation = _split(estimator, encoded, 0, [np.arange(n)])
    except ValueError as error:
        advice = "Give more data, change 'validation_fraction', or set early_stopping=False."
        smallest = _smallest_class(estimator, encoded)
        raise ValueError(f"{str(error).rstrip('.')}. {smallest}{advice} {figures}") from error
    if len(validation) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the size of your "
            f"dataset. {figures}"
        )
    return len(train)


def _smallest_class(estimator: Any, encoded: NDArray[Any]) -> str:
    if not estimator._stratifies or encoded.shape[1] > 1 or not 0 < encoded.sum() < len(encoded):
        return ""
    ones = int(encoded.sum())
    label, rows = min(zip(estimator.classes_, (len(encoded) - ones, ones), strict=True), key=lambda c: c[1])
    return f"Class {str(label)!r} has {rows} of {len(encoded)} rows. "
