"""Rules of a user's own compared with differences: a derivative that was written must be that of the value.

Where it is not, the message names the method, where it stands, the point where both differ most, and both numbers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .differences import Slopes, differing, slopes
from .namespaces import namespace_of
from .rules.activations import Activation
from .rules.losses import Loss
from .rules.penalties import ActivityPenalty, WeightPenalty
from .rules.rule import Rule

Function = Callable[[NDArray[Any]], Any]

_SIDE = (0.001, 0.003, 0.01, 0.07, 0.15, 0.45, 0.75, 1.2, 1.6, 2.5, 3.2, 4.1, 5.0, 6.3, 8.0, 12.5, 20.0)
POINTS = np.array([*(-one for one in _SIDE[::-1]), 0.0, *_SIDE, 0.3])
"""Pre-activations, or weights, that a rule is compared at; 36 of them."""
MOST_ROWS, MOST_COLUMNS = 5, 3
ALONE = 1e-3
"""Relative: float32 and sums in another order differ by less; a mean over two rows is half of what it should be."""


def compare_activation(g: Activation) -> None:
    """Raise ValueError if ``derivative`` is not the derivative of ``__call__``.

    Parameters
    ----------
    g : Activation
        One with ``surrogate = True`` is not compared.
    """
    _compare_in_a(g, "derivative", "__call__", lambda a: g(namespace_of(a), a))


def compare_second_derivative(g: Activation) -> None:
    """Raise ValueError if ``second_derivative`` is not the derivative of ``derivative``.

    Parameters
    ----------
    g : Activation
        One with ``surrogate = True`` is not compared.
    """

    def slope(a: NDArray[Any]) -> Any:
        xp = namespace_of(a)
        return g.derivative(xp, a if g.derivative_of == "a" else g(xp, a))

    _compare_in_a(g, "second_derivative", "derivative", slope)


def _compare_in_a(g: Activation, method: str, of: str, f: Function) -> None:
    """Compare a method of an activation with differences of another one, both as functions of a."""
    if g.surrogate:
        return
    formula, xp = getattr(g, method), namespace_of(POINTS)
    given = {"a": POINTS, "o": _quiet(lambda a: g(xp, a))(POINTS)}
    found = slopes(_quiet(f), POINTS)
    claimed = _quiet(lambda one: formula(xp, one))(given[g.derivative_of])
    other = {"a": "o", "o": "a"}[g.derivative_of]
    instead = _quiet(lambda one: formula(xp, one))(given[other])
    hint = _hint_of_argument(instead, found, g.derivative_of)
    _refuse(g, method, of, POINTS, "a", claimed, found, hint)


def compare_penalty(rule: WeightPenalty | ActivityPenalty, g: Activation | None = None) -> None:
    """Raise ValueError if ``derivative`` is not the derivative of ``value``.

    Parameters
    ----------
    rule : WeightPenalty or ActivityPenalty
    g : Activation, optional
        Whose outputs are penalised; None for weights.
    """
    if rule.surrogate:
        return
    xp = namespace_of(POINTS)
    at = POINTS if g is None else np.unique(_quiet(lambda a: g(xp, a))(POINTS)[np.abs(POINTS) < 6])
    at = at[: len(at) // 3 * 3]
    found = slopes(_quiet(lambda one: rule.value(xp, one)), at)
    claimed = _quiet(lambda one: rule.derivative(xp, one))(at)
    _refuse(rule, "derivative", "value", at, "w" if g is None else "o", claimed, found)


def compare_loss(loss: Loss, output: Activation, y: NDArray[Any]) -> None:
    """Raise ValueError if ``derivative`` is not that of ``value``, summed over a row, by an output.

    Of a pair it is by a pre-activation.

    Parameters
    ----------
    loss : Loss
        One with ``surrogate = True`` is not compared.
    output : Activation
        The output activation; an output that it cannot have is not tried.
    y : array of shape (n, r)
        Targets.
    """
    if loss.surrogate:
        return
    xp, columns = namespace_of(y), np.unique(np.linspace(0, y.shape[1] - 1, MOST_COLUMNS).astype(int))
    at, y = _arguments(loss, output, y)  # (rows, r), what value takes
    o = np.asarray(output(xp, at.copy())) if loss.pair else at
    given = {"a": at, "o": o} if loss.pair else {"o": o}
    takes = loss.derivative_of if loss.pair else "o"
    claimed = {name: _rows_quiet(lambda x: loss.derivative(xp, x, y), one) for name, one in given.items()}
    found = []
    for j in columns.tolist():

        def of_column(x: NDArray[Any], j: int = j) -> NDArray[Any]:
            moved = at.copy()
            moved[:, j] = x
            return np.asarray(_rows_quiet(lambda one: loss.value(xp, one, y), moved).sum(axis=1))

        found.append(slopes(of_column, at[:, j].copy()))
    every = Slopes(*(np.concatenate([getattr(one, part) for one in found], axis=-1) for part in _PARTS))
    flat = {name: one[:, columns].T.ravel() for name, one in claimed.items()}
    points, targets = at[:, columns].T.ravel(), y[:, columns].T.ravel()
    other = next((name for name in flat if name != takes), takes)
    hint = _hint_of_argument(flat[other], every, takes) if other != takes else ""
    name = "a" if loss.pair else "o"
    _refuse(loss, "derivative", "value", points, name, flat[takes], every, hint, targets)


def compare_rows(rule: Rule, method: str, f: Callable[..., Any], *arrays: NDArray[Any]) -> None:
    """Raise ValueError if what a rule makes of a part depends on the other parts, as a mean over samples does.

    Parameters
    ----------
    rule : Rule
        One with ``surrogate = True`` is not compared.
    method : str
        Its name, for the message.
    f : callable
        Takes the arrays, or the same row of each.
    *arrays : array of shape (n, r)
        A row at least; one alone is taken twice.
    """
    if rule.surrogate:
        return
    first, *others = (np.repeat(one, 2, axis=0) if len(one) == 1 else one for one in arrays)
    together = _rows_quiet(partial(_with, f, others), first)
    for i in range(len(together)):
        rest = [one[i : i + 1] for one in others]
        alone = _rows_quiet(partial(_with, f, rest), first[i : i + 1])[0]
        off = np.abs(alone - together[i]) > ALONE * np.maximum(np.abs(alone), np.abs(together[i]))
        if off.any():
            j = int(np.argmax(off))
            kind = type(rule).__name__
            raise ValueError(
                f"{rule!r}.{method} of a row depends on the others: alone it is {alone[j]:.6g}, among "
                f"{len(together)} rows {together[i, j]:.6g}. Return a number for each entry and do not average over "
                f"samples, as training does that itself. Look at {_place(rule, method)}; if it is on purpose, say "
                f"surrogate = True in {kind}"
            )


def _with(f: Callable[..., Any], rest: list[NDArray[Any]], first: NDArray[Any]) -> Any:
    return f(first, *rest)


_PARTS = ("best", "error", "all", "noise")


def different_rows(y: NDArray[Any]) -> NDArray[Any]:
    """Return a few rows of targets that are as different as may be.

    Parameters
    ----------
    y : array of shape (n, r)

    Returns
    -------
    array of shape (at most 5, r)
    """
    y = y[:10_000]
    order = np.argsort(y @ np.arange(1.0, y.shape[1] + 1), kind="stable")
    return np.asarray(y[order[np.unique(np.linspace(0, len(y) - 1, MOST_ROWS).astype(int))]])


def _arguments(loss: Loss, output: Activation, y: NDArray[np.float64]) -> tuple[Any, Any]:
    """Return what a loss is tried at and the targets, both of shape (rows, r): outputs, of a pair pre-activations."""
    grid = np.array([-5.0, -2.6, -1.7, -0.6, -0.1, 0.0, 0.25, 0.8, 1.9, 3.1, 5.0])
    n, r = y.shape
    places = np.arange(len(grid))[:, None, None] + np.arange(n)[:, None] + 3 * np.arange(r)
    a = grid[places % len(grid)].reshape(-1, r)
    repeated = np.tile(y, (len(grid), 1))
    if loss.pair:
        return a, repeated
    o = np.asarray(output(namespace_of(a), a.copy()))
    low, high = output.range
    spread = float(np.std(y)) or 1.0
    near = [
        np.where((low < repeated + one) & (repeated + one < high), repeated + one, o)
        for one in (a, spread * a)
    ]
    return np.concatenate([o, *near]), np.concatenate([repeated] * 3)


def _hint_of_argument(instead: NDArray[Any], found: Slopes, takes: str) -> str:
    """Return what to say if a formula is right once it is given the other argument."""
    if differing(instead, found).any() or not np.nan_to_num(found.best).any():
        return ""
    other, words = ("a", "the pre-activation a") if takes == "o" else ("o", "the output o")
    return f'; given {words} it would be right: it is written with {other}, but derivative_of says "{takes}"'


def _refuse(
    rule: Rule,
    method: str,
    of: str,
    at: NDArray[Any],
    name: str,
    claimed: NDArray[Any],
    found: Slopes,
    hint: str = "",
    targets: NDArray[Any] | None = None,
) -> None:
    """Raise ValueError where a derivative that was written is not the one by differences."""
    wrong = differing(claimed, found)
    if not wrong.any():
        return
    off = np.where(wrong, np.abs(claimed - found.best), -1.0)
    i = int(np.argmax(np.where(wrong & ~np.isfinite(claimed), np.inf, off)))
    point = f"{name} = {at[i]:.6g}" + ("" if targets is None else f" and y = {targets[i]:.6g}")
    kind = type(rule).__name__
    if not np.isfinite(claimed[i]):
        raise ValueError(
            f"{rule!r}.{method} returned {claimed[i]} at {point}, where {of} is finite; choose a number there, at a "
            f"kink one between the slopes of both sides. Look at {_place(rule, method)}"
        )
    raise ValueError(
        f"{rule!r}.{method} is not the derivative of {kind}.{of}: at {point} it returns {claimed[i]:.6g}, and "
        f"differences of {of} give {found.best[i]:.6g}{hint or _hint_of_ratio(claimed, found)}. Look at "
        f"{_place(rule, method)} (or at {_place(rule, of)}); if another slope is meant on purpose, say "
        f"surrogate = True in {kind}"
    )


def _hint_of_ratio(claimed: NDArray[Any], found: Slopes) -> str:
    """Return what to say if a derivative is one number times the right one at all points."""
    told = np.isfinite(found.best) & (np.abs(found.best) > 1e-3 * np.nanmax(np.abs(found.best), initial=0.0))
    ratio = claimed[told] / found.best[told]
    if (
        len(ratio) < 3
        or not np.isfinite(ratio).all()
        or np.ptp(ratio) > 1e-2 * abs(ratio[0])
        or ratio[0] == 0
    ):
        return ""
    factor = f"{np.median(ratio):.4g}"
    if factor == "1" or differing(claimed / np.median(ratio), found).any():
        return ""  # that is not what is wrong, or not all of it
    return f" ({factor} times that everywhere)"


def _place(rule: Rule, method: str) -> str:
    """Return the name of a method and where it stands, as far as Python knows."""
    function = inspect.unwrap(getattr(type(rule), method))
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", method)
    return name if code is None else f"{name}, line {code.co_firstlineno} of {Path(code.co_filename).name}"


def _quiet(f: Function) -> Function:
    """Return a function that gets rows of 3 numbers, and gives NaN for them where it fails."""

    def called(x: NDArray[Any]) -> Any:
        return _rows_quiet(f, x.reshape(-1, 3)).reshape(-1)

    return called


def _rows_quiet(f: Function, x: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(f(x.copy()))
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            # far out a function need not be defined; where it must be, it was tried before
            return np.full(x.shape, np.nan)
    return values if values.shape == x.shape else np.full(x.shape, np.nan)
