"""Intervals written as text, ``"[0, 1)"`` or ``"(1, 2) or (2, inf)"``, and the message for a number outside."""

from __future__ import annotations

import math
from functools import cache
from numbers import Integral, Rational, Real
from typing import Any

import numpy as np

from .errors import InvalidParameterError
from .excerpts import short

LARGEST_INTEGER = 2**63 - 1
"""What the engines can count to."""


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
    if not is_number(value):
        raise InvalidParameterError(f"{what} must be a number in {interval}{others}, got {short(value)}")
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise InvalidParameterError(
            f"{what} must lie in {interval}{others}, got {short(value)}, which no float can hold; pass a smaller number"
        ) from None
    if math.isnan(number) or not lies_in(number, interval):
        raise InvalidParameterError(f"{what} must lie in {interval}{others}, got {short(value)}")


def require_whole(what: str, value: object, interval: str, others: str = "") -> None:
    """Raise unless ``value`` is a whole number in the interval that the engines can count to.

    Parameters
    ----------
    what : str
        The argument's name, for the message.
    value : object
        What was passed.
    interval : str
        Such as ``"[1, inf)"``.
    others : str, default=""
        What else may be passed, for the message.

    Raises
    ------
    TypeError
        If the value is no whole number.
    ValueError
        If it lies outside the interval, or beyond 2**63 - 1.
    """
    if not is_whole(value):
        raise InvalidParameterError(
            f"{what} must be a whole number in {interval}{others}, got {short(value)}"
        )
    number = int(value)  # type: ignore[call-overload]
    if not lies_in(number, interval):
        raise InvalidParameterError(
            f"{what} must be a whole number in {interval}{others}, got {short(value)}"
        )
    if number > LARGEST_INTEGER:
        raise InvalidParameterError(
            f"{what} must be a whole number in {interval}{others}, 2**63 - 1 at most, got {short(value)}"
        )


def is_number(value: Any) -> bool:
    """Return whether a value is a real number as the engines take them: no truth value, fraction, decimal or time."""
    if isinstance(value, bool | np.timedelta64) or (
        isinstance(value, Rational) and not isinstance(value, Integral)
    ):
        return False  # NumPy says of a span of time that it is a whole number
    return isinstance(value, Real)


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number by its type, and no truth value or span of time."""
    return isinstance(value, Integral) and not isinstance(value, bool | np.timedelta64)
