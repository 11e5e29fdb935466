"""Methods that an estimator has for some arguments alone, or not at all: the message says why, and what there is."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any


class available:  # noqa: N801 - a decorator
    """A method that is there while ``check`` returns True; else the AttributeError is the one that check raises.

    scikit-learn's ``available_if`` says in the message that there is no such method, and why not in its cause alone.

    Parameters
    ----------
    check : callable
        Takes the estimator; returns True or raises AttributeError.
    """

    def __init__(self, check: Callable[[Any], bool]) -> None:
        self.check = check

    def __call__(self, method: Any) -> Any:
        """Return the method as an attribute that looks first."""
        return _Available(self.check, method)


class _Available:
    def __init__(self, check: Callable[[Any], bool], method: Any) -> None:
        self.check, self.method = check, method
        self.__doc__, self.__name__ = method.__doc__, method.__name__

    def __get__(self, estimator: Any, owner: type | None = None) -> Any:
        if estimator is None:
            return self.method
        try:
            self.check(estimator)
        except AttributeError as reason:
            kind = type(estimator).__name__
            raise AttributeError(f"This {kind!r} has no attribute {self.__name__!r}: {reason}") from reason
        return MethodType(self.method, estimator)


class elsewhere:  # noqa: N801 - used as a value
    """A method that users of other estimators look for and that is not here; ``hasattr`` says so, too.

    Parameters
    ----------
    instead : str
        What there is instead.
    """

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, estimator: Any, owner: type) -> Any:
        raise AttributeError(f"{owner.__name__!r} object has no attribute {self.name!r}: {self.instead}")
