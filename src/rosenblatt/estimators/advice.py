"""What to say when training fails and the scale of the inputs is the likely trouble (T4)."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .scaling import extremes

RATIO = 1e3
"""Columns whose largest entries differ by more than this are trouble; so are all of them beyond..."""
SIZES = (1e-2, 1e2)
"""... these bounds: weights start at a size that fits inputs near 1."""
ENOUGH = 10_000
"""Rows that are looked at, about: a warning should cost less than an epoch."""


def on_inputs(X: Any, scale_inputs: Any) -> str:
    """Return a sentence that advises to scale the inputs, with a space before it, or an empty string.

    Parameters
    ----------
    X : array or CSR matrix of shape (n, n_features)
        As training got it.
    scale_inputs : str or None
        The estimator's argument; scaled inputs need no advice.

    Returns
    -------
    str
    """
    if scale_inputs is not None:
        return ""
    step = X.shape[0] // ENOUGH
    low_of_column, high_of_column = extremes(X[::step] if step > 1 else X)
    sizes = np.maximum(high_of_column, -low_of_column)
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return ""
    low, high = sizes.min(), sizes.max()
    if high <= RATIO * low and SIZES[0] <= high <= SIZES[1]:
        return ""
    return (
        f" Your inputs span {_short(low)} to {_short(high)} (the largest entries of columns): "
        "set scale_inputs='standard'."
    )


def _short(number: float) -> str:
    return re.sub(r"e([+-])0*", lambda sign: "e-" if sign[1] == "-" else "e", f"{number:.2g}")
