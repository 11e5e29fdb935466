"""What training recorded, as attributes: made where somebody asks, not in each fit, which may be one of many."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..training.state import TrainingState


class Curves:
    """The part of an estimator that shows what its training recorded."""

    _state: TrainingState
    _scored: bool | None = False
    """Whether the last fit was judged on rows set aside; None where it went by no epochs (L-BFGS)."""

    @property
    def history_(self) -> dict[str, NDArray[Any]]:
        """What each epoch of all fits did, by name, each of shape (n_epochs,).

        The loss is without penalties, so that it compares with the validation_loss; ``loss_curve_`` is with them.
        """
        return {name: np.array(list(column)) for name, column in self._recorded("history_").history.items()}

    @property
    def loss_curve_(self) -> list[float]:
        """The training loss of each epoch of all fits."""
        return list(self._recorded("loss_curve_", by_epochs=True).loss_curve)

    @property
    def validation_scores_(self) -> list[float] | None:
        """The validation score of each epoch of all fits; None where there is no validation set."""
        scores = self._recorded("validation_scores_", by_epochs=True).validation_scores
        return list(scores) if self._scored else None

    def _recorded(self, name: str, by_epochs: bool = False) -> TrainingState:
        state: TrainingState | None = vars(self).get("_state")
        if state is None or (by_epochs and self._scored is None):
            why = "fit gives it one" if state is None else "L-BFGS counts no epochs; loss_ is what it came to"
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}: {why}")
        return state
