r"""Rates that fall (T5): in steps, exponentially, as a power, as one over the time."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidParameterError
from ..plan import Clock
from ..rules.by_name import by_name
from .schedules import PEAK, Timetable, epochs_at, known_peak, refuse_rise


@by_name(PEAK)
@dataclass(frozen=True)
class Step(Timetable):
    r"""A rate that is multiplied by ``factor`` after every so many epochs (T5).

    .. math:: \nu_e = \nu f^{\lfloor e / d \rfloor}

    Parameters
    ----------
    every : float in [1, inf), optional
        The d; a third of the horizon by default.
    factor : float in (0, 1], default=0.1
        The f.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> Step(5, peak=1.0)(Clock(step=70, epoch=7, samples=700, horizon=30, progress=7 / 30))
    0.1
    """

    every: float | None = None
    _: KW_ONLY
    factor: float = 0.1
    peak: float | None = None
    limits: ClassVar = {"every": "[1, inf)", "factor": "(0, 1]", "peak": "(0, inf)"}

    @property
    def ends(self) -> bool | None:
        """Yes, where the length comes from the horizon."""
        return True if self.every is None else None

    def at(self, clock: Clock) -> Any:
        every = clock.horizon / 3 if self.every is None else self.every
        return known_peak(self) * self.factor ** np.floor(np.asarray(clock.epoch) / max(every, 1.0))


@by_name(PEAK)
@dataclass(frozen=True)
class MultiStep(Timetable):
    r"""A rate that is multiplied by ``factor`` at each of some epochs (T5).

    .. math:: \nu_e = \nu f^{\#\{d_i \le e\}}

    Parameters
    ----------
    milestones : tuple of float in [1, inf), optional
        The epochs :math:`d_i` in rising order, counted from 0; half and three quarters of the horizon by
        default.
    factor : float in (0, 1], default=0.1
        The f.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> MultiStep((3, 8), factor=0.5, peak=1.0)(Clock(step=90, epoch=9, samples=900, horizon=10, progress=0.9))
    0.25
    """

    milestones: tuple[float, ...] | None = None
    _: KW_ONLY
    factor: float = 0.1
    peak: float | None = None
    limits: ClassVar = {"milestones": "(0, inf)", "factor": "(0, 1]", "peak": "(0, inf)"}
    sequences: ClassVar = ("milestones",)

    @property
    def ends(self) -> bool | None:
        """Yes, where the milestones come from the horizon."""
        return True if self.milestones is None else None

    def at(self, clock: Clock) -> Any:
        own = self.milestones
        milestones = (clock.horizon / 2, 3 * clock.horizon / 4) if own is None else own
        passed = np.searchsorted(milestones, clock.epoch, side="right")
        return known_peak(self) * self.factor ** np.asarray(passed, dtype=float)

    def check(self) -> None:
        """Raise unless the milestones rise."""
        own = self.milestones
        if own is not None and own and own[0] < 1:
            raise InvalidParameterError(
                f"MultiStep(milestones=...) counts epochs, so that a milestone is 1 or more, got {own!r}; for shares "
                "of the horizon multiply them by max_iter. Or leave them out, for half and three quarters of it"
            )
        if own is not None and any(a >= b for a, b in pairwise(own)):
            raise InvalidParameterError(
                f"MultiStep(milestones=...) must rise from each to the next, got {own!r}"
            )


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class Exponential(Timetable):
    r"""A rate that falls by the same share in every epoch (T5): :math:`\nu_t = \nu c^t`, t in epochs.

    Parameters
    ----------
    decay : float in (0, 1], optional
        The c. By default the rate comes to a hundredth of the peak at the horizon.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> Exponential(decay=0.5, peak=1.0)(Clock(step=20, epoch=2, samples=200, horizon=10, progress=0.2))
    0.25
    """

    decay: float | None = None
    peak: float | None = None
    limits: ClassVar = {"decay": "(0, 1]", "peak": "(0, inf)"}

    @property
    def ends(self) -> bool | None:
        """Yes, where the decay comes from the horizon."""
        return True if self.decay is None else None

    def at(self, clock: Clock) -> Any:
        if self.decay is None:
            return known_peak(self) * 0.01 ** np.asarray(clock.progress)
        return known_peak(self) * self.decay ** np.asarray(epochs_at(clock))


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class Polynomial(Timetable):
    r"""A rate that falls to ``final`` as a power of what is left: :math:`f + (\nu - f)(1 - p)^q`, p the progress (T5).

    Parameters
    ----------
    power : float in (0, inf), default=1.0
        The q; 1 is a straight line.
    final : float in [0, inf), default=0.0
        The rate f at the horizon and after it; at most the peak.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> Polynomial(power=2, peak=1.0)(Clock(step=50, epoch=5, samples=500, horizon=10, progress=0.5))
    0.25
    """

    power: float = 1.0
    final: float = 0.0
    peak: float | None = None
    limits: ClassVar = {"power": "(0, inf)", "final": "[0, inf)", "peak": "(0, inf)"}

    def check(self) -> None:
        """Raise where the rate would rise."""
        refuse_rise(self)

    @property
    def ends(self) -> bool:
        """Yes: it leads up to the horizon."""
        return True

    def at(self, clock: Clock) -> Any:
        left = 1 - np.minimum(clock.progress, 1.0)
        return self.final + (known_peak(self) - self.final) * left**self.power


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class InverseTime(Timetable):
    r"""A rate that falls as one over the time (T5): :math:`\nu_t = \nu / (1 + c t)`, t in epochs.

    Its sum is infinite and the sum of its squares is not, which lets stochastic descent converge: Robbins
    and Monro, *A stochastic approximation method* (1951).

    Parameters
    ----------
    decay : float in [0, inf), optional
        The c. By default the rate comes to a tenth of the peak at the horizon.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> InverseTime(decay=0.5, peak=1.0)(Clock(step=20, epoch=2, samples=200, horizon=10, progress=0.2))
    0.5
    """

    decay: float | None = None
    peak: float | None = None
    limits: ClassVar = {"decay": "[0, inf)", "peak": "(0, inf)"}

    @property
    def ends(self) -> bool | None:
        """Yes, where the decay comes from the horizon."""
        return True if self.decay is None else None

    def at(self, clock: Clock) -> Any:
        decay = 9.0 / clock.horizon if self.decay is None else self.decay
        return known_peak(self) / (1 + decay * epochs_at(clock))
