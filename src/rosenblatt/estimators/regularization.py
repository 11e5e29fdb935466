"""Regularisation: from ``alpha``, ``regularizers``, ``dropout`` and ``average`` to what a plan holds (T6, T7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..catalogue import unknown
from ..excerpts import short
from ..intervals import is_number, require
from ..other_names import instead
from ..plan import LBFGS, Penalty
from ..regularizers import (
    L1,
    L2,
    Clip,
    InputNoise,
    MaxNorm,
    NonNegative,
    ProximalL1,
    Regularizer,
    WeightDecay,
)
from ..rules import penalties as rules
from ..rules.optimizers import Optimizer
from ..training.averages import AVERAGES
from .parameters import sizes_of, why_no_sequence
from .rates import check_strength

KINDS = (L1, L2, WeightDecay, ProximalL1, MaxNorm, NonNegative, InputNoise, Clip)
PENALTIES = {L1: rules.L1, L2: rules.L2}


def regularizers_of(estimator: Any) -> tuple[Regularizer, ...]:
    """Return the argument ``regularizers`` as a tuple, each of its own kind.

    Raises
    ------
    TypeError, ValueError
        For what is no regulariser, for two of one kind, and for a schedule that takes no clock.
    """
    given = estimator.regularizers
    if given is None or isinstance(given, Regularizer) or not isinstance(given, list | tuple):
        hint = "; put it into a tuple: (" + short(given) + ",)" if isinstance(given, Regularizer) else ""
        hint = hint or ("; () is none" if given is None else instead("regularizers", given))
        raise TypeError(
            f"regularizers must be a tuple such as (L1(1e-4), MaxNorm(3)), got {short(given)}{hint}"
        )
    names = [kind.__name__ for kind in KINDS]
    for one in given:
        if isinstance(one, type) and issubclass(one, Regularizer):
            raise TypeError(
                f"regularizers must hold objects, got the class {one.__name__}; pass {one.__name__}(...)"
            )
        if type(one) not in KINDS:
            raise TypeError(
                f"regularizers must hold objects of {', '.join(names)}, got {short(one)}{instead('regularizers', one)}"
            )
        if sum(type(other) is type(one) for other in given) > 1:
            raise ValueError(
                f"regularizers={short(given)} holds two {type(one).__name__}; add their strengths up in one"
            )
        for name in type(one).limits:
            strength = getattr(one, name)
            if callable(strength):
                check_strength(f"{type(one).__name__}: {name}", strength)
    return tuple(given)


def penalties_of(estimator: Any, optimizer: Optimizer | LBFGS) -> tuple[Penalty, ...]:
    """Return the penalties: L2 for ``alpha``, divided by the batch's weight as scikit-learn does, and ours."""
    alpha, found = estimator.alpha, []
    if callable(alpha):
        check_strength("alpha", alpha)
        refuse_schedule_with_lbfgs("alpha", alpha, optimizer)
        found = [Penalty(rules.L2(), alpha, divided=True)]
    elif alpha:
        found = [Penalty(rules.L2(), float(alpha), divided=True)]
    for one in regularizers_of(estimator):
        if isinstance(one, L1 | L2) and (callable(one.strength) or one.strength):
            if callable(one.strength):
                refuse_schedule_with_lbfgs("regularizers", one, optimizer)
            found.append(Penalty(PENALTIES[type(one)](), one.strength))
    return tuple(found)


def refuse_schedule_with_lbfgs(name: str, value: Any, optimizer: Optimizer | LBFGS) -> None:
    """Raise ValueError for a schedule where L-BFGS is the solver."""
    if isinstance(optimizer, LBFGS):
        raise ValueError(
            f"{name}={short(value)} is a schedule, but L-BFGS minimises one fixed objective; pass a number, "
            "or take another solver"
        )


def extras_of(estimator: Any, optimizer: Optimizer | LBFGS, sparse: bool) -> dict[str, Any]:
    """Return what a plan holds of regularisers, dropout and average.

    Parameters
    ----------
    estimator : estimator
    optimizer : Optimizer or LBFGS
    sparse : bool
        Whether the inputs are a sparse matrix.

    Returns
    -------
    dict
        Arguments for :class:`~rosenblatt.plan.Plan`.

    Raises
    ------
    ValueError
        For what L-BFGS cannot do, and for noise on sparse inputs.
    """
    others = tuple(one for one in regularizers_of(estimator) if not isinstance(one, L1 | L2))
    dropout, average = dropout_of(estimator), average_of(estimator)
    if isinstance(optimizer, LBFGS):
        for name, value in (("regularizers", others), ("dropout", dropout), ("average", average)):
            if value:
                raise ValueError(
                    f"{name}={short(getattr(estimator, name))} acts at single steps, which L-BFGS does not take; "
                    "only L1 and L2 go with it. Take another solver, such as solver='adam'"
                )
    if sparse and any(isinstance(one, InputNoise) for one in others):
        raise ValueError(
            "regularizers=(InputNoise(...),) would fill a sparse matrix with noise; take dropout=(0.1, ...) on the "
            "inputs, which leaves zeros alone, or pass X.toarray()"
        )
    return {"regularizers": others, "dropout": dropout, "average": average}


def dropout_of(estimator: Any) -> tuple[Any, ...]:
    """Return a dropout rate for each layer 0 to m - 1, or an empty tuple for none at all (T7).

    One number is for every hidden layer; a sequence begins with the inputs.

    Raises
    ------
    ValueError, TypeError
        If a rate is not in [0, 1), or their number does not fit.
    """
    given, depth = estimator.dropout, len(sizes_of(estimator.hidden_layer_sizes))
    if isinstance(given, np.ndarray):
        given = tuple(given.tolist()) if given.ndim else given.item()
    if not isinstance(given, list | tuple):
        given = (0.0, *[given] * depth)
        if depth == 0 and (callable(given[0]) or estimator.dropout):
            given = (estimator.dropout,)  # checked below, and then: there is no hidden layer
            _checked_rate(estimator, given[0])
            raise ValueError(
                f"dropout={short(estimator.dropout)} is for hidden layers, and hidden_layer_sizes=() has none; "
                f"dropout=({short(estimator.dropout)},) drops inputs"
            )
    elif len(given) != depth + 1:
        raise ValueError(
            f"dropout={short(given)} has {len(given)} rate(s) for the inputs and {depth} hidden layer(s); give "
            f"{depth + 1} of them, inputs first, or one number for all hidden layers"
        )
    rates = tuple(_checked_rate(estimator, rate) for rate in given)
    return rates if any(callable(rate) or rate for rate in rates) else ()


def _checked_rate(estimator: Any, rate: Any) -> Any:
    if callable(rate):
        check_strength("dropout", rate)
        return rate
    if not is_number(rate):
        raise TypeError(
            f"dropout must be a rate in [0, 1) or one for each layer, got {short(estimator.dropout)}"
            f"{why_no_sequence(estimator.dropout)}"
        )
    require("dropout", rate, "[0, 1)")
    return float(rate)


def average_of(estimator: Any) -> Any:
    """Return the average of the weights that is asked for: None, or an object.

    Raises
    ------
    ValueError
        If the name is unknown or a parameter lies outside its limits.
    """
    given: Any = estimator.average
    if given is None:
        return None
    if isinstance(given, str):
        if given not in AVERAGES:
            raise ValueError(unknown("average", given, AVERAGES))
        return AVERAGES[given]()
    if type(given) not in AVERAGES.values():
        raise TypeError(
            f"average must be None, 'swa', 'ema' or an object SWA(...) or EMA(...), got {short(given)}"
        )
    return given
