r"""Schedules that carry their own value, for strengths: off at first, off late, a ramp (T6).

``alpha=after(epochs=5, value=1e-3)`` is the lecture's advice to switch a penalty on after a couple of
epochs. They are written in lower case because they are read as words.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidParameterError
from ..plan import Clock
from ..rules.by_name import by_name
from .schedules import Timetable, epochs_at


@dataclass(frozen=True)
class after(Timetable):  # noqa: N801 - a word
    r"""A value that is switched on late (T6): 0 in the first ``epochs`` epochs, then ``value``.

    Parameters
    ----------
    epochs : float, 0 or in [1, inf), default=5
        Counted from the start of training.
    value : float in [0, inf), default=1e-3
        The value from then on.

    Examples
    --------
    >>> strength = after(epochs=5, value=1e-3)
    >>> [strength(Clock(10 * epoch, epoch, 100 * epoch, 10, epoch / 10)) for epoch in (4, 5)]
    [0.0, 0.001]
    """

    epochs: float = 5
    value: float = 1e-3
    limits: ClassVar = {"epochs": "[0, inf)", "value": "[0, inf)"}

    def check(self) -> None:
        """Raise where the number of epochs is presumably a strength."""
        _refuse_share(self)

    def at(self, clock: Clock) -> Any:
        return np.where(np.asarray(clock.epoch) >= self.epochs, self.value, 0.0)


@dataclass(frozen=True)
class until(Timetable):  # noqa: N801 - a word
    r"""A value that is switched off (T6): ``value`` in the first ``epochs`` epochs, then 0.

    Parameters
    ----------
    epochs : float, 0 or in [1, inf), default=5
        Counted from the start of training.
    value : float in [0, inf), default=1e-3
        The value until then.

    Examples
    --------
    >>> strength = until(epochs=5, value=1e-3)
    >>> [strength(Clock(10 * epoch, epoch, 100 * epoch, 10, epoch / 10)) for epoch in (4, 5)]
    [0.001, 0.0]
    """

    epochs: float = 5
    value: float = 1e-3
    limits: ClassVar = {"epochs": "[0, inf)", "value": "[0, inf)"}

    def check(self) -> None:
        """Raise where the number of epochs is presumably a strength."""
        _refuse_share(self)

    def at(self, clock: Clock) -> Any:
        return np.where(np.asarray(clock.epoch) < self.epochs, self.value, 0.0)


@by_name("the first number is the value at the end")
@dataclass(frozen=True)
class ramp(Timetable):  # noqa: N801 - a word
    r"""A value that moves in a straight line from ``initial`` to ``value``, between two epochs (T6).

    Parameters
    ----------
    value : float in [0, inf), default=1e-3
        From epoch ``stop`` on.
    initial : float in [0, inf), default=0.0
        Until epoch ``start``.
    start : float in [0, inf), default=0.0
        The value at first.
    stop : float in (0, inf), optional
        The horizon by default.

    Examples
    --------
    >>> strength = ramp(1.0, start=2, stop=6)
    >>> [strength(Clock(10 * epoch, epoch, 100 * epoch, 10, epoch / 10)) for epoch in (1, 3, 8)]
    [0.0, 0.25, 1.0]
    """

    value: float = 1e-3
    _: KW_ONLY
    initial: float = 0.0
    start: float = 0.0
    stop: float | None = None
    limits: ClassVar = {
        "value": "[0, inf)",
        "initial": "[0, inf)",
        "start": "[0, inf)",
        "stop": "(0, inf)",
    }

    def at(self, clock: Clock) -> Any:
        stop = max(float(clock.horizon), self.start + 1e-9) if self.stop is None else self.stop
        share = np.clip((np.asarray(epochs_at(clock)) - self.start) / (stop - self.start), 0.0, 1.0)
        return self.initial + (self.value - self.initial) * share

    def check(self) -> None:
        """Raise unless the ramp has a length."""
        if self.stop is not None and self.stop <= self.start:
            raise InvalidParameterError(
                f"ramp(stop=...) must be later than start={self.start!r}, got {self.stop!r}"
            )


def _refuse_share(schedule: after | until) -> None:
    """Raise ValueError if the number of epochs is less than one, and so presumably a strength."""
    epochs: Any = schedule.epochs
    if isinstance(epochs, Real) and 0 < float(epochs) < 1:
        kind = type(schedule).__name__
        raise InvalidParameterError(
            f"{kind}(epochs={epochs!r}) is less than one epoch; if it is the strength, pass "
            f"{kind}(epochs=5, value={epochs!r})"
        )
