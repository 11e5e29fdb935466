"""Arguments of estimators: one line each with default, check, group and sentence.

From that line are made the signature (a dataclass), the validation, and the docstring.
"""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np

from ..catalogue import catalogue, unknown
from ..errors import about_parameters
from ..excerpts import short
from ..intervals import LARGEST_INTEGER, is_number, is_whole, lies_in, require, require_whole
from ..other_names import meant
from ..rules.activations import Activation
from ..signatures import require_overridden
from ..training.callbacks import Callback, Observer
from ..training.schedules import Timetable
from .unchanged import worked_out

Check = Callable[[str, Any], None]

WIDTH = 100
"""Columns of a docstring that is made of arguments."""


def argument(default: Any, check: Check, group: str, kind: str, text: str, **options: Any) -> Any:
    """Return a dataclass field for one argument of an estimator.

    Parameters
    ----------
    default : object
        A string, number, tuple or None.
    check : callable
        Takes name and value; raises TypeError or ValueError.
    group : str
        The heading under which the docstring lists it.
    kind : str
        What it may be, for the docstring.
    text : str
        One or two sentences.
    **options
        For ``dataclasses.field``.
    """
    metadata = {"check": check, "group": group, "kind": kind, "text": text}
    return dataclasses.field(default=default, metadata=metadata, **options)


def with_default(
    owner: type, name: str, default: Any, text: str | None = None, check: Check | None = None
) -> Any:
    """Return the line of an argument that another class has, with another default.

    Parameters
    ----------
    owner : type
        The class that has it.
    name : str
    default : object
        A string, number, tuple or None.
    text, check : optional
        In place of the other class's.
    """
    field = next(field for field in dataclasses.fields(owner) if field.name == name)
    metadata = dict(field.metadata)
    metadata.update({} if text is None else {"text": text}, **({} if check is None else {"check": check}))
    return dataclasses.field(default=default, metadata=metadata, kw_only=field.kw_only is True)


def number(interval: str, also: Iterable[str] = ()) -> Check:
    """Return a check for a real number in an interval, or one of a few words."""

    def check(name: str, value: Any) -> None:
        if not _is_one_of(value, also):
            require(name, value, interval, others="".join(f" or {word!r}" for word in also))

    return check


def integer(interval: str, also: Iterable[Any] = ()) -> Check:
    """Return a check for a whole number in an interval, or one of a few other values."""

    def check(name: str, value: Any) -> None:
        if _is_one_of(value, also):
            return
        others = "".join(f" or {other!r}" for other in also)
        require_whole(name, value, interval, others)

    return check


def boolean(name: str, value: Any) -> None:
    """Check for True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {short(value)}")


def choice(*known: Any) -> Check:
    """Return a check for one of a few values."""

    def check(name: str, value: Any) -> None:
        if not _is_one_of(value, known):
            raise ValueError(unknown(name, value, known))

    return check


def either(first: Check, accepts: Callable[[Any], bool]) -> Check:
    """Return a check that passes what ``accepts`` accepts and hands the rest to ``first``."""
    return lambda name, value: None if accepts(value) else first(name, value)


def anything(name: str, value: Any) -> None:
    """Check nothing here: the argument is checked where it is used."""


def verbosity(name: str, value: Any) -> None:
    """Check for a truth value or a number that is not negative."""
    is_truth = isinstance(value, bool | np.bool_)
    if not (is_truth or (is_number(value) and 0 <= value <= LARGEST_INTEGER)):
        raise ValueError(f"{name} must be True, False or a number that is not negative, got {short(value)}")


def callback_list(name: str, value: Any) -> None:
    """Check for a list of callbacks, or None."""
    if value is None:
        return
    if not isinstance(value, list | tuple):
        hint = "; put it into a list" if isinstance(value, Callback) else _place_of(value)
        raise TypeError(f"{name} must be a list of Callback objects or None, got {short(value)}{hint}")
    for callback in value:
        if isinstance(callback, type):
            hint = _place_of(callback) or "; pass an object of it"
            raise TypeError(f"{name} must hold objects, got the class {callback.__name__}{hint}")
        if not isinstance(callback, Callback):
            hint = _place_of(callback) or "; derive it from Callback"
            raise TypeError(f"{name} must hold Callback objects, got {short(callback)}{hint}")
        if not type(callback).__module__.startswith("rosenblatt."):
            for base in (Callback, Observer):
                require_overridden(callback, base)


def _place_of(value: Any) -> str:
    """Return where that belongs which is a callback in Keras, and is none here."""
    kind = value if isinstance(value, type) else type(value)
    if kind.__name__ == "EarlyStopping":
        return "; it goes into early_stopping=EarlyStopping(...)"
    if kind.__name__ == "ReduceLROnPlateau":
        return "; take learning_rate=ReduceOnPlateau(...)"
    if issubclass(kind, Timetable) or kind.__name__ in ("LearningRateScheduler", "LRScheduler"):
        return "; a schedule goes into learning_rate=..."
    return ""


def rate_or_auto(name: str, value: Any) -> None:
    """Check for a learning rate, or "auto"."""
    if isinstance(value, Timetable) or (callable(value) and not isinstance(value, type)):
        raise TypeError(
            f"{name} must be a number in (0, inf) or 'auto', got {short(value)}; a schedule goes into learning_rate=..."
        )
    number("(0, inf)", also=("auto",))(name, value)


def random_source(name: str, value: Any) -> None:
    """Check for something that random numbers can be drawn from."""
    if value is None or value is np.random:
        return
    if isinstance(value, np.random.RandomState | np.random.Generator):
        return
    if not is_whole(value) or not lies_in(int(value), "[0, 4294967295]"):
        kind = TypeError if not is_whole(value) else ValueError
        raise kind(
            f"{name} must be a whole number in [0, 2**32 - 1], a numpy.random.RandomState, a "
            f"numpy.random.Generator or None, got {short(value)}"
        )


def _is_one_of(value: Any, known: Iterable[Any]) -> bool:
    # not `in`: comparing an array with a string is an array; of a grid's array a word comes as NumPy's string
    return any(isinstance(value, type(one)) and value == one for one in known)


def layer_sizes(name: str, value: Any, example: str = "(100, 50) is two layers, () is none") -> None:
    """Check for a positive whole number or a sequence of them; the message ends with an example."""
    is_several = isinstance(value, Sequence) and not isinstance(value, str | bytes)
    is_several |= hasattr(value, "__array__") and np.ndim(value) == 1  # a series of a data frame, too
    sizes = list(value) if is_several else [value]
    for size in sizes:
        if is_number(size) and size <= 0:
            raise ValueError(
                f"{name} must be > 0, got {short(sizes)}. Give a number of nodes, 1 or more, for each hidden layer; "
                f"{example}"
            )
        if not is_whole(size):
            if isinstance(value, str):
                known = list(catalogue(Activation))
                said = repr(value) if value in known else meant("activation", value, known)
                example += f". The activation goes into activation={said}" if said else ""
            raise TypeError(
                f"{name} must be whole numbers of nodes, one for each hidden layer, got {short(value)}"
                f"{why_no_sequence(value)}; {example}"
            )
        require_whole(name, size, "[1, inf)")


def why_no_sequence(value: Any) -> str:
    """Return what a message adds where something of one entry for each layer has no order, or can be read but once.

    Examples
    --------
    >>> why_no_sequence({10, 20})
    ', a set, which has no order: pass a tuple'
    >>> why_no_sequence(n for n in (10, 20)), why_no_sequence("relu")
    (', a generator, which can be read only once: pass a tuple', '')
    """
    if isinstance(value, Set | Mapping):
        return f", a {type(value).__name__}, which has no order: pass a tuple"
    if isinstance(value, Iterator):
        return f", a {type(value).__name__}, which can be read only once: pass a tuple"
    return ""


def sizes_of(value: Any) -> tuple[int, ...]:
    """Return ``hidden_layer_sizes`` as a tuple of int."""
    return tuple(int(size) for size in np.ravel(value))


@about_parameters
def check_arguments(estimator: Any) -> None:
    """Check every argument of an estimator by its own line.

    Parameters
    ----------
    estimator : dataclass instance

    Raises
    ------
    TypeError, ValueError
        Naming the argument and the value.
    """
    found = worked_out(estimator)
    if "checked" in found:
        return
    for field in dataclasses.fields(estimator):
        field.metadata["check"](field.name, getattr(estimator, field.name))
    found["checked"] = True


def check_replaced(estimator: Any, argument_name: str, replaced: Iterable[str]) -> None:
    """Raise if an object and a plain argument that it replaces are both given.

    Parameters
    ----------
    estimator : dataclass instance
    argument_name : str
        The argument that holds an object.
    replaced : iterable of str
        Plain arguments that must then stand at their defaults.
    """
    defaults = {field.name: field.default for field in dataclasses.fields(estimator)}
    for name in replaced:
        value = getattr(estimator, name)
        if value != defaults[name]:
            raise ValueError(
                f"{argument_name}={getattr(estimator, argument_name)!r} replaces {name}, but "
                f"{name}={value!r} was given as well; say it in one of the two places"
            )


def documented(cls: type) -> type:
    """Return an estimator's class with the section Parameters written into its docstring.

    The docstring holds a line ``{parameters}`` where the section goes; the groups come before it.
    """
    groups: dict[str, list[str]] = {}
    section = ["Parameters", "    ----------"]
    for field in sorted(dataclasses.fields(cls), key=_is_keyword):  # as the signature has them
        m = field.metadata
        groups.setdefault(m["group"], []).append(f"``{field.name}``")
        default = "inf" if field.default == math.inf else repr(field.default)
        section += [f"    {field.name} : {m['kind']}, default={default}", _filled(m["text"], "        ")]
    listed = [_filled(f"- *{group}*: {', '.join(names)}.", "    ", "  ") for group, names in groups.items()]
    text = "\n".join([*listed, "", "    " + "\n".join(section)]).strip()
    cls.__doc__ = (cls.__doc__ or "").replace("{parameters}", text)
    return cls


def _filled(text: str, indent: str, further: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + further)


def _is_keyword(field: dataclasses.Field[Any]) -> bool:
    return field.kw_only is True
