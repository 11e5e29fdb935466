"""What one ``fit`` of the perceptron does: one binary problem for each class, with scikit-learn's draws."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.utils.parallel import Parallel, delayed

from ..engines.perceptron import LARGEST_COUNT, Memory, Problem, Rows, RunSettings, bounded
from ..engines.votes import Votes
from ..errors import DivergenceError
from ..excerpts import short
from ..random import random_state_of, second_draws
from .perceptron_runs import Course, Interruption, Outcome
from .perceptron_separated import Separation

LARGEST_SEED = 2**31 - 1

UNFINISHED = {
    "epochs": "max_iter={max_iter} reached before a pass without a mistake. Increase it, or the classes are not "
    "linearly separable: certify=True tells.",
    "updates": "max_updates={max_updates} reached before a pass without a mistake. Increase it, or the classes are "
    "not linearly separable: certify=True tells.",
    "unsettled": "The last w separates the classes, and what predicts by variant='{variant}' does not within "
    "max_iter={max_iter}. Increase max_iter, or set variant='last'.",
    "stuck": "Training stopped before a pass without a mistake: the steps for the samples that are left are lost in "
    "rounding. Scale the columns of X alike, and give weights to samples that differ less.",
}

SCALE = "Divide it by its largest entry (X / abs(X).max())"
TOO_SMALL = (
    "X is too small to learn from: its largest entry is {largest:.3g}, and the products w^T x are lost in rounding. "
    f"{SCALE}."
)


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
    def largest(self) -> float:
        """The size of the largest entry of X."""
        values = self.X.data if hasattr(self.X, "indptr") else self.X
        return max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))

    def squares_below(self, least: float) -> bool:
        """Return whether the squares of all entries of X are less, and X is not all 0."""
        return self.largest > 0 and self.largest**2 < least

    @property
    def problems(self) -> list[int]:
        """The classes that get a w of their own: the second of two, or all."""
        return [1] if len(self.classes) == 2 else list(range(len(self.classes)))

    def targets(self, i: int) -> NDArray[Any]:
        """Return +1 for class i and -1 for the rest."""
        one = self.X.dtype.type(1)
        return np.asarray(np.where(self.codes == i, one, -one))


def counted_rows(samples: Samples) -> NDArray[np.intp]:
    """Return the rows that have a weight, and whose class has one."""
    counts = samples.class_weight[samples.codes] != 0
    return np.flatnonzero(counts if samples.weight is None else counts & (samples.weight != 0))


def _counting(samples: Samples) -> NDArray[Any] | None:
    """Return the weights of samples, 0 also for a class that has none: a pass does not wait for it."""
    if samples.class_weight.all():
        return samples.weight
    weight = np.ones(len(samples.codes), samples.X.dtype) if samples.weight is None else samples.weight
    return np.where(samples.class_weight[samples.codes] == 0, weight.dtype.type(0), weight)


def check_proof(samples: Samples) -> None:
    """Raise ValueError, before any work, if there will be nothing to prove."""
    found = np.unique(samples.codes[counted_rows(samples)])
    if len(found) < 2:
        raise ValueError(
            "certify=True needs samples of two classes whose sample_weight and class_weight are above 0, got such "
            f"samples of {len(found)}; give them weights, or set certify=False"
        )


def overflow(estimator: Any, samples: Samples, epoch: int) -> DivergenceError:
    """Return the error for weights or pre-activations that overflow, which names what is to blame."""
    largest, separates = samples.largest, estimator.stop == "separated"
    heaviest = 1.0 if samples.weight is None else float(samples.weight.max())
    limit = float(np.finfo(samples.X.dtype).max) ** 0.4  # squares are then far from the ends
    by_rate = f", or a smaller eta0 (eta0={estimator.eta0})"
    if heaviest > limit:
        cure = f"Divide sample_weight by its mean (its largest is {heaviest:.3g})."
    elif largest >= limit or 0 < largest <= 1 / limit:
        size = "large" if largest > 1 else "small"
        cure = (  # runs until the classes are separated are taken at a rate of 1, whatever eta0 is
            f"The largest entry of X is {largest:.3g}, too {size} for products in {samples.X.dtype}. {SCALE}"
            f"{'' if separates else f', or set a smaller eta0 (eta0={estimator.eta0})'}."
        )
    elif not 1 / limit < estimator.eta0 < limit:
        cure = f"Set eta0 nearer to 1 (eta0={estimator.eta0})."
    else:
        if separates:
            by_rate = "" if estimator.eta0 == 1 else f", or an eta0 nearer to 1 (eta0={estimator.eta0})"
        cure = (
            f"Scaling input data with StandardScaler or MinMaxScaler might help{by_rate}: "
            f"the largest entry of X is {largest:.3g}."
        )
    return DivergenceError(f"Floating-point under-/overflow occurred at epoch #{epoch}. {cure}")


def warn_of_end(estimator: Any, samples: Samples, incremental: bool = False) -> None:
    """Warn where a fit was interrupted or ended before its goal."""
    if "interrupted" in estimator._ends:
        warnings.warn("Training interrupted by user.", stacklevel=4)
    elif not incremental and (message := _unfinished(estimator, samples)):
        warnings.warn(message, ConvergenceWarning, stacklevel=4)


def _unfinished(estimator: Any, samples: Samples) -> str:
    """Return what to warn of after a fit that was not interrupted: nothing, if it reached its goal."""
    limits = np.finfo(samples.X.dtype)
    if estimator.stop == "separated":
        early = [end for end in estimator._ends if end in UNFINISHED]
        # next to steps of 1 of the intercept smaller products are lost
        least = limits.eps if estimator.fit_intercept else limits.tiny
        if early and samples.squares_below(least):
            return TOO_SMALL.format(largest=samples.largest)
        return UNFINISHED[early[0]].format(**estimator.get_params()) if early else ""
    # first what is quick: where X is that small, w is too, unless eta0 is huge
    is_small = np.abs(estimator.coef_).max() < limits.tiny**0.4
    if is_small and samples.squares_below(limits.smallest_subnormal):
        return TOO_SMALL.format(largest=samples.largest)
    if estimator.tol is not None and estimator.tol > -math.inf and estimator.n_iter_ == estimator.max_iter:
        return (
            "Maximum number of iteration reached before convergence. Consider increasing max_iter "
            f"(max_iter={estimator.max_iter}) to improve the fit."
        )
    return ""


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
    """Run all binary problems; the memories are written to.

    Ctrl-C ends all of them. What has not begun then stays as its memory is.
    """
    draws = Draws.of(estimator, samples)
    weight = _counting(samples) if settings.until_separated else samples.weight
    rows = Rows(samples.X, many_passes=settings.max_epochs > 2)
    interruption, found = Interruption(), dict[int, Outcome]()
    places = range(len(samples.problems))

    def one(k: int) -> None:
        if interruption.is_set:
            return
        own = _of_class(settings, samples, k, draws.seeds[k])
        problem = Problem(samples.targets(samples.problems[k]), weight, draws.set_aside)
        course = Course(samples.X, rows, problem, estimator.verbose, interruption)
        separation = Separation.of(course, own) if own.until_separated else None
        found[k] = separation.outcome(memories[k]) if separation else course.follow(memories[k], own)

    try:
        if estimator.n_jobs in (None, 1) or len(places) == 1:
            for k in places:
                one(k)
        else:
            _in_threads(one, places, estimator, interruption)
    except KeyboardInterrupt:
        interruption.set()
    return [found[k] if k in found else _not_begun(samples, memories[k], settings) for k in places]


def _in_threads(
    one: Callable[[int], None], places: range, estimator: Any, interruption: Interruption
) -> None:
    """Run the problems in threads; at Ctrl-C wait for those that have begun, which end within an epoch."""
    idle = [threading.Event() for _ in places]

    def told(k: int) -> None:
        idle[k].clear()
        try:
            one(k)
        finally:
            idle[k].set()

    for event in idle:
        event.set()
    try:
        run_all = Parallel(n_jobs=estimator.n_jobs, verbose=int(estimator.verbose), require="sharedmem")
        run_all(delayed(told)(k) for k in places)
    except KeyboardInterrupt:
        interruption.set()
        for event in idle:
            event.wait()
        raise


def _of_class(settings: RunSettings, samples: Samples, k: int, seed: int) -> RunSettings:
    """Return the settings of one binary problem."""
    weights = samples.class_weight
    own = weights[samples.problems[k]]
    rest = weights[0] if len(samples.classes) == 2 else 1.0
    return replace(settings, seed=seed, positive_weight=float(own), negative_weight=float(rest))


def _not_begun(samples: Samples, memory: Memory, settings: RunSettings) -> Outcome:
    votes = None
    if settings.variant == "voted":
        votes = Votes.of(memory.w.copy(), memory.b, samples.X, ([], [], [0]), settings.fit_intercept)
    return Outcome(memory, "interrupted", np.zeros(0, dtype=np.int64), votes)


def given(name: str, value: Any, shape: tuple[int, ...], dtype: Any, samples: Samples) -> NDArray[Any]:
    """Return a first value in its shape, zeros for None."""
    if value is None:
        return np.zeros(shape, dtype=dtype)
    try:
        array = np.asarray(value, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must hold numbers in shape {shape}, got {short(value)}") from error
    fits = array.shape == shape or (
        shape[0] == 1 and array.shape in (shape[1:], ()) and array.size == math.prod(shape)
    )
    if not fits:
        attribute = name.replace("init", "")
        raise ValueError(
            f"Provided ``{attribute}`` does not match dataset. {name} has shape {array.shape} and must have {shape}, "
            f"for {len(samples.classes)} classes and {samples.X.shape[1]} features."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; replace NaN and infinity")
    return array.reshape(shape)
