"""Intervals written as text, ``"[0, 1)"`` or ``"(1, 2) or (2, inf)"``, and the message for a number outside."""

from __future__ import annotations

import math
from functools import cache
from numbers import Real


@cache
def _parsed(interval: str) -> tuple[float, float, bool, bool]:
    low, high = interval[1:-1].split(",")
    return float(low), float(high), interval[0] == "[", interval[-1] == "]"


def lies_in(value: float, interval: str) -> bool:
    """Return whether a number lies in an interval such as ``"[0, 1)"``; NaN lies in none.

    Examples
    --------
    >>> lies_in(1.0, "[0, 1)"), lies_in(0.0, "[0, 1)")
    (False, True)
    >>> lies_in(2.0, "(1, 2) or (2, inf)")
    False
    """
    return any(_lies_in_one(value, one) for one in interval.split(" or "))


def _lies_in_one(value: float, interval: str) -> bool:
    low, high, low_closed, high_closed = _parsed(interval)
    above = value >= low if low_closed else value > low
    below = value <= high if high_closed else value < high
    return bool(above and below)


def require(what: str, value: object, interval: str, others: str = "") -> None:
    """Raise unless ``value`` is a real number in the interval.

    Parameters
    ----------
    what : str
        The argument's name, for the message.
    value : object
        What was passed.
    interval : str
        Such as ``"(0, inf)"``.
    others : str, default=""
        What else may be passed, for the message.

    Raises
    ------
    TypeError
        If the value is not a real number.
    ValueError
        If it lies outside the interval or is NaN.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{what} must be a number in {interval}{others}, got {value!r}")
    if math.isnan(value) or not lies_in(float(value), interval):
        raise ValueError(f"{what} must lie in {interval}{others}, got {value!r}")
