"""Slow or independent answers to compare with: exact search over subsets, and an interior point."""

from fractions import Fraction
from itertools import combinations

import numpy as np

from tests.tolerances import SUMMATION


def signed(X, y, fit_intercept=True):
    """Return z = y [1, x], written out."""
    Z = np.column_stack([np.ones(len(X)), X]) if fit_intercept else np.asarray(X, dtype=float)
    return np.where(np.asarray(y) == np.unique(y)[1], 1.0, -1.0)[:, None] * Z


def solved_by_elimination(rows, right):
    """Return one solution of a linear system in Fractions, free unknowns at 0, or None; textbook elimination."""
    table = [[Fraction(v) for v in row] + [Fraction(b)] for row, b in zip(rows, right, strict=True)]
    unknowns, pivots = len(table[0]) - 1, []
    for column in range(unknowns):
        done = len(pivots)
        pivot = next((r for r in range(done, len(table)) if table[r][column]), None)
        if pivot is None:
            continue
        table[done], table[pivot] = table[pivot], table[done]
        table[done] = [v / table[done][column] for v in table[done]]
        for r in range(len(table)):
            if r != done and table[r][column]:
                factor = table[r][column]
                table[r] = [a - factor * b for a, b in zip(table[r], table[done], strict=True)]
        pivots.append(column)
    if any(row[-1] for row in table[len(pivots) :]):
        return None
    solution = [Fraction(0)] * unknowns
    for r, column in enumerate(pivots):
        solution[column] = table[r][-1]
    return solution


def hull_holds_the_origin(Z):
    """Return whether 0 is in the hull of the rows of Z, exactly: some simplex of independent rows contains it."""
    columns = Z.shape[1]
    for size in range(1, columns + 2):
        for subset in combinations(range(len(Z)), size):
            rows = [[1] * size, *Z[list(subset)].T.tolist()]
            c = solved_by_elimination(rows, [1] + [0] * columns)
            if c is not None and min(c) >= 0:
                return True
    return False


def is_exactly_zero(Z, rows, weights):
    """Return whether the exact weights near some rounded ones make a zero combination, by elimination."""
    equations = [[1] * len(rows), *Z[rows].T.tolist()]
    c = solved_by_elimination(equations, [1] + [0] * Z.shape[1])
    return (
        c is not None and min(c) > 0 and np.allclose([float(v) for v in c], weights, rtol=SUMMATION, atol=0)
    )


def margin_by_interior_point(Z, steps=200):
    r"""Return the largest margin by a primal-dual interior point on :math:`\min |w|^2 / 2, Z w \ge 1`.

    Nothing of it is an active set: every sample has a positive multiplier until the end.
    """
    n, columns = Z.shape
    scale = np.linalg.norm(Z, axis=1).max()
    A = Z / scale
    w, slack, c = np.zeros(columns), np.ones(n), np.ones(n)
    for _ in range(steps):
        feasible, stationary = A @ w - 1 - slack, w - A.T @ c
        mu = slack @ c / n
        if (
            max(
                np.abs(feasible).max(),
                np.abs(stationary).max() / np.abs(w).max(initial=1),
                n * mu / (w @ w + 1),
            )
            < 1e-11
        ):
            break
        centring = 0.1 * mu
        complementary = slack * c - centring
        H = np.eye(columns) + A.T @ (A * (c / slack)[:, None])
        right = -stationary - A.T @ ((complementary + c * feasible) / slack)
        try:
            dw = np.linalg.solve(H, right)
        except np.linalg.LinAlgError:
            break  # the multipliers have grown so far apart that floats lose the 1: nothing more to gain
        dslack = A @ dw + feasible
        dc = -(complementary + c * dslack) / slack
        falls = [1.0]
        for value, change in ((slack, dslack), (c, dc)):
            down = change < 0
            falls.append(0.995 * (-value[down] / change[down]).min(initial=np.inf))
        step = min(falls)
        w, slack, c = w + step * dw, slack + step * dslack, c + step * dc
    return scale * (A @ w).min() / np.linalg.norm(w)


def largest_margin_squared(Z):
    """Return the squared norm of the hull's point nearest to the origin, exactly: the least over all faces."""
    rows, best = [[Fraction(v) for v in row] for row in Z.tolist()], None
    for size in range(1, Z.shape[1] + 1):
        for subset in combinations(rows, size):
            products = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in subset] for p in subset]
            # sum_j z_i'z_j c_j = t for each i, sum c = 1; t is the squared norm
            equations = [[*products[i], -1] for i in range(size)] + [[1] * size + [0]]
            c = solved_by_elimination(equations, [0] * size + [1])
            if c is not None and min(c[:-1]) >= 0 and (best is None or c[-1] < best):
                best = c[-1]
    return best
