r"""Rates along a cosine (T5): one fall, falls with restarts, one rise and one fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidParameterError
from ..plan import Clock
from ..rules.by_name import by_name
from .schedules import PEAK, Timetable, known_peak, refuse_rise


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class Cosine(Timetable):
    r"""Half a cosine from the peak to ``final``, once or several times (T5).

    .. math:: f + (\nu - f) \tfrac12 (1 + \cos \pi p)

    with p the share of the cycle that has passed; each cycle begins at the peak again. Loshchilov and
    Hutter, *SGDR: Stochastic gradient descent with warm restarts* (2017), eq. 5.

    Parameters
    ----------
    final : float in [0, inf), default=0.0
        The rate f at the end of a cycle, and after the horizon; at most the peak.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.
    cycles : int in [1, 100], default=1
        Cycles until the horizon; 1 is without restarts.
    growth : float in [1, 10], default=1.0
        How many times longer each cycle is than the one before.

    Examples
    --------
    >>> Cosine(peak=1.0)(Clock(step=50, epoch=5, samples=500, horizon=10, progress=0.5))
    0.5
    >>> Cosine(peak=1.0, cycles=2)(Clock(step=50, epoch=5, samples=500, horizon=10, progress=0.5))
    1.0
    """

    final: float = 0.0
    peak: float | None = None
    cycles: int = 1
    growth: float = 1.0
    limits: ClassVar = {
        "final": "[0, inf)",
        "peak": "(0, inf)",
        "cycles": "[1, 100]",
        "growth": "[1, 10]",
    }

    @property
    def ends(self) -> bool:
        """Yes: it leads up to the horizon."""
        return True

    def at(self, clock: Clock) -> Any:
        progress = np.asarray(clock.progress, dtype=float)
        share = np.minimum(progress, 1.0)
        if self.cycles > 1:
            ends = np.cumsum(float(self.growth) ** np.arange(self.cycles))
            ends = np.append(0.0, ends / ends[-1])
            cycle = np.minimum(np.searchsorted(ends, share, side="right") - 1, self.cycles - 1)
            share = (share - ends[cycle]) / (ends[cycle + 1] - ends[cycle])
        return self.final + (known_peak(self) - self.final) * 0.5 * (1 + np.cos(np.pi * share))

    def check(self) -> None:
        """Raise unless the number of cycles is whole, and the rate falls."""
        refuse_rise(self)
        if self.cycles != int(self.cycles):
            raise InvalidParameterError(f"Cosine(cycles=...) must be a whole number, got {self.cycles!r}")


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class OneCycle(Timetable):
    r"""One rise to the peak and one longer fall to almost nothing, both along a cosine (T5).

    The large rates in the middle are themselves a regulariser. Smith and Topin, *Super-convergence: very
    fast training of neural networks using large learning rates* (2018); Smith, *A disciplined approach to
    neural network hyper-parameters* (2018).

    Parameters
    ----------
    rise : float in (0, 1), default=0.3
        The share of the horizon until the peak.
    divisor : float in [1, inf), default=25.0
        The first rate is the peak divided by it.
    final_divisor : float in [1, inf), default=1e4
        The last rate is the first one divided by it.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> OneCycle(peak=1.0)(Clock(step=30, epoch=3, samples=300, horizon=10, progress=0.3))
    1.0
    """

    rise: float = 0.3
    divisor: float = 25.0
    final_divisor: float = 1e4
    peak: float | None = None
    limits: ClassVar = {
        "rise": "(0, 1)",
        "divisor": "[1, inf)",
        "final_divisor": "[1, inf)",
        "peak": "(0, inf)",
    }

    @property
    def ends(self) -> bool:
        """Yes: it leads up to the horizon."""
        return True

    def at(self, clock: Clock) -> Any:
        peak, progress = known_peak(self), np.minimum(clock.progress, 1.0)
        first = peak / self.divisor
        last = first / self.final_divisor
        rising = progress < self.rise
        share = np.where(rising, 1 - progress / self.rise, (progress - self.rise) / (1 - self.rise))
        end = np.where(rising, first, last)
        return end + (peak - end) * 0.5 * (1 + np.cos(np.pi * share))
