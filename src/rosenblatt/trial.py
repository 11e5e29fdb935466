"""A trial of rules before training: wrong shapes and NaN are found here, not in epoch 50."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .namespaces import namespace_of
from .rules.activations import Activation
from .rules.losses import Loss
from .rules.optimizers import Optimizer
from .rules.rule import Rule

_POINTS = np.linspace(-2.0, 2.0, 15).reshape(5, 3)  # (n, r)


def try_activation(g: Activation) -> Activation:
    """Return the activation if it maps a small array to finite numbers of its shape.

    Parameters
    ----------
    g : Activation

    Raises
    ------
    ValueError
        If it does not; the message names the rule and the method.
    """
    if g.derivative_of not in ("o", "a"):
        raise ValueError(
            f"{g!r}.derivative_of must be 'o' (derivatives written with the output) or 'a' (with the "
            f"pre-activation), got {g.derivative_of!r}"
        )
    xp = namespace_of(_POINTS)
    o = _tried(g, "__call__", lambda: g(xp, _POINTS.copy()), _POINTS.shape)
    given = _POINTS.copy() if g.derivative_of == "a" else o
    _tried(g, "derivative", lambda: g.derivative(xp, given), _POINTS.shape)
    return g


def try_second_derivative(g: Activation, what: str) -> None:
    """Raise unless the activation has a second derivative that is finite and of its argument's shape.

    Parameters
    ----------
    g : Activation
    what : str
        The argument that asks for it, for the message.

    Raises
    ------
    TypeError
        If a class of a user's own does not define it.
    ValueError
        If it returns something else; the message names the rule and the method.
    """
    if type(g).second_derivative is Activation.second_derivative:
        raise TypeError(
            f"{what} follows second derivatives (A6), and {type(g).__name__} has none: define "
            f"second_derivative(self, xp, {g.derivative_of}), or take another activation, such as 'tanh'"
        )
    xp = namespace_of(_POINTS)
    given = _POINTS.copy() if g.derivative_of == "a" else g(xp, _POINTS.copy())
    _tried(g, "second_derivative", lambda: g.second_derivative(xp, given), _POINTS.shape)


def try_loss(loss: Loss, o: NDArray[Any], y: NDArray[Any]) -> Loss:
    """Return the loss if value, derivative and reported are finite and of the shape of ``o``.

    Parameters
    ----------
    loss : Loss
    o, y : array of shape (n, r)
        Outputs (pre-activations for a pair) and targets that the loss must accept.

    Raises
    ------
    ValueError
        If one of them is not; the message names the rule and the method.
    """
    xp = namespace_of(o)
    for method in ("value", "derivative", "reported"):
        formula = getattr(loss, method)
        _tried(loss, method, partial(formula, xp, o, y), o.shape, f"targets from {y.min()} to {y.max()}")
    return loss


def try_optimizer(optimizer: Optimizer) -> Optimizer:
    """Return the optimiser if one step on a short vector gives finite vectors of its shape.

    Parameters
    ----------
    optimizer : Optimizer

    Raises
    ------
    ValueError
        If it does not; the message names the rule and the method.
    """
    theta = _POINTS.ravel()
    xp, zeros = namespace_of(theta), [np.zeros_like(theta) for _ in optimizer.slots]
    numbers = optimizer.settings_at(1.0, 0.01)
    if len(numbers) != len(optimizer.settings):
        raise ValueError(
            f"{optimizer!r}.settings_at must return a number for each of settings={optimizer.settings!r}, "
            f"it returned {numbers!r}"
        )
    s = SimpleNamespace(rate=0.01, is_weight=np.ones_like(theta))
    vars(s).update(zip(optimizer.settings, numbers, strict=True))
    with np.errstate(all="ignore"):
        updated = optimizer.update(xp, theta.copy(), theta[::-1].copy(), *zeros, s)
    if not isinstance(updated, tuple) or len(updated) != 1 + len(zeros):
        raise ValueError(
            f"{optimizer!r}.update must return a tuple of theta and its {len(zeros)} slots "
            f"{optimizer.slots!r}, it returned {type(updated).__name__}"
        )
    for vector in updated:
        _tried(optimizer, "update", partial(np.asarray, vector), theta.shape)
    return optimizer


def _tried(
    rule: Rule,
    method: str,
    call: Callable[[], Any],
    shape: tuple[int, ...],
    given: str = "numbers from -2 to 2",
) -> Any:
    with np.errstate(all="ignore"):
        try:
            value = np.asarray(call())
        except Exception as error:
            error.add_note(f"while {rule!r}.{method} was tried on an array of shape {shape}, before training")
            raise
    if value.shape != shape:
        raise ValueError(
            f"{rule!r}.{method} must return an array of its argument's shape: "
            f"for {shape} it returned {value.shape}"
        )
    if not np.isfinite(value).all():
        raise ValueError(f"{rule!r}.{method} returned NaN or infinity for {given}; it must be finite there")
    return value
