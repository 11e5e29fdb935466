r"""Sparsity of hidden layers: what ``sparsity=(...)`` may hold (A3, A4). Frozen data that computes nothing.

A strength is a number or a schedule, and divided by nothing. The formulas are those of
:mod:`rosenblatt.rules.penalties`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from .hidden_layers import require_layers
from .limits import Limited
from .rules.by_name import by_name


class Sparsity(Limited):
    """A penalty that keeps most nodes of a layer quiet: the base class.

    Attributes
    ----------
    limits : mapping of str to str
        For each number the interval it must lie in.
    """

    strength: float | Callable[..., float]
    layers: str | Sequence[int]

    def _may_vary(self, name: str) -> bool:
        """Return whether a schedule may take the place of a number: of the strength."""
        return name == "strength"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_layers(f"{type(self).__name__}(layers=...)", self.layers)


@dataclass(frozen=True)
class ActivityL1(Sparsity):
    r"""A penalty :math:`\lambda \sum_j |o_j|` on the outputs of hidden nodes, a mean over samples (A3).

    It goes with any activation; a rectifier's outputs then become exactly zero for most samples.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`.
    layers : {"code", "encoder", "hidden"} or tuple of int, default="code"
        Which hidden layers: the middle one, all up to it, all, or numbers from 1 on.

    Raises
    ------
    TypeError, ValueError
        If an argument lies outside its limits.

    Examples
    --------
    >>> ActivityL1(0.01)
    ActivityL1(strength=0.01, layers='code')
    """

    strength: float | Callable[..., float]
    layers: str | Sequence[int] = "code"
    limits: ClassVar = {"strength": "[0, inf)"}


@by_name("the first number is the strength")
@dataclass(frozen=True)
class KLDivergence(Sparsity):
    r"""The divergence of mean outputs from a small share (A4).

    .. math:: \lambda \sum_j \rho \log\frac{\rho}{\hat\rho_j} + (1 - \rho) \log\frac{1 - \rho}{1 - \hat\rho_j}

    with :math:`\hat\rho_j` the weighted mean of :math:`o_j` over the batch, as a share of the activation's range:
    the mean itself for the logistic, :math:`(1 + \bar o_j)/2` for tanh. An activation without bounds, such as a
    rectifier, has no such share. Training starts at biases for which each node's share is :math:`\rho` where its
    inputs cancel. Ng, *Sparse autoencoder* (2011).

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`.
    rho : float in (0, 1), default=0.05
        The share that is aimed at.
    layers : {"code", "encoder", "hidden"} or tuple of int, default="code"
        Which hidden layers: the middle one, all up to it, all, or numbers from 1 on.

    Raises
    ------
    TypeError, ValueError
        If an argument lies outside its limits.

    Examples
    --------
    >>> KLDivergence(0.1)
    KLDivergence(strength=0.1, rho=0.05, layers='code')
    """

    strength: float | Callable[..., float]
    _: KW_ONLY
    rho: float = 0.05
    layers: str | Sequence[int] = "code"
    limits: ClassVar = {"strength": "[0, inf)", "rho": "(0, 1)"}
