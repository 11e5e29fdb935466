"""How a network is trained: loss, optimiser, schedules, penalties, order. Frozen data that computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Protocol

from .corruption import COLUMN, strength_of
from .errors import InvalidParameterError
from .limits import Limited
from .regularizers import NonNegative, Regularizer
from .rules.losses import Loss
from .rules.optimizers import Optimizer
from .rules.penalties import ActivityPenalty, WeightPenalty


class Clock(NamedTuple):
    """The time that a schedule is asked for.

    Parameters
    ----------
    step : int
        Steps since the optimiser started; the first is 0.
    epoch : int
        Epochs since the optimiser started; the first is 0.
    samples : int
        Samples seen before this epoch, over all fits (scikit-learn's ``t_``).
    horizon : int
        The number of epochs that are planned.
    progress : float
        The share of the horizon that has passed, from 0 to just under 1; it moves with each step. Where
        ``partial_fit`` goes on behind the horizon, it passes 1.
    """

    step: int
    epoch: int
    samples: int
    horizon: int
    progress: float


class Schedule(Protocol):
    """Anything that can be asked for a number at a time (T5): ``schedule(clock) -> float``.

    It is asked before every step, or once an epoch if it has an attribute ``every = "epoch"``. If
    it has a method ``observe(record)``, that is called after every epoch and returns the schedule
    to go on with.
    """

    def __call__(self, clock: Clock, /) -> float:
        """Return the rate or strength at that time."""


@dataclass(frozen=True)
class Penalty:
    """A weight penalty with its strength.

    Parameters
    ----------
    rule : WeightPenalty
        What is asked of the weights.
    strength : float or Schedule
        Not negative.
    divided : bool
        Whether the strength is divided by the batch's sum of sample weights, as scikit-learn
        divides its ``alpha``.
    """

    rule: WeightPenalty
    strength: float | Schedule
    divided: bool = False


@dataclass(frozen=True)
class Activity:
    """A penalty on the outputs of hidden layers with its strength (A3, A4).

    Parameters
    ----------
    rule : ActivityPenalty
        What is asked of the outputs.
    strength : float or Schedule
        Not negative.
    layers : tuple of int
        Which hidden layers, 1 to m - 1. Their outputs count before dropout.

    Raises
    ------
    ValueError
        If no layer is named, or one twice.
    """

    rule: ActivityPenalty
    strength: float | Schedule
    layers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.layers or len(set(self.layers)) < len(self.layers) or min(self.layers) < 1:
            raise InvalidParameterError(
                f"layers must be numbers of hidden layers from 1 on, each once, got {self.layers!r}"
            )


@dataclass(frozen=True)
class LBFGS(Limited):
    """The quasi-Newton method L-BFGS, through SciPy; full batches, a line search instead of a rate.

    Byrd, Lu, Nocedal and Zhu, *A limited memory algorithm for bound constrained optimization* (1995).

    Parameters
    ----------
    max_fun : int, default=15000
        Evaluations of the objective at most.
    ftol : float or None, default=None
        Relative improvement of the objective below which it stops; None is SciPy's own.
    """

    max_fun: int = 15000
    ftol: float | None = None
    slots: ClassVar[tuple[str, ...]] = ()
    limits: ClassVar = {"max_fun": "[1, inf)", "ftol": "[0, inf)"}


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Parameters
    ----------
    loss : Loss
        What is minimised, together with penalties.
    optimizer : Optimizer or LBFGS
        What makes a step of a gradient.
    rate : Schedule or None
        The learning rate; None for L-BFGS.
    penalties : tuple of Penalty
        On the weights.
    batch_size : int
        Samples in a batch; the last one of an epoch may be shorter.
    order : {"shuffled", "cyclic", "random"}
        A shuffled pass, the rows as they stand, or draws with replacement (S1).
    max_epochs : int
        The horizon of schedules.
    tol : float
        The improvement that counts.
    patience : float
        Epochs without such improvement, beyond which training stops.
    regularizers : tuple of Regularizer
        What acts beside the penalties, at most one of a kind (T6).
    dropout : tuple of float or Schedule
        A rate for each layer 0 to m - 1, or empty (T7).
    multipliers : tuple of float
        What the step of each layer 1 to m is multiplied by, or empty. A layer with 0 stays bit for bit as it is,
        whatever acts on weights.
    average : SWA, EMA or None
        The average of the weights that is kept beside them.
    activities : tuple of Activity
        Penalties on the outputs of hidden layers (A3, A4).
    corruption : Corruption, an object with ``corrupt(x, random)``, or None
        What is done to the inputs while training (A5).
    contraction : Contraction or None
        The penalty on derivatives of hidden layers by the inputs (A6).
    """

    loss: Loss
    optimizer: Optimizer | LBFGS
    rate: Schedule | None
    penalties: tuple[Penalty, ...] = ()
    batch_size: int = 200
    order: str = "shuffled"
    max_epochs: int = 200
    tol: float = 1e-4
    patience: float = 10
    regularizers: tuple[Regularizer, ...] = ()
    dropout: tuple[float | Schedule, ...] = ()
    multipliers: tuple[float, ...] = ()
    average: Any = None
    activities: tuple[Activity, ...] = ()
    corruption: Any = None
    contraction: Any = None

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the vectors that a state holds beside theta."""
        return (*self.optimizer.slots, *(("average",) if self.average is not None else ()))

    @cached_property
    def extras(self) -> dict[str, float | Schedule]:
        """The numbers or schedules of what acts beside penalties and optimiser, by their columns."""
        found = {column: value for one in self.regularizers for column, value in one.strengths().items()}
        found |= {f"dropout_{k}": rate for k, rate in enumerate(self.dropout)}
        found |= {f"activity_{i}": one.strength for i, one in enumerate(self.activities)}
        found |= {COLUMN: strength_of(self.corruption)} if self.corruption is not None else {}
        found |= {"contraction": self.contraction.strength} if self.contraction is not None else {}
        return found | ({"average": 0.0} if self.average is not None else {})

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of the settings table: the rate, the strengths, the optimiser's numbers, extras."""
        own: tuple[Any, ...] = getattr(self.optimizer, "settings", ())
        return ("rate", *(f"penalty_{i}" for i in range(len(self.penalties))), *own, *self.extras)

    @cached_property
    def is_non_negative(self) -> bool:
        """Whether no weight may be negative."""
        return any(isinstance(one, NonNegative) for one in self.regularizers)

    @cached_property
    def is_noisy(self) -> bool:
        """Whether random numbers take part in a step: dropout, noise on the inputs, corruption, probes."""
        probed = self.contraction is not None and self.contraction.probes is not None
        return bool(self.dropout) or "noise" in self.extras or self.corruption is not None or probed

    @cached_property
    def is_penalized_inside(self) -> bool:
        """Whether penalties look at what is between inputs and outputs: activity (A3, A4), contraction (A6)."""
        return bool(self.activities) or self.contraction is not None
