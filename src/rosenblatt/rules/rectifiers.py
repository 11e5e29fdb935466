r"""Rectifiers: activations that are, or come close to, the identity for positive pre-activations (T1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .activations import Activation, logistic, softplus
from .rule import Array, Namespace


@dataclass(frozen=True)
class ReLU(Activation):
    r"""The rectified linear unit, :math:`g(a) = \max(0, a)` (T1), with :math:`g'(0) = g''(0) = 0`.

    Nair and Hinton, *Rectified linear units improve restricted Boltzmann machines* (2010).
    """

    name: ClassVar[str] = "relu"
    range: ClassVar[tuple[float, float]] = (0.0, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.clip(a, 0.0, None)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.sign(o)  # o is never negative

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    r"""The leaky rectifier, :math:`g(a) = a` for :math:`a > 0`, else ``slope`` times :math:`a`.

    Maas, Hannun and Ng, *Rectifier nonlinearities improve neural network acoustic models* (2013).

    Parameters
    ----------
    slope : float in (0, inf), default=0.01
        Slope for negative pre-activations, also taken at zero. It must be positive: only then does
        the sign of the output tell that of the pre-activation.
    """

    slope: float = 0.01
    name: ClassVar[str] = "leaky_relu"
    limits: ClassVar = {"slope": "(0, inf)"}

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.where(a < 0, self.slope * a, a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(o > 0, 1.0, self.slope * xp.ones_like(o))

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.zeros_like(o)


@dataclass(frozen=True)
class ELU(Activation):
    r"""The exponential linear unit: :math:`a` for :math:`a > 0`, else :math:`\alpha(e^a - 1)`.

    Clevert, Unterthiner and Hochreiter, *Fast and accurate deep network learning by exponential
    linear units* (2016).

    Parameters
    ----------
    alpha : float in (0, inf), default=1.0
        Minus the limit for very negative pre-activations.
    """

    alpha: float = 1.0
    name: ClassVar[str] = "elu"
    limits: ClassVar = {"alpha": "(0, inf)"}

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return xp.where(a > 0, a, self.alpha * xp.expm1(xp.where(a > 0, 0.0, a)))

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(o > 0, 1.0, o + self.alpha)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(o > 0, 0.0, o + self.alpha)


SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


@dataclass(frozen=True)
class SELU(Activation):
    r"""The self-normalising unit: :math:`\lambda` times an ELU of :math:`\alpha`, at its fixed point (0, 1).

    Klambauer, Unterthiner, Mayr and Hochreiter, *Self-normalizing neural networks* (2017), eq. 14.
    """

    name: ClassVar[str] = "selu"

    def __call__(self, xp: Namespace, a: Array) -> Array:
        negative = SELU_ALPHA * xp.expm1(xp.where(a > 0, 0.0, a))
        return SELU_SCALE * xp.where(a > 0, a, negative)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(o > 0, SELU_SCALE, o + SELU_SCALE * SELU_ALPHA)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.where(o > 0, 0.0, o + SELU_SCALE * SELU_ALPHA)


@dataclass(frozen=True)
class Softplus(Activation):
    r"""The soft rectifier, :math:`g(a) = \log(1 + e^a)`, with :math:`g' = \sigma(a) = 1 - e^{-o}`.

    Dugas, Bengio, Bélisle, Nadeau and Garcia, *Incorporating second-order functional knowledge for
    better option pricing* (2001).
    """

    name: ClassVar[str] = "softplus"
    range: ClassVar[tuple[float, float]] = (0.0, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return softplus(xp, a)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return -xp.expm1(-o)

    def second_derivative(self, xp: Namespace, o: Array) -> Array:
        return -xp.expm1(-o) * xp.exp(-o)


@dataclass(frozen=True)
class SiLU(Activation):
    r"""The sigmoid-weighted linear unit ("swish"), :math:`g(a) = a \sigma(a)`.

    It is not monotone, so its derivative needs the pre-activation.
    Elfwing, Uchibe and Doya, *Sigmoid-weighted linear units* (2018).
    """

    name: ClassVar[str] = "silu"
    derivative_of: ClassVar[str] = "a"
    range: ClassVar[tuple[float, float]] = (-0.2784645427610738, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return a * logistic(xp, a)

    def derivative(self, xp: Namespace, a: Array) -> Array:
        s = logistic(xp, a)
        return s * (1 + a * (1 - s))

    def second_derivative(self, xp: Namespace, a: Array) -> Array:
        s = logistic(xp, a)
        return s * (1 - s) * (2 + a * (1 - 2 * s))


@dataclass(frozen=True)
class GELU(Activation):
    r"""The Gaussian error linear unit, exact: :math:`g(a) = a \Phi(a)`, with the normal distribution :math:`\Phi`.

    It is not monotone, so its derivative needs the pre-activation. Far from zero the tail
    :math:`\Phi(-|a|)` counts, and nothing is left of it in :math:`1 + \mathrm{erf}(a/\sqrt 2)`: so it is a
    product, of :math:`e^{-a^2/2}` and of what falls like :math:`1/|a|`.
    Hendrycks and Gimpel, *Gaussian error linear units* (2016).
    """

    name: ClassVar[str] = "gelu"
    derivative_of: ClassVar[str] = "a"
    range: ClassVar[tuple[float, float]] = (-0.16997120747990369, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        size, bell, scaled_tail = self._parts(xp, a)
        part = size * scaled_tail * bell
        return xp.where(a < 0, -part, a - part)

    def derivative(self, xp: Namespace, a: Array) -> Array:
        size, bell, scaled_tail = self._parts(xp, a)
        small = (scaled_tail - math.sqrt(0.5 / math.pi) * size) * bell
        return xp.where(a < 0, small, 1 - small)

    def second_derivative(self, xp: Namespace, a: Array) -> Array:
        size, bell, _ = self._parts(xp, a)
        return math.sqrt(0.5 / math.pi) * (2 - size * size) * bell

    @staticmethod
    def _parts(xp: Namespace, a: Array) -> tuple[Array, Array, Array]:
        """Return ``|a|``, at most 40 (where the rest is 0), :math:`e^{-a^2/2}`, and the tail beyond over that."""
        size = xp.clip(xp.abs(a), None, 40.0)
        return size, xp.gaussian(size), 0.5 * xp.erfcx(math.sqrt(0.5) * size)


@dataclass(frozen=True)
class Mish(Activation):
    r"""Mish, :math:`g(a) = a \tanh(\log(1 + e^a))`.

    It is not monotone, so its derivative needs the pre-activation. Misra, *Mish* (2019).
    """

    name: ClassVar[str] = "mish"
    derivative_of: ClassVar[str] = "a"
    range: ClassVar[tuple[float, float]] = (-0.30884341301286, math.inf)

    def __call__(self, xp: Namespace, a: Array) -> Array:
        return a * xp.tanh(softplus(xp, a))

    def derivative(self, xp: Namespace, a: Array) -> Array:
        t = xp.tanh(softplus(xp, a))
        return t + a * logistic(xp, a) * (1 - t * t)

    def second_derivative(self, xp: Namespace, a: Array) -> Array:
        t = xp.tanh(softplus(xp, a))
        s = logistic(xp, a)
        return (1 - t * t) * (2 * s + a * (s * (1 - s) - 2 * t * s * s))
