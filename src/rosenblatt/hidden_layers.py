"""Which hidden layers a penalty on them acts on: the code, the encoder, all of them, or some by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .errors import InvalidParameterError
from .excerpts import short
from .intervals import is_whole

WORDS = ("code", "encoder", "hidden")
"""The middle layer; all up to it; all hidden layers."""


def require_layers(what: str, layers: Any) -> None:
    """Raise ValueError unless ``layers`` is one of the words, or numbers from 1 on, each once.

    Parameters
    ----------
    what : str
        The argument's name, for the message.
    layers : object

    Examples
    --------
    >>> require_layers("layers", "code")
    >>> require_layers("layers", (1, 3))
    """
    if isinstance(layers, str) and layers in WORDS:
        return
    numbers = isinstance(layers, tuple | list) and all(is_whole(k) and int(k) >= 1 for k in layers)
    if not numbers or not layers or len(set(layers)) != len(layers):
        words = ", ".join(map(repr, WORDS))
        raise InvalidParameterError(
            f"{what} must be {words}, or name one layer or more by numbers from 1 on, each once, got {short(layers)}"
        )


def layers_of(what: str, layers: str | Sequence[int], m: int) -> tuple[int, ...]:
    """Return numbers of hidden layers for one of the words, or for numbers themselves.

    Parameters
    ----------
    what : str
        The argument's name, for the message.
    layers : {"code", "encoder", "hidden"} or sequence of int
    m : int
        The number of the output layer.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If a number is that of no hidden layer.

    Examples
    --------
    >>> [layers_of("layers", word, 4) for word in WORDS]
    [(2,), (1, 2), (1, 2, 3)]
    """
    require_layers(what, layers)
    if isinstance(layers, str):
        code = m // 2
        return {"code": (code,), "encoder": (*range(1, code + 1),), "hidden": (*range(1, m),)}[layers]
    for k in layers:
        if k >= m:
            raise InvalidParameterError(
                f"{what} must be numbers of hidden layers, 1 to {m - 1}, got {short(k)}"
            )
    return tuple(int(k) for k in layers)
