"""The errors and warnings that are the library's own."""

from __future__ import annotations

import math


class DivergenceError(ValueError):
    """Training produced weights that are not finite.

    The message names the epoch, the step, the learning rate, the first layer that overflowed, the
    likely cause and what to try. No weights are changed on the estimator that raised it.

    Attributes
    ----------
    cause : {"", "weight", "epsilon"}
        What training survives without: the samples' weights, or the optimiser's epsilon; empty if neither.
    rate : float
        The learning rate at which it happened, NaN where there is none.
    """

    cause: str = ""
    rate: float = math.nan


class MissingExtraError(ImportError):
    """A package that is needed only for this feature is not installed; the message names the extra."""
