"""Outputs that look at a whole row, and so cannot be hidden activations (T2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .activations import Activation
from .rule import Array, Namespace


@dataclass(frozen=True)
class Softmax(Activation):
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
