"""A trial of rules before training: wrong shapes, NaN and wrong derivatives are found here, not in epoch 50.

Rules of the library are proved by its tests; a user's own are compared with differences, see
:mod:`rosenblatt.comparison`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import read_only
from .catalogue import is_ours
from .comparison import (
    compare_activation,
    compare_loss,
    compare_penalty,
    compare_rows,
    compare_second_derivative,
)
from .namespaces import namespace_of
from .network import Network
from .plan import Plan
from .rules.activations import Activation
from .rules.losses import Loss
from .rules.optimizers import Optimizer
from .rules.outputs import RowWise
from .rules.penalties import ActivityPenalty, WeightPenalty
from .rules.rule import Rule
from .signatures import require_arguments

_POINTS = read_only(np.linspace(-2.0, 2.0, 15).reshape(5, 3))  # (n, r)


def try_activation(g: Activation) -> Activation:
    """Return the activation if it maps a small array to finite numbers of its shape and its derivative is its own.

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
    _require_arguments(g, "__call__", "xp", "a")
    _require_arguments(g, "derivative", "xp", g.derivative_of)
    xp = namespace_of(_POINTS)
    o = _tried(g, "__call__", lambda: g(xp, _POINTS), _POINTS.shape)
    given = _POINTS if g.derivative_of == "a" else read_only(o)
    _tried(g, "derivative", lambda: g.derivative(xp, given), _POINTS.shape)
    if not is_ours(g):
        compare_rows(g, "__call__", partial(g, xp), _POINTS.reshape(-1, 1))
        compare_activation(g)
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
    _require_arguments(g, "second_derivative", "xp", g.derivative_of)
    xp = namespace_of(_POINTS)
    given = _POINTS if g.derivative_of == "a" else read_only(g(xp, _POINTS))
    _tried(g, "second_derivative", lambda: g.second_derivative(xp, given), _POINTS.shape)
    if not is_ours(g):
        compare_second_derivative(g)


def try_initializer(initializer: Any) -> Any:
    """Return an initialiser if its ``fill`` can be called with what it will be called with.

    Parameters
    ----------
    initializer : Initializer

    Raises
    ------
    InvalidParameterError
        Naming what it must take.
    """
    taken = ("theta", "network", "activations", "stream", "seed")
    require_arguments(f"initializer: {type(initializer).__name__}.fill", initializer.fill, taken)
    return initializer


def try_loss(loss: Loss, o: NDArray[Any], y: NDArray[Any], output: Activation | None = None) -> Loss:
    """Return the loss if value, derivative and reported are finite and of the shape of ``o``.

    Parameters
    ----------
    loss : Loss
    o, y : array of shape (n, r)
        Outputs (pre-activations for a pair) and targets that the loss must accept.
    output : Activation, optional
        The output activation. Where it is known, the derivative of a user's own loss is compared with differences.

    Raises
    ------
    ValueError
        If one of them is not; the message names the rule and the method.
    """
    xp = namespace_of(o)
    for method in ("value", "derivative", "reported"):
        formula = getattr(loss, method)
        _require_arguments(loss, method, "xp", "o", "y")
        _tried(
            loss,
            method,
            partial(formula, xp, read_only(o), read_only(y)),
            o.shape,
            f"targets from {y.min()} to {y.max()}",
        )
    if not is_ours(loss):
        for method in ("value", "derivative", "reported"):
            compare_rows(loss, method, partial(getattr(loss, method), xp), o, y)
        if output is not None:
            compare_loss(loss, output, y)
    return loss


def try_penalty(
    rule: WeightPenalty | ActivityPenalty, g: Activation | None = None
) -> WeightPenalty | ActivityPenalty:
    """Return the penalty if value and derivative are finite, of their argument's shape, and belong together.

    Parameters
    ----------
    rule : WeightPenalty or ActivityPenalty
    g : Activation, optional
        Whose outputs are penalised; None for weights.

    Raises
    ------
    ValueError
        If they are not; the message names the rule and the method.
    """
    points = _POINTS if g is None else np.asarray(g(namespace_of(_POINTS), _POINTS))
    xp = namespace_of(points)
    for method in ("value", "derivative"):
        _require_arguments(rule, method, "xp", "w" if g is None else "o")
        _tried(rule, method, partial(getattr(rule, method), xp, read_only(points)), points.shape)
    if not is_ours(rule):
        for method in ("value", "derivative"):
            compare_rows(rule, method, partial(getattr(rule, method), xp), points.reshape(-1, 1))
        compare_penalty(rule, g)
    return rule


def try_rules(network: Network, plan: Plan) -> None:
    """Raise unless a user's own activations and penalties of a network and a plan pass the trial.

    Parameters
    ----------
    network : Network
    plan : Plan

    Raises
    ------
    ValueError
        If one of them does not; the message names the rule and the method.
    """
    activations = [network.activation(k) for k in range(1, network.m + 1)]
    for i, g in enumerate(activations):
        if not (is_ours(g) or isinstance(g, RowWise) or g in activations[:i]):
            try_activation(g)
    for penalty in plan.penalties:
        if not is_ours(penalty.rule):
            try_penalty(penalty.rule)
    for one in plan.activities:
        if not is_ours(one.rule):
            try_penalty(one.rule, network.activation(one.layers[0]))


def try_optimizer(optimizer: Optimizer) -> Optimizer:
    """Return the optimiser if one step on a short vector gives finite vectors of its shape, and leads downhill.

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
    _require_arguments(optimizer, "settings_at", "t", "rate")
    _require_arguments(optimizer, "update", "xp", "theta", "gradient", *optimizer.slots, "s")
    numbers = optimizer.settings_at(1.0, 0.01)
    if len(numbers) != len(optimizer.settings):
        raise ValueError(
            f"{optimizer!r}.settings_at must return a number for each of settings={optimizer.settings!r}, "
            f"it returned {numbers!r}"
        )
    s = SimpleNamespace(rate=0.01, is_weight=np.ones_like(theta))
    vars(s).update(zip(optimizer.settings, numbers, strict=True))
    with np.errstate(all="ignore"), _unwritten(optimizer, "update"):
        updated = optimizer.update(xp, theta, theta[::-1], *map(read_only, zeros), s)
    if not isinstance(updated, tuple) or len(updated) != 1 + len(zeros):
        raise ValueError(
            f"{optimizer!r}.update must return a tuple of theta and its {len(zeros)} slots "
            f"{optimizer.slots!r}, it returned {type(updated).__name__}"
        )
    for vector in updated:
        _tried(optimizer, "update", partial(np.asarray, vector), theta.shape)
    if not is_ours(optimizer) and not optimizer.surrogate:
        _refuse_ascent(optimizer)
    return optimizer


def _refuse_ascent(optimizer: Optimizer) -> None:
    """Raise ValueError if a few steps along one gradient lead up it, nowhere, or as far whatever the rate."""
    gradient = _POINTS.ravel()[:7].copy()
    theta, faster = (_after_steps(optimizer, gradient, rate) for rate in (0.01, 0.02))
    kind = type(optimizer).__name__
    begin = f"{optimizer!r}.update leads {{}}: after 3 steps of rate 0.01 from 0 with the gradient {gradient[0]:.4g} "
    if float(theta @ gradient) > 0:
        raise ValueError(
            f"{begin.format('uphill')}a parameter is {theta[0]:.4g}, so that the loss would rise. Look at the sign of "
            f"the step; if that is on purpose, say surrogate = True in {kind}"
        )
    if not theta.any():
        raise ValueError(f"{begin.format('nowhere')}a parameter is still 0: return theta less a step")
    if np.array_equal(theta, faster):
        raise ValueError(
            f"{optimizer!r}.update takes the same steps at the rates 0.01 and 0.02, so that learning_rate_init and "
            f"schedules do nothing: multiply the step by s.rate; if that is on purpose, say surrogate = True in {kind}"
        )


def _after_steps(optimizer: Optimizer, gradient: NDArray[Any], rate: float) -> NDArray[Any]:
    """Return the parameters after three steps from 0 along one gradient: decay is nothing there."""
    theta, slots = np.zeros_like(gradient), [np.zeros_like(gradient) for _ in optimizer.slots]
    xp = namespace_of(theta)
    with np.errstate(all="ignore"):
        for step in (1.0, 2.0, 3.0):
            numbers = optimizer.settings_at(step, rate)
            s = SimpleNamespace(rate=rate, is_weight=np.ones_like(theta))
            vars(s).update(zip(optimizer.settings, numbers, strict=True))
            theta, *slots = optimizer.update(xp, theta, gradient.copy(), *slots, s)
    return np.asarray(theta)


def _require_arguments(rule: Rule, method: str, *names: str) -> None:
    """Raise unless a method of a user's own rule can be called with these arguments, which the message names."""
    formula = getattr(rule, method)
    if is_ours(rule):
        return
    of_arrays = ": xp holds the functions of the arrays, such as xp.exp" if "xp" in names else ""
    require_arguments(f"{type(rule).__name__}.{method}", formula, names, of_arrays)


@contextlib.contextmanager
def _unwritten(rule: Rule, method: str) -> Iterator[None]:
    """Say which rule wrote into an array that it was given to read."""
    try:
        yield
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(
            f"{rule!r}.{method} writes into an array that it was given, which others read after it; return a new one"
        ) from error


def _tried(
    rule: Rule,
    method: str,
    call: Callable[[], Any],
    shape: tuple[int, ...],
    given: str = "numbers from -2 to 2",
) -> Any:
    with np.errstate(all="ignore"):
        try:
            with _unwritten(rule, method):
                value = np.asarray(call())
        except Exception as error:
            error.add_note(f"while {rule!r}.{method} was tried on an array of shape {shape}, before training")
            raise
    if value.dtype.kind not in "biuf":
        raise ValueError(f"{rule!r}.{method} must return real numbers, it returned dtype {value.dtype}")
    if value.shape != shape:
        raise ValueError(
            f"{rule!r}.{method} must return an array of its argument's shape: "
            f"for {shape} it returned {value.shape}"
        )
    if not np.isfinite(value).all():
        raise ValueError(f"{rule!r}.{method} returned NaN or infinity for {given}; it must be finite there")
    return value
