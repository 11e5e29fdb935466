r"""Penalties on the weights (T6, D1). Biases are spared: a bias does not make a network wiggle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .rule import Array, Namespace, Rule


class WeightPenalty(Rule):
    """A penalty on single weights: the base class."""

    def value(self, xp: Namespace, w: Array) -> Array:
        """Return the penalty weight by weight; the objective adds strength times their sum."""
        raise TypeError(f"{type(self).__name__} must define value(self, xp, w)")

    def derivative(self, xp: Namespace, w: Array) -> Array:
        """Return the derivative by each weight."""
        raise TypeError(f"{type(self).__name__} must define derivative(self, xp, w)")


@dataclass(frozen=True)
class L1(WeightPenalty):
    r"""The sum of absolute weights, :math:`\sum |w|` (T6), with derivative 0 at 0."""

    name: ClassVar[str] = "l1"

    def value(self, xp: Namespace, w: Array) -> Array:
        return xp.abs(w)

    def derivative(self, xp: Namespace, w: Array) -> Array:
        return xp.sign(w)


@dataclass(frozen=True)
class L2(WeightPenalty):
    r"""Half the sum of squared weights, :math:`\frac12 \sum w^2` (T6, D1)."""

    name: ClassVar[str] = "l2"

    def value(self, xp: Namespace, w: Array) -> Array:
        return 0.5 * w * w

    def derivative(self, xp: Namespace, w: Array) -> Array:
        return w
