r"""Activations :math:`o = g(a)` with their first two derivatives (F2, R1); the base class is here too.

The derivative is written with the output ``o`` alone wherever that is exact (remark R1 of the
lecture), so that the pre-activation ``a`` need not be kept. An activation for which that cannot be
says ``derivative_of = "a"``, and the engine keeps ``a`` for it. Rectifiers have a file of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .rule import Array, Namespace, Rule


class Activation(Rule):
    r"""An activation :math:`g`, elementwise: the base class.

    A user's own activation is a subclass with ``__call__`` and ``derivative``; an object of it can
    be passed wherever a name can.
    Before training its derivatives are compared with differences of its values; one
    that is another slope on purpose, such as a straight-through estimator's, says ``surrogate = True``.

    Attributes
    ----------
    derivative_of : {"o", "a"}
        What ``derivative`` and ``second_derivative`` are written with: the output or the
        pre-activation.
    range : tuple of two float
        Infimum and supremum of the outputs.

    Examples
    --------
    >>> import numpy as np
    >>> class Square(Activation):
    ...     derivative_of = "a"
    ...     def __call__(self, xp, a):
    ...         return a * a
    ...     def derivative(self, xp, a):
    ...         return 2 * a
    >>> Square()(np, np.array([1.0, 3.0]))
    array([1., 9.])
    """

    derivative_of: ClassVar[str] = "o"
    range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        """Return ``o = g(a)``.

        Parameters
        ----------
        xp : namespace
            The array functions, such as ``xp.exp`` and ``xp.where``.
        a : array
            Pre-activations.

        Returns
        -------
        array of the shape of ``a``
        """
        raise TypeError(f"{type(self).__name__} must define __call__(self, xp, a)")

    def derivative(self, xp: Namespace, o: Array) -> Array:
        """Return ``g'(a)``, written with ``o`` (with ``a`` where ``derivative_of`` says so).

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array
            Outputs; pre-activations where ``derivative_of`` is ``"a"``.

        Returns
        -------
        array of the shape of ``o``
            Entry by entry.
        """
        raise TypeError(f"{type(self).__name__} must define derivative(self, xp, o)")

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        """Return ``g''(a)``, written as ``derivative`` is.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array
            As for ``derivative``.

        Returns
        -------
        array of the shape of ``o``
            Entry by entry.
        """
        raise TypeError(f"{type(self).__name__} must define second_derivative(self, xp, o)")


@dataclass(frozen=True)
class Identity(Activation):
    r"""The identity, :math:`g(a) = a` (N1: the neuron that regresses)."""

    name: ClassVar[str] = "identity"

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return a

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.ones_like(o)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)


@dataclass(frozen=True)
class Threshold(Activation):
    r"""The threshold, :math:`g(a) = 1` for :math:`a > 0`, else :math:`-1` (N1: the neuron that classifies).

    Its derivative is zero wherever it exists: gradients do not pass through it.
    """

    name: ClassVar[str] = "threshold"
    range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        # The inner choice keeps a NaN a NaN, where one comparison alone would call it -1.
        return xp.where(a > 0, 1.0, xp.where(a <= 0, -1.0, a))

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)


def logistic(xp: Namespace, a: Array) -> Array:
    """Return ``1 / (1 + exp(-a))`` without overflow at either end."""
    e = xp.exp(-xp.abs(a))
    return xp.where(a < 0, e, 1.0) / (1 + e)


def softplus(xp: Namespace, a: Array) -> Array:
    """Return ``log(1 + exp(a))`` without overflow."""
    return xp.where(a < 0, 0.0, a) + xp.log1p(xp.exp(-xp.abs(a)))


@dataclass(frozen=True)
class Logistic(Activation):
    r"""The logistic function, :math:`\sigma(a) = 1/(1 + e^{-a})`, with :math:`\sigma' = o(1 - o)` (N1, R1).

    The slide prints :math:`1/(1 + e^{a})`, which is the probability of the other class.
    """

    name: ClassVar[str] = "logistic"
    range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return logistic(xp, a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return o * (1 - o)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return o * (1 - o) * (1 - 2 * o)


@dataclass(frozen=True)
class Tanh(Activation):
    r"""The hyperbolic tangent, with :math:`g' = 1 - o^2`."""

    name: ClassVar[str] = "tanh"
    range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.tanh(a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return 1 - o * o

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return -2 * o * (1 - o * o)


AMPLITUDE = 1.7159
SLOPE = 2.0 / 3.0


@dataclass(frozen=True)
class ScaledTanh(Activation):
    r"""LeCun's scaled tangent, :math:`g(a) = 1.7159 \tanh(2a/3)` (T8).

    Unit variance at the input gives unit variance at the output, and targets of :math:`\pm 1` lie
    where the second derivative is largest, not where the unit saturates.
    LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998), section 4.4.
    """

    name: ClassVar[str] = "scaled_tanh"
    range: ClassVar[tuple[float, float]] = (-AMPLITUDE, AMPLITUDE)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return AMPLITUDE * xp.tanh(SLOPE * a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return SLOPE * AMPLITUDE - (SLOPE / AMPLITUDE) * o * o

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return (-2 * SLOPE / AMPLITUDE) * o * (SLOPE * AMPLITUDE - (SLOPE / AMPLITUDE) * o * o)


@dataclass(frozen=True)
class Softsign(Activation):
    r"""The soft sign, :math:`g(a) = a / (1 + |a|)`, with :math:`g' = (1 - |o|)^2`.

    Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*
    (2010), section 2.
    """

    name: ClassVar[str] = "softsign"
    range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return a / (1 + xp.abs(a))

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return (1 - xp.abs(o)) * (1 - xp.abs(o))

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        rest = 1 - xp.abs(o)
        return -2 * xp.sign(o) * rest * rest * rest


@dataclass(frozen=True)
class HardTanh(Activation):
    r"""The hard tangent: :math:`a` cut to :math:`[-1, 1]`, with :math:`g'(\pm 1) = 0`.

    Collobert, *Large scale machine learning* (2004), section 2.2.
    """

    name: ClassVar[str] = "hard_tanh"
    range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.clip(a, -1.0, 1.0)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(xp.abs(o) < 1, xp.ones_like(o), 0.0)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)


@dataclass(frozen=True)
class Exp(Activation):
    r"""The exponential, :math:`g(a) = e^a`: the output that belongs to the Poisson loss."""

    name: ClassVar[str] = "exp"
    range: ClassVar[tuple[float, float]] = (0.0, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.exp(a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return o

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return o
