r"""Schedules around a schedule (T5): a warm-up before it, a multiple of it for each layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidParameterError
from ..excerpts import short
from ..plan import Clock, Schedule
from ..rules.by_name import by_name
from .schedules import Constant, Timetable, epochs_at, listens


class Wrapped(Timetable):
    """A schedule around another one, ``then``: the base class. It hears what that one hears.

    Attributes
    ----------
    then : Schedule
    """

    then: Schedule

    def check(self) -> None:
        """Raise TypeError unless what is within is a schedule."""
        if isinstance(self.then, type) or not callable(self.then):
            what = f"{type(self).__name__}(then=...)"
            raise InvalidParameterError(
                f"{what} must be a schedule object, such as Constant(0.1), got {short(self.then)}"
            )

    @property
    def peak(self) -> float | None:
        """The peak of the schedule within, None if that still waits for it."""
        return getattr(self.then, "peak", 0.0)

    @property
    def ends(self) -> bool | None:
        """Whether the schedule within leads up to the horizon."""
        found: bool | None = getattr(self.then, "ends", None)
        return found

    @property
    def listening(self) -> bool:
        """Whether the schedule within wants to hear what each epoch did."""
        return listens(self.then)

    def observe(self, record: Any) -> Any:
        """Return the schedule to go on with, as the one within says.

        Parameters
        ----------
        record : Record
            What the epoch did.

        Returns
        -------
        Schedule
            The same, or with another one within.
        """
        if not self.listening:
            return self
        then: Any = self.then
        changed = then.observe(record)
        return self if changed is self.then else replace(self, then=changed)  # type: ignore[type-var]


@by_name("a schedule goes into then=..., the rate into that one's peak=...")
@dataclass(frozen=True, kw_only=True)
class Warmup(Wrapped):
    r"""A rate that begins small and rises in a straight line, times the schedule ``then`` (T5).

    .. math:: \nu_t = \bigl(s + (1 - s)\min(1, t/d)\bigr)\,\mathrm{then}(t)

    ``then`` keeps its own time: its falls come when they come without a warm-up. Goyal et al., *Accurate,
    large minibatch SGD: training ImageNet in 1 hour* (2017), section 2.2.

    Parameters
    ----------
    epochs : float in (0, inf), optional
        The length d; a twentieth of the horizon by default.
    steps : int in [1, inf), optional
        The length in steps instead.
    start : float in [0, 1], default=0.1
        The share s of the rate at the first step.
    then : Schedule, default=Constant()
        The schedule that is warmed up for.

    Examples
    --------
    >>> clock = Clock(step=10, epoch=1, samples=100, horizon=10, progress=0.1)
    >>> Warmup(epochs=2, start=0.0, then=Constant(peak=1.0))(clock)
    0.5
    """

    epochs: float | None = None
    steps: int | None = None
    start: float = 0.1
    then: Schedule = Constant()  # noqa: RUF009 - it is frozen
    limits: ClassVar = {"epochs": "(0, inf)", "steps": "[1, inf)", "start": "[0, 1]"}

    @property
    def multipliers(self) -> tuple[float, ...]:
        """The multipliers of the layers, if there are any within."""
        return tuple(getattr(self.then, "multipliers", ()))

    def __call__(self, clock: Clock) -> float:
        """Return the rate of a step."""
        value = self.then(clock)
        return (
            float(self._share(clock) * value) if isinstance(value, Real) else value
        )  # nonsense is named later

    def at(self, clock: Clock) -> Any:
        then: Any = self.then  # a timetable: what is none is not asked for many times
        return self._share(clock) * then.at(clock)

    def _share(self, clock: Clock) -> Any:
        if self.steps is not None:
            passed = np.asarray(clock.step) / self.steps
        else:
            epochs = clock.horizon / 20 if self.epochs is None else self.epochs
            passed = np.asarray(epochs_at(clock)) / epochs
        return self.start + (1 - self.start) * np.minimum(1.0, passed)

    def check(self) -> None:
        """Raise unless the length is given in one way at most, and ``then`` is a schedule."""
        super().check()
        if self.epochs is not None and self.steps is not None:
            raise InvalidParameterError(
                f"Warmup takes epochs={self.epochs!r} or steps={self.steps!r}, not both; leave one of them out"
            )


def of_one_layer(schedule: Any) -> Any:
    """Return a schedule without the multipliers of layers: what a network of other layers can be trained with.

    Parameters
    ----------
    schedule : str or Schedule

    Returns
    -------
    str or Schedule

    Examples
    --------
    >>> of_one_layer(Warmup(epochs=2, then=PerLayer((0.0, 1.0), then=Constant(0.1))))
    Warmup(epochs=2, steps=None, start=0.1, then=Constant(peak=0.1))
    """
    if isinstance(schedule, PerLayer):
        return schedule.then
    if isinstance(schedule, Warmup) and schedule.multipliers:
        return replace(schedule, then=of_one_layer(schedule.then))
    return schedule


@dataclass(frozen=True)
class PerLayer(Wrapped):
    r"""The schedule ``then`` with a multiplier for each layer: layer k learns at :math:`c_k \nu_t` (T5, T8).

    LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998), section 4.7, let lower layers learn faster.

    Parameters
    ----------
    multipliers : tuple of float in [0, inf)
        The :math:`c_k` of the layers 1 to m, the output layer last. A layer with 0 stays bit for bit as it is: no
        decay, limit or sign of weights acts on it either. With tied weights a decoder's layer has only its biases.
    then : Schedule, default=Constant()
        The schedule that is multiplied.

    Examples
    --------
    >>> rate = PerLayer((2.0, 1.0), then=Constant(peak=0.1))
    >>> rate(Clock(step=0, epoch=0, samples=0, horizon=10, progress=0.0)), rate.multipliers
    (0.1, (2.0, 1.0))
    """

    multipliers: tuple[float, ...]
    then: Schedule = Constant()  # noqa: RUF009 - it is frozen
    limits: ClassVar = {"multipliers": "[0, inf)"}
    sequences: ClassVar = ("multipliers",)

    @property
    def every(self) -> Any:
        """When the schedule within is asked."""
        return getattr(self.then, "every", "step")

    def __call__(self, clock: Clock) -> float:
        """Return the rate of a step, before it is multiplied."""
        return self.then(clock)

    def at(self, clock: Clock) -> Any:
        then: Any = self.then
        return then.at(clock)

    def check(self) -> None:
        """Raise unless there is one tuple of multipliers, around a schedule."""
        super().check()
        if getattr(self.then, "multipliers", ()):
            raise InvalidParameterError(
                f"PerLayer cannot hold another one, got then={self.then!r}; multiply the numbers"
            )
