"""Patience: how long nothing has improved, where what is compared stays comparable (T5, T6)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..plan import Plan
from .settings import BY_RATE

LEAST = 0.01
"""The share of the baseline that a relative ``tol`` is a multiple of at least."""

LITTLE = 0.2
"""Who has gained less than this share of the baseline has hardly begun ..."""
LONGER = 5
"""... and has so many times the patience: plateaus and overshoots before the first fall are the longest."""

SAME = 1e-9
"""Relative: strengths that are multiplied by a rate and divided by it again differ by rounding."""


class Patience(NamedTuple):
    """What later epochs are compared with, and how many did not improve on it.

    Attributes
    ----------
    reference : float
        The lowest value since counting began; a score counts with a minus.
    stale : int
        Epochs since the last improvement that counts.
    """

    reference: float = math.inf
    stale: int = 0

    def after(self, value: float, improvement: float, nan_stalls: bool = False) -> Patience:
        """Return the patience after one more epoch, as scikit-learn counts.

        Parameters
        ----------
        value : float
            What is judged, lower is better. NaN improves, as scikit-learn counts it, unless ``nan_stalls``.
        improvement : float
            The improvement that counts.
        nan_stalls : bool, default=False

        Returns
        -------
        Patience
        """
        worse = value > self.reference - improvement or (nan_stalls and math.isnan(value))
        return Patience(
            value if value < self.reference else self.reference,
            self.stale + 1 if worse else 0,
        )


class Objective(NamedTuple):
    """What one epoch was told to minimise, and how fast: the rate and the strengths of its last step.

    Attributes
    ----------
    rate : float
    strengths : tuple of float
        Of all that a schedule moves: penalties, noise, dropout.
    """

    rate: float
    strengths: tuple[float, ...] = ()

    def renews(self, before: Objective | None) -> bool:
        """Return whether counting begins anew: the rate rises, or the objective is another one.

        Parameters
        ----------
        before : Objective or None
            That of the epoch before; None before the first.
        """
        return before is not None and (self.rate > before.rate or self.differs(before))

    def differs(self, before: Objective | None) -> bool:
        """Return whether the strength of something is another one than in the epoch before."""
        if before is None or self.strengths == before.strengths:
            return False
        return not np.allclose(self.strengths, before.strengths, rtol=SAME, atol=0.0)


def objectives(plan: Plan, settings: NDArray[np.float64], steps: int) -> list[Objective]:
    """Return the objectives of some epochs.

    Parameters
    ----------
    plan : Plan
    settings : array of shape (steps * epochs, len(plan.columns))
    steps : int
        Steps in an epoch.

    Returns
    -------
    list of Objective
    """
    last = settings[steps - 1 :: steps]  # (epochs, columns)
    rates = last[:, 0]
    moved: list[Any] = []
    for name in moving_columns(plan):
        column = last[:, plan.columns.index(name)]
        if name in BY_RATE:  # it was multiplied by the rate
            column = np.divide(column, rates, out=np.zeros_like(column), where=rates > 0)
        moved.append(column)
    strengths = np.transpose(moved).tolist() if moved else [()] * len(last)
    return [Objective(rate, tuple(values)) for rate, values in zip(rates.tolist(), strengths, strict=True)]


def moving_columns(plan: Plan) -> list[str]:
    """Return the columns of the settings whose strength follows a schedule; clipping changes no objective."""
    found = [f"penalty_{i}" for i, one in enumerate(plan.penalties) if callable(one.strength)]
    found += [name for name, value in plan.extras.items() if callable(value) and not name.startswith("clip")]
    return found
