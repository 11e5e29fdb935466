"""Means over seeds with intervals, and what an experiment hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats


@dataclass
class Outcome:
    """What one tip's experiment found.

    Attributes
    ----------
    tip : str
        The equation's label.
    rows : list of tuple
        For the table: what was measured, and the result in words and numbers.
    curves : dict
        For the figure: name -> (x, values of shape (seeds, len(x))).
    x, y : str
        Labels of the axes.
    log : str
        Which axes are logarithmic: "", "x", "y" or "xy".
    """

    tip: str
    x: str
    y: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    curves: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    log: str = ""


def half_width(values: Any) -> Any:
    """Return half the width of the 95 % t interval of the mean over the first axis."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    if n < 2:
        return np.zeros(values.shape[1:])
    return stats.t.ppf(0.975, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)


def shown(values: Any, unit: str = "", digits: int = 3) -> str:
    """Return the mean with its interval."""
    values = np.asarray(values, dtype=float)
    return f"{values.mean():.{digits}g}{unit} ± {float(half_width(values)):.2g}"
