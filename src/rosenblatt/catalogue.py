"""Rules by name: what ``activation="relu"`` means, and what a message says of ``"rellu"``.

Nothing is registered. The names are those of the classes that stand in the modules of ``rules``,
so a class written there has its name everywhere, and an object of a user's own class needs none.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from functools import cache
from typing import Any, TypeVar

from . import rules
from .errors import InvalidParameterError
from .excerpts import short
from .limits import require_limits
from .other_names import meant
from .rules.losses import Loss
from .rules.rule import Rule

R = TypeVar("R", bound=Rule)

MANY = 25
"""Names that a message does not list where it has a hint: nobody reads scikit-learn's sixty scorers."""


def catalogue(kind: type[R]) -> dict[str, type[R]]:
    """Return the named rules of one kind, name to class, in the order in which they are written.

    Parameters
    ----------
    kind : type
        A base class: Activation, Loss, WeightPenalty, ActivityPenalty or Optimizer.

    Returns
    -------
    dict of str to type

    Examples
    --------
    >>> from rosenblatt.rules.penalties import WeightPenalty
    >>> sorted(catalogue(WeightPenalty))
    ['l1', 'l2']
    """
    return dict(_of_kind(kind))  # type: ignore[arg-type]  # a class is hashable


@cache
def _of_kind(kind: Any) -> dict[str, Any]:
    return {name: rule for name, rule in _all_rules().items() if issubclass(rule, kind)}


@cache
def _all_rules() -> dict[str, type[Rule]]:
    found: dict[str, type[Rule]] = {}
    for module in pkgutil.iter_modules(rules.__path__):
        for value in vars(importlib.import_module(f"{rules.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Rule) and value.name:
                found[value.name] = value
    return found


def unknown(what: str, value: object, known: Any) -> str:
    """Return the message for an unknown name, with the one that was presumably meant."""
    names = list(known)
    intended = meant(what, value, names)
    hint = f", did you mean {intended}?" if intended else "."
    if intended and len(names) > MANY:
        return f"unknown {what} {short(value)}, did you mean {intended}?"
    told = ", ".join(repr(name) for name in names if name is not None)
    return f"unknown {what} {short(value)}{hint} Known: {told}."


def checked(rule: R) -> R:
    """Return the rule if its parameters lie within its limits, else raise TypeError or ValueError."""
    require_limits(rule)
    return rule


def named(kind: type[R], what: str, value: object, hints: Any = ()) -> R:
    """Return the rule that a name or an object stands for.

    Parameters
    ----------
    kind : type
        The kind of rule that is wanted.
    what : str
        What the message calls it, such as ``"activation"``.
    value : str or Rule
        A name, or an object of the kind.
    hints : iterable of str, optional
        The names of which one may have been meant; all of the kind by default.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        If the name is unknown or a parameter lies outside its limits.
    TypeError
        If the object is no rule of the kind.
    """
    if isinstance(value, kind):
        return checked(value)
    if isinstance(value, str):
        known = _of_kind(kind)  # type: ignore[arg-type]  # a class is hashable
        if value not in known:
            raise InvalidParameterError(unknown(what, value, known))
        rule: R = known[value]()
        return rule
    shown = f"the class {value.__name__}" if isinstance(value, type) else short(value)
    hint = (
        f"; pass an object, {value.__name__}()" if isinstance(value, type) and issubclass(value, kind) else ""
    )
    if not hint and (intended := meant(what, value, list(hints or _of_kind(kind)))):  # type: ignore[arg-type]
        hint = f"; did you mean {intended}?"
    article = "an" if kind.__name__[0] in "AEIO" else "a"
    raise InvalidParameterError(
        f"{what} must be a name or {article} {kind.__name__} object, got {shown}{hint}"
    )


def reports_outputs(loss: Loss) -> bool:
    """Return whether ``reported`` can take outputs: a pair without one of its own has a value of pre-activations."""
    return not loss.pair or type(loss).reported is not Loss.reported


def is_ours(rule: Rule) -> bool:
    """Return whether a rule is of one of the library's own classes, which its name stands for."""
    return _all_rules().get(rule.name) is type(rule)


def describe(rule: Rule) -> dict[str, Any]:
    """Return plain data from which ``build`` makes the rule again.

    Raises
    ------
    ValueError
        If the rule is a user's own class, which plain data cannot name.
    """
    if not is_ours(rule):
        raise ValueError(
            f"{rule!r} is not a rule of the library, so plain data cannot stand for it; "
            "keep it as code, or pickle the estimator"
        )
    return {"name": rule.name, **vars(rule)}


def build(kind: type[R], data: dict[str, Any]) -> R:
    """Return the rule that ``describe`` described."""
    parameters = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }  # JSON knows no tuples
    rule = named(kind, kind.__name__.lower(), parameters.pop("name"))
    return checked(dataclasses.replace(rule, **parameters)) if parameters else rule  # type: ignore[type-var]
