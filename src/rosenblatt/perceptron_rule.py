r"""The perceptron on one page: P1 and P2, and the three variants that keep more than the last w.

====== ============================================================ ======================
label  equation                                                     function
====== ============================================================ ======================
N1, N2 :math:`a(x) = b + w^\top x`                                  :func:`pre_activation`
P1     :math:`L = \max(0, -y\,a)`                                   :func:`loss`
P2     :math:`w \leftarrow w + \nu y x` where :math:`y\,a \le 0`    :func:`updated`
====== ============================================================ ======================

One sample at a time, and y is -1 or +1. The border, y a = 0, is a mistake: otherwise w = 0 would never move.
This page is the oracle of the quick loops in ``engines``; :func:`run` keeps every w that it passes
through, so that each variant can be taken by its definition.

F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization in the
brain* (1958). A. Novikoff, *On convergence proofs on perceptrons* (1962). Y. Freund and R. Schapire, *Large
margin classification using the perceptron algorithm* (1999). S. Gallant, *Perceptron-based learning
algorithms* (1990).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[Any]
Weights = tuple[Vector, float]


def pre_activation(w: Vector, b: float, x: Vector) -> float:
    r"""Return :math:`a(x) = b + w^\top x` (N1, N2): b is the weight of a constant input 1."""
    return float(b + w @ x)


def loss(y: float, a: float) -> float:
    r"""Return :math:`L = \max(0, -y\,a)` (P1)."""
    return max(0.0, -y * a)


def is_mistake(y: float, a: float) -> bool:
    r"""Return whether :math:`y\,a \le 0` (P2): on the wrong side, or on the border."""
    return y * a <= 0


def updated(w: Vector, b: float, nu: float, y: float, x: Vector) -> Weights:
    r"""Return :math:`w + \nu y x` and :math:`b + \nu y`, the weights after a mistake (P2; Rosenblatt 1958).

    Parameters
    ----------
    w : array of shape (d,)
    b : float
    nu : float
        The rate, positive.
    y : float
        -1 or +1.
    x : array of shape (d,)

    Returns
    -------
    tuple of array and float
    """
    return w + nu * y * x, float(b + nu * y)


def averaged(weights: Sequence[Weights], survived: Sequence[int]) -> Weights:
    r"""Return :math:`\sum_k c_k w_k / \sum_k c_k` (Freund and Schapire 1999).

    Parameters
    ----------
    weights : sequence of (w, b)
        In the order in which they arose.
    survived : sequence of int
        For how many samples each stayed, the one that it arose from included: :math:`c_k`.

    Returns
    -------
    tuple of array and float
    """
    total = sum(survived)
    w = sum(c * w for c, (w, _) in zip(survived, weights, strict=True)) / total
    return np.asarray(w), sum(c * b for c, (_, b) in zip(survived, weights, strict=True)) / total


def vote(a: NDArray[Any], survived: Any) -> NDArray[Any]:
    r"""Return :math:`\sum_k c_k\,\mathrm{sign}(a_k) / \sum_k c_k` (Freund and Schapire 1999).

    Parameters
    ----------
    a : array of shape (n, K)
        Pre-activations by each w. One on the border abstains.
    survived : array-like of shape (K,)

    Returns
    -------
    array of shape (n,)
        In [-1, 1].
    """
    c = np.asarray(survived, dtype=float)
    return np.asarray(np.sign(a) @ c / max(c.sum(), 1.0))


def mistakes(w: Vector, b: float, X: NDArray[Any], y: Vector) -> int:
    """Return how many samples are mistakes of (w, b); the border counts."""
    return sum(is_mistake(y_i, pre_activation(w, b, x)) for x, y_i in zip(X, y, strict=True))


@dataclass
class Pocket:
    """The best w so far, by Gallant's ratchet (1990).

    Whenever w has been right on more samples in a row than the one in the pocket was, and makes fewer
    mistakes on all samples, it takes its place.
    """

    w: Vector
    b: float
    wrong: int
    run: int = 0

    def offer(self, w: Vector, b: float, run: int, X: NDArray[Any], y: Vector) -> None:
        """Put (w, b), right on ``run`` samples in a row, into the pocket if it is better."""
        if run > self.run and (wrong := mistakes(w, b, X, y)) < self.wrong:
            self.w, self.b, self.wrong, self.run = w, b, wrong, run


@dataclass
class Path:
    """Where a run went.

    Attributes
    ----------
    weights : list of (w, b)
        The first, and one more for each update.
    survived : list of int
        For how many samples each stayed.
    rows : list of int
        The rows that were mistakes.
    curve : list of int
        Mistakes of each epoch.
    pocket : Pocket
    """

    weights: list[Weights]
    pocket: Pocket
    survived: list[int] = field(default_factory=lambda: [0])
    rows: list[int] = field(default_factory=list)
    curve: list[int] = field(default_factory=list)


def run(
    X: NDArray[Any],
    y: Vector,
    orders: Iterable[Sequence[int]],
    nu: float = 1.0,
    start: Weights | None = None,
    until_separated: bool = True,
) -> Path:
    """Apply P2 to sample after sample, epoch after epoch.

    Parameters
    ----------
    X : array of shape (n, d)
    y : array of shape (n,)
        -1 and +1.
    orders : iterable of sequences of int
        The rows in the order of each epoch.
    nu : float, default=1.0
    start : (w, b), optional
        Zeros by default, as Novikov's theorem needs.
    until_separated : bool, default=True
        End with the first epoch without a mistake.

    Returns
    -------
    Path

    Examples
    --------
    AND by one neuron, in 9 epochs, with 18 updates:

    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> path = run(X, np.array([-1, -1, -1, 1]), [range(4)] * 100)
    >>> len(path.curve), len(path.rows), path.weights[-1]
    (9, 18, (array([3., 2.]), -4.0))
    """
    w, b = start if start is not None else (np.zeros(X.shape[1]), 0.0)
    path, right = Path([(w, b)], Pocket(w, b, mistakes(w, b, X, y))), 0
    for order in orders:
        before = len(path.rows)
        for i in order:
            if is_mistake(y[i], pre_activation(w, b, X[i])):
                w, b = updated(w, b, nu, y[i], X[i])
                path.weights.append((w, b))
                path.rows.append(int(i))
                path.survived.append(1)
                right = 0
            else:
                path.survived[-1] += 1
                right += 1
                if path.pocket.w is w:
                    path.pocket.run = max(right, path.pocket.run)
                path.pocket.offer(w, b, right, X, y)
        path.curve.append(len(path.rows) - before)
        if until_separated and path.curve[-1] == 0:
            break
    return path
