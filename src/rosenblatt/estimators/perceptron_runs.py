"""One run of the perceptron rule, followed in slices: Ctrl-C ends it between epochs, and a line says how it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engines.perceptron import Memory, Problem, Rows, Run, RunSettings, kept
from ..engines.votes import Votes
from ..progress import Line
from ..random import drawn_indices

SLICE = 0.05
"""Seconds between two looks at the clock, for Ctrl-C and the progress line."""


@dataclass(frozen=True)
class Outcome:
    """What became of one binary problem, in whole epochs.

    Attributes
    ----------
    memory : Memory
    end : str
        Why it ended: a run's reason, or one of "interrupted", "stuck", "unsettled".
    curve : array of int, shape (n_epochs,)
        Updates of each epoch.
    votes : Votes or None
    """

    memory: Memory
    end: str
    curve: NDArray[np.int64]
    votes: Votes | None

    @property
    def epochs(self) -> int:
        """Epochs taken."""
        return len(self.curve)

    @property
    def updates(self) -> int:
        """Updates made."""
        return int(self.curve.sum())

    def then(self, later: Outcome) -> Outcome:
        """Return what both come to, the later of which began where this one ended."""
        votes = later.votes if self.votes is None or later.votes is None else self.votes.then(later.votes)
        return Outcome(later.memory, later.end, np.concatenate([self.curve, later.curve]), votes)

    def weights(self, variant: str) -> tuple[NDArray[Any], float]:
        """Return the w and b that predict."""
        if variant == "averaged":
            with np.errstate(over="ignore", invalid="ignore"):
                return self.memory.average()
        if variant == "pocket":
            return self.memory.pocket.copy(), self.memory.pocket_b
        return self.memory.w, self.memory.b


class Interruption:
    """Whether Ctrl-C was heard, for the runs of all classes, in whichever threads they are."""

    is_set = False

    def set(self) -> None:
        """Say so to all."""
        self.is_set = True


@dataclass(frozen=True)
class Course:
    """One binary problem, and all that its runs share.

    Attributes
    ----------
    X : array of shape (n, d), C-contiguous, or CSR matrix
    rows : Rows
        The same, prepared.
    problem : Problem
    verbose : bool or int
    interruption : Interruption
    unit : float
        What a step of 1 is worth; the rate, where runs are taken at a rate of 1.
    """

    X: Any
    rows: Rows
    problem: Problem
    verbose: Any
    interruption: Interruption
    unit: float = 1.0

    def untouched(self, memory: Memory, settings: RunSettings, end: str = "") -> Outcome:
        """Return what no run has made anything of yet."""
        votes = self.votes(memory.w.copy(), memory.b, ([], [], [0]), settings)
        return Outcome(memory, end, np.zeros(0, dtype=np.int64), votes)

    def votes(self, w: NDArray[Any], b: float, path: Any, settings: RunSettings) -> Votes | None:
        """Return the votes of a path that began with w and b, if it is votes that predict."""
        if settings.variant != "voted":
            return None
        return Votes.of(w, b, self.X, path, settings.fit_intercept, self.unit)

    def follow(self, memory: Memory, settings: RunSettings) -> Outcome:
        """Take epochs until the run ends or Ctrl-C comes, and say how it goes.

        Printed with ``verbose``: scikit-learn's lines for each epoch where its rule stops the run. A run
        until the classes are separated may take a million epochs; a single line follows it, on a terminal
        as soon as it has taken a second.

        Parameters
        ----------
        memory : Memory
            Written to.
        settings : RunSettings

        Returns
        -------
        Outcome
            Of Ctrl-C within an epoch no trace is left.
        """
        first = (memory.w.copy() if settings.variant == "voted" else memory.w, memory.b)
        run = self.rows.run(self.problem, memory, settings)
        reached, end = _Reached(memory.copy(), 0, 0, memory.steps), ""
        line = ProgressLine(bool(self.verbose)) if settings.until_separated else None
        by_epoch, start = bool(self.verbose) and line is None, time.perf_counter()
        try:
            while not end:
                if self.interruption.is_set:
                    raise KeyboardInterrupt
                orders = _orders(run, settings, len(self.problem.y)) if settings.order == "random" else None
                before = run.epochs
                run.advance(0.0 if by_epoch else SLICE, orders)
                reached, end = _Reached.of(run, memory), run.end
                if by_epoch and run.epochs > before:
                    _say(run, memory, settings, time.perf_counter() - start)
                if line is not None:
                    line.show(run, bool(end))
        except KeyboardInterrupt:
            self.interruption.set()
            end = "interrupted"
            if line is not None:
                line.show(run, True)
        curve = np.asarray(run.curve[: reached.epochs], dtype=np.int64)
        path = reached.path(run) if settings.variant == "voted" else None
        return Outcome(reached.memory, end, curve, self.votes(*first, path, settings))


class _Reached(NamedTuple):
    """What a run has reached after whole epochs: a run that is interrupted is somewhere within one."""

    memory: Memory
    epochs: int
    updates: int
    began: int

    @classmethod
    def of(cls, run: Run, memory: Memory) -> _Reached:
        """Return a copy of what a run has reached; of a run that is over nothing is copied."""
        began = memory.steps
        if run.end:
            kept(memory, run)
            return cls(memory, run.epochs, run.updates, began)
        now = memory.copy()
        kept(now, run)
        if run.scale != 1:
            now.w *= now.w.dtype.type(run.scale)
        return cls(now, run.epochs, run.updates, began)

    def path(self, run: Run) -> tuple[list[int], list[float], list[int]]:
        """Return the path until there."""
        rows, steps, survived = run.path()
        before = survived[: self.updates]
        last = self.memory.steps - self.began - sum(before)
        return rows[: self.updates], steps[: self.updates], [*before, last]


def _orders(run: Run, settings: RunSettings, n: int) -> NDArray[np.int64]:
    epochs = range(run.epochs, run.epochs + max(1, min(64, (1 << 17) // n)))
    return np.stack([drawn_indices(settings.seed, epoch, n) for epoch in epochs])


def _say(run: Run, memory: Memory, settings: RunSettings, seconds: float) -> None:
    norm = run.norm if settings.penalty != "none" else float(np.linalg.norm(memory.w))
    score = f", Validation score: {run.score:f}" if settings.watch_score else ""
    print(f"-- Epoch {run.epochs}")
    print(
        f"Norm: {norm:.2f}, NNZs: {np.count_nonzero(memory.w)}, Bias: {run.b:.6f}, T: {run.steps}, "
        f"Avg. loss: {run.loss:f}, Objective: {run.objective:f}{score}"
    )
    print(f"Total training time: {seconds:.2f} seconds.")
    if run.end == "converged":
        print(f"Convergence after {run.epochs} epochs took {seconds:.2f} seconds")


class ProgressLine(Line):
    """The line of a run until the classes are separated."""

    def show(self, run: Run, ended: bool) -> None:
        """Write the line, if it is time to."""
        so_far = f"{run.epochs}: {run.updates} updates, {run.wrong} mistakes in it"
        closing = f"{run.end or 'interrupted'}: {run.epochs} epochs, {run.updates} updates"
        self.tell(f"epoch {so_far}", ended, closing)
