"""What a network gains on the best constant prediction: the evidence that it learned something, or nothing (E1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engines.engine import Batch
from ..plan import Plan
from ..rules.losses import Loss
from ..rules.regression_losses import GaussianNLL
from .baseline import constant_of

NOTHING = 0.02
"""Who gains less than this share of the constant prediction's loss has learned nothing."""
ALIKE = 1e-3
"""Outputs whose spread is less than this share of that of the targets are the same for all rows."""


@dataclass(frozen=True)
class Ending:
    """How a fit ended, as far as it is evidence.

    Attributes
    ----------
    n_iter : int
        Epochs.
    stalled : bool
        Whether training ended because nothing improved by ``tol``.
    losses : tuple of two float, or None
        Of the first and the last of the epochs that are compared; None where the loss does not decide.
    over : bool
        Whether training ended as it was meant to, so that nobody has said that it did not.
    calls : bool
        Whether each epoch was a call of ``partial_fit``.
    """

    n_iter: int
    stalled: bool
    losses: tuple[float, float] | None = None
    over: bool = False
    calls: bool = False


@dataclass(frozen=True)
class Evidence:
    """Losses of some rows, side by side.

    Attributes
    ----------
    losses, constants : array of shape (n, r_m)
        Reported losses of the outputs, and of the constant prediction.
    weight : array of shape (n,), or None
    is_constant : bool
        Whether the outputs are the same for all rows.
    """

    losses: NDArray[np.float64]
    constants: NDArray[np.float64]
    weight: Any
    is_constant: bool

    @classmethod
    def of(cls, plan: Plan, train: Batch, part: Batch, o: NDArray[np.float64]) -> Evidence:
        """Return the evidence of some rows.

        Parameters
        ----------
        plan : Plan
        train : Batch
            The rows of which the constant is the mean.
        part : Batch
            The rows that are looked at.
        o : array of shape (n, r_m)
            Their outputs.
        """
        y, loss = np.asarray(part.y, dtype=np.float64), plan.loss
        constant = np.broadcast_to(_constant_outputs(loss, train), o.shape)
        found, best = (np.asarray(loss.reported(np, one, y), dtype=np.float64) for one in (o, constant))
        return cls(found, best, part.weight, bool((o.std(axis=0) <= ALIKE * y.std(axis=0)).all()))

    @property
    def found(self) -> float:
        """The mean loss of the outputs."""
        return float(np.average(self.losses.sum(axis=1), weights=self.weight))

    @property
    def constant(self) -> float:
        """The mean loss of the constant prediction."""
        return float(np.average(self.constants.sum(axis=1), weights=self.weight))

    @property
    def gained(self) -> float:
        """What the outputs gain on the constant, as a share of its loss."""
        return float(np.divide(self.constant - self.found, abs(self.constant)))  # of 0, too

    @property
    def doubt(self) -> float:
        """Two standard errors of ``gained``: as much may be due to the choice of the rows."""
        gains = (self.constants - self.losses).sum(axis=1)  # (n,)
        weight = np.ones(len(gains)) if self.weight is None else np.asarray(self.weight, dtype=np.float64)
        rows = weight.sum() ** 2 / (weight**2).sum()
        return float(np.divide(2 * gains.std() / np.sqrt(rows), abs(self.constant)))

    def said(self, estimator: Any, when: str = "") -> str:
        """Return the sentence that nothing was learned; ``when`` begins with a space."""
        below = "hardly" if self.gained > 0 else "not"
        text = f"Nothing was learned{when}: the training loss, {self.found:.3g}, is {below} below "
        text += f"{self.constant:.3g}, that of always predicting {constant_name(estimator)}."
        return text + (" The output is the same for all rows." if self.is_constant else "")


def constant_name(estimator: Any) -> str:
    """Return what an estimator's constant prediction is called."""
    if estimator._stratifies:
        return "the class frequencies"
    return "the columns' means" if estimator._target_is_input else "the mean"


def _constant_outputs(loss: Loss, data: Batch) -> NDArray[np.float64]:
    """Return the best outputs, or good ones, of a network that does not look at its inputs, shape (r_m,)."""
    o = constant_of(data.y, data.weight)
    if isinstance(loss, GaussianNLL):
        o[1::2] = np.average((data.y - o) ** 2, axis=0, weights=data.weight)[1::2]
    return o
