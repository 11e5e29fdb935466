r"""Corruption of the inputs while training, for a target that stays clean (A5). Frozen data that computes nothing.

A denoising autoencoder sees :math:`\tilde x` and is asked for x. The noise is fresh in every epoch, a pure
function of (seed, epoch, position), and the same on every engine; it acts on what enters the network, before
:class:`InputNoise` and dropout, and is clipped where ``clip`` says so. How it is drawn stands in
:mod:`rosenblatt.noise`.

With ``emphasis=(alpha, beta)`` the loss of an entry whose input was chosen to be corrupted counts alpha times, and
that of any other beta times (Vincent, Larochelle, Lajoie, Bengio and Manzagol, *Stacked denoising autoencoders*,
2010, section 3.3): inputs and outputs must then be equally many, and the loss be one of single outputs. Gaussian
and multiplicative noise choose every entry. Where the strength is 0, the loss is the plain one.

A class of a user's own needs one method, ``corrupt(x, random)``: it gets the rows of a batch as a new array and a
NumPy Generator that is seeded by (seed, epoch, position of the batch), and returns an array of the same shape.
Training then runs on the array engine, several times slower, which a warning says once a fit; ``engine="array"``
says that it is meant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from .errors import InvalidParameterError
from .excerpts import short
from .intervals import require
from .limits import Limited

COLUMN = "corruption"
"""The column of the settings table that holds the strength."""


class Corruption(Limited):
    """One kind of corruption: the base class.

    Attributes
    ----------
    name : str
        What the native engine calls it.
    limits : mapping of str to str
        For each number the interval it must lie in.
    strength : str
        The parameter that may be a schedule.
    takes_sparse : bool
        Whether it can act on the stored entries of a sparse matrix alone.
    """

    name: ClassVar[str] = ""
    strength: ClassVar[str] = ""
    takes_sparse: ClassVar[bool] = False
    emphasis: Any
    clip: Any

    def _may_vary(self, name: str) -> bool:
        """Return whether a schedule may take the place of a number: of the strength."""
        return name == self.strength

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.emphasis is not None:
            require_emphasis(f"{type(self).__name__}(emphasis=...)", self.emphasis)
        if getattr(self, "clip", None) is not None:
            require_range(f"{type(self).__name__}(clip=...)", self.clip)


def require_emphasis(what: str, value: Any) -> None:
    """Raise TypeError or ValueError unless ``value`` is a pair of numbers that are not negative, nor both 0."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise InvalidParameterError(
            f"{what} must be a pair (alpha, beta) of numbers or None, got {short(value)}"
        )
    for number in value:
        require(what, number, "[0, inf)")
    if not any(value):
        raise InvalidParameterError(f"{what} must not be (0, 0): no entry would count")


def require_range(what: str, value: Any) -> None:
    """Raise TypeError or ValueError unless ``value`` is a pair of finite numbers, the smaller one first."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise InvalidParameterError(
            f"{what} must be a pair (low, high) of numbers or None, got {short(value)}"
        )
    for number in value:
        require(what, number, "(-inf, inf)")
    if not value[0] < value[1]:
        raise InvalidParameterError(f"{what} must have the smaller number first, got {short(value)}")


@dataclass(frozen=True)
class Masking(Corruption):
    r"""Entries set to 0, each with probability ``rate``; the others stay as they are (A5).

    Vincent, Larochelle, Bengio and Manzagol, *Extracting and composing robust features with denoising
    autoencoders* (2008). Sparse inputs keep their form. Unlike dropout, nothing is scaled up.

    Parameters
    ----------
    rate : float in [0, 1) or Schedule
        Rounded to multiples of :math:`2^{-16}`.
    emphasis : tuple of two float in [0, inf), optional
        What the loss of a masked entry counts, and of any other.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or lies outside.

    Examples
    --------
    >>> Masking(0.3)
    Masking(rate=0.3, emphasis=None)
    """

    rate: float | Callable[..., float]
    emphasis: tuple[float, float] | None = None
    name: ClassVar = "masking"
    limits: ClassVar = {"rate": "[0, 1)"}
    strength: ClassVar = "rate"
    takes_sparse: ClassVar = True


@dataclass(frozen=True)
class Gaussian(Corruption):
    r"""Gaussian noise that is added to every entry, :math:`\tilde x = x + \sigma\epsilon` (A5).

    Parameters
    ----------
    standard_deviation : float in [0, inf) or Schedule
        The :math:`\sigma`.
    emphasis : tuple of two float in [0, inf), optional
        What the loss of a corrupted entry counts (every one is), and of any other.
    clip : tuple of two float, optional
        The smallest and the largest number that enters the network, such as (0, 1) for pixels; without, nothing is
        clipped.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or lies outside.

    Examples
    --------
    >>> Gaussian(0.3).standard_deviation
    0.3
    """

    standard_deviation: float | Callable[..., float]
    emphasis: tuple[float, float] | None = None
    clip: tuple[float, float] | None = None
    name: ClassVar = "gaussian"
    limits: ClassVar = {"standard_deviation": "[0, inf)"}
    strength: ClassVar = "standard_deviation"


@dataclass(frozen=True)
class SaltAndPepper(Corruption):
    r"""Entries set to ``low`` or ``high``, one as likely as the other, each with probability ``rate`` (A5).

    Parameters
    ----------
    rate : float in [0, 1) or Schedule
        Rounded to multiples of :math:`2^{-16}`.
    low, high : float
        In the units of what enters the network.
    emphasis : tuple of two float in [0, inf), optional
        What the loss of a chosen entry counts, and of any other.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or lies outside.

    Examples
    --------
    >>> SaltAndPepper(0.1).high
    1.0
    """

    rate: float | Callable[..., float]
    low: float = 0.0
    high: float = 1.0
    emphasis: tuple[float, float] | None = None
    name: ClassVar = "salt_and_pepper"
    limits: ClassVar = {"rate": "[0, 1)", "low": "(-inf, inf)", "high": "(-inf, inf)"}
    strength: ClassVar = "rate"


@dataclass(frozen=True)
class Multiplicative(Corruption):
    r"""Gaussian noise in proportion to each entry, :math:`\tilde x = x (1 + \sigma\epsilon)` (A5).

    Parameters
    ----------
    standard_deviation : float in [0, inf) or Schedule
        The :math:`\sigma`.
    emphasis : tuple of two float in [0, inf), optional
        What the loss of a corrupted entry counts (every one is), and of any other.
    clip : tuple of two float, optional
        The smallest and the largest number that enters the network, such as (0, 1) for pixels; without, nothing is
        clipped.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or lies outside.

    Examples
    --------
    >>> Multiplicative(0.5).standard_deviation
    0.5
    """

    standard_deviation: float | Callable[..., float]
    emphasis: tuple[float, float] | None = None
    clip: tuple[float, float] | None = None
    name: ClassVar = "multiplicative"
    limits: ClassVar = {"standard_deviation": "[0, inf)"}
    strength: ClassVar = "standard_deviation"


@dataclass(frozen=True)
class Several:
    """Corruptions one after the other, each with noise of its own; ``corruption=(Masking(0.2), Gaussian(0.1))`` is one.

    Parameters
    ----------
    kinds : tuple of Corruption, or objects with ``corrupt(x, random)``
    """

    kinds: tuple[Any, ...]


def is_ours(corruption: Any) -> bool:
    """Return whether a corruption is of one of the library's own classes."""
    return type(corruption) in (Masking, Gaussian, SaltAndPepper, Multiplicative)


def strength_of(corruption: Any) -> Any:
    """Return the number or schedule of a corruption; a user's own is on, at 1."""
    return getattr(corruption, corruption.strength) if is_ours(corruption) else 1.0


def at(corruption: Any, strength: float) -> Any:
    """Return a corruption with a number for its strength; None where that is 0."""
    if strength == 0:
        return None
    if not is_ours(corruption) or getattr(corruption, corruption.strength) == strength:
        return corruption
    return dataclasses.replace(corruption, **{corruption.strength: strength})
