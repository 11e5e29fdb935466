"""Docstrings of methods that say nothing of their own: those of what they override, in their own words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any


def inherit_docstrings(kind: type) -> None:
    """Give each public method without a docstring the one of the method that it overrides.

    ``help`` finds it by itself; tools that read docstrings do not. A parameter may have another name here,
    such as ``a`` for ``o``, and ``*arguments`` may be several.

    Parameters
    ----------
    kind : type
        Its methods are changed in place.
    """
    for name, method in vars(kind).items():
        if name.startswith("_") or not inspect.isfunction(method) or method.__doc__ is not None:
            continue
        for base in kind.__mro__[1:]:
            above = vars(base).get(name)
            if inspect.isfunction(above) and above.__doc__:
                method.__doc__ = _renamed(above.__doc__, _names(above), _names(method))
                break


def _names(function: Callable[..., Any]) -> list[str]:
    marks: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [marks.get(one.kind, "") + one.name for one in inspect.signature(function).parameters.values()]


def _renamed(text: str, theirs: list[str], ours: list[str]) -> str:
    for place, name in enumerate(theirs):
        here = ", ".join(ours[place:]) if name.startswith("*") else "".join(ours[place : place + 1])
        if here and here != name:
            text = re.sub(rf"^(\s+){re.escape(name)}( : |$)", rf"\1{here}\2", text, flags=re.MULTILINE)
    return text
