r"""Optimisers: the update U1 and its successors, elementwise on the flat vector theta.

``update`` takes the vector, the gradient of the mean, the optimiser's slots (vectors of the same
shape, zero at first) and ``s``, the numbers of this step: ``s.rate``, what ``settings`` names, and
``s.is_weight`` (1 for weights, 0 for biases). It returns the new vector and the new slots. What
depends on the step alone, such as Adam's bias correction, is computed once by ``settings_at``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .by_name import by_name
from .rule import Array, Namespace, Rule

RATE = "the learning rate is the estimator's learning_rate_init"


class Optimizer(Rule):
    """An elementwise update of theta: the base class.

    Attributes
    ----------
    slots : tuple of str
        Names of the vectors that it remembers from step to step.
    settings : tuple of str
        Names of the numbers that ``settings_at`` returns.
    full_batch : bool
        Whether it makes sense only with the gradient of all samples.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    settings: ClassVar[tuple[str, ...]] = ()
    full_batch: ClassVar[bool] = False

    def settings_at(self, step: Any, rate: Any) -> tuple[Any, ...]:
        """Return the numbers of a step, in the order of ``settings``.

        Parameters
        ----------
        step : int or array
            Number of the step; the first is 1.
        rate : float or array
            Learning rates of these steps.

        Returns
        -------
        tuple of float or array
            One for each of ``settings``.
        """
        return ()

    def update(self, xp: Namespace, theta: Array, gradient: Array, *arguments: Any) -> tuple[Array, ...]:
        """Return theta and the slots after one step.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        theta, gradient : array of shape (p,)
            Weights and biases, and the mean gradient by them.
        *arguments : array, ..., tuple
            The slots, then ``s``: the numbers of the step.

        Returns
        -------
        tuple of array of shape (p,)
            The new theta, then the new slots.
        """
        raise TypeError(f"{type(self).__name__} must define update(self, xp, theta, gradient, *slots, s)")


@dataclass(frozen=True)
class SGD(Optimizer):
    r"""Gradient descent, :math:`\theta \leftarrow \theta - \nu \nabla L` (U1, O1, S1).

    Robbins and Monro, *A stochastic approximation method* (1951).
    """

    name: ClassVar[str] = "sgd"

    def update(self, xp: Namespace, theta: Array, gradient: Array, s: Any) -> tuple[Array, ...]:
        return (theta - s.rate * gradient,)


@dataclass(frozen=True)
class Momentum(Optimizer):
    r"""Momentum, :math:`v \leftarrow \mu v - \nu \nabla L,\ \theta \leftarrow \theta + v`.

    Polyak, *Some methods of speeding up the convergence of iteration methods* (1964). The rate stands
    inside the velocity, as in scikit-learn and in Sutskever et al. (2013); PyTorch keeps it outside
    (:math:`v \leftarrow \mu v + \nabla L,\ \theta \leftarrow \theta - \nu v`), which is the same as
    long as the rate does not change.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
        The share of the step before that is taken again.
    """

    momentum: float = 0.9
    name: ClassVar[str] = "momentum"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    limits: ClassVar = {"momentum": "[0, 1]"}

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, velocity: Array, s: Any
    ) -> tuple[Array, ...]:
        velocity = self.momentum * velocity - s.rate * gradient
        return theta + velocity, velocity


@dataclass(frozen=True)
class Nesterov(Optimizer):
    r"""Nesterov's momentum, a step that looks ahead.

    .. math:: v \leftarrow \mu v - \nu \nabla L, \qquad \theta \leftarrow \theta + \mu v - \nu \nabla L

    The gradient is that of the current point, as in scikit-learn and PyTorch (a change of variable
    of the paper's look-ahead). Nesterov (1983); Sutskever, Martens, Dahl and Hinton, *On the
    importance of initialization and momentum in deep learning* (2013). The rate stands inside the
    velocity, see :class:`Momentum`.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
        The share of the step before that is taken again.
    """

    momentum: float = 0.9
    name: ClassVar[str] = "nesterov"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    limits: ClassVar = {"momentum": "[0, 1]"}

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, velocity: Array, s: Any
    ) -> tuple[Array, ...]:
        velocity = self.momentum * velocity - s.rate * gradient
        return theta + (self.momentum * velocity - s.rate * gradient), velocity


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    r"""Adam: the mean gradient over the root of the mean squared gradient.

    .. math:: \theta \leftarrow \theta - \nu_t \frac{m}{\sqrt v + \epsilon}, \qquad
        \nu_t = \nu \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}

    Kingma and Ba, *Adam: a method for stochastic optimization* (2015), the reordered form at the end
    of section 2, as in scikit-learn: epsilon is added outside the root and to the *uncorrected* root.
    The paper's Algorithm 1 and PyTorch add it to the corrected root, so that their epsilon equals
    this one divided by :math:`\sqrt{1 - \beta_2^t}`.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Decay of the mean gradient :math:`m`.
    beta_2 : float in [0, 1), default=0.999
        Decay of the mean squared gradient :math:`v`.
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    name: ClassVar[str] = "adam"
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    settings: ClassVar[tuple[str, ...]] = ("step_size",)
    limits: ClassVar = {"beta_1": "[0, 1)", "beta_2": "[0, 1)", "epsilon": "(0, inf)"}

    def settings_at(self, step: Any, rate: Any) -> tuple[Any, ...]:
        return (rate * (1 - self.beta_2**step) ** 0.5 / (1 - self.beta_1**step),)

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, m: Array, v: Array, s: Any
    ) -> tuple[Array, ...]:
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * (gradient * gradient)
        return theta - s.step_size * m / (xp.sqrt(v) + self.epsilon), m, v


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class AdamW(Optimizer):
    r"""Adam with decoupled decay of the weights.

    .. math:: \theta \leftarrow (1 - \nu\lambda)\theta - \nu \frac{\hat m}{\sqrt{\hat v} + \epsilon}

    Loshchilov and Hutter, *Decoupled weight decay regularization* (2019), Algorithm 2, with the rate
    as schedule multiplier. Epsilon stands outside the *corrected* root and the decay is multiplied by
    the rate, both as in PyTorch; the biases are spared, which PyTorch leaves to parameter groups.
    scikit-learn has no AdamW.

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), defaults 0.9 and 0.999
        Decays of the mean gradient and of the mean squared gradient.
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.
    weight_decay : float in [0, inf), default=0.01
        The :math:`\lambda`, on weights alone.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01
    name: ClassVar[str] = "adamw"
    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    settings: ClassVar[tuple[str, ...]] = ("step_size", "root_correction")
    limits: ClassVar = {
        "beta_1": "[0, 1)",
        "beta_2": "[0, 1)",
        "epsilon": "(0, inf)",
        "weight_decay": "[0, inf)",
    }

    def settings_at(self, step: Any, rate: Any) -> tuple[Any, ...]:
        return rate / (1 - self.beta_1**step), (1 - self.beta_2**step) ** -0.5

    def update(
        self, xp: Namespace, theta: Array, gradient: Array, m: Array, v: Array, s: Any
    ) -> tuple[Array, ...]:
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * (gradient * gradient)
        decayed = theta - (s.rate * self.weight_decay) * s.is_weight * theta
        return decayed - s.step_size * m / (xp.sqrt(v) * s.root_correction + self.epsilon), m, v


@by_name(RATE)
@dataclass(frozen=True, kw_only=True)
class RMSprop(Optimizer):
    r"""RMSprop: the gradient over the root of its recent mean square.

    .. math:: v \leftarrow \rho v + (1 - \rho)(\nabla L)^2, \qquad
        \theta \leftarrow \theta - \nu \frac{\nabla L}{\sqrt v + \epsilon}

    Tieleman and Hinton, *Neural networks for machine learning*, lecture 6.5 (2012), which has no
    epsilon. Here it is added outside the root, as in PyTorch (TensorFlow adds it inside); there is no
    bias correction. scikit-learn has no RMSprop.

    Parameters
    ----------
    decay : float in [0, 1), default=0.99
        The :math:`\rho`.
    epsilon : float in (0, inf), default=1e-8
        What keeps the divisor from being zero.
    """

    decay: float = 0.99
    epsilon: float = 1e-8
    name: ClassVar[str] = "rmsprop"
    slots: ClassVar[tuple[str, ...]] = ("v",)
    limits: ClassVar = {"decay": "[0, 1)", "epsilon": "(0, inf)"}

    def update(self, xp: Namespace, theta: Array, gradient: Array, v: Array, s: Any) -> tuple[Array, ...]:
        v = self.decay * v + (1 - self.decay) * (gradient * gradient)
        return theta - s.rate * gradient / (xp.sqrt(v) + self.epsilon), v
