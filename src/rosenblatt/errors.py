"""The errors and warnings that are the library's own."""

from __future__ import annotations


class DivergenceError(ValueError):
    """Training produced weights that are not finite.

    The message names the epoch, the step, the learning rate, the first layer that overflowed and
    two things to try. No weights are changed on the estimator that raised it.
    """


class MissingExtraError(ImportError):
    """A package that is needed only for this feature is not installed; the message names the extra."""
