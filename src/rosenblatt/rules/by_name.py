"""Parameters that go by name, so that no number is taken for another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial, wraps
from operator import attrgetter
from typing import Any, NoReturn, TypeVar

T = TypeVar("T", bound=type)


def by_name(hint: str) -> Callable[[T], T]:
    """Return a decorator of dataclasses that says what to write where a number has no name.

    Parameters
    ----------
    hint : str
        Where the number belongs that people mean most often.

    Returns
    -------
    callable
        It leaves the class as it is; only the message differs from Python's.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @by_name("the share that is lost")
    ... @dataclass(frozen=True, kw_only=True)
    ... class Fading:
    ...     share: float = 0.1
    >>> Fading(0.2)
    Traceback (most recent call last):
    TypeError: Fading(0.2) does not say what 0.2 is: name it, share=...; the share that is lost
    """
    return partial(_named, hint)


def _named(hint: str, kind: T) -> T:
    made: Callable[..., None] = kind.__init__  # type: ignore[misc]
    unnamed = len(kind.__match_args__)  # type: ignore[attr-defined]

    @wraps(made)
    def __init__(self: Any, *positional: Any, **parameters: Any) -> None:  # noqa: N807 - it takes the place of one
        list(map(partial(_refuse, kind, hint, positional), positional[unnamed:]))  # the first of them raises
        made(self, *positional, **parameters)

    kind.__init__ = __init__  # type: ignore[misc]
    return kind


def _refuse(kind: Any, hint: str, given: tuple[Any, ...], value: Any) -> NoReturn:
    """Raise TypeError for a parameter that has no name."""
    own = fields(kind)[len(kind.__match_args__) :]
    names = " or ".join(map("{0.name}=...".format, filter(attrgetter("repr"), own)))
    raise TypeError(
        f"{kind.__name__}({', '.join(map(repr, given))}) does not say what {value!r} is: name it, {names}; {hint}"
    )
