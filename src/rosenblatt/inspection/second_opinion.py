"""A linear program's opinion, for data on which the nearest point of the hull was not enough."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from .samples import SignedSamples

_SECONDS = 20.0


class Opinion(NamedTuple):
    """What a solver suggests; nothing is proved.

    Attributes
    ----------
    direction : array of shape (columns,)
        Perhaps positive on all samples.
    rows : array of int, shape (m,)
        Samples whose combination is perhaps zero.
    weights : array of shape (m,)
        Their weights in it.
    """

    direction: NDArray[np.float64]
    rows: NDArray[np.intp]
    weights: NDArray[np.float64]


def second_opinion(samples: SignedSamples) -> Opinion | None:
    r"""Return what HiGHS finds, or None where it ends without an answer: that is no verdict.

    .. math:: \max_{v, t} t \quad\text{with}\quad z_i^\top v \ge t, \quad -1 \le v_j \le 1, \quad t \le 1

    Parameters
    ----------
    samples : SignedSamples
        Of norms near 1.

    Returns
    -------
    Opinion or None
    """
    A = _with_t(samples)
    cost = np.zeros(samples.columns + 1)
    cost[-1] = -1.0
    bounds: Any = [(-1.0, 1.0)] * samples.columns + [(None, 1.0)]
    found: Any = linprog(
        cost,
        A_ub=A,
        b_ub=np.zeros(samples.n),
        bounds=bounds,
        method="highs",
        options={"time_limit": _SECONDS},
    )
    if found.status != 0:
        return None
    weights = -np.asarray(found.ineqlin.marginals)
    rows = np.flatnonzero(weights > 0)
    return Opinion(np.asarray(found.x[:-1]), rows, weights[rows])


def _with_t(samples: SignedSamples) -> Any:
    """Return the matrix of the inequalities, t - z'v <= 0, as sparse as the samples."""
    t = np.ones((samples.n, 1))
    if not samples.is_sparse:
        return np.concatenate([-samples.dense(), t], axis=1)
    signs: Any = sparse.diags(samples.y)
    blocks: Any = [-(signs @ samples.X), t]
    if samples.one is not None:
        blocks.insert(0, -samples.one * samples.y[:, None])
    return sparse.csr_matrix(sparse.hstack(blocks))
