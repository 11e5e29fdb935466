"""The point of a hull that is nearest to the origin, by an active set on a growing subset of the samples."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, qr, qr_delete, qr_insert, solve_triangular

from .samples import UNIT_ROUNDOFF, SignedSamples

# Below this a residual of the samples, whose norms are at most 1, is rounding.
_ZERO = 64 * UNIT_ROUNDOFF
_REFRESH = 60
_LARGE = 100_000


class Point(NamedTuple):
    r"""A convex combination of few samples, and what it says.

    Attributes
    ----------
    rows : array of int, shape (m,)
        The samples in it, whose z are linearly independent (with a 1 appended, where it is zero).
    weights : array of shape (m,)
        Positive, summing to one.
    direction : array of shape (columns,), or None
        :math:`w` with :math:`z_i^\top w \ge 1`, as far as it was found; None where the point is zero.
    converged : bool
        Whether no sample was left that would have brought it nearer.
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float64]
    direction: NDArray[np.float64] | None
    converged: bool


class _ActiveSet:
    r"""Some samples with positive weights, and the factors Q R of the matrix whose columns they are.

    With ``appended`` a column is [z, 1], and the weights tend to the non-negative least squares solution
    for the target [0, 1] (Lawson and Hanson 1974): it stays well posed while the hull's point tends to
    zero. Without, a column is z, and the weights tend to the nearest point of the affine hull (Wolfe 1976):
    that loses no accuracy where the point is small.
    """

    def __init__(
        self, samples: SignedSamples, rows: list[int], weights: NDArray[np.float64], appended: bool
    ) -> None:
        self.samples, self.appended = samples, appended
        self.rows, self.weights = rows, weights
        self.met = False  # whether a combination is zero in these coordinates
        self.refresh()

    def columns(self, rows: list[int]) -> NDArray[np.float64]:
        z = self.samples.dense(np.array(rows, dtype=np.intp))
        return np.concatenate([z, np.ones((len(z), 1))], axis=1).T if self.appended else z.T

    def refresh(self) -> None:
        """Factorise anew: many updates in a row cost orthogonality."""
        self.Q, self.R = qr(self.columns(self.rows), mode="economic", check_finite=False)
        self.age = 0

    def add(self, row: int) -> bool:
        """Take in a sample with weight zero; return whether its column was independent of the others."""
        column = self.columns([row])[:, 0]
        m = len(self.rows)
        if m >= self.Q.shape[0]:
            return False
        try:
            self.Q, self.R = qr_insert(
                self.Q, self.R, column, m, which="col", rcond=1e-14, overwrite_qru=True, check_finite=False
            )
        except LinAlgError:
            return False
        self.rows.append(row)
        self.weights = np.append(self.weights, 0.0)
        self.age += 1
        return True

    def drop(self, position: int) -> None:
        self.Q, self.R = qr_delete(
            self.Q, self.R, position, which="col", overwrite_qr=True, check_finite=False
        )
        del self.rows[position]
        m = len(self.rows)
        self.Q, self.R = self.Q[:, :m], self.R[:m]  # a square Q is taken for a full one, and stays so
        self.weights = np.delete(self.weights, position)
        self.age += 1
        if self.age > _REFRESH:
            self.refresh()

    def target(self) -> NDArray[np.float64]:
        """Return the weights that are best on these samples, of either sign."""
        if self.appended:
            return np.asarray(solve_triangular(self.R, self.Q[-1], check_finite=False))
        h = solve_triangular(self.R, np.ones(len(self.rows)), trans="T", check_finite=False)
        c = solve_triangular(self.R, h, check_finite=False)
        return np.asarray(c / c.sum())

    def normal(self) -> tuple[NDArray[np.float64], float]:
        """Return w and t such that ``t - z'w`` is 0 for these samples and positive for those that should join."""
        if not self.appended:
            h = solve_triangular(self.R, np.ones(len(self.rows)), trans="T", check_finite=False)
            return self.Q @ h, 1.0
        r = -(self.Q @ self.Q[-1])
        r[-1] += 1.0
        r -= self.Q @ (self.Q.T @ r)  # twice is enough
        return -r[:-1], float(r[-1])

    def tolerance(self, w: NDArray[np.float64]) -> float:
        """Return what ``t - z'w`` may be by rounding alone."""
        return 32 * UNIT_ROUNDOFF * max(1.0, float(np.linalg.norm(w)))

    def settle(self) -> None:
        """Move to the target, or as far as the weights stay positive, dropping those that reach zero."""
        while True:
            goal = self.target()
            self.weights = _towards(self.weights, goal)
            reached = np.flatnonzero(self.weights <= 0)
            if len(reached) == 0:
                return
            for position in reached[::-1]:
                self.drop(int(position))

    def exchange(self, row: int) -> None:
        r"""Take in a sample that depends on the others, :math:`z_j = \sum_i a_i z_i`, for one of them.

        With it a combination is zero, the weights of which are :math:`-a_i / v` and, for the sample itself,
        :math:`1 / v`, where v is its violation. If they are positive, the origin lies in the hull; else they
        are approached until one of the others is at zero, and leaves.
        """
        a = solve_triangular(self.R, self.Q.T @ self.columns([row])[:, 0], check_finite=False)
        goal = np.append(-a, 1.0) / (1.0 - a.sum())
        weights = _towards(np.append(self.weights, 0.0), goal)
        reached = np.flatnonzero(weights[:-1] <= 0)
        if len(reached) == 0:
            self.rows, self.weights, self.met = [*self.rows, row], goal, True
            return
        self.weights = weights[:-1]
        for position in reached[::-1]:
            self.drop(int(position))
        if self.add(row):
            self.weights[-1] = weights[-1]
        self.settle()

    def is_zero(self) -> bool:
        """Return whether the origin lies in the hull, as far as floats tell."""
        if not self.appended:
            return self.met
        w, t = self.normal()
        return float(np.hypot(np.linalg.norm(w), t)) <= _ZERO


def _towards(weights: NDArray[np.float64], goal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the last non-negative weights on the way to a goal; those that stopped it are 0."""
    falling = np.flatnonzero(goal <= 0)
    if len(falling) == 0:
        return goal
    distance = weights[falling] - goal[falling]
    steps = np.divide(weights[falling], distance, out=np.zeros(len(falling)), where=distance > 0)
    step = float(steps.min())
    moved = np.maximum(weights + step * (goal - weights), 0.0)
    moved[falling[steps <= step]] = 0.0
    return np.asarray(moved)


def minimum_norm_point(samples: SignedSamples, start: Point | None = None) -> Point:
    r"""Return the point of :math:`\mathrm{conv}\{z_i\}` nearest to the origin.

    Its direction is that of the maximum margin, and its norm the margin; it is zero where no
    direction separates (Gordan 1873).

    Parameters
    ----------
    samples : SignedSamples
        With rows of norm at most about 1.
    start : Point, optional
        One of these samples in other coordinates, in which they were found to be separable.

    Returns
    -------
    Point
        As far as floats tell; proofs are made elsewhere.
    """
    with np.errstate(all="ignore"), _one_thread(samples):
        if start is None:
            start = _nearest_with_one_appended(samples)
        if start.direction is None:
            return start
        try:
            active = _ActiveSet(samples, start.rows.tolist(), start.weights, appended=False)
            active.settle()
            converged = _grown(active, start.rows)
            return _point(active, None if active.met else active.normal()[0], converged)
        except LinAlgError:  # the samples are dependent after all, to working accuracy
            return start._replace(direction=None, converged=False)


def _one_thread(samples: SignedSamples) -> AbstractContextManager[Any]:
    """Return a context in which BLAS keeps to one thread: thousands of short products wait for a second one."""
    if samples.n * samples.columns < _LARGE:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")  # type: ignore[no-any-return]


def _nearest_with_one_appended(samples: SignedSamples) -> Point:
    active = _ActiveSet(samples, [int(np.argmin(samples.norms()))], np.ones(1), appended=True)
    try:
        converged = _grown(active, _first_rows(samples))
    except LinAlgError:
        converged = False
    return _point(active, None if active.is_zero() else active.normal()[0], converged)


def _point(active: _ActiveSet, direction: NDArray[np.float64] | None, converged: bool) -> Point:
    rows = np.array(active.rows, dtype=np.intp)
    order = np.argsort(rows)
    weights = active.weights / active.weights.sum()
    return Point(rows[order], weights[order], direction, converged)


def _first_rows(samples: SignedSamples) -> NDArray[np.intp]:
    """Return rows spread over the samples: with labels at random, twice the columns rarely separate."""
    size = min(samples.n, 2 * samples.columns + 200, 4000)
    return np.unique(np.linspace(0, samples.n - 1, size).astype(np.intp))


def _grown(active: _ActiveSet, working: NDArray[np.intp]) -> bool:
    """Settle on the working rows, then on them and those that violate most, until none does."""
    samples = active.samples
    steps = 40 * (min(samples.n, samples.columns) + 50)
    while True:
        steps = _settled(active, working, steps)
        if steps <= 0:
            return False
        if active.is_zero():
            return True
        w, t = active.normal()
        violation = t - samples.products(w)
        violation[working] = -np.inf
        count = min(samples.n, samples.columns // 2 + 100)
        worst = np.argpartition(-violation, count - 1)[:count]
        worst = worst[violation[worst] > active.tolerance(w)]
        if len(worst) == 0:
            return True
        working = np.union1d(working, worst)


def _settled(active: _ActiveSet, working: NDArray[np.intp], steps: int) -> int:
    """Let working rows join until none would bring the point nearer; return the steps that are left."""
    samples = active.samples.take(working)
    refused = np.zeros(len(working), dtype=bool)
    place = {int(row): k for k, row in enumerate(working)}
    while steps > 0 and not active.is_zero():
        steps -= 1
        w, t = active.normal()
        violation = t - samples.products(w)
        violation[refused] = -np.inf
        violation[[place[row] for row in active.rows if row in place]] = -np.inf
        best = int(np.argmax(violation))
        if violation[best] <= active.tolerance(w):
            break
        row = int(working[best])
        if not active.add(row):
            if active.appended or not np.isfinite(violation[best]):
                refused[best] = True
            else:
                active.exchange(row)
        elif active.target()[-1] <= 0:  # only rounding spoke for it
            active.drop(len(active.rows) - 1)
            refused[best] = True
        else:
            active.settle()
    return steps
