r"""Losses for classes beside the cross-entropy: margins and the focal loss; and losses that are chosen (T2).

The focal loss and the cross-entropy have one form for two classes and one for several. ``Focal``
and ``LogLoss`` are what a user passes; the classes of the target then choose the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, clipped
from .rule import Array, Namespace, Rule


@dataclass(frozen=True)
class Hinge(Loss):
    r"""The hinge loss, :math:`L = \sum_j \max(0, 1 - y_j o_j)` with :math:`y \in \{-1, +1\}` (T2).

    At the corner :math:`y\,o = 1` the derivative is 0. Several classes are each told from the rest.
    Cortes and Vapnik, *Support-vector networks* (1995).

    Examples
    --------
    >>> import numpy as np
    >>> Hinge().value(np, np.array([[0.5, 2.0]]), np.array([[1.0, 1.0]]))
    array([[0.5, 0. ]])
    """

    name: ClassVar[str] = "hinge"
    encoding: ClassVar[tuple[float, float] | None] = (-1.0, 1.0)

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.where(y * o >= 1, 0.0, 1 - y * o)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.where(y * o >= 1, 0.0, -y)


@dataclass(frozen=True)
class SquaredHinge(Loss):
    r"""The squared hinge loss, :math:`L = \sum_j \max(0, 1 - y_j o_j)^2` with :math:`y \in \{-1, +1\}` (T2).

    It has no corner. Several classes are each told from the rest.

    Examples
    --------
    >>> import numpy as np
    >>> SquaredHinge().value(np, np.array([[0.5, 2.0]]), np.array([[1.0, 1.0]]))
    array([[0.25, 0.  ]])
    """

    name: ClassVar[str] = "squared_hinge"
    encoding: ClassVar[tuple[float, float] | None] = (-1.0, 1.0)

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        short = xp.where(y * o >= 1, 0.0, 1 - y * o)
        return short * short

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.where(y * o >= 1, 0.0, -2 * y * (1 - y * o))


@dataclass(frozen=True)
class BinaryFocal(Loss):
    r"""The focal loss of independent logistic outputs (T2).

    .. math:: L = -\sum_j y_j (1 - o_j)^\gamma \log o_j + (1 - y_j)\, o_j^\gamma \log(1 - o_j)

    The reported loss clips probabilities as that of the cross-entropy does. See :class:`Focal`.

    Parameters
    ----------
    gamma : float in [0, inf), default=2.0
        How much less a sample counts that is right already; 0 is the cross-entropy.
    """

    gamma: float = 2.0
    name: ClassVar[str] = "binary_focal"
    output: ClassVar[str] = "logistic"
    pair: ClassVar[str] = "logistic"
    derivative_of: ClassVar[str] = "a"
    encoding: ClassVar[tuple[float, float] | None] = (0.0, 1.0)
    domain: ClassVar[str] = "[0, 1]"
    probabilistic: ClassVar[bool] = True
    limits: ClassVar = {"gamma": "[0, inf)"}

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        # u = -log(o), v = -log(1 - o)
        u, v = surprises(xp, a)
        return y * xp.exp(-self.gamma * v) * u + (1 - y) * xp.exp(-self.gamma * u) * v

    def derivative(self, xp: Namespace, a: Array, y: Array) -> Array:
        u, v = surprises(xp, a)
        o, rest = xp.exp(-u), xp.exp(-v)
        of_one = xp.exp(-self.gamma * v) * (self.gamma * o * u + rest)
        of_zero = xp.exp(-self.gamma * u) * (self.gamma * rest * v + o)
        return (1 - y) * of_zero - y * of_one

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        p = clipped(xp, o)
        u, v = -xp.log(p), -xp.log(1 - p)
        return y * xp.exp(-self.gamma * v) * u + (1 - y) * xp.exp(-self.gamma * u) * v


def surprises(xp: Namespace, a: Array) -> tuple[Array, Array]:
    """Return ``-log(o)`` and ``-log(1 - o)`` for the logistic output of ``a``, exact at both ends."""
    small = xp.log1p(xp.exp(-xp.abs(a)))
    return xp.where(a < 0, -a, 0.0) + small, xp.where(a > 0, a, 0.0) + small


@dataclass(frozen=True)
class CategoricalFocal(Loss):
    r"""The focal loss of a softmax, :math:`L = -\sum_j y_j (1 - o_j)^\gamma \log o_j` (T2).

    The reported loss clips probabilities as that of the cross-entropy does. See :class:`Focal`.

    Parameters
    ----------
    gamma : float in [0, inf), default=2.0
        How much less a sample counts that is right already; 0 is the cross-entropy.
    """

    gamma: float = 2.0
    name: ClassVar[str] = "categorical_focal"
    row_wise: ClassVar[bool] = True
    output: ClassVar[str] = "softmax"
    pair: ClassVar[str] = "softmax"
    derivative_of: ClassVar[str] = "a"
    encoding: ClassVar[tuple[float, float] | None] = (0.0, 1.0)
    domain: ClassVar[str] = "[0, 1]"
    probabilistic: ClassVar[bool] = True
    limits: ClassVar = {"gamma": "[0, inf)"}

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        log_o, rest = shares(xp, a)
        return -y * xp.exp(self.gamma * xp.log(rest)) * log_o

    def derivative(self, xp: Namespace, a: Array, y: Array) -> Array:
        log_o, rest = shares(xp, a)
        o = xp.exp(log_o)
        # o_j times the derivative of entry j by o_j; the softmax subtracts o times their sum
        c = y * xp.exp(self.gamma * xp.log(rest)) * (self.gamma * o * log_o / rest - 1)
        return c - o * xp.sum(c, axis=1, keepdims=True)

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        p = clipped(xp, o)
        return -y * xp.exp(self.gamma * xp.log(1 - p)) * xp.log(p)


def shares(xp: Namespace, a: Array) -> tuple[Array, Array]:
    """Return ``log(o)`` and ``1 - o`` for the softmax of ``a``, exact where one output is nearly 1.

    The smallest normal number stands for a ``1 - o`` of 0, so that its logarithm is finite.
    """
    largest = xp.max(a, axis=1, keepdims=True)  # (n, 1)
    e = xp.exp(a - largest)
    others = xp.sum(xp.where(a < largest, e, 0.0), axis=1, keepdims=True)  # (n, 1)
    ties = xp.sum(xp.where(a < largest, 0.0, e), axis=1, keepdims=True)  # (n, 1), a whole number
    log_o = a - largest - xp.log1p(others + (ties - 1))
    return log_o, xp.clip(-xp.expm1(log_o), xp.finfo(a.dtype).smallest_normal, None)


class LossFamily(Rule):
    """Losses of which the classes of the target choose one: the base of ``LogLoss`` and ``Focal``."""

    probabilistic: ClassVar[bool] = True

    def binary(self) -> Loss:
        """Return the loss for two classes, and for labels that may stand together.

        Returns
        -------
        Loss
            Paired with logistic outputs.
        """
        raise TypeError(f"{type(self).__name__} must define binary(self)")

    def categorical(self) -> Loss:
        """Return the loss for three classes and more.

        Returns
        -------
        Loss
            Paired with the softmax.
        """
        raise TypeError(f"{type(self).__name__} must define categorical(self)")


@dataclass(frozen=True)
class LogLoss(LossFamily):
    r"""The cross-entropy that fits the classes, with smoothed labels if asked for (T2).

    .. math:: y \leftarrow (1 - s)\,y + s / K

    Training sees targets so smoothed, with K = 2 for two classes and for labels that may stand
    together; validation and scores see the labels as they are. Szegedy et al., *Rethinking the
    inception architecture for computer vision* (2016), section 7.

    Parameters
    ----------
    smoothing : float in [0, 1), default=0.0
        The share s that is spread evenly over the classes.

    Examples
    --------
    >>> LogLoss(smoothing=0.1).categorical()
    CategoricalCrossEntropy()
    """

    smoothing: float = 0.0
    limits: ClassVar = {"smoothing": "[0, 1)"}

    def binary(self) -> Loss:
        return BinaryCrossEntropy()

    def categorical(self) -> Loss:
        return CategoricalCrossEntropy()


@dataclass(frozen=True)
class Focal(LossFamily):
    r"""The focal loss that fits the classes: a cross-entropy that cares less for what is easy (T2).

    .. math:: L = -(1 - o)^\gamma \log o

    with o the probability of the true class. Lin, Goyal, Girshick, He and Dollar, *Focal loss for
    dense object detection* (2017), without their alpha: that is ``class_weight``.

    Parameters
    ----------
    gamma : float in [0, inf), default=2.0
        How much less; 0 is the cross-entropy.

    Examples
    --------
    >>> Focal(gamma=1.0).binary()
    BinaryFocal(gamma=1.0)
    """

    gamma: float = 2.0
    limits: ClassVar = {"gamma": "[0, inf)"}

    def binary(self) -> Loss:
        return BinaryFocal(self.gamma)

    def categorical(self) -> Loss:
        return CategoricalFocal(self.gamma)
