"""The run of the perceptron rule in NumPy, sample after sample: readable, and slow."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..perceptron_rule import is_mistake, loss

NEAR = 1e-9
"""Of the largest pre-activation: nearer to 0, rounding could decide, and terms are added in scikit-learn's order."""


def permutation(seed: int, n: int) -> NDArray[np.int64]:
    """Return what scikit-learn's shuffle with a seed does to 0 ... n - 1.

    Its numbers are a 32-bit xorshift's (Marsaglia 2003), cut to 31 bits. It begins each epoch with the
    seed again, so that every epoch permutes the order before it in the same way.

    Examples
    --------
    >>> permutation(7, 5)
    array([3, 4, 1, 2, 0])
    """
    order, state = np.arange(n), seed or 1
    for i in range(n - 1):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        j = i + (state & 0x7FFFFFFF) % (n - i)
        order[i], order[j] = order[j], order[i]
    return order


class ArrayRun:
    """A run on NumPy or CSR rows; see ``engines.perceptron`` for what it is given and tells."""

    def __init__(self, X: Any, problem: Any, memory: Any, settings: Any) -> None:
        self._X, self._problem, self._memory, self._settings = X, problem, memory, settings
        n, self._d = X.shape
        self._w, self.b = memory.w, memory.b
        self._T = memory.w.dtype.type
        self._scale, self._square, self._absolute = 1.0, 0.0, 0.0
        if settings.penalty != "none":
            self._square, self._absolute = float(memory.w @ memory.w), float(abs(memory.w).sum())
        self._due, self._had = 0.0, np.zeros_like(memory.w)
        self._l1_ratio = {"l2": 0.0, "l1": 1.0}.get(settings.penalty, settings.l1_ratio)
        self._order, self._permutation = np.arange(n), None
        if settings.order == "shuffled":
            self._permutation = permutation(settings.seed, n)
        self._trained = n if problem.set_aside is None else int(n - problem.set_aside.sum())
        self._path: tuple[list[int], list[float], list[int]] = ([], [], [0])
        self._best_objective, self._best_score, self._without_progress = math.inf, -math.inf, 0
        self._largest, self._right, self._asked, self._in_pocket = 0.0, 0, False, True
        self._unbounded = False
        self.epochs, self.updates, self.steps, self.end = 0, 0, memory.steps, ""
        self.curve: list[int] = []
        self.loss = self.objective = self.score = 0.0
        self.pocket_b, self.pocket_run = memory.pocket_b, memory.pocket_run
        if settings.variant == "pocket":
            self.pocket_mistakes = self._mistakes(memory.pocket, self.pocket_b)

    @property
    def scale(self) -> float:
        """What w is still to be multiplied with, until the run has ended (L2)."""
        return self._scale

    @property
    def norm(self) -> float:
        """Norm of w."""
        return math.sqrt(self._square)

    @property
    def wrong(self) -> int:
        """Mistakes of the last epoch."""
        return self.curve[-1] if self.curve else 0

    def path(self) -> tuple[list[int], list[float], list[int]]:
        """Return the rows added, how many times each, and for how many samples each w stayed."""
        return self._path

    def advance(self, seconds: float, orders: NDArray[np.int64] | None = None) -> bool:
        """Take whole epochs until the run ends, the seconds are over or the orders are used up."""
        start, taken = time.perf_counter(), 0
        while not self.end:
            if self._settings.order == "random":
                if orders is None or taken == len(orders):
                    return False
                self._order = orders[taken]
                taken += 1
            elif self._permutation is not None:
                self._order = self._order[self._permutation]
            with np.errstate(over="ignore", invalid="ignore"):  # weights that overflow end the run
                self._pass()
                self._close()
            if time.perf_counter() - start >= seconds:
                break
        if self.end:
            self._rescale()
        return bool(self.end)

    # -- samples ---------------------------------------------------------------------------------

    def _row(self, i: int) -> tuple[Any, NDArray[Any]]:
        if not hasattr(self._X, "indptr"):
            return slice(None), self._X[i]
        start, stop = self._X.indptr[i], self._X.indptr[i + 1]
        return self._X.indices[start:stop], self._X.data[start:stop]

    def _pre_activation(self, columns: Any, x: NDArray[Any]) -> float:
        terms = (self._w[columns] * x).astype(np.float64, copy=False)
        a: float = float(self._T(terms.sum() * self._scale)) + self.b
        self._largest = max(self._largest, abs(a))
        if abs(a) <= NEAR * self._largest and len(terms):
            a = float(self._T(np.add.accumulate(terms)[-1] * self._scale)) + self.b
        return self._bounded(a)

    def _bounded(self, a: float) -> float:
        """Return a; what has overflowed decides nothing, NaN least of all: the run ends with it."""
        if not math.isfinite(a):
            self._unbounded = True
        return a

    def _plain(self, w: NDArray[Any], b: float, i: int) -> float:
        columns, x = self._row(i)
        with np.errstate(over="ignore", invalid="ignore"):
            a = float(self._T((w[columns] * x).sum(dtype=np.float64)))
        return self._bounded(a + b)

    def _passed_over(self, i: int) -> bool:
        p = self._problem
        if p.set_aside is not None and p.set_aside[i]:
            return True
        return bool(self._settings.until_separated and p.weight is not None and p.weight[i] == 0)

    def _mistakes(self, w: NDArray[Any], b: float) -> float:
        """Return the weights of all samples that are mistakes."""
        rows = (i for i in range(len(self._problem.y)) if not self._passed_over(i))
        wrong = (i for i in rows if is_mistake(float(self._problem.y[i]), self._plain(w, b, i)))
        return float(sum(self._weight(i) for i in wrong))

    def _weight(self, i: int) -> float:
        s, weight = self._settings, self._problem.weight
        of_class = self._T(s.positive_weight if self._problem.y[i] > 0 else s.negative_weight)
        return float(of_class * (self._T(1) if weight is None else weight[i]))

    # -- one epoch -------------------------------------------------------------------------------

    def _pass(self) -> None:
        s, before, losses, objective = self._settings, self.updates, 0.0, 0.0
        for i in self._order:
            if self._passed_over(i):
                continue
            columns, x = self._row(i)
            a, y = self._pre_activation(columns, x), float(self._problem.y[i])
            losses, objective = losses + loss(y, a), objective + loss(y, a)  # P1
            objective += self._penalty()
            step = self._step(i, y) if is_mistake(y, a) else 0.0  # P2
            self._shrink()
            self.steps += 1
            if step:
                self.updates += 1
                self._add(columns, x, step)
            self._remember(int(i), columns, x, step)
            self._truncate(columns)
            if step and self.updates >= s.max_updates:
                self.end = "updates"
                break
        self.curve.append(self.updates - before)
        self.loss, self.objective = losses / self._trained, objective / self._trained

    def _step(self, i: int, y: float) -> float:
        return float(self._settings.rate * y * self._weight(i))

    def _add(self, columns: Any, x: NDArray[Any], step: float) -> None:
        s, scale = self._settings, self._T(self._scale)
        changed = self._w[columns].astype(np.float64) + x.astype(np.float64) * float(self._T(step) / scale)
        self._w[columns] = changed
        if s.fit_intercept:
            self.b += step * s.intercept_decay
        if s.penalty != "none":  # as scikit-learn has it, over the columns that the row holds
            held = self._w[columns]
            self._square = float((held * held).sum(dtype=np.float64)) * float(scale * scale)
            self._absolute = float(abs(held).sum(dtype=np.float64)) * float(scale)

    # -- penalties -------------------------------------------------------------------------------

    def _penalty(self) -> float:
        if self._settings.penalty == "none" or not self._settings.sum_losses:
            return 0.0
        norm, share = float(self._T(self.norm)), self._l1_ratio
        absolute = float(self._T(self._absolute))
        return float(self._settings.alpha * ((1 - share) * 0.5 * norm * norm + share * absolute))

    def _shrink(self) -> None:
        s = self._settings
        if s.penalty not in ("l2", "elasticnet"):
            return
        c = float(self._T(max(0.0, 1.0 - (1.0 - self._l1_ratio) * s.rate * s.alpha)))
        self._scale, self._square, self._absolute = self._scale * c, self._square * c * c, self._absolute * c
        if self._scale < (1e-6 if self._T is np.float32 else 1e-9):
            self._rescale()

    def _rescale(self) -> None:
        if self._scale != 1:
            self._w *= self._T(self._scale)
            self._scale = 1.0

    def _truncate(self, columns: Any) -> None:
        s = self._settings
        if s.penalty not in ("l1", "elasticnet"):
            return
        self._due += self._l1_ratio * s.rate * s.alpha
        due, scale = self._due, self._scale
        w, had = self._w[columns].astype(np.float64), self._had[columns].astype(np.float64)
        lower, upper = np.maximum(0.0, w - (due + had) / scale), np.minimum(0.0, w + (due - had) / scale)
        after = np.where(w > 0, lower, np.where(w < 0, upper, w)).astype(self._T)
        self._w[columns] = after
        self._had[columns] = had + scale * (after.astype(np.float64) - w)

    # -- variants --------------------------------------------------------------------------------

    def _remember(self, i: int, columns: Any, x: NDArray[Any], step: float) -> None:
        variant = self._settings.variant
        if variant == "averaged" and step:
            late, memory = (self.steps - 1) * step, self._memory
            memory.late[:-1][columns] += late * x.astype(np.float64)
            memory.late[-1] += late * self._settings.intercept_decay * self._settings.fit_intercept
        elif variant == "voted":
            rows, steps, survived = self._path
            if step:
                rows.append(i)
                steps.append(step)
                survived.append(1)
            else:
                survived[-1] += 1
        elif variant == "pocket":
            self._keep_best(bool(step))

    def _keep_best(self, mistake: bool) -> None:
        if mistake:
            self._right, self._asked, self._in_pocket = 0, False, False
            return
        self._right += 1
        if self._right <= self.pocket_run:
            return
        if not self._in_pocket and not self._asked:
            self._asked = True
            wrong = self._mistakes(self._w, self.b)
            if wrong < self.pocket_mistakes:
                self._memory.pocket[:], self.pocket_b = self._w, self.b
                self.pocket_mistakes, self._in_pocket = wrong, True
        if self._in_pocket:
            self.pocket_run = self._right

    # -- after an epoch --------------------------------------------------------------------------

    def _close(self) -> None:
        s = self._settings
        self.epochs += 1
        if self._unbounded or not (math.isfinite(self.b) and np.isfinite(self._w).all()):
            self.end = "overflow"
        elif not self.end:
            if s.until_separated:
                seen = s.order != "random" or (not self.curve[-1] and self._mistakes(self._w, self.b) == 0)
                self.end = "separated" if self.curve[-1] == 0 and seen else ""
            elif self._shows_no_progress():
                self.end = "converged"
            if self._unbounded:
                self.end = "overflow"  # found by what was just counted
            if not self.end and self.epochs >= s.max_epochs:
                self.end = "epochs"

    def _shows_no_progress(self) -> bool:
        s = self._settings
        if s.watch_score:
            self.score = self._accuracy()
            worse = self.score < self._best_score + s.tol
            self._best_score = max(self._best_score, self.score)
        else:
            worse = self.objective > self._best_objective - s.tol
            self._best_objective = min(self._best_objective, self.objective)
        self._without_progress = self._without_progress + 1 if worse and s.tol > -math.inf else 0
        return bool(self._without_progress >= s.patience)

    def _accuracy(self) -> float:
        p = self._problem
        rows = [int(i) for i in np.flatnonzero(p.set_aside)]
        right = np.array([(self._plain(self._w, self.b, i) > 0) == (p.y[i] > 0) for i in rows])
        weight = np.ones(len(rows)) if p.weight is None else p.weight[rows].astype(np.float64)
        return float((right * weight).sum() / weight.sum())
