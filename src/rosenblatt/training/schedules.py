r"""Schedules of rates and strengths (O1, T5): what each is built from, and the simplest of them.

Each is a frozen object that is called with a :class:`~rosenblatt.plan.Clock`. ``peak`` is the rate
that it starts from; left None, an estimator fills in its ``learning_rate_init``. The horizon is
``max_iter`` epochs. Numbers go by name, ``Cosine(peak=0.01)``, so that none is taken for another one; without
one, :class:`Constant` takes the rate, ``Step`` epochs, ``MultiStep`` and ``PerLayer`` their tuples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass, replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidParameterError
from ..limits import Limited
from ..plan import Clock
from ..rules.by_name import by_name

PEAK = "the rate is peak=..., or the estimator's learning_rate_init"


class Timetable(Limited):
    """A schedule whose values are known in advance, a function of time (T5): the base class.

    A subclass writes ``at`` with NumPy, for one time or many: the rates of thousands of steps are then
    computed in one call, which matters where a step takes two millionths of a second.

    It may also hear how it goes, by a method ``observe(record)`` that returns the schedule to go on with. As
    both depend on nothing but what they are given, several epochs can be run at once: training repeats what
    came before a change. One that leads up to the horizon may say so by ``ends = True``: after the last of
    ``max_iter`` epochs training is then over, and no :class:`~sklearn.exceptions.ConvergenceWarning` is due.

    Attributes
    ----------
    limits : dict of str to str
        For each parameter the interval it must lie in.

    Examples
    --------
    >>> class Halving(Timetable):
    ...     def at(self, clock):
    ...         return 0.1 * 0.5**np.asarray(clock.epoch)
    >>> Halving()(Clock(step=20, epoch=2, samples=200, horizon=10, progress=0.2))
    0.025
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check()

    def at(self, clock: Clock) -> Any:
        """Return the values at many times: step, epoch, samples and progress of the clock may be arrays.

        Parameters
        ----------
        clock : Clock
            The time, or many times.

        Returns
        -------
        float or array
            The values at these times.
        """
        raise TypeError(f"{type(self).__name__} must define at(self, clock)")

    def __call__(self, clock: Clock) -> float:
        """Return the value at one time."""
        return float(self.at(clock))

    def check(self) -> None:
        """Raise unless the parameters fit together; each lies within its limits already."""

    @property
    def ends(self) -> bool | None:
        """Whether the values lead up to the horizon, so that training is over there; None: as they turn out."""
        return None


@dataclass(frozen=True)
class Constant(Timetable):
    """A rate that stays (T5).

    Parameters
    ----------
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

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
        return known_peak(self)

    def at(self, clock: Clock) -> float:
        return known_peak(self)

    @property
    def ends(self) -> bool:
        """No: the horizon cuts it off."""
        return False


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class InverseScaling(Timetable):
    r"""The schedule "invscaling" of scikit-learn: :math:`\nu / (t + 1)^p` with t the samples seen, once an epoch.

    The first epoch has the whole rate.

    Parameters
    ----------
    power_t : float in [0, 10], default=0.5
        More of it leaves no rate after the first epoch.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.

    Examples
    --------
    >>> InverseScaling(power_t=0.5, peak=1.0)(Clock(step=9, epoch=1, samples=99, horizon=10, progress=0.1))
    0.1
    """

    power_t: float = 0.5
    peak: float | None = None
    every: ClassVar[str] = "epoch"
    limits: ClassVar = {"power_t": "[0, 10]", "peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate of an epoch."""
        peak = known_peak(self)
        return peak if clock.epoch == 0 else peak / (clock.samples + 1) ** self.power_t

    def at(self, clock: Clock) -> Any:
        # asked one by one: NumPy's power may round otherwise than Python's, which scikit-learn takes
        times, place = np.unique(
            [np.ravel(clock.epoch), np.ravel(clock.samples)], axis=1, return_inverse=True
        )
        once = [self(clock._replace(epoch=epoch, samples=samples)) for epoch, samples in times.T.tolist()]
        return np.array(once)[place]

    @property
    def ends(self) -> bool:
        """No: it does not know the horizon."""
        return False


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class Adaptive(Timetable):
    """The schedule "adaptive" of scikit-learn (T5): the rate is divided whenever progress stalls.

    Training stops when it stalls at a rate of ``minimum`` or less.

    Parameters
    ----------
    divisor : float in (1, inf), default=5.0
        What the rate is divided by.
    minimum : float in (0, inf), default=1e-6
        The smallest rate.
    peak : float in (0, inf), optional
        The largest rate; by default the estimator's ``learning_rate_init``.
    """

    divisor: float = 5.0
    minimum: float = 1e-6
    peak: float | None = None
    every: ClassVar[str] = "epoch"
    limits: ClassVar = {"divisor": "(1, inf)", "minimum": "(0, inf)", "peak": "(0, inf)"}

    def __call__(self, clock: Clock) -> float:
        """Return the rate."""
        return known_peak(self)

    def at(self, clock: Clock) -> float:
        return known_peak(self)

    @property
    def ends(self) -> bool:
        """No: it ends where nothing improves any more."""
        return False

    def observe(self, record: Any) -> Adaptive:
        """Return the schedule to go on with: of a smaller rate if the epoch stalled.

        Parameters
        ----------
        record : Record
            What the epoch did.

        Returns
        -------
        Adaptive
            Of the same rate, or of a smaller one.
        """
        rate = known_peak(self)
        if not record.stalled or rate <= self.minimum:
            return self
        return replace(self, peak=max(rate / self.divisor, math.ulp(0.0)))


def known_peak(schedule: Any) -> float:
    """Return a schedule's peak, or raise ValueError if it has none yet."""
    if schedule.peak is None:
        raise InvalidParameterError(
            f"{type(schedule).__name__} has no peak: pass {type(schedule).__name__}(peak=...), or use "
            "it in an estimator, which fills in learning_rate_init"
        )
    return float(schedule.peak)


def lacks_peak(schedule: Any) -> bool:
    """Return whether a schedule, or the one that it wraps, still waits for its peak.

    Examples
    --------
    >>> lacks_peak(Constant()), lacks_peak(Constant(0.1)), lacks_peak(lambda clock: 0.1)
    (True, False, False)
    """
    return getattr(schedule, "peak", 0.0) is None


def with_peak(schedule: Any, peak: float) -> Any:
    """Return a schedule with its peak filled in; the one that it wraps comes with it.

    Examples
    --------
    >>> with_peak(Constant(), 0.1), with_peak(Constant(0.5), 0.1)
    (Constant(peak=0.1), Constant(peak=0.5))
    """
    if not lacks_peak(schedule):
        return schedule
    if not is_dataclass(schedule) or "peak" in {field.name for field in fields(schedule)}:
        return replace(schedule, peak=peak)
    within: Any = schedule
    return replace(within, then=with_peak(within.then, peak))


def refuse_rise(schedule: Any) -> None:
    """Raise ValueError if a schedule that falls from ``peak`` to ``final`` would rise.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> refuse_rise(SimpleNamespace(peak=0.1, final=0.01))
    """
    peak, final = schedule.peak, schedule.final
    if (
        isinstance(peak, Real) and isinstance(final, Real) and final > peak
    ):  # what is no number is named later
        kind = type(schedule).__name__
        raise InvalidParameterError(
            f"{kind}(final={final!r}) is larger than its peak {peak!r}, so that it would rise; if the rate is meant, "
            f"pass {kind}(peak={final!r}) or learning_rate_init={final!r}; a strength rises with ramp(value={final!r})"
        )


def is_vectorised(schedule: Any) -> bool:
    """Return whether a schedule, and the one that it wraps, can be asked for many times in one call."""
    if not isinstance(schedule, Timetable):
        return False
    within = getattr(schedule, "then", None)
    return within is None or is_vectorised(within)


def listens(schedule: Any) -> bool:
    """Return whether a schedule wants to hear what each epoch did."""
    return hasattr(schedule, "observe") and bool(getattr(schedule, "listening", True))


def is_foreseeable(schedule: Any) -> bool:
    """Return whether the values of later epochs may be asked for before the present one has run."""
    return not callable(schedule) or is_vectorised(schedule)


def epochs_at(clock: Clock) -> Any:
    """Return the time in epochs, which moves with each step."""
    return clock.progress * clock.horizon
