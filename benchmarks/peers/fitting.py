"""Estimators with scikit-learn's interface, measured through ``fit``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..data import BETA_1, BETA_2, EPSILON, RATE, Data, make_data
from ..shapes import Shape
from .peer import Peer

NEVER = 10**6  # epochs without improvement that stop training: none here


class Fitting(Peer):
    """Times ``fit`` as the difference of a long and a short one."""

    def classes(self) -> tuple[Any, Any]:
        """Return the classifier's class and the regressor's."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """Return arguments of this library alone."""
        return {}

    def estimator(self, max_iter: int) -> Any:
        """Return a new estimator for the prepared shape."""
        classifier, regressor = self.classes()
        kind = regressor if self.shape.task == "numbers" else classifier
        return kind(
            hidden_layer_sizes=tuple(self.shape.sizes[1:-1]),  # the regressor's first argument is its loss
            activation="relu",
            solver=self.shape.optimizer,
            alpha=0.0,
            batch_size=self.shape.batch,
            learning_rate_init=RATE,
            momentum=0.0,
            nesterovs_momentum=False,
            beta_1=BETA_1,
            beta_2=BETA_2,
            epsilon=EPSILON,
            shuffle=True,
            max_iter=max_iter,
            n_iter_no_change=NEVER,
            random_state=0,
            **self.extra(),
        )

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Keep the data and fit once."""
        self.shape, self.dtype, self.data = shape, dtype, data
        self.fitted = self.estimator(1).fit(data.X, data.y)

    def seconds(self, epochs: int) -> float:
        """Return the time of a fit of ``1 + epochs`` epochs less that of a fit of one.

        The short fit is taken before and after the long one, and the quicker counts: a disturbed
        short fit would make a step seem cheaper than it is.
        """
        for _ in range(10):
            if (difference := self._difference(epochs)) > 0:
                return difference
        raise RuntimeError("a short fit takes longer than a long one: the machine is too busy")

    def _difference(self, epochs: int) -> float:
        times = []
        for max_iter in (1, 1 + epochs, 1):
            estimator = self.estimator(max_iter)
            started = time.perf_counter()
            estimator.fit(self.data.X, self.data.y)
            times.append(time.perf_counter() - started)
            if estimator.n_iter_ != max_iter:
                raise RuntimeError(f"fit took {estimator.n_iter_} epochs instead of {max_iter}")
        return times[1] - min(times[0], times[2])

    def prepare_predictions(self, shape: Shape, dtype: str, X: Any) -> Callable[[], Any]:
        """Return ``predict_proba`` on X, whole, as a user calls it."""
        self.prepare(shape, dtype, make_data(shape, dtype))
        predict = self.fitted.predict_proba
        return lambda: predict(X)
