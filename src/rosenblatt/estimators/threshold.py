"""Where a detector cuts: a share of the rows is on one side, and rounding decides about none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-9
"""Relative: how far apart rounding brings scores of equal rows, in float64 and some hundred features."""


def weighted_cut(scores: NDArray[Any], weight: Any, share: float) -> float:
    r"""Return a number midway between two scores, below which a share of them lies, counted by weights.

    .. math:: t = \tfrac12 \Big(\max\{s_i : W(s_i) \le qW\} + \min\{s_i : W(s_i) > qW\}\Big)

    where :math:`W(s)` is the weight of scores up to s, and W that of all: a weight of 2 counts as two scores, 0 as
    none. Where no score is within the share, the lowest counts as if it were. Scores that rounding alone tells
    apart are one, so that it decides about none of them.

    Parameters
    ----------
    scores : array of shape (n,)
    weight : array of shape (n,), or None
        Not negative, not all 0.
    share : float in (0, 1)

    Returns
    -------
    float

    Examples
    --------
    >>> weighted_cut(np.array([4.0, 1.0, 3.0, 2.0]), None, 0.25), weighted_cut(np.array([4.0, 1.0]), None, 0.1)
    (1.5, 2.5)
    """
    weight = np.ones(len(scores)) if weight is None else np.asarray(weight, dtype=np.float64)
    order = np.flatnonzero(weight)
    order = order[np.argsort(scores[order], kind="stable")]
    ordered, reached = scores[order].astype(np.float64), np.cumsum(weight[order])
    gaps = np.diff(ordered) > ROUNDING * np.maximum(np.abs(ordered[:-1]), np.abs(ordered[1:]))
    ends = np.append(np.flatnonzero(gaps), len(ordered) - 1)  # the last of equal scores
    within = ends[reached[ends] <= (share + ROUNDING) * reached[-1]]
    last = int(within[-1]) if len(within) else int(ends[0])
    return float((ordered[last] + ordered[min(last + 1, len(ordered) - 1)]) / 2)
