"""Fits within a fit: what they warn of is passed on, with the name of the part that says it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

from sklearn.exceptions import ConvergenceWarning

UNFINISHED = re.compile("Stochastic Optimizer: Maximum iterations|lbfgs failed to converge")
"""What a fit says that ends with its last epoch: a part of a larger one need not have converged."""

NOTHING = r"(?!)"
"""A pattern that no text has."""


def fit_within(fit: Callable[[], Any], part: str, stacklevel: int, silent: str = NOTHING) -> None:
    """Run a fit, and pass on what it warns of but that it is unfinished.

    Parameters
    ----------
    fit : callable without arguments
    part : str
        Its name, for whoever called the larger fit.
    stacklevel : int
        As for ``warnings.warn``, from here.
    silent : str
        A pattern of what the larger fit says itself; nothing by default.
    """
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        fit()
    for warning in heard:
        text = str(warning.message)
        unfinished = issubclass(warning.category, ConvergenceWarning) and UNFINISHED.match(text)
        if not unfinished and not re.match(silent, text):
            warnings.warn(f"{part}: {text}", warning.category, stacklevel=stacklevel + 1)
