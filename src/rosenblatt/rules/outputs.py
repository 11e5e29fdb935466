"""Outputs that look at a whole row, and so cannot be hidden activations (T2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .activations import Activation
from .rule import Array, Namespace


class RowWise(Activation):
    """An output that is no elementwise function: the base class. Its loss is paired with it."""

    row_wise: ClassVar[bool] = True


@dataclass(frozen=True)
class Softmax(RowWise):
    r"""The softmax of a row, :math:`o_j = e^{a_j} / \sum_l e^{a_l}`.

    It has no elementwise derivative and is used with the categorical cross-entropy alone, where
    the error term is :math:`\delta = o - y` (T2, B1).
    """

    name: ClassVar[str] = "softmax"
    range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        # (n, r): the largest entry of a row becomes 0, so that nothing overflows
        e = xp.exp(a - xp.max(a, axis=1, keepdims=True))
        return e / xp.sum(e, axis=1, keepdims=True)


@dataclass(frozen=True)
class MeanVariance(RowWise):
    r"""Means and variances, the columns in turn: :math:`o_{2j} = a_{2j}`, :math:`o_{2j+1} = e^{a_{2j+1}}`.

    It is used with the Gaussian likelihood alone, which gives the error term (T2, B1).
    """

    name: ClassVar[str] = "mean_variance"

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return interleaved(xp, a[:, 0::2], xp.exp(a[:, 1::2]))


def interleaved(xp: Namespace, even: Array, odd: Array) -> Array:
    """Return columns of two arrays (n, r) in turn, shape (n, 2r)."""
    return xp.reshape(xp.stack([even, odd], axis=2), (even.shape[0], 2 * even.shape[1]))
