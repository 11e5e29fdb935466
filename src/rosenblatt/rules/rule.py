"""What all rules have in common: a name, limits of their parameters, equality by value."""

from __future__ import annotations

from typing import Any, ClassVar

from ..limits import Limited

Array = Any
"""An array of any namespace: NumPy, PyTorch, dual numbers, symbols."""

Namespace = Any
"""The functions on such arrays (``xp``): the array API's, ``erf``, ``erfcx`` and ``gaussian``."""


class Rule(Limited):
    """A formula with a name: the base of activations, losses, penalties and optimisers.

    Two rules are equal when they are of one class with equal parameters.

    Attributes
    ----------
    name : str
        The name that arguments and messages use, such as ``"relu"``; empty for a rule that is only
        passed as an object.
    limits : mapping of str to str
        For each parameter the interval it must lie in, such as ``{"slope": "(0, inf)"}``; a parameter
        that is a tuple holds numbers of it, each larger than the one before.
    hints : mapping of str to str
        What a message adds where a parameter, or a target ``"y"``, cannot be taken.
    surrogate : bool
        Whether a derivative is on purpose another one than that of the value, such as a straight-through
        estimator's; before training a user's own rules are compared with differences where this is False.
    row_wise : bool
        Whether it tells the columns of a row apart. In C++ such a rule is written by hand
        (``softmax.hpp``, ``row_losses.hpp``); the others are printed.
    """

    name: ClassVar[str] = ""
    surrogate: ClassVar[bool] = False
    row_wise: ClassVar[bool] = False

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *sorted(vars(self).items())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map('{0[0]}={0[1]!r}'.format, vars(self).items()))})"
