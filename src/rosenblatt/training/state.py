"""What training carries from epoch to epoch, and from one ``fit`` to the next."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field, replace
from typing import Any

from ..engines.engine import State
from .column import Column
from .patience import Objective, Patience


@dataclass
class TrainingState:
    """Arrays and numbers, nothing that cannot be pickled.

    Attributes
    ----------
    parameters : State
        Theta and the optimiser's slots.
    rate : Schedule or None
        The rate's schedule, as far as it has adapted.
    step, epoch : int
        Since the optimiser started.
    samples : int
        Seen over all fits (scikit-learn's ``t_``).
    of_loss, of_score : Patience
        How long the training loss, and the validation score, has not improved.
    objective : Objective or None
        What the epoch before was told to minimise; None where there is nothing to compare with.
    best_loss, best_score : float
        Of all epochs.
    best_theta : array of shape (p,)
        The weights of the best validation score.
    shown : array of shape (p,), or None
        What the estimator predicts with where that is an average; None where it is theta.
    loss_curve, validation_scores : Column
    history : dict of str to Column
    interrupted : bool
        Whether Ctrl-C ended the training: what trains several networks must end as well.
    calls : int
        Of ``partial_fit``, since the last fit.
    told : bool
        Whether one of them said that nothing is learned.
    """

    parameters: State
    rate: Any = None
    step: int = 0
    epoch: int = 0
    samples: int = 0
    of_loss: Patience = field(default_factory=Patience)
    of_score: Patience = field(default_factory=Patience)
    objective: Objective | None = None
    best_loss: float = math.inf
    best_score: float = -math.inf
    best_theta: Any = None
    shown: Any = None
    loss_curve: Column = field(default_factory=Column)
    validation_scores: Column = field(default_factory=Column)
    history: dict[str, Column] = field(default_factory=dict)
    interrupted: bool = False
    calls: int = 0
    told: bool = False

    def copied(self) -> TrainingState:
        """Return a state that may be trained on: what is recorded and the arrays are shared.

        A state's arrays are replaced and never written to, so that a failed call leaves no trace.
        """
        history = {name: column.copied() for name, column in self.history.items()}
        return replace(
            self,
            rate=copy.deepcopy(self.rate),
            loss_curve=self.loss_curve.copied(),
            validation_scores=self.validation_scores.copied(),
            history=history,
        )

    @property
    def epochs_of_all_fits(self) -> int:
        """The number of the next epoch, by which noise is drawn: a warm start goes on with noise of its own."""
        return len(self.loss_curve)

    def restart(self, slots: tuple[Any, ...], rate: Any) -> None:
        """Begin anew with the optimiser; what was learnt and counted stays (a warm start)."""
        self.parameters = State(self.parameters.theta, slots)
        self.rate, self.step, self.epoch, self.shown = rate, 0, 0, None
        self.objective = None  # a rate that begins anew does not rise


@dataclass(frozen=True)
class Record:
    """What one epoch did.

    Parameters
    ----------
    epoch : int
        Counted from 1, in this fit.
    n_epochs : int
        How many are planned.
    loss : float
        As ``loss_curve_`` reports it, penalties of weights included.
    objective : float
        The function whose gradient was followed, penalties included, averaged over the epoch.
    validation_score : float
        NaN without early stopping.
    rate : float
        Learning rate of the epoch's last step.
    gradient_norm : float
        Root mean square over the steps of the norm of the gradient.
    seconds : float
        What the epoch took, validation included.
    stalled : bool
        Whether the patience is exhausted.
    renewed : bool
        Whether counting began anew with this epoch: the rate rose, or the strength of a penalty changed.
    judged : float
        What decides, lower is better: the loss, the objective of an autoencoder, or a score with a minus.
    penalty : float
        All penalties, at their strength of the time: of weights, of outputs within the network, of its slope.
    validation_loss : float
        The loss of the validation rows, without penalties; NaN without such rows.
    unit : float
        What ``tol`` and ``min_delta`` are multiples of: 1, or for an autoencoder a share of its errors.
    """

    epoch: int
    n_epochs: int
    loss: float
    objective: float
    validation_score: float
    rate: float
    gradient_norm: float
    seconds: float
    stalled: bool = False
    renewed: bool = False
    judged: float = math.nan
    penalty: float = math.nan
    validation_loss: float = math.nan
    unit: float = 1.0


HISTORY = (
    "loss",
    "penalty",
    "objective",
    "validation_score",
    "validation_loss",
    "rate",
    "gradient_norm",
    "seconds",
)
"""What is kept of each epoch: the loss without penalties, the penalties, and what both are together."""
