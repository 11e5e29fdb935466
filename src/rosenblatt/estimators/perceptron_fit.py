"""What one ``fit`` of the perceptron does: one binary problem for each class, with scikit-learn's draws."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.utils.parallel import Parallel, delayed

from ..engines.perceptron import LARGEST_COUNT, Memory, Problem, Rows, Run, RunSettings, bounded, kept
from ..engines.votes import Votes
from ..random import drawn_indices, random_state_of, second_draws

LARGEST_SEED = 2**31 - 1
SLICE = 0.05
"""Seconds between two looks at the clock, for Ctrl-C and the progress line."""


@dataclass
class Outcome:
    """What became of one binary problem."""

    memory: Memory
    w: NDArray[Any]
    b: float
    end: str
    epochs: int
    updates: int
    curve: NDArray[np.int64]
    votes: Votes | None


@dataclass
class Samples:
    """Checked samples of one fit.

    Attributes
    ----------
    X : array of shape (n, d), C-contiguous, or CSR matrix
    codes : array of int, shape (n,)
        The place of each label in ``classes``.
    classes : array of shape (n_classes,)
    weight : array of shape (n,) or None
    class_weight : array of shape (n_classes,)
    """

    X: Any
    codes: NDArray[Any]
    classes: NDArray[Any]
    weight: NDArray[Any] | None
    class_weight: NDArray[Any]

    @property
    def problems(self) -> list[int]:
        """The classes that get a w of their own: the second of two, or all."""
        return [1] if len(self.classes) == 2 else list(range(len(self.classes)))

    def targets(self, i: int) -> NDArray[Any]:
        """Return +1 for class i and -1 for the rest."""
        one = self.X.dtype.type(1)
        return np.asarray(np.where(self.codes == i, one, -one))


def check_split(estimator: Any, samples: Samples) -> None:
    """Raise ValueError, before anything is drawn, if early stopping cannot set samples aside."""
    n, fraction = len(samples.codes), estimator.validation_fraction
    try:
        _set_aside(samples.codes, fraction, 0, samples.weight)
    except ValueError as error:
        raise ValueError(
            f"{str(error).rstrip('.')}. Give more data, change validation_fraction, or set early_stopping=False. "
            f"(early_stopping=True, validation_fraction={fraction} of {n} samples)"
        ) from error


def _set_aside(y: NDArray[Any], fraction: float, source: Any, weight: NDArray[Any] | None) -> NDArray[Any]:
    splitter = StratifiedShuffleSplit(test_size=fraction, random_state=source)
    _, rows = next(splitter.split(np.zeros((len(y), 1)), y))
    mask = np.zeros(len(y), dtype=np.uint8)
    mask[rows] = 1
    if weight is not None and not weight[rows].any():
        raise ValueError("The sample weights for validation set are all zero; use a different random_state")
    return mask


@dataclass
class Draws:
    """scikit-learn's draws for one fit, in its order.

    Attributes
    ----------
    seeds : list of int
        One for each binary problem.
    set_aside : array of uint8, shape (n,), or None
    """

    seeds: list[int]
    set_aside: NDArray[np.uint8] | None

    @classmethod
    def of(cls, estimator: Any, samples: Samples) -> Draws:
        """Draw the validation split and the seeds of the shuffles."""
        stream = random_state_of(estimator.random_state)
        source = estimator.random_state if isinstance(estimator.random_state, Integral) else stream

        def split(y: NDArray[Any]) -> NDArray[Any] | None:
            if not estimator.early_stopping:
                return None
            return _set_aside(y, estimator.validation_fraction, source, samples.weight)

        if len(samples.classes) == 2:
            stream.randint(1, LARGEST_SEED)  # scikit-learn draws a seed here that it does not use
            mask = split(samples.codes)
            return cls([int(stream.randint(LARGEST_SEED))], mask)
        mask = split(samples.codes)
        seeds = stream.randint(LARGEST_SEED, size=len(samples.classes))
        return cls(second_draws(seeds, 1, LARGEST_SEED), mask)


def settings_of(estimator: Any, incremental: bool, is_sparse: bool) -> RunSettings:
    """Return an estimator's arguments as the runs take them."""
    order = estimator.order or ("shuffled" if estimator.shuffle else "cyclic")
    # On sparse samples scikit-learn gives the bias a hundredth of each step. With it Novikov's theorem does not hold.
    as_theirs = estimator.stop == "tolerance" and estimator.variant == "last" and not estimator.certify
    return RunSettings(
        penalty=estimator.penalty or "none",
        variant=estimator.variant,
        order=order,
        alpha=float(estimator.alpha),
        l1_ratio=float(estimator.l1_ratio),
        rate=float(estimator.eta0),
        intercept_decay=0.01 if as_theirs and is_sparse else 1.0,
        fit_intercept=bool(estimator.fit_intercept),
        until_separated=estimator.stop == "separated",
        watch_score=bool(estimator.early_stopping),
        sum_losses=bool(estimator.verbose or not estimator.early_stopping),
        tol=bounded(estimator.tol),
        patience=int(estimator.n_iter_no_change),
        max_epochs=1 if incremental else int(estimator.max_iter),
        max_updates=LARGEST_COUNT if estimator.max_updates is None else int(estimator.max_updates),
    )


def outcomes(
    estimator: Any, samples: Samples, memories: list[Memory], settings: RunSettings
) -> list[Outcome]:
    """Run all binary problems; the memories are written to."""
    draws = Draws.of(estimator, samples)
    rows = Rows(samples.X, many_passes=settings.max_epochs > 2)
    weights = samples.class_weight

    def one(k: int) -> Outcome:
        i = samples.problems[k]
        rest = weights[0] if len(samples.classes) == 2 else 1.0
        own = replace(
            settings, seed=draws.seeds[k], positive_weight=float(weights[i]), negative_weight=float(rest)
        )
        problem = Problem(samples.targets(i), samples.weight, draws.set_aside)
        memory = memories[k]
        first = (memory.w.copy(), memory.b) if settings.variant == "voted" else None
        run = rows.run(problem, memory, own)
        drive(run, memory, own, len(samples.codes), estimator.verbose)
        kept(memory, run)
        votes = None if first is None else Votes.of(*first, samples.X, run.path(), settings.fit_intercept)
        w, b = _final(memory, settings.variant)
        return Outcome(memory, w, b, run.end, run.epochs, run.updates, np.asarray(run.curve), votes)

    places = range(len(samples.problems))
    if estimator.n_jobs in (None, 1) or len(places) == 1:
        return [one(k) for k in places]
    run_all = Parallel(n_jobs=estimator.n_jobs, verbose=int(estimator.verbose), require="sharedmem")
    return list(run_all(delayed(one)(k) for k in places))


def _final(memory: Memory, variant: str) -> tuple[NDArray[Any], float]:
    if variant == "averaged":
        return memory.average()
    if variant == "pocket":
        return memory.pocket.copy(), memory.pocket_b
    return memory.w, memory.b


def drive(run: Run, memory: Memory, settings: RunSettings, n: int, verbose: Any) -> None:
    """Take epochs until the run ends, and say how it goes.

    Printed with ``verbose``: scikit-learn's lines for each epoch where its rule stops the run. A run
    until the classes are separated may take a million epochs; a single line follows it, on a terminal
    as soon as it has taken a second.
    """
    line = ProgressLine(bool(verbose)) if settings.until_separated else None
    by_epoch, start, ended = bool(verbose) and line is None, time.perf_counter(), False
    while not ended:
        orders = _orders(run, settings, n) if settings.order == "random" else None
        before = run.epochs
        ended = run.advance(0.0 if by_epoch else SLICE, orders)
        if by_epoch and run.epochs > before:
            _say(run, memory, settings, time.perf_counter() - start)
        if line is not None:
            line.show(run, ended)


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


class ProgressLine:
    """One line on a terminal that is written over as the run goes on, and wiped unless ``verbose``."""

    def __init__(self, verbose: bool, write: Callable[[str], Any] | None = None) -> None:
        self._verbose, self._start, self._width = verbose, time.perf_counter(), 0
        self._live = write is not None or sys.stderr.isatty()
        self._write = write or sys.stderr.write

    def show(self, run: Run, ended: bool) -> None:
        """Write the line, if it is time to."""
        seconds = time.perf_counter() - self._start
        if self._live and (self._width or self._verbose or seconds > 1):
            text = f"epoch {run.epochs}: {run.updates} updates, {run.wrong} mistakes in it, {seconds:.1f} s"
            self._write(f"\r{text:{self._width}}")
            self._width = max(self._width, len(text))
            if ended:
                self._write("\n" if self._verbose else f"\r{'':{self._width}}\r")
            sys.stderr.flush()
        elif ended and self._verbose:
            print(f"{run.end}: {run.epochs} epochs, {run.updates} updates, {seconds:.2f} s")
