"""A rate that falls when nothing improves any more (T5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ..errors import InvalidParameterError
from ..intervals import require_whole
from ..plan import Clock
from ..rules.by_name import by_name
from .schedules import PEAK, Timetable, known_peak

MINIMUM = 1e-6
"""The smallest rate, if nothing else is said; scikit-learn's "adaptive" ends there."""


@by_name(PEAK)
@dataclass(frozen=True, kw_only=True)
class ReduceOnPlateau(Timetable):
    r"""A rate that is multiplied by ``factor`` when the loss stops improving (T5).

    With ``early_stopping`` it looks at the validation score, otherwise at the training loss. After more
    than ``patience`` epochs without an improvement of more than ``min_delta``, the rate becomes
    :math:`\max(f\nu, \mathrm{minimum})`; then the counting begins anew, also that of ``n_iter_no_change``,
    so that training goes on. It stops when nothing improves at the smallest rate. Where the strength of a
    penalty changes, or a warm-up raises the rate, the counting begins anew as well.

    Parameters
    ----------
    factor : float in (0, 1), default=0.1
        The f.
    patience : int in [0, inf), default=5
        Epochs without improvement that change nothing.
    min_delta : float in [0, inf), default=1e-4
        The improvement that counts; for an autoencoder relative, as its ``tol``.
    minimum : float in (0, inf), default=1e-6
        The smallest rate.
    peak : float in (0, inf), optional
        The rate, as far as it has fallen.
    best : float, default=inf
        The lowest loss so far, or the highest score with a minus. Leave it.
    waited : int, default=0
        Epochs since then. Leave it.

    Examples
    --------
    >>> ReduceOnPlateau(peak=0.1)(Clock(step=0, epoch=0, samples=0, horizon=10, progress=0.0))
    0.1
    """

    factor: float = 0.1
    patience: int = 5
    min_delta: float = 1e-4
    minimum: float = MINIMUM
    peak: float | None = None
    best: float = field(default=math.inf, repr=False, compare=False)
    waited: int = field(default=0, repr=False, compare=False)
    every: ClassVar[str] = "epoch"
    limits: ClassVar = {
        "factor": "(0, 1)",
        "patience": "[0, inf)",
        "min_delta": "[0, inf)",
        "minimum": "(0, inf)",
        "peak": "(0, inf)",
        "best": "[-inf, inf]",
        "waited": "[0, inf)",
    }

    def check(self) -> None:
        """Raise unless what is counted in epochs is a whole number."""
        for name in ("patience", "waited"):
            require_whole(f"ReduceOnPlateau({name}=...)", getattr(self, name), "[0, inf)")
        if self.peak is not None and self.minimum > max(self.peak, MINIMUM):
            raise InvalidParameterError(
                f"ReduceOnPlateau(minimum={self.minimum!r}) is larger than the rate {self.peak!r}, so that it could "
                "never fall; if the rate is meant, write peak=..."
            )

    def at(self, clock: Clock) -> float:
        return known_peak(self)

    @property
    def ends(self) -> bool:
        """No: it ends where nothing improves any more."""
        return False

    def observe(self, record: Any) -> ReduceOnPlateau:
        """Return the schedule to go on with: of a smaller rate if nothing has improved for too long.

        Parameters
        ----------
        record : Record
            What the epoch did.

        Returns
        -------
        ReduceOnPlateau
            Of the same rate, or of a smaller one.
        """
        value = record.loss if math.isnan(record.judged) else record.judged
        best = math.inf if record.renewed else self.best
        if value < best - self.min_delta * record.unit:
            return replace(self, best=value, waited=0)
        if self.waited < self.patience:
            return replace(self, waited=self.waited + 1)
        rate = known_peak(self)
        return replace(self, peak=min(rate, max(self.factor * rate, self.minimum)), waited=0)
