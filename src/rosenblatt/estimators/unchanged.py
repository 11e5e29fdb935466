"""What one call worked out from the arguments serves the next one, as long as no argument changed.

``partial_fit`` is called thousands of times with the same arguments, and to check and plan them takes longer than to
train on a few rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter, is_
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

_LAST: WeakKeyDictionary[Any, tuple[tuple[Any, ...], dict[Any, Any]]] = WeakKeyDictionary()
"""By the estimator: its arguments in the call before, and what was found. Copies and pickles know nothing of it."""


def worked_out(estimator: Any) -> dict[Any, Any]:
    """Return what calls before kept for the same arguments; whatever is put into it serves the next call.

    It is empty where an argument is another object than in the call before, and is not kept where one may have
    changed in place.

    Parameters
    ----------
    estimator : dataclass instance

    Returns
    -------
    dict
    """
    arguments = _reader(type(estimator))(estimator)  # type: ignore[arg-type]  # a class is hashable
    before = _LAST.get(estimator)
    if before is not None and all(map(is_, before[0], arguments)):
        return before[1]
    found: dict[Any, Any] = {}
    if all(map(_is_constant, arguments)):
        _LAST[estimator] = arguments, found
    else:
        _LAST.pop(estimator, None)
    return found


@cache
def _reader(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads all arguments of a class at once."""
    return attrgetter(*(field.name for field in dataclasses.fields(kind)))


def _is_constant(value: Any) -> bool:
    """Return whether a value cannot change in place: plain values, and tuples and frozen objects of such."""
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        return True
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    frozen = (
        dataclasses.is_dataclass(value)
        and type(value).__module__.partition(".")[0] == __package__.partition(".")[0]
    )
    return frozen and type(value).__dataclass_params__.frozen and all(map(_is_constant, vars(value).values()))
