r"""Regularisers: what ``regularizers=(...)`` may hold (T6, T7). Frozen data that computes nothing.

Each strength is a number or a schedule, ``L1(after(epochs=5, value=1e-3))``. None is divided by anything,
and biases are spared. The formulas are on one page, :mod:`rosenblatt.regularization`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .errors import InvalidParameterError
from .limits import Limited


class Regularizer(Limited):
    """One measure against overfitting: the base class.

    Attributes
    ----------
    limits : mapping of str to str
        For each parameter the interval it must lie in.
    columns : mapping of str to str
        For each parameter its column in the settings table.
    """

    columns: ClassVar[Mapping[str, str]] = {}

    def _may_vary(self, name: str) -> bool:  # noqa: ARG002 - any of them
        """Return True: each number may be a schedule."""
        return True

    def strengths(self) -> dict[str, Any]:
        """Return its numbers or schedules, by the names of their columns in the settings table.

        Returns
        -------
        dict of str to float or Schedule
            Those that act.
        """
        given = {column: getattr(self, name) for name, column in self.columns.items()}
        return {column: value for column, value in given.items() if value is not None}


@dataclass(frozen=True)
class Strength(Regularizer):
    """A regulariser of one number, its strength: the base class.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        Of what it does.
    """

    strength: float | Callable[..., float]
    limits: ClassVar = {"strength": "[0, inf)"}


@dataclass(frozen=True)
class L1(Strength):
    r"""A penalty :math:`\lambda \sum |w|` on the weights (T6). It draws weights towards zero, but not onto it.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`, divided by nothing.

    Examples
    --------
    >>> L1(1e-3)
    L1(strength=0.001)
    """


@dataclass(frozen=True)
class L2(Strength):
    r"""A penalty :math:`\frac\lambda2 \sum w^2` on the weights (T6, D1).

    ``alpha`` is the same divided by the batch's sum of sample weights, as scikit-learn has it.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`, divided by nothing.
    """


@dataclass(frozen=True)
class WeightDecay(Strength):
    r"""Decay of the weights apart from the gradient, :math:`w \leftarrow (1 - \nu\lambda) w` at each step (T6).

    Loshchilov and Hutter, *Decoupled weight decay regularization* (2019); multiplied by the rate, as in
    PyTorch's AdamW. With gradient descent it is :class:`L2`, with Adam it is not.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`.
    """

    columns: ClassVar = {"strength": "decay"}


@dataclass(frozen=True)
class ProximalL1(Strength):
    r"""The L1 penalty by its proximal step, which makes weights exactly zero (T6).

    .. math:: w \leftarrow \mathrm{sign}(w) \max(|w| - \nu\lambda, 0)

    follows each update of the optimiser. Duchi and Singer, *Efficient online and batch learning using
    forward backward splitting* (2009). The fitted ``sparsity_`` tells the share of zeros.

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`.
    """

    columns: ClassVar = {"strength": "threshold"}


@dataclass(frozen=True)
class MaxNorm(Regularizer):
    r"""A limit on the norm of the weights into each unit, :math:`\|w_{\cdot j}^k\| \le c` (T7).

    A longer column is scaled back after each update. Srivastava, Hinton, Krizhevsky, Sutskever and
    Salakhutdinov, *Dropout* (2014), section 5.1.

    Parameters
    ----------
    limit : float in (0, inf) or Schedule
        The :math:`c`.
    """

    limit: float | Callable[..., float]
    limits: ClassVar = {"limit": "(0, inf)"}
    columns: ClassVar = {"limit": "max_norm"}


@dataclass(frozen=True)
class NonNegative(Regularizer):
    r"""Weights that are not negative: :math:`w \leftarrow \max(w, 0)` after each update. Biases stay free."""


@dataclass(frozen=True)
class InputNoise(Regularizer):
    r"""Gaussian noise on the inputs while training, :math:`x + \sigma\epsilon` (T6), fresh in each epoch.

    It acts on what enters the network, scaled if ``scale_inputs`` is on, and is close to a penalty on the
    derivative by x. Bishop, *Training with noise is equivalent to Tikhonov regularization* (1995). Sparse
    inputs are refused: noise would fill them.

    Parameters
    ----------
    standard_deviation : float in [0, inf) or Schedule
        The :math:`\sigma`.
    """

    standard_deviation: float | Callable[..., float]
    limits: ClassVar = {"standard_deviation": "[0, inf)"}
    columns: ClassVar = {"standard_deviation": "noise"}


@dataclass(frozen=True)
class Clip(Regularizer):
    r"""A limit on the gradient of the mean loss, before penalties join it (D1).

    ``norm`` scales the whole gradient back to that Euclidean norm, ``value`` cuts every entry to
    :math:`[-v, v]`; with both, values are cut first. Pascanu, Mikolov and Bengio, *On the difficulty of
    training recurrent neural networks* (2013).

    Parameters
    ----------
    norm : float in (0, inf), Schedule or None
        The largest norm of the whole gradient.
    value : float in (0, inf), Schedule or None
        The largest size of an entry of the gradient.

    Raises
    ------
    ValueError
        If neither is given.
    """

    norm: float | Callable[..., float] | None = None
    value: float | Callable[..., float] | None = None
    limits: ClassVar = {"norm": "(0, inf)", "value": "(0, inf)"}
    columns: ClassVar = {"norm": "clip_norm", "value": "clip_value"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.norm is None and self.value is None:
            raise InvalidParameterError("Clip needs norm=..., value=... or both: what the gradient is cut to")
