"""Whether code of a user's own can be called with what it will be called with: told before it happens."""

from __future__ import annotations

import inspect
from typing import Any

from .errors import InvalidParameterError


def require_arguments(what: str, function: Any, names: tuple[str, ...], why: str = "") -> None:
    """Raise unless a method can be called with some arguments, in their order.

    Parameters
    ----------
    what : str
        Class and method, for the message.
    function : callable
        The method, bound to its object.
    names : tuple of str
        What the arguments are called in the documentation.
    why : str
        What the message adds after them.

    Raises
    ------
    InvalidParameterError
        Naming the arguments that it must take, and those that it takes.

    Examples
    --------
    >>> require_arguments("Mine.fill", lambda theta: None, ("theta", "network"))
    Traceback (most recent call last):
    rosenblatt.errors.InvalidParameterError: Mine.fill must take (self, theta, network); it takes (self, theta)
    """
    try:
        taken = inspect.signature(function)
    except (TypeError, ValueError):  # what is written in C may have none
        return
    try:
        taken.bind(*names)
    except TypeError:
        must, does = (", ".join(("self", *several)) for several in (names, taken.parameters))
        raise InvalidParameterError(f"{what} must take ({must}){why}; it takes ({does})") from None


def require_overridden(one: Any, base: type) -> None:
    """Raise unless each public method that an object has in place of a base class's takes what that one takes.

    Parameters
    ----------
    one : object
    base : type
        Nothing is asked of what is none of it.

    Raises
    ------
    InvalidParameterError
    """
    for name, method in vars(base).items() if isinstance(one, base) else ():
        own = getattr(type(one), name)
        if name.startswith("_") or own is method or not inspect.isfunction(method):
            continue
        names = tuple(inspect.signature(method).parameters)[1:]
        require_arguments(f"{type(one).__name__}.{name}", getattr(one, name), names)
