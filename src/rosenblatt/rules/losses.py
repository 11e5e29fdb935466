r"""Losses :math:`L_d` of one sample, with their derivatives (B1, E1, P1, T2).

A loss is of one of two kinds. A loss of the *output* (``pair = ""``) takes ``o`` and goes with any
elementwise output; B1 multiplies its derivative by :math:`g_o'(a)`. A *pair* names the one output
it belongs to: its value is of the pre-activation ``a``, and its derivative is :math:`\delta` at once,
written with ``o`` (with ``a`` where ``derivative_of`` says so). Only so does it stay exact where the
output saturates. Every method returns an array of the shape of its argument; the loss of a sample is
the sum of its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .rule import Array, Namespace, Rule


def xlogy(xp: Namespace, x: Array, y: Array) -> Array:
    """Return ``x * log(y)``, and 0 where ``x`` is 0 whatever ``y`` is."""
    return x * xp.log(xp.where(x == 0, 1.0, y))


class Loss(Rule):
    r"""A loss: the base class. A user's own loss is a subclass with ``value`` and ``derivative``.

    Before training the derivative is compared with differences of ``value``, summed over a row; one that is another
    slope on purpose says ``surrogate = True``.

    A loss of a user's own trains on the array engine, where a step takes some fifty microseconds beside the arithmetic,
    in Python; the native engine takes one. At ``batch_size=1`` that is nearly all the time, at 200 rows it is shared
    by them: larger batches are the cure (``benchmarks/calls.py`` measures it).

    Attributes
    ----------
    output : str
        Name of the natural output activation.
    pair : str
        Name of the only output that the loss can have, when it is a loss of the pre-activation;
        empty for a loss of the output.
    derivative_of : {"o", "a"}
        What the derivative of a pair is written with: the output, or the pre-activation.
    encoding : tuple of two float, or None
        The numbers that stand for "not this class" and "this class"; None leaves it to the output.
    domain : str
        The interval of the targets.
    probabilistic : bool
        Whether the outputs are probabilities of classes.
    outputs_per_target : int
        How many outputs stand side by side for one target; ``y`` repeats the target for each.

    Examples
    --------
    >>> import numpy as np
    >>> class LogCosh(Loss):
    ...     def value(self, xp, o, y):
    ...         return xp.log(xp.cosh(o - y))
    ...     def derivative(self, xp, o, y):
    ...         return xp.tanh(o - y)
    >>> LogCosh().derivative(np, np.array([[1.0]]), np.array([[1.0]]))
    array([[0.]])
    """

    output: ClassVar[str] = "identity"
    pair: ClassVar[str] = ""
    derivative_of: ClassVar[str] = "o"
    encoding: ClassVar[tuple[float, float] | None] = None
    domain: ClassVar[str] = "(-inf, inf)"
    probabilistic: ClassVar[bool] = False
    outputs_per_target: ClassVar[int] = 1

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        """Return the loss entry by entry; a sample's loss is the sum of its row.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array of shape (n, r)
            Outputs; pre-activations for a pair.
        y : array of shape (n, r)
            Targets.

        Returns
        -------
        array of shape (n, r)
            Entry by entry.
        """
        raise TypeError(f"{type(self).__name__} must define value(self, xp, o, y)")

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        """Return ``dL/do``, or ``dL/da`` for a pair.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array of shape (n, r)
            Outputs; pre-activations for a pair whose ``derivative_of`` is ``"a"``.
        y : array of shape (n, r)
            Targets.

        Returns
        -------
        array of shape (n, r)
            Entry by entry.
        """
        raise TypeError(f"{type(self).__name__} must define derivative(self, xp, o, y)")

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        """Return what ``loss_curve_`` adds up: the loss, where a rule does not say otherwise.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array of shape (n, r)
            Outputs, for a pair too.
        y : array of shape (n, r)
            Targets.

        Returns
        -------
        array of shape (n, r)
            Entry by entry.
        """
        return self.value(xp, o, y)


@dataclass(frozen=True)
class HalfSquaredError(Loss):
    r"""Half the squared error, :math:`L = \frac12 \sum_j (o_j - y_j)^2` (B1).

    The reported loss divides by the number of outputs, as scikit-learn's does, while the gradient
    sums over them (its issue 8349).
    """

    name: ClassVar[str] = "squared_error"

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return 0.5 * (o - y) * (o - y)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return o - y

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        return 0.5 * (o - y) * (o - y) / o.shape[1]


@dataclass(frozen=True)
class Poisson(Loss):
    r"""Half the Poisson deviance with :math:`o = e^a`: :math:`L = \sum_j y_j\log(y_j/o_j) - y_j + o_j`.

    The error term is :math:`\delta = o - y`.
    """

    name: ClassVar[str] = "poisson"
    output: ClassVar[str] = "exp"
    pair: ClassVar[str] = "exp"
    domain: ClassVar[str] = "[0, inf)"

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        return xp.exp(a) - y * a + (xlogy(xp, y, y) - y)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return o - y

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xlogy(xp, y, y / o) - y + o


def clipped(xp: Namespace, o: Array) -> Array:
    """Return probabilities cut to [eps, 1 - eps] of their dtype, as scikit-learn reports them."""
    eps = xp.finfo(o.dtype).eps
    return xp.clip(o, eps, 1 - eps)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    r"""Cross-entropy of independent logistic outputs, :math:`L = \sum_j \log(1 + e^{a_j}) - y_j a_j` (T2).

    The error term is :math:`\delta = o - y`. The reported loss clips probabilities to
    :math:`[\epsilon, 1 - \epsilon]` of their dtype, as scikit-learn's does.
    """

    name: ClassVar[str] = "binary_cross_entropy"
    output: ClassVar[str] = "logistic"
    pair: ClassVar[str] = "logistic"
    encoding: ClassVar[tuple[float, float] | None] = (0.0, 1.0)
    domain: ClassVar[str] = "[0, 1]"
    probabilistic: ClassVar[bool] = True

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        # max(a, 0) - a y is exactly 0 on the right side, so that the small logarithm is not lost
        positive = xp.where(a < 0, 0.0, a)
        return (positive - a * y) + xp.log1p(xp.exp(-xp.abs(a)))

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return o - y

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        p = clipped(xp, o)
        return -(xlogy(xp, y, p) + xlogy(xp, 1 - y, 1 - p))


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    r"""Cross-entropy of a softmax, :math:`L = \sum_j y_j (\log\sum_l e^{a_l} - a_j)` with :math:`\sum_j y_j = 1` (T2).

    The error term is :math:`\delta = o - y`. The reported loss clips probabilities to
    :math:`[\epsilon, 1 - \epsilon]` of their dtype, as scikit-learn's does.
    """

    name: ClassVar[str] = "categorical_cross_entropy"
    row_wise: ClassVar[bool] = True
    output: ClassVar[str] = "softmax"
    pair: ClassVar[str] = "softmax"
    encoding: ClassVar[tuple[float, float] | None] = (0.0, 1.0)
    domain: ClassVar[str] = "[0, 1]"
    probabilistic: ClassVar[bool] = True

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        largest = xp.max(a, axis=1, keepdims=True)  # (n, 1)
        log_sum = xp.log(xp.sum(xp.exp(a - largest), axis=1, keepdims=True))  # (n, 1)
        return y * (log_sum - (a - largest))

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return o - y

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        return -xlogy(xp, y, clipped(xp, o))


@dataclass(frozen=True)
class PerceptronLoss(Loss):
    r"""The perceptron loss, :math:`L = \max(0, -y\,o)` with :math:`y \in \{-1, +1\}` (P1).

    At :math:`y\,o = 0` the derivative is :math:`-y`: the rule P2 updates there, else a network of
    zero weights would never move.
    """

    name: ClassVar[str] = "perceptron"
    encoding: ClassVar[tuple[float, float] | None] = (-1.0, 1.0)

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.where(y * o > 0, 0.0, -y * o)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.where(y * o > 0, 0.0, -y)
