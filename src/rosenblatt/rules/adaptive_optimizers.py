r"""Optimisers that size the step of each weight by what its gradients were: Adam's kin, Adagrad, Lion (U1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .by_name import by_name
from .optimizers import RATE, Optimizer
from .rule import Array, Namespace


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class NAdam(Optimizer):
    r"""Adam with Nesterov's momentum (U1).

    .. math:: \theta \leftarrow \theta - \frac{\nu}{\sqrt{\hat v} + \epsilon}
        \Bigl(\frac{\beta_1 m}{1 - \beta_1^{t+1}} + \frac{(1 - \beta_1)\nabla L}{1 - \beta_1^t}\Bigr)

    Dozat, *Incorporating Nesterov momentum into Adam* (2016), Algorithm 2, with a constant
    :math:`\beta_1`, as in Optax; PyTorch and Keras let it grow by a schedule of their own. Epsilon
    stands outside the corrected root.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Decay of the mean gradient :math:`m`.
    beta_2 : float in [0, 1), default=0.999
        Decay of the mean squared gradient :math:`v`.
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.

    Examples
    --------
    >>> NAdam(beta_1=0.8)
    NAdam(beta_1=0.8, beta_2=0.999, epsilon=1e-08)
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    name: ClassVar[str] = "nadam"
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    settings: ClassVar[tuple[str, ...]] = ("mean_size", "gradient_size", "root_correction")
    limits: ClassVar = {"beta_1": "[0, 1)", "beta_2": "[0, 1)", "epsilon": "(0, inf)"}

    def settings_at(self, step: Any, rate: Any) -> tuple[Any, ...]:
        mean_size = rate * self.beta_1 / (1 - self.beta_1 ** (step + 1))
        gradient_size = rate * (1 - self.beta_1) / (1 - self.beta_1**step)
        return mean_size, gradient_size, (1 - self.beta_2**step) ** -0.5

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, m: Array, v: Array, s: Any
    ) -> tuple[Array, ...]:
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * (gradient * gradient)
        ahead = s.mean_size * m + s.gradient_size * gradient
        return theta - ahead / (xp.sqrt(v) * s.root_correction + self.epsilon), m, v


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class AMSGrad(Optimizer):
    r"""Adam whose mean squared gradient never falls (U1).

    .. math:: \bar v \leftarrow \max(\bar v, v), \qquad
        \theta \leftarrow \theta - \nu_t \frac{m}{\sqrt{\bar v} + \epsilon}

    Reddi, Kale and Kumar, *On the convergence of Adam and beyond* (2018), Algorithm 2, with the bias
    correction and the epsilon of :class:`Adam` here, which the paper leaves out.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Decay of the mean gradient.
    beta_2 : float in [0, 1), default=0.999
        Decay of the mean squared gradient.
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.

    Examples
    --------
    >>> AMSGrad().slots
    ('m', 'v', 'largest')
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    name: ClassVar[str] = "amsgrad"
    slots: ClassVar[tuple[str, ...]] = ("m", "v", "largest")
    settings: ClassVar[tuple[str, ...]] = ("step_size",)
    limits: ClassVar = {"beta_1": "[0, 1)", "beta_2": "[0, 1)", "epsilon": "(0, inf)"}

    def settings_at(self, step: Any, rate: Any) -> tuple[Any, ...]:
        return (rate * (1 - self.beta_2**step) ** 0.5 / (1 - self.beta_1**step),)

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, m: Array, v: Array, largest: Array, s: Any
    ) -> tuple[Array, ...]:
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * (gradient * gradient)
        largest = xp.where(v > largest, v, largest)
        return theta - s.step_size * m / (xp.sqrt(largest) + self.epsilon), m, v, largest


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class Adagrad(Optimizer):
    r"""Adagrad: the gradient over the root of the sum of all squared gradients (U1).

    .. math:: v \leftarrow v + (\nabla L)^2, \qquad
        \theta \leftarrow \theta - \nu \frac{\nabla L}{\sqrt v + \epsilon}

    Duchi, Hazan and Singer, *Adaptive subgradient methods* (2011). Its steps only shrink, so that it
    wants a larger rate than Adam, such as 0.05.

    Parameters
    ----------
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.

    Examples
    --------
    >>> Adagrad().slots
    ('v',)
    """

    epsilon: float = 1e-8
    name: ClassVar[str] = "adagrad"
    slots: ClassVar[tuple[str, ...]] = ("v",)
    limits: ClassVar = {"epsilon": "(0, inf)"}

    def update(self, xp: Namespace, theta: Array, gradient: Array, v: Array, s: Any) -> tuple[Array, ...]:
        v = v + gradient * gradient
        return theta - s.rate * gradient / (xp.sqrt(v) + self.epsilon), v


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class Lion(Optimizer):
    r"""Lion: steps of one size, in the direction of the sign of a blended gradient (U1).

    .. math:: \theta \leftarrow (1 - \nu\lambda)\theta
        - \nu\operatorname{sign}(\beta m + (1 - \beta)\nabla L), \qquad
        m \leftarrow \rho m + (1 - \rho)\nabla L

    Chen et al., *Symbolic discovery of optimization algorithms* (2023). It wants a rate three to ten
    times smaller than Adam's. The decay spares the biases.

    Parameters
    ----------
    blend : float in [0, 1), default=0.9
        The paper's :math:`\beta_1`: the share of the memory in a step.
    decay : float in [0, 1), default=0.99
        The paper's :math:`\beta_2`: the decay :math:`\rho` of the memory.
    weight_decay : float in [0, inf), default=0.0
        The :math:`\lambda`, on weights alone.

    Examples
    --------
    >>> Lion(weight_decay=0.1)
    Lion(blend=0.9, decay=0.99, weight_decay=0.1)
    """

    blend: float = 0.9
    decay: float = 0.99
    weight_decay: float = 0.0
    name: ClassVar[str] = "lion"
    slots: ClassVar[tuple[str, ...]] = ("m",)
    limits: ClassVar = {"blend": "[0, 1)", "decay": "[0, 1)", "weight_decay": "[0, inf)"}

    def update(self, xp: Namespace, theta: Array, gradient: Array, m: Array, s: Any) -> tuple[Array, ...]:
        direction = xp.sign(self.blend * m + (1 - self.blend) * gradient)
        decayed = theta - (s.rate * self.weight_decay) * s.is_weight * theta
        return decayed - s.rate * direction, self.decay * m + (1 - self.decay) * gradient
