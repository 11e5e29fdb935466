r"""Penalties on the weights (T6, D1) and on the outputs of hidden nodes (A3, A4).

Biases are spared by those on weights: a bias does not make a network wiggle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .rule import Array, Namespace, Rule


class WeightPenalty(Rule):
    """A penalty on single weights: the base class."""

    def value(self, xp: Namespace, w: Array) -> Array:
        """Return the penalty weight by weight; the objective adds strength times their sum.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        w : array
            Weights.

        Returns
        -------
        array
            Of the shape of w.
        """
        raise TypeError(f"{type(self).__name__} must define value(self, xp, w)")

    def derivative(self, xp: Namespace, w: Array) -> Array:
        """Return the derivative by each weight.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        w : array
            Weights.

        Returns
        -------
        array
            Of the shape of w.
        """
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


class ActivityPenalty(Rule):
    """A penalty on the outputs of hidden nodes: the base class.

    Attributes
    ----------
    of_mean : bool
        Whether it looks at each node's mean output over the batch (A4), and not at single outputs (A3).
    """

    of_mean: ClassVar[bool] = False

    def value(self, xp: Namespace, o: Array) -> Array:
        """Return the penalty output by output, or mean by mean; the objective adds strength times their sum.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array
            Outputs, or their means.

        Returns
        -------
        array
            Of the shape of o.
        """
        raise TypeError(f"{type(self).__name__} must define value(self, xp, o)")

    def derivative(self, xp: Namespace, o: Array) -> Array:
        """Return the derivative by each output, or by each mean.

        Parameters
        ----------
        xp : namespace
            The array functions: NumPy's, or those of another library.
        o : array
            Outputs, or their means.

        Returns
        -------
        array
            Of the shape of o.
        """
        raise TypeError(f"{type(self).__name__} must define derivative(self, xp, o)")


@dataclass(frozen=True)
class ActivityL1(ActivityPenalty):
    r"""The sum of absolute outputs, :math:`\sum_j |o_j^k|` (A3), with derivative 0 at 0; a mean over the samples."""

    name: ClassVar[str] = "activity_l1"

    def value(self, xp: Namespace, o: Array) -> Array:
        return xp.abs(o)

    def derivative(self, xp: Namespace, o: Array) -> Array:
        return xp.sign(o)


@dataclass(frozen=True)
class KLDivergence(ActivityPenalty):
    r"""The Kullback-Leibler divergence of mean outputs from a small one (A4).

    .. math:: \mathrm{KL}(\rho, \hat\rho_j) =
        \rho \log\frac{\rho}{\hat\rho_j} + (1 - \rho) \log\frac{1 - \rho}{1 - \hat\rho_j}

    with :math:`\hat\rho_j` the weighted mean of :math:`o_j` over the batch, as a share of the activation's range
    and within :math:`[10^{-6}, 1 - 10^{-6}]`; at these ends the derivative is that of the formula, which draws a
    node back from there. Ng, *Sparse autoencoder* (2011).

    Parameters
    ----------
    rho : float in (0, 1), default=0.05
        The share that is aimed at.
    low, high : float
        The range of the activation: 0 and 1 for the logistic, -1 and 1 for tanh, whose share is
        :math:`(1 + \bar o_j)/2`.
    """

    rho: float = 0.05
    low: float = 0.0
    high: float = 1.0
    name: ClassVar[str] = "kl_sparsity"
    of_mean: ClassVar[bool] = True
    limits: ClassVar = {"rho": "(0, 1)", "low": "(-inf, inf)", "high": "(-inf, inf)"}

    def _share(self, xp: Namespace, o: Array) -> Array:
        share = (o - self.low) / (self.high - self.low)
        return xp.clip(share, 1e-6, 1 - 1e-6)

    def value(self, xp: Namespace, o: Array) -> Array:
        share = self._share(xp, o)
        rest = (1 - self.rho) * xp.log((1 - self.rho) / (1 - share))
        return self.rho * xp.log(self.rho / share) + rest

    def derivative(self, xp: Namespace, o: Array) -> Array:
        share = self._share(xp, o)
        return ((1 - self.rho) / (1 - share) - self.rho / share) / (self.high - self.low)
