"""A short text of any value, for messages: what was passed may be an array of a million numbers."""

from __future__ import annotations

from typing import Any

LONGEST = 120
"""Characters of such a text at most."""
FEW = 6
"""Entries of an array that are all shown."""
DIGITS = 20
"""Digits of a whole number that are still worth reading."""


def short(value: Any, longest: int = LONGEST) -> str:
    """Return ``repr(value)`` if that is short, else what tells what kind of value it is.

    Parameters
    ----------
    value : object
    longest : int, default=120
        Characters at most.

    Returns
    -------
    str
        In one line.

    Examples
    --------
    >>> short("relu"), short(0.5), short([1, 2])
    ("'relu'", '0.5', '[1, 2]')
    >>> short(10**400), short(list(range(1000)), longest=30)
    ('a whole number of 401 digits', '[0, 1, 2, 3, 4, 5,... (a list)')
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**DIGITS:
        return f"a whole number of {_digits(abs(value))} digits"
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape and not _is_small(shape):
        dtype = getattr(value, "dtype", None)
        return f"a {kind} of shape {shape}" + (f" and dtype {dtype}"[:40] if dtype is not None else "")
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - a user's own repr, or an integer with more digits than Python prints
        return f"a {kind}"
    if len(text) <= longest:
        return text
    tail = f"... (a {kind})"
    return text[: max(longest - len(tail), 0)].rstrip() + tail


def _is_small(shape: tuple[Any, ...]) -> bool:
    return len(shape) == 1 and isinstance(shape[0], int) and shape[0] <= FEW


def _digits(number: int) -> int:
    at_least = int((number.bit_length() - 1) * 0.301029995663981)  # times log10(2), a digit too few at most
    return at_least + 1 + int(number >= 10 ** (at_least + 1))
