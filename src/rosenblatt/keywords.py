"""Keyword arguments that nobody knows: the message says which one was meant."""

from __future__ import annotations

import difflib
import functools
import inspect
import math
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Self, TypeVar, cast

from .excerpts import short
from .other_arguments import ADVICE, MEANT

FEW = 10
"""Arguments that are all named where none is like the one that was given."""

KEPT = 1000
"""Functions whose arguments are remembered: more than the library has, and fewer than fill a memory."""

F = TypeVar("F", bound=Callable[..., Any])


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _inverted(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for ours, names in table.items():
        for name in map(_plain, names.split()):
            found[name] = (*found.get(name, ()), ours)
    return found


_MEANT = _inverted(MEANT)
_ADVICE = {_plain(name): said for names, said in ADVICE.items() for name in names.split()}


class Hinted:
    """A class whose objects refuse unknown arguments with the name that was meant, before they are made."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Return a bare object for ``__init__``."""
        names, most = _taken(cls.__init__)
        if len(args) > most or not names.issuperset(kwargs):
            _refuse(cls, args, kwargs)
        return super().__new__(cls)


# so that a class without arguments shows none
cast(Any, Hinted.__new__).__signature__ = inspect.Signature(
    [inspect.Parameter("cls", inspect.Parameter.POSITIONAL_ONLY)]
)


def _refuse(kind: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise TypeError for what a constructor does not take."""
    init = kind.__init__  # type: ignore[misc]
    if init is object.__init__:
        said = hint(min(kwargs), init) if kwargs else ""
        raise TypeError(
            f"{kind.__name__}() takes no arguments, got {', '.join([*map(repr, args), *kwargs])}{said}"
        )
    if not _takes_all(init):
        for name in sorted(kwargs.keys() - _names_of(init)):
            said = told(name, init) or _of_method(name, kind) or hint(name, init)
            raise TypeError(f"{kind.__name__}() got an unexpected keyword argument {name!r}{said}")
    if len(args) > _taken(init)[1]:
        _refuse_unnamed(kind, args)


class HintedMethods(Hinted):
    """The same, and its public methods and class methods refuse so, too."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, value in list(vars(cls).items()):
            if name.startswith("_"):
                continue
            if isinstance(value, classmethod):
                setattr(cls, name, classmethod(hinted(value.__func__)))
            elif isinstance(value, FunctionType):
                setattr(cls, name, hinted(value))


def hinted(function: F) -> F:
    """Return a function or a method that says, of an unknown keyword argument, which one was meant."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            within = error.__traceback__ is not None and error.__traceback__.tb_next is not None
            if within:
                raise
            message = _explained(function, args, kwargs, str(error))
            if message == str(error):
                raise
        raise TypeError(message)

    return cast(F, called)


def _explained(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> str:
    """Return what to say of arguments that a function cannot be called with."""
    shown, kind = function.__qualname__, None
    if args and next(iter(inspect.signature(function).parameters), "") in ("self", "cls"):
        kind = args[0] if isinstance(args[0], type) else type(args[0])
        shown = f"{kind.__name__}.{function.__name__}"
    unknown = kwargs.keys() - _names_of(function)
    if not unknown or _takes_all(function):
        return message.replace(f"{function.__qualname__}()", f"{shown}()")
    name = min(unknown)
    of_another = (
        "" if _meant(name, function) or not hasattr(kind, "fit") else _of_constructor(name, cast(type, kind))
    )
    said = of_another or hint(name, function)
    return f"{shown}() got an unexpected keyword argument {name!r}{said}"


def hint(name: str, function: Any) -> str:
    """Return what is said of an unknown keyword argument of a function, nothing where no other one is like it.

    Examples
    --------
    >>> hint("epochs", lambda max_iter=200: None)
    ', did you mean max_iter=...?'
    """
    there, said = _names_of(function), told(name, function)
    if said:
        return said
    close = difflib.get_close_matches(name.lower(), sorted(there), n=1)
    if close:
        return f", did you mean {close[0]}=...?"
    return f"; it takes {', '.join(_in_order(function))}" if 0 < len(there) <= FEW else ""


def told(name: str, function: Any) -> str:
    """Return what the table of other names says of an argument, nothing if it is not in it.

    Examples
    --------
    >>> told("epochs", lambda max_iter=200: None), told("max_itr", lambda max_iter=200: None)
    (', did you mean max_iter=...?', '')
    """
    one = _meant(name, function)
    if one:
        return f", did you mean {one}?"
    return f"; {_ADVICE[_plain(name)]}" if _plain(name) in _ADVICE else ""


def _meant(name: str, function: Any) -> str:
    """Return what to write for an argument that has another name elsewhere, empty if the function has none such."""
    there = _names_of(function)
    for one in there:
        if _plain(one) == _plain(name):
            return f"{one}=..."
    for said in _MEANT.get(_plain(name), ()):
        if all(part.partition("=")[0] in there for part in _parts(said)):
            return said
    return ""


def _parts(said: str) -> list[str]:
    """Return the arguments that are said together; those of an object within belong to it."""
    return [said] if "(" in said else said.split(", ")


def _of_constructor(name: str, kind: type) -> str:
    """Return what is said where an argument of a method is one of the estimator."""
    init = kind.__init__  # type: ignore[misc]
    one = f"{name}=..." if name in _names_of(init) else _meant(name, init)
    return f": it is an argument of the estimator, {kind.__name__}({one})" if one else ""


def _of_method(name: str, kind: type) -> str:
    """Return what is said where an argument of the constructor is one of ``fit``."""
    fit = getattr(kind, "fit", None)
    one = "" if fit is None else f"{name}=..." if name in _names_of(fit) else _meant(name, fit)
    return f": it is an argument of fit, {kind.__name__}(...).fit(..., {one})" if one else ""


def _refuse_unnamed(kind: type, args: tuple[Any, ...]) -> None:
    """Raise TypeError for more arguments without a name than a constructor takes so."""
    init = kind.__init__  # type: ignore[misc]
    unnamed = [name for name, how in _kinds(init) if how is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    first = args[len(unnamed)]
    alone = f"{', '.join(unnamed)} alone" if unnamed else "none of its arguments"
    raise TypeError(
        f"{kind.__name__}() takes {alone} without a name, got {len(args)} such{_named_example(kind, first)}"
    )


def _named_example(kind: type, value: Any) -> str:
    init = kind.__init__  # type: ignore[misc]
    names = [
        parameter.name
        for parameter in inspect.signature(init).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    example = f"{kind.__name__}({names[0]}={short(value)})" if names else ""
    return f"; name {short(value)} and what comes after it, such as {example}" if names else ""


def _in_order(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


@functools.lru_cache(KEPT)
def _names_of(function: Any) -> frozenset[str]:
    return frozenset(_in_order(function))


def _kinds(init: Any) -> list[tuple[str, Any]]:
    parameters = list(inspect.signature(init, follow_wrapped=False).parameters.values())[1:]
    return [(parameter.name, parameter.kind) for parameter in parameters]


class _Anything(frozenset[str]):
    """All names there are."""

    def issuperset(self, names: Any) -> bool:  # noqa: ARG002 - one signature for all
        """Return True."""
        return True


@functools.lru_cache(KEPT)
def _taken(init: Any) -> tuple[frozenset[str], float]:
    """Return the names that a constructor takes, and how many arguments it takes without a name."""
    if init is object.__init__:
        return frozenset(), 0
    kinds = [how for _, how in _kinds(init)]
    most = len([how for how in kinds if how is inspect.Parameter.POSITIONAL_OR_KEYWORD])
    several = inspect.Parameter.VAR_POSITIONAL in kinds  # what it says of them is its own affair
    return _Anything() if _takes_all(init) else _names_of(init), math.inf if several else most


@functools.lru_cache(KEPT)
def _takes_all(function: Any) -> bool:
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
