"""Directions whose last bits decide: where the gap between two classes is as small as the rounding of a direction."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .samples import SignedSamples, are_positive, exact_product, is_unit, nearness, unit

_TRIES = 64
_NEAR = 64.0
_MOST_NEAR = 200
_NORMALISED = 4


def settled(samples: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.float64] | None:
    r"""Return a direction next to u, its last bits others, that is proved to separate; or None.

    Rounding u may move the border past a sample. So w is tried with several roundings, and for each the bias in
    the middle of the interval that the samples near the border leave for it, in rationals. Where that bias is
    another than u's, the norm is 1 no longer: then w is made smaller, which rounds it anew, and takes another bias.

    Parameters
    ----------
    samples : SignedSamples
    u : array of shape (columns,)
        Of norm 1.

    Returns
    -------
    array of shape (columns,), or None
        Of norm 1.
    """
    near = np.flatnonzero(nearness(samples, u) < _NEAR)
    if not 0 < len(near) <= _MOST_NEAR:
        return None
    close = samples.take(near)
    for w in _roundings(u):
        found = w if samples.one is None else _unit_with_bias(close, w)
        if (
            found is not None
            and is_unit(found)
            and are_positive(close, found).all()
            and are_positive(samples, found).all()
        ):
            return found
    return None


def _roundings(u: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield u, and u times numbers next to 1: each entry is rounded in another way."""
    for k in range(_TRIES):
        yield u * (1.0 + k * 2.0**-51)


def _unit_with_bias(close: SignedSamples, u: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return a unit vector along [b, w], with the bias b that samples leave for it; or None."""
    for _ in range(_NORMALISED):
        bias = _bias(close, u)
        if bias is None:
            return None
        size = max(0, bias.numerator.bit_length() - bias.denominator.bit_length())
        u = np.append(float(bias / 2**size), np.ldexp(u[1:], -size))
        if size <= 1 and is_unit(found := np.ldexp(u, size)):
            return found
        u = unit(u)
    return None


def _bias(close: SignedSamples, u: NDArray[np.float64]) -> Fraction | None:
    """Return the bias in the middle of what samples leave for it, or None where that is nothing."""
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
        return Fraction(float(u[0]))
    if least >= most:
        return None
    return (least + most) / 2
