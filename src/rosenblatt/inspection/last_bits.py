"""Directions whose last bits decide: where the gap between two classes is as small as the rounding of a direction."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .samples import SignedSamples, are_positive, exact_product, nearness

_TRIES = 64
_NEAR = 64.0
_MOST_NEAR = 200


def settled(samples: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.float64] | None:
    r"""Return a direction next to u, its last bits others, that is proved to separate; or None.

    Rounding u may move the border past a sample. So w is tried with several roundings, and for each the bias in
    the middle of the interval that the samples near the border leave for it, in rationals.

    Parameters
    ----------
    samples : SignedSamples
    u : array of shape (columns,)
        Of norm 1.

    Returns
    -------
    array of shape (columns,), or None
    """
    near = np.flatnonzero(nearness(samples, u) < _NEAR)
    if not 0 < len(near) <= _MOST_NEAR:
        return None
    close = samples.take(near)
    for w in _roundings(u):
        found = w if samples.one is None else _with_bias(close, w)
        if found is not None and are_positive(close, found).all() and are_positive(samples, found).all():
            return found
    return None


def _roundings(u: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield u, and u times numbers next to 1: each entry is rounded in another way."""
    for k in range(_TRIES):
        yield u * (1.0 + k * 2.0**-51)


def _with_bias(close: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return u with the bias in the middle of what samples leave for it, or None where that is nothing."""
    assert close.one is not None
    without = [Fraction(0), *map(Fraction, u[1:].tolist())]
    least: Fraction | None = None
    most: Fraction | None = None
    for row, y in enumerate(close.y.tolist()):  # y (one b + w'x) > 0
        bound = -exact_product(close, row, without) * int(y) / Fraction(close.one)
        if y > 0:
            least = bound if least is None else max(least, bound)
        else:
            most = bound if most is None else min(most, bound)
    if least is None or most is None:
        return u
    if least >= most:
        return None
    return np.append(float((least + most) / 2), u[1:])
