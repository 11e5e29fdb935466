r"""Derivatives by differences of values: what a derivative that somebody wrote is compared with.

At each point :math:`(f(x + h) - f(x - h))/2h` is taken for steps from :math:`2^{-6}` to :math:`2^{-27}`. The best step
is the one that agrees best with the next one, and whose left and right halves agree. Where none does, at a kink,
a jump or a cusp, or where f is noise, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 2.0 ** -np.arange(6, 28, 3)
RELATIVE = 1e-3
"""What a derivative may be off, of its own size: enough for a formula that somebody rounded to four digits."""
ABSOLUTE = 1e-6
"""What it may be off where it is nearly 0, of its usual size."""
CONSISTENT = 1e-2
"""How far apart two steps, or two sides, may be to be called the same."""


@dataclass(frozen=True)
class Slopes:
    """Derivatives by differences.

    Attributes
    ----------
    best : array of shape (n,)
        NaN where nothing can be said.
    error : array of shape (n,)
        How far off they may be.
    all : array of shape (steps, n)
        The quotients of each step.
    noise : array of shape (steps, n)
        What rounding makes of each.
    """

    best: NDArray[np.float64]
    error: NDArray[np.float64]
    all: NDArray[np.float64]
    noise: NDArray[np.float64]


def slopes(f: Callable[[NDArray[Any]], Any], x: NDArray[np.float64]) -> Slopes:
    """Return the derivatives of an elementwise function at some points.

    Parameters
    ----------
    f : callable
        From an array of shape (n,) to one of the same shape.
    x : array of shape (n,)

    Returns
    -------
    Slopes

    Examples
    --------
    >>> found = slopes(np.abs, np.array([-1.0, 0.0, 2.0]))
    >>> found.best.round(6).tolist()
    [-1.0, nan, 1.0]
    """
    middle = np.asarray(f(x.copy()))
    eps = _precision(middle)
    middle = middle.astype(np.float64)
    centre, jump, noise = (np.empty((len(STEPS), len(x))) for _ in range(3))
    for i, step in enumerate(STEPS):
        h = step * np.maximum(1.0, np.abs(x))
        above, below = x + h, x - h
        right, left = (np.asarray(f(one.copy()), dtype=np.float64) for one in (above, below))
        centre[i] = (right - left) / (above - below)
        jump[i] = np.abs((right - middle) / (above - x) - (middle - left) / (x - below))
        size = np.maximum(np.abs(middle), np.maximum(np.abs(right), np.abs(left)))
        noise[i] = 4 * eps * size / h
    apart = np.maximum(np.abs(np.diff(centre, axis=0)), jump[1:])  # (steps - 1, n), as the next two
    error = np.maximum(apart, noise[1:])
    error = np.where(np.isfinite(error), error, np.inf)
    k = np.argmin(error, axis=0)[None]
    best, apart, least, error = (
        np.take_along_axis(one, k, axis=0)[0] for one in (centre[1:], apart, noise[1:], error)
    )
    usual = _usual(best[np.isfinite(error)])
    told = apart <= np.maximum(np.maximum(CONSISTENT * np.abs(best), ABSOLUTE * usual), 10 * least)
    return Slopes(np.where(told, best, np.nan), error, centre, noise)


def differing(claimed: NDArray[Any], found: Slopes) -> NDArray[np.bool_]:
    """Return where derivatives that were written differ from those by differences.

    They do not where nothing can be said, nor where some step gives what was written: a function may be so steep
    or swing so fast that most steps are too long. NaN and infinity differ wherever the function is finite.

    Parameters
    ----------
    claimed : array of shape (n,)
    found : Slopes

    Returns
    -------
    array of bool, shape (n,)

    Examples
    --------
    >>> x = np.array([-1.0, 0.0, 2.0])
    >>> differing(x, slopes(np.square, x)).tolist()
    [True, False, True]
    """
    allowed = RELATIVE * np.abs(claimed) + ABSOLUTE * _usual(found.best[np.isfinite(found.best)])
    off = np.abs(claimed - found.best)
    wrong = off > allowed + RELATIVE * np.abs(found.best) + 10 * found.error
    size = np.abs(found.all)  # (steps, n)
    near = (np.abs(claimed - found.all) <= allowed + RELATIVE * size) & (found.noise <= CONSISTENT * size)
    lost = ~np.isfinite(claimed) & np.isfinite(found.all).all(
        axis=0
    )  # the function is finite there and around
    return np.asarray(lost | (np.isfinite(found.best) & ~near.any(axis=0) & wrong))


def _precision(values: NDArray[Any]) -> float:
    """Return the rounding of values that may have been computed in float32, whatever their dtype is."""
    with np.errstate(all="ignore"):
        narrow = values.astype(np.float32)
    if values.dtype.itemsize < 8 or (narrow == values).all():
        return float(np.finfo(np.float32).eps)
    return float(np.finfo(np.float64).eps)


def _usual(slope: NDArray[np.float64]) -> float:
    """Return the median size of slopes that are not 0."""
    some = np.abs(slope[slope != 0])
    return float(np.median(some)) if len(some) else 0.0
