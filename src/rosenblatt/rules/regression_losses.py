r"""Losses for numbers beside the squared error: robust ones, quantiles, deviances, a variance (T2).

Half a *deviance* is minus a log-likelihood, shifted so that it is 0 where the prediction equals the
target. The outputs of one target stand side by side: a loss that has several says how many.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from .losses import Loss
from .outputs import interleaved
from .rule import Array, Namespace


@dataclass(frozen=True)
class MAE(Loss):
    r"""The absolute error, :math:`L = \sum_j |o_j - y_j|` (T2), whose minimum is the median.

    At :math:`o = y` the derivative is 0. Laplace (1774).

    Examples
    --------
    >>> import numpy as np
    >>> MAE().value(np, np.array([[3.0]]), np.array([[1.0]]))
    array([[2.]])
    """

    name: ClassVar[str] = "mae"

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.abs(o - y)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.sign(o - y)


@dataclass(frozen=True)
class Huber(Loss):
    r"""Huber's loss: half the squared error up to ``delta``, and linear beyond (T2).

    .. math:: L = \sum_j c_j (r_j - c_j / 2), \qquad r = o - y, \qquad c = \max(-\delta, \min(\delta, r))

    Huber, *Robust estimation of a location parameter* (1964). PyTorch's ``HuberLoss`` is the same;
    its ``SmoothL1Loss`` is this divided by delta.

    Parameters
    ----------
    delta : float in (0, inf), default=1.0
        The size from which an error counts as an outlier, in the units of the target that the network learns:
        the user's, or standard deviations where ``scale_target`` is on.

    Examples
    --------
    >>> import numpy as np
    >>> Huber(delta=1.0).value(np, np.array([[0.5, 3.0]]), np.zeros((1, 2)))
    array([[0.125, 2.5  ]])
    """

    delta: float = 1.0
    name: ClassVar[str] = "huber"
    limits: ClassVar = {"delta": "(0, inf)"}

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        c = self.derivative(xp, o, y)
        return c * (o - y - 0.5 * c)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return xp.clip(o - y, -self.delta, self.delta)


@dataclass(frozen=True)
class Quantile(Loss):
    r"""The pinball loss, whose minimum is the quantile ``q`` of the target (T2).

    .. math:: L = \sum_j \max(q\,(y_j - o_j),\ (q - 1)(y_j - o_j))

    At :math:`o = y` the derivative is 0. Koenker and Bassett, *Regression quantiles* (1978).

    Parameters
    ----------
    q : float in (0, 1), default=0.5
        The share of targets that should lie below the prediction; one half is the median.

    Examples
    --------
    >>> import numpy as np
    >>> Quantile(0.9).value(np, np.array([[0.0]]), np.array([[-1.0]])).round(3)
    array([[0.1]])
    """

    q: float = 0.5
    name: ClassVar[str] = "quantile"
    limits: ClassVar = {"q": "(0, 1)"}

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return pinball(xp, self.q, o, y)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return pinball_slope(xp, self.q, o, y)


def pinball(xp: Namespace, q: Array, o: Array, y: Array) -> Array:
    """Return ``(1 - q) * (o - y)`` above the target and ``q * (y - o)`` below it."""
    r = o - y
    return xp.where(r > 0, (1 - q) * r, -q * r)


def pinball_slope(xp: Namespace, q: Array, o: Array, y: Array) -> Array:
    """Return the derivative of ``pinball`` by ``o``: 1 - q, -q, or 0 at the target itself."""
    side = xp.sign(o - y)
    return xp.where(side > 0, (1 - q) * side, q * side)


@dataclass(frozen=True)
class Quantiles(Loss):
    r"""Several quantiles at once: the sum of their pinball losses (T2).

    There is one output for each quantile, in their order; with several targets those of the first
    target come first. Nothing keeps the quantiles of a sample from crossing. Koenker and Bassett,
    *Regression quantiles* (1978).

    Parameters
    ----------
    qs : tuple of float in (0, 1), default=(0.1, 0.5, 0.9)
        Each larger than the one before.

    Examples
    --------
    >>> import numpy as np
    >>> Quantiles((0.1, 0.9)).value(np, np.array([[0.0, 0.0]]), np.array([[1.0, 1.0]]))
    array([[0.1, 0.9]])
    """

    qs: tuple[float, ...] = (0.1, 0.5, 0.9)
    name: ClassVar[str] = "quantiles"
    row_wise: ClassVar[bool] = True
    limits: ClassVar = {"qs": "(0, 1)"}

    @property
    def outputs_per_target(self) -> int:  # type: ignore[override]
        """One for each quantile."""
        return len(self.qs)

    def value(self, xp: Namespace, o: Array, y: Array) -> Array:
        return pinball(xp, self._of_columns(xp, o), o, y)

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return pinball_slope(xp, self._of_columns(xp, o), o, y)

    def _of_columns(self, xp: Namespace, o: Array) -> Array:
        return xp.asarray(self.qs * (o.shape[1] // len(self.qs)), dtype=o.dtype)  # (r,)


@dataclass(frozen=True)
class Gamma(Loss):
    r"""Half the gamma deviance with :math:`o = e^a`: :math:`L = \sum_j \log(o_j/y_j) + y_j/o_j - 1` (T2).

    For positive targets whose scatter grows with their size. The error term is
    :math:`\delta = 1 - y/o`. McCullagh and Nelder, *Generalized linear models* (1989).

    Examples
    --------
    >>> import numpy as np
    >>> Gamma().derivative(np, np.array([[2.0]]), np.array([[1.0]]))
    array([[0.5]])
    """

    name: ClassVar[str] = "gamma"
    output: ClassVar[str] = "exp"
    pair: ClassVar[str] = "exp"
    domain: ClassVar[str] = "(0, inf)"
    hints: ClassVar = {"y": "'poisson' and 'tweedie' take zeros"}

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        t = xp.log(y) - a  # as a function of log(y/o) nothing cancels
        return xp.expm1(t) - t

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        return 1 - y / o

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        # cut where expm1 is infinite: an output of 0 is an infinite loss, not inf - inf
        t = xp.clip(xp.log(y) - xp.log(o), None, 1000.0)
        return xp.expm1(t) - t


@dataclass(frozen=True)
class Tweedie(Loss):
    r"""Half the Tweedie deviance of a power p with :math:`o = e^a` (T2).

    .. math:: L = \sum_j \frac{y_j^{2-p}}{(1-p)(2-p)} - \frac{y_j\,o_j^{1-p}}{1-p} + \frac{o_j^{2-p}}{2-p},
        \qquad \delta = o^{1-p}(o - y)

    A power between 1 and 2 is for amounts of which many are 0, such as claims or rain; above 2 for
    positive targets with heavy tails (3 is the inverse Gaussian). Jorgensen, *Exponential dispersion
    models* (1987).

    Parameters
    ----------
    power : float in (1, 2) or (2, inf), default=1.5
        Variance grows as this power of the mean. Targets may be 0 for a power below 2.

    Examples
    --------
    >>> import numpy as np
    >>> Tweedie(1.5).value(np, np.zeros((1, 1)), np.array([[0.0]]))
    array([[2.]])
    """

    power: float = 1.5
    name: ClassVar[str] = "tweedie"
    output: ClassVar[str] = "exp"
    pair: ClassVar[str] = "exp"
    derivative_of: ClassVar[str] = "a"
    limits: ClassVar = {"power": "(1, 2) or (2, inf)"}
    hints: ClassVar = {
        "power": "power 0 is loss='squared_error', 1 is 'poisson' and 2 is 'gamma'",
        "y": "a power between 1 and 2 takes zeros",
    }

    @property
    def domain(self) -> str:  # type: ignore[override]
        """The interval of the targets: 0 has an infinite deviance for powers above 2."""
        return ("[0, inf)", "(0, inf)")[self.power > 2]

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        p = self.power
        log_y = xp.log(xp.where(y == 0, 1.0, y))
        t = log_y - a
        # the three terms in partial fractions: near o = y and near p = 2 nothing cancels
        positive = xp.exp((2 - p) * log_y) * (
            xp.expm1((p - 1) * t) / (p - 1) + xp.expm1((p - 2) * t) / (2 - p)
        )
        return xp.where(y == 0, xp.exp((2 - p) * a) / (2 - p), positive)

    def derivative(self, xp: Namespace, a: Array, y: Array) -> Array:
        p = self.power
        small = xp.exp(-xp.abs(a))  # exp(a) or exp(-a), whichever does not overflow
        scale = xp.exp(xp.where(a > 0, (2 - p) * a, (1 - p) * a))
        positive = scale * xp.where(a > 0, 1 - y * small, small - y)
        return xp.where(y == 0, xp.exp((2 - p) * a), positive)

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        return self.value(xp, xp.log(o), y)


@dataclass(frozen=True)
class GaussianNLL(Loss):
    r"""Minus the logarithm of a Gaussian's density, whose mean and variance are both learnt (T2).

    .. math:: L = \sum_j \frac12\Bigl(\log(2\pi v_j) + \frac{(y_j - \mu_j)^2}{v_j}\Bigr)

    Each target has two outputs side by side, the mean :math:`\mu = a` and the variance
    :math:`v = e^a`, so that the network itself learns the logarithm of the variance. Nix and Weigend,
    *Estimating the mean and variance of the target probability distribution* (1994). PyTorch's
    ``GaussianNLLLoss`` leaves the constant out.

    Examples
    --------
    >>> import numpy as np
    >>> GaussianNLL().derivative(np, np.array([[1.0, 4.0]]), np.array([[3.0, 3.0]]))
    array([[-0.5,  0. ]])
    """

    name: ClassVar[str] = "gaussian"
    row_wise: ClassVar[bool] = True
    output: ClassVar[str] = "mean_variance"
    pair: ClassVar[str] = "mean_variance"
    outputs_per_target: ClassVar[int] = 2

    def value(self, xp: Namespace, a: Array, y: Array) -> Array:
        log_variance = a[:, 1::2]
        residual = a[:, 0::2] - y[:, 0::2]
        fit = 0.5 * residual * residual * xp.exp(-log_variance)
        return interleaved(xp, fit, 0.5 * (log_variance + math.log(2 * math.pi)))

    def derivative(self, xp: Namespace, o: Array, y: Array) -> Array:
        residual, variance = o[:, 0::2] - y[:, 0::2], o[:, 1::2]
        slope = residual / variance
        return interleaved(xp, slope, 0.5 - 0.5 * residual * slope)

    def reported(self, xp: Namespace, o: Array, y: Array) -> Array:
        residual, variance = o[:, 0::2] - y[:, 0::2], o[:, 1::2]
        spread = 0.5 * (xp.log(variance) + math.log(2 * math.pi))
        return interleaved(xp, 0.5 * residual * residual / variance, spread)
