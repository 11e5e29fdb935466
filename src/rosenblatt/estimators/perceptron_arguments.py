"""The perceptron's arguments: scikit-learn's with its defaults, then ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import about_parameters
from ..excerpts import short
from ..intervals import is_whole, lies_in, require
from .parameters import argument, boolean, choice, either, integer, number, random_source, verbosity

RULE = "The rule and its penalty, as in scikit-learn"
TRAINING = "Training, as in scikit-learn"
STOPPING = "Stopping, as in scikit-learn"
OURS = "Of this library"


def _class_weight(name: str, value: Any) -> None:
    if value is None or (isinstance(value, str) and value == "balanced"):
        return
    if not isinstance(value, dict):
        kind = ValueError if isinstance(value, str) else TypeError
        raise kind(f'{name} must be a dict of class and weight, "balanced" or None, got {short(value)}')
    for label, weight in value.items():
        require(f"{name}: the weight of class {short(label)}", weight, "(-inf, inf)")


def _jobs(name: str, value: Any) -> None:
    if value is not None and not is_whole(value):
        raise TypeError(f"{name} must be a whole number or None, got {short(value)}; -1 is all processors")
    if value is not None and not lies_in(int(value), "[-65536, 65536]"):
        raise ValueError(
            f"{name} must be a number of threads or None, got {short(value)}; -1 is all processors"
        )
    if value is not None and value == 0:
        raise ValueError(f"{name} must not be 0; -1 is all processors")


def _is_none(value: Any) -> bool:
    return value is None


@dataclass(eq=False, repr=False, kw_only=True)
class PerceptronArguments:
    """How to train, one line for each argument."""

    penalty: str | None = argument(
        None,
        choice(None, "l2", "l1", "elasticnet"),
        RULE,
        '{None, "l2", "l1", "elasticnet"}',
        "The penalty on w.",
    )
    alpha: float = argument(
        1e-4, number("[0, inf)"), RULE, "float >= 0", "Strength of the penalty, if there is one."
    )
    l1_ratio: float = argument(
        0.15, number("[0, 1]"), RULE, "float in [0, 1]", 'Share of L1 in ``penalty="elasticnet"``.'
    )
    fit_intercept: bool = argument(True, boolean, RULE, "bool", "Whether there is a bias b (N2).")
    max_iter: int = argument(1000, integer("[1, inf)"), STOPPING, "int >= 1", "Epochs at most.")
    tol: float | None = argument(
        1e-3,
        either(number("[0, inf)"), _is_none),
        STOPPING,
        "float >= 0 or None",
        "By how much the mean objective of an epoch must fall to count as progress. None: all epochs are taken.",
    )
    shuffle: bool = argument(
        True, boolean, TRAINING, "bool", "Shuffle before each epoch, as ``order`` says if it is given."
    )
    verbose: bool | int = argument(
        0,
        verbosity,
        TRAINING,
        "bool or int >= 0",
        'Print each epoch. With ``stop="separated"`` there is one line instead, which on a terminal also appears by '
        "itself after a second, and goes again.",
    )
    eta0: float = argument(
        1.0,
        number("(0, inf)"),
        RULE,
        "float > 0",
        "The rate :math:`\\nu` of P2. From zeros and without penalty it scales w and changes no decision.",
    )
    n_jobs: int | None = argument(
        None, _jobs, TRAINING, "int or None", "Threads for several classes; -1 is all processors."
    )
    random_state: int | np.random.RandomState | np.random.Generator | None = argument(
        0,
        random_source,
        TRAINING,
        "int, RandomState, Generator or None",
        "Where the shuffles and the validation split come from.",
    )
    early_stopping: bool = argument(
        False, boolean, STOPPING, "bool", "Stop by the accuracy on samples set aside, stratified."
    )
    validation_fraction: float = argument(
        0.1, number("(0, 1)"), STOPPING, "float in (0, 1)", "Share of the samples to set aside for it."
    )
    n_iter_no_change: int = argument(
        5, integer("[1, inf)"), STOPPING, "int >= 1", "Epochs without progress after which training stops."
    )
    class_weight: Mapping[Any, float] | str | None = argument(
        None,
        _class_weight,
        TRAINING,
        'dict, "balanced" or None',
        "Factors of the steps by class; those left out have 1.",
    )
    warm_start: bool = argument(False, boolean, TRAINING, "bool", "Begin with the weights of the fit before.")
    variant: str = argument(
        "last",
        choice("last", "averaged", "voted", "pocket"),
        OURS,
        '{"last", "averaged", "voted", "pocket"}',
        "What predicts: the last w; the mean of w after every sample, or the votes of all of them (Freund and "
        "Schapire); or the w with the fewest mistakes that the ratchet found (Gallant).",
    )
    order: str | None = argument(
        None,
        choice(None, "shuffled", "cyclic", "random"),
        OURS,
        '{None, "shuffled", "cyclic", "random"}',
        'Of the samples: "cyclic" is as they come, "random" draws with replacement (S1); None is as ``shuffle`` says.',
    )
    stop: str = argument(
        "tolerance",
        choice("tolerance", "separated"),
        OURS,
        '{"tolerance", "separated"}',
        'When: "separated" goes on until a whole pass has no mistake, which Novikov\'s theorem promises if the classes '
        "are linearly separable, and what predicts is right on every sample of a weight above 0, however sums are "
        "rounded. ``tol`` and ``n_iter_no_change`` are then not looked at; ``max_iter`` bounds it, with a warning.",
    )
    max_updates: int | None = argument(
        None, either(integer("[1, inf)"), _is_none), OURS, "int >= 1 or None", "Steps at most, for each w."
    )
    certify: bool = argument(
        False,
        boolean,
        OURS,
        "bool",
        "Prove whether the classes are separable, and keep the proof as ``certificate_``; of the samples whose weight "
        "is above 0.",
    )


@about_parameters
def check_together(estimator: Any, incremental: bool) -> None:
    """Raise ValueError for arguments that cannot go together, naming both.

    Parameters
    ----------
    estimator : estimator
        Its arguments are valid one by one.
    incremental : bool
        Whether the call is ``partial_fit``.
    """
    if estimator.early_stopping and incremental:
        raise ValueError(
            "early_stopping should be False with partial_fit, got early_stopping=True: one epoch has nothing to stop"
        )
    if estimator.penalty is not None and estimator.variant != "last":
        raise ValueError(
            f"penalty={estimator.penalty!r} and variant={estimator.variant!r} do not go together: between two mistakes "
            "a penalty changes w, and the variants are made of w that stay; set penalty=None or variant='last'"
        )
    if estimator.stop != "separated":
        return
    if estimator.penalty is not None:
        raise ValueError(
            f"penalty={estimator.penalty!r} and stop='separated' do not go together: a penalty pulls w back, and there "
            "need not be a pass without a mistake; set penalty=None or stop='tolerance'"
        )
    if estimator.early_stopping:
        raise ValueError(
            "early_stopping=True and stop='separated' are two rules of when to stop; choose one of them"
        )
