r"""Schedules of the learning rate (O1, T5): what the rate is at a time.

Each is a frozen object that is called with a :class:`~rosenblatt.plan.Clock`. ``peak`` is the rate
that it starts from; left None, an estimator fills in its ``learning_rate_init``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..plan import Clock


@dataclass(frozen=True)
class Constant:
    """A rate that stays.

    Parameters
    ----------
    peak : float in (0, inf), optional

    Examples
    --------
    >>> Constant(0.1)(Clock(step=7, epoch=2, samples=70, horizon=10, progress=0.2))
    0.1
    """

    peak: float | None = None
    every: ClassVar[str] = "epoch"
    steady: ClassVar[bool] = True
    limits: ClassVar = {"peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate."""
        return _known(self)


@dataclass(frozen=True)
class InverseScaling:
    r"""scikit-learn's "invscaling": :math:`\nu / (t + 1)^p` with t the samples seen, once an epoch.

    The first epoch has the whole rate.

    Parameters
    ----------
    power_t : float in [0, inf), default=0.5
    peak : float in (0, inf), optional

    Examples
    --------
    >>> InverseScaling(0.5, peak=1.0)(Clock(step=9, epoch=1, samples=99, horizon=10, progress=0.1))
    0.1
    """

    power_t: float = 0.5
    peak: float | None = None
    every: ClassVar[str] = "epoch"
    limits: ClassVar = {"power_t": "[0, inf)", "peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate of an epoch."""
        peak = _known(self)
        return peak if clock.epoch == 0 else peak / (clock.samples + 1) ** self.power_t


@dataclass(frozen=True)
class Adaptive:
    """scikit-learn's "adaptive": the rate is divided whenever progress stalls.

    Training stops when it stalls at a rate of ``minimum`` or less.

    Parameters
    ----------
    divisor : float in (1, inf), default=5.0
    minimum : float in (0, inf), default=1e-6
    peak : float in (0, inf), optional
    """

    divisor: float = 5.0
    minimum: float = 1e-6
    peak: float | None = None
    every: ClassVar[str] = "epoch"
    limits: ClassVar = {"divisor": "(1, inf)", "minimum": "(0, inf)", "peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate."""
        return _known(self)

    def observe(self, record: Any) -> Adaptive:
        """Return the schedule to go on with: of a smaller rate if the epoch stalled.

        Parameters
        ----------
        record : Record
            What the epoch did.

        Returns
        -------
        Adaptive
        """
        rate = _known(self)
        if not record.stalled or rate <= self.minimum:
            return self
        return replace(self, peak=rate / self.divisor)


@dataclass(frozen=True)
class Cosine:
    r"""Half a cosine from the peak to ``final``: :math:`f + (\nu - f)(1 + \cos \pi p)/2`, p the progress.

    Loshchilov and Hutter, *SGDR* (2017), eq. 5, without restarts.

    Parameters
    ----------
    final : float in [0, inf), default=0.0
        The rate at the horizon.
    peak : float in (0, inf), optional

    Examples
    --------
    >>> Cosine(peak=1.0)(Clock(step=50, epoch=5, samples=500, horizon=10, progress=0.5))
    0.5
    """

    final: float = 0.0
    peak: float | None = None
    limits: ClassVar = {"final": "[0, inf)", "peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate of a step."""
        peak = _known(self)
        return self.final + (peak - self.final) * 0.5 * (1 + math.cos(math.pi * clock.progress))


def _known(schedule: Any) -> float:
    if schedule.peak is None:
        raise ValueError(
            f"{type(schedule).__name__} has no peak: pass {type(schedule).__name__}(peak=...), or use "
            "it in an estimator, which fills in learning_rate_init"
        )
    return float(schedule.peak)
