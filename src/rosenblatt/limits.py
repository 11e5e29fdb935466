"""Frozen data whose numbers lie within limits, which are looked at when an object is made."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

from .errors import InvalidParameterError
from .excerpts import short
from .inherited import inherit_docstrings
from .intervals import is_number, require
from .keywords import Hinted

_NO_DEFAULT = object()


class Limited(Hinted):
    """The base class of whatever is made of a few numbers: rules, regularisers, schedules, corruptions.

    None is taken where it is the default. A class that is no dataclass is looked at where it is used.

    Attributes
    ----------
    limits : mapping of str to str
        For each number the interval it must lie in, such as ``{"slope": "(0, inf)"}``. Where the default is a tuple
        a parameter holds several numbers, each larger than the one before; any sequence becomes a tuple.
    sequences : tuple of str
        Parameters that are tuples of such numbers, in any order.
    hints : mapping of str to str
        What a message adds where a number cannot be taken.
    """

    limits: ClassVar[Mapping[str, str]] = {}
    sequences: ClassVar[tuple[str, ...]] = ()
    hints: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Let methods that say nothing of their own say what those say that they override."""
        super().__init_subclass__(**options)
        inherit_docstrings(cls)

    def __post_init__(self) -> None:
        require_limits(self)

    def _may_vary(self, name: str) -> bool:  # noqa: ARG002 - some parameters may, in some classes
        """Return whether a schedule may take the place of a number."""
        return False


def require_limits(data: Any) -> None:
    """Raise unless each number of an object lies within its limits.

    Parameters
    ----------
    data : Limited, or an object of a user's own with ``limits``

    Raises
    ------
    TypeError, ValueError
        Naming class, parameter and value.
    """
    kind = type(data)
    for name, interval in getattr(kind, "limits", {}).items():
        value, default = getattr(data, name), getattr(kind, name, _NO_DEFAULT)
        if value is None and default is None:
            continue
        varies = isinstance(data, Limited) and data._may_vary(name)
        if varies and callable(value) and not isinstance(value, type):
            continue
        what = f"{kind.__name__}({name}=...)"
        try:
            if isinstance(default, tuple):
                object.__setattr__(data, name, _ascending(what, value, interval))
            elif name in getattr(kind, "sequences", ()):
                _require_tuple(what, value, interval)
            else:
                require(what, value, interval, " or a schedule" if varies else "")
        except (TypeError, ValueError) as error:
            hint = getattr(kind, "hints", {}).get(name)
            if hint is None:
                raise
            raise type(error)(f"{error}; {hint}") from None


def _require_tuple(what: str, values: Any, interval: str) -> None:
    """Raise unless ``values`` is a tuple of numbers in an interval; a list would let an object change."""
    if not isinstance(values, tuple):
        hint = f"; pass a tuple, {short(tuple(values))}" if isinstance(values, list) else ""
        hint = f"; one is ({short(values)},)" if is_number(values) else hint
        raise InvalidParameterError(
            f"{what} must be a tuple of numbers in {interval}, got {short(values)}{hint}"
        )
    for number in values:
        require(what, number, interval)


def _ascending(what: str, values: Any, interval: str) -> tuple[Any, ...]:
    """Return numbers of an interval as a tuple, if each is larger than the one before."""
    is_no_sequence = isinstance(values, str | bytes | set | frozenset | dict | type)
    if is_no_sequence or not hasattr(values, "__iter__"):
        hint = f"; one is ({short(values)},)" if is_number(values) else ""
        raise InvalidParameterError(
            f"{what} must be a tuple of numbers in {interval}, got {short(values)}{hint}"
        )
    numbers = tuple(values)  # a tuple itself, if it is one
    for number in numbers:
        require(what, number, interval)
    if not numbers or any(second <= first for first, second in pairwise(numbers)):
        raise InvalidParameterError(
            f"{what} must hold one number or more, each larger than the one before, got {short(values)}"
        )
    return numbers
