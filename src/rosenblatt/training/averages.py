r"""Averages of the weights over steps or epochs: what ``average="swa"`` and ``"ema"`` mean.

After each step the average moves by the share :math:`\beta` of the way to theta (0: not at all, 1: it is
replaced). An average is what decides those shares; the settings table carries them to the engine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..limits import Limited
from ..plan import Clock


@dataclass(frozen=True)
class SWA(Limited):
    r"""Stochastic weight averaging: the plain mean of the weights at the ends of the last epochs.

    Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, *Averaging weights leads to wider optima and better
    generalization* (2018). It suits a rate that stays high. ``partial_fit`` knows no last epoch, so all of its
    epochs count.

    Parameters
    ----------
    start : float in [0, 1), default=0.75
        The share of the epochs that pass before the first one counts.

    Examples
    --------
    >>> SWA(0.5).shares(Clock(0, 0, 0, horizon=4, progress=0.0), steps=2, epochs=4)
    array([0. , 0. , 0. , 0. , 0. , 1. , 0. , 0.5])
    """

    start: float = 0.75
    name: ClassVar[str] = "swa"
    limits: ClassVar = {"start": "[0, 1)"}

    def first_epoch(self, horizon: int) -> int:
        """Return the number of the first epoch that counts, from 0.

        Parameters
        ----------
        horizon : int
            Epochs planned.

        Returns
        -------
        int
            Counted from 0.
        """
        return min(math.ceil(self.start * horizon), horizon - 1)

    def shares(self, clock: Clock, steps: int, epochs: int) -> NDArray[np.float64]:
        """Return the share for each of the next steps.

        Parameters
        ----------
        clock : Clock
            The time of the first of them.
        steps, epochs : int
            Steps in an epoch, and epochs.

        Returns
        -------
        array of shape (steps * epochs,)
            The share of the newest weights in each step.
        """
        shares = np.zeros((epochs, steps))
        counted = clock.epoch + np.arange(epochs) - self.first_epoch(clock.horizon) + 1
        shares[:, -1] = np.where(counted > 0, 1 / np.maximum(counted, 1), 0.0)
        return shares.ravel()

    def has_begun(self, epochs: int, horizon: int) -> bool:
        """Return whether there is an average yet.

        Parameters
        ----------
        epochs, horizon : int
            Epochs taken and planned.

        Returns
        -------
        bool
            True from the first epoch on that counts.
        """
        return epochs > self.first_epoch(horizon)


@dataclass(frozen=True)
class EMA(Limited):
    r"""An exponential moving average over the steps, :math:`\bar\theta \leftarrow d\bar\theta + (1-d)\theta`.

    Its start is corrected as Adam's: after t steps the share is :math:`(1 - d)/(1 - d^t)`, so that the first
    weights do not linger. Polyak and Juditsky, *Acceleration of stochastic approximation by averaging* (1992).

    Parameters
    ----------
    decay : float in [0, 1), default=0.999
        The :math:`d`.
    """

    decay: float = 0.999
    name: ClassVar[str] = "ema"
    limits: ClassVar = {"decay": "[0, 1)"}

    def shares(self, clock: Clock, steps: int, epochs: int) -> NDArray[np.float64]:
        """Return the share for each of the next steps.

        Parameters
        ----------
        clock : Clock
            The time of the first of them.
        steps, epochs : int
            Steps in an epoch, and epochs.

        Returns
        -------
        array of shape (steps * epochs,)
            The share of the newest weights in each step.
        """
        t = clock.step + 1 + np.arange(steps * epochs)
        return np.asarray((1 - self.decay) / (1 - self.decay**t))

    def has_begun(self, epochs: int, horizon: int) -> bool:
        """Return whether there is an average yet.

        Parameters
        ----------
        epochs, horizon : int
            Epochs taken and planned.

        Returns
        -------
        bool
            True from the first epoch on that counts.
        """
        return epochs > 0


AVERAGES: dict[str, Any] = {kind.name: kind for kind in (SWA, EMA)}
