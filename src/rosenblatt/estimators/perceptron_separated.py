r"""Runs until the classes are separated: at a rate of 1, and proved at the end.

From zeros a constant rate :math:`\nu` multiplies every w, and changes no decision (P2): so the runs are taken at a
rate of 1, where weights of whole numbers stay whole, and what they come to is multiplied. A pass without a
mistake is believed only where the weights that will predict are right on every sample however a sum is rounded;
samples that this leaves open are mistakes, and the run goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engines.perceptron import Memory, RunSettings
from ..inspection.samples import BEYOND, SURE, SignedSamples, sides
from .perceptron_runs import Course, Outcome

MOST_VOTES = 2**24
"""Votes of all w on all samples are counted up to so many: half a second."""


@dataclass(frozen=True)
class Judge:
    """What weights are right on, of the samples that have a weight."""

    samples: SignedSamples
    rows: NDArray[np.intp]
    dtype: Any

    @classmethod
    def of(cls, course: Course) -> Judge:
        """Return the judge of a course."""
        y, weight = course.problem.y.astype(np.float64), course.problem.weight
        rows = np.arange(len(y)) if weight is None else np.flatnonzero(weight)
        X = course.X if len(rows) == len(y) else course.X[rows]
        return cls(SignedSamples(X, y[rows], 1.0), rows, course.X.dtype)

    def sides(self, w: NDArray[Any], b: float) -> NDArray[np.int8]:
        """Return SURE, OPEN or BEYOND for each of the samples."""
        return sides(self.samples, np.concatenate([[b], w.astype(np.float64)]), self.dtype)

    def is_sure(self, w: NDArray[Any], b: float) -> bool:
        """Return whether all are surely right."""
        return bool((self.sides(w, b) == SURE).all())


@dataclass(frozen=True)
class Separation:
    """A course until the classes are separated.

    Attributes
    ----------
    course : Course
        Its unit is the rate.
    judge : Judge
    settings : RunSettings
        At a rate of 1.
    """

    course: Course
    judge: Judge
    settings: RunSettings

    @classmethod
    def of(cls, course: Course, settings: RunSettings) -> Separation:
        """Return the separation that settings with any rate ask for."""
        course = replace(course, unit=settings.rate)
        return cls(course, Judge.of(course), replace(settings, rate=1.0))

    def outcome(self, memory: Memory) -> Outcome:
        """Run on from a memory, until it is proved that the classes are separated, or the limits are reached."""
        rate, settings = self.course.unit, self.settings
        total = self.course.untouched(memory.divided(rate), settings)
        try:
            while True:
                left = replace(
                    settings,
                    max_epochs=settings.max_epochs - total.epochs,
                    max_updates=settings.max_updates - total.updates,
                )
                total = total.then(self.course.follow(total.memory.copy(), left))
                if total.end != "separated":
                    break
                total = self._judged(total)
                if total.end:
                    break
        except KeyboardInterrupt:
            self.course.interruption.set()
            total = replace(total, end="interrupted")
        return replace(total, memory=total.memory.times(rate))

    def _judged(self, total: Outcome) -> Outcome:
        """Return the outcome with its end, or with one step more for each sample that is open, and no end."""
        rate = self.course.unit
        scaled = total.memory.times(rate)
        found = self.judge.sides(scaled.w, scaled.b)
        if (found == BEYOND).any():
            return replace(total, end="overflow")
        open_ones = np.flatnonzero(found != SURE)
        if not len(open_ones):
            return self._settled(total)
        alike = total.memory.times(math.frexp(rate)[0])  # the same digits, of ordinary size
        if (self.judge.sides(alike.w, alike.b)[open_ones] == SURE).any():
            return replace(total, end="overflow")
        after = self._stepped(total, self.judge.rows[open_ones])
        if after.memory.b == total.memory.b and np.array_equal(after.memory.w, total.memory.w):
            return replace(after, end="stuck")
        if after.updates >= self.settings.max_updates:
            return replace(after, end="updates")
        return replace(after, end="epochs" if after.epochs >= self.settings.max_epochs else "")

    def _stepped(self, total: Outcome, rows: NDArray[np.intp]) -> Outcome:
        """Visit some samples once more, in the last epoch, and take P2's step for each."""
        memory, X, steps = total.memory.copy(), self.course.X, []
        rows = rows[: self.settings.max_updates - total.updates]
        for i in rows:
            x = X[[i]].toarray()[0] if hasattr(X, "toarray") else X[i]
            step = float(self.course.problem.y[i]) * self._weight(int(i))
            memory.w = (memory.w + step * x.astype(np.float64)).astype(memory.w.dtype)
            memory.b += step * self.settings.fit_intercept
            if self.settings.variant == "averaged":
                late = memory.steps * step
                memory.late += late * np.append(x, float(self.settings.fit_intercept))
            memory.steps += 1
            steps.append(step)
        curve = total.curve.copy()
        curve[-1] += len(rows)
        path = ([int(i) for i in rows], steps, [0] + [1] * len(rows))
        votes = self.course.votes(memory.w, memory.b, path, self.settings)
        if votes is not None and total.votes is not None:
            votes = total.votes.then(votes)
        return Outcome(memory, "", curve, votes)

    def _weight(self, i: int) -> float:
        problem, settings = self.course.problem, self.settings
        of_class = settings.positive_weight if problem.y[i] > 0 else settings.negative_weight
        return float(of_class * (1.0 if problem.weight is None else problem.weight[i]))

    # -- variants: the last w separates; do they? --------------------------------------------------

    def _settled(self, total: Outcome) -> Outcome:
        """Return the outcome after so many passes more, in which no w changes, that what predicts is right too."""
        if self.settings.variant == "pocket":
            memory = total.memory.copy()
            memory.pocket, memory.pocket_b = memory.w.copy(), memory.b
            memory.pocket_run = max(memory.pocket_run, len(self.judge.rows))
            return replace(total, memory=memory)
        passes: int | None = 0
        if self.settings.variant == "averaged":
            passes = self._passes_of_average(total)
        elif self.settings.variant == "voted":
            passes = self._passes_of_votes(total)
        if passes is None:
            return replace(total, end="unsettled")
        room = self.settings.max_epochs - total.epochs
        return self._longer(total, min(passes, room), "separated" if passes <= room else "unsettled")

    def _longer(self, total: Outcome, passes: int, end: str) -> Outcome:
        """Return the outcome after some passes more without a mistake."""
        samples = passes * len(self.judge.rows)
        memory = replace(total.memory.copy(), steps=total.memory.steps + samples)
        votes = None if total.votes is None else total.votes.staying(samples)
        return Outcome(memory, end, np.append(total.curve, np.zeros(passes, dtype=np.int64)), votes)

    def _passes_of_average(self, total: Outcome) -> int:
        """Return the fewest passes after which the mean of all w is surely right; the last w weighs ever more."""
        room = self.settings.max_epochs - total.epochs

        def is_right(passes: int) -> bool:
            steps = total.memory.steps + passes * len(self.judge.rows)
            # in the order of the outcome's: rounded otherwise, a mean of 0 may be something
            memory = replace(total.memory, steps=steps).times(self.course.unit)
            return self.judge.is_sure(*memory.average())

        low, high = -1, 0
        while not is_right(high):
            if high > room:
                return high
            low, high = high, 2 * high + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if is_right(middle) else (middle, high)
        return high

    def _passes_of_votes(self, total: Outcome) -> int | None:
        """Return after how many passes the last w is not outvoted: the fewest, or enough where votes are dear.

        None where the sums of the steps do not even come to a last w that is right: rounding parts them.
        """
        assert total.votes is not None
        votes, y, X = total.votes, self.judge.samples.y, self.judge.samples.X
        if not (y * votes.last(X) > 0).all():
            return None
        behind = int(votes.survived[:-1].sum() - votes.survived[-1])
        if behind < 0 or len(y) * len(votes.step) > MOST_VOTES:
            return max(0, behind // len(y) + 1)
        lead = y * votes.outputs(X) * votes.survived.sum()
        passes = max(0, -round(float(lead.min(initial=1.0))) // len(y) + 1)
        later = votes.staying(passes * len(y)).outputs(X)
        return passes if (y * later > 0).all() else None
