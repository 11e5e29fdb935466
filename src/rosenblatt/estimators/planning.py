"""From an estimator's arguments to a Network and a Plan."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import warnings
from typing import Any

import numpy as np

from ..catalogue import catalogue, checked, named, unknown
from ..intervals import lies_in, require
from ..network import Network
from ..plan import LBFGS, Clock, Penalty, Plan
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.optimizers import SGD, Momentum, Nesterov, Optimizer
from ..rules.outputs import Softmax
from ..rules.penalties import L2
from ..training.schedules import Adaptive, Constant, InverseScaling
from ..trial import try_activation, try_loss, try_optimizer
from .parameters import check_replaced, sizes_of

# "sgd" is Momentum or Nesterov too, as the arguments ``momentum`` and ``nesterovs_momentum`` say.
SOLVERS = ("lbfgs", *(name for name in catalogue(Optimizer) if name not in (Momentum.name, Nesterov.name)))
LEARNING_RATES = ("constant", "invscaling", "adaptive")


def hidden_activations(estimator: Any) -> tuple[Activation, ...]:
    """Return one activation for each hidden layer from ``activation``: one name or rule, or one each.

    Raises
    ------
    ValueError
        If their number does not fit, or one looks at whole rows.
    """
    depth = len(sizes_of(estimator.hidden_layer_sizes))
    given = estimator.activation
    several = list(given) if isinstance(given, list | tuple) else [given] * depth
    if len(several) != depth:
        raise ValueError(
            f"activation={given!r} names {len(several)} activation(s) for {depth} hidden layer(s); "
            "give one for all, or one for each"
        )
    rules = tuple(named(Activation, "activation", one) for one in several)
    if any(isinstance(rule, Softmax) for rule in rules):
        raise ValueError(
            "activation='softmax' looks at a whole row: it can only be an output; take 'logistic' or 'tanh'"
        )
    for rule in rules:
        try_activation(rule)
    return rules


def initial_activations(estimator: Any, network: Network) -> tuple[Activation, ...]:
    """Return the activation by which each layer 1 to m is initialised.

    scikit-learn looks at ``activation`` for the output layer too; here that is the last hidden one.
    """
    if network.activations:
        return (*network.activations, network.activations[-1])
    given = estimator.activation
    if isinstance(given, list | tuple):
        return (network.output,)
    return (named(Activation, "activation", given),)


def loss_of(value: Any, kind: str) -> Loss:
    """Return the loss for an argument and a kind of target.

    Parameters
    ----------
    value : str or Loss
        "log_loss" is the cross-entropy that fits the target.
    kind : {"continuous", "binary", "multiclass", "multilabel-indicator"}

    Raises
    ------
    ValueError
        If the name is unknown or the loss does not fit the target.
    """
    classes = kind != "continuous"
    if isinstance(value, str) and value == "log_loss":
        if not classes:
            raise ValueError("loss='log_loss' is for classes; use MLPClassifier, or loss='squared_error'")
        value = "categorical_cross_entropy" if kind == "multiclass" else "binary_cross_entropy"
    if isinstance(value, str) and value not in catalogue(Loss):
        raise ValueError(unknown("loss", value, _fitting_losses(kind)))
    loss = named(Loss, "loss", value)
    if not _fits(loss, kind):
        raise ValueError(
            f"loss={value!r} does not fit a {kind} target; use "
            + ("loss='log_loss'" if classes else "loss='squared_error' or 'poisson', or MLPClassifier")
        )
    return loss


def _fits(loss: Loss, kind: str) -> bool:
    """Return whether a loss is one of numbers, of two classes or of several, as the target is."""
    if kind == "continuous":
        return loss.encoding is None
    if loss.probabilistic:
        return (loss.pair == "softmax") == (kind == "multiclass")
    return loss.encoding is not None or lies_in(-1.0, loss.domain)


def _fitting_losses(kind: str) -> list[str]:
    names = [name for name, loss in catalogue(Loss).items() if _fits(loss(), kind)]
    return names if kind == "continuous" else ["log_loss", *names]


def output_of(value: Any, loss: Loss) -> Activation:
    """Return the output activation for an argument; "auto" is the loss's own.

    Raises
    ------
    ValueError
        If the loss is paired with another output.
    """
    if isinstance(value, str) and value == "auto":
        return named(Activation, "output_activation", loss.output)
    output = named(Activation, "output_activation", value)
    if loss.pair and output.name != loss.pair:
        raise ValueError(
            f"output_activation={value!r} does not fit loss {loss.name!r}, whose output is "
            f"{loss.pair!r}; leave output_activation='auto', or take loss='squared_error'"
        )
    if isinstance(output, Softmax) and not loss.pair:
        raise ValueError(
            f"output_activation='softmax' does not fit loss {loss.name!r}: it goes with loss='log_loss' and "
            "several classes only; leave output_activation='auto'"
        )
    return output if isinstance(output, Softmax) else try_activation(output)


def network_of(estimator: Any, n_features: int, columns: int, loss: Loss) -> Network:
    """Return the network for an estimator's arguments and data."""
    sizes = (n_features, *sizes_of(estimator.hidden_layer_sizes), columns)
    output = output_of(estimator.output_activation, loss)
    return Network(sizes, hidden_activations(estimator), output)


def optimizer_of(estimator: Any) -> Optimizer | LBFGS:
    """Return the optimiser for ``solver``; a name takes its parameters from the plain arguments.

    Raises
    ------
    ValueError
        If the name is unknown, or an object and a plain argument it replaces are both given.
    """
    solver = estimator.solver
    if isinstance(solver, Optimizer):
        replaced = ["momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon", "max_fun"]
        check_replaced(estimator, "solver", replaced)
        return try_optimizer(checked(solver))
    if isinstance(solver, LBFGS):
        check_replaced(estimator, "solver", ["max_fun"])
        require("LBFGS(max_fun=...)", solver.max_fun, "[1, inf)")
        return solver
    if not isinstance(solver, str):
        named(Optimizer, "solver", solver)  # raises, as for every other rule
    if solver not in SOLVERS:
        raise ValueError(unknown("solver", solver, SOLVERS))
    if solver == "lbfgs":
        return LBFGS(estimator.max_fun)
    if solver == "sgd":
        if not estimator.momentum:
            return SGD()
        return (Nesterov if estimator.nesterovs_momentum else Momentum)(estimator.momentum)
    kind: Any = catalogue(Optimizer)[solver]
    plain = [f.name for f in dataclasses.fields(kind) if hasattr(estimator, f.name)]
    optimizer: Optimizer = kind(**{name: getattr(estimator, name) for name in plain})
    return checked(optimizer)


def rate_of(estimator: Any, optimizer: Optimizer | LBFGS) -> Any:
    """Return the schedule for ``learning_rate``, starting from ``learning_rate_init``.

    scikit-learn's strings act with gradient descent alone, as there; an object acts with every
    stochastic solver.
    """
    rate, peak = estimator.learning_rate, float(estimator.learning_rate_init)
    if isinstance(rate, str):
        if rate not in LEARNING_RATES:
            raise ValueError(unknown("learning_rate", rate, LEARNING_RATES))
        if isinstance(optimizer, LBFGS):
            return None
        if rate == "constant" or not isinstance(optimizer, SGD | Momentum | Nesterov):
            return Constant(peak)
        return Adaptive(peak=peak) if rate == "adaptive" else InverseScaling(estimator.power_t, peak)
    check_schedule("learning_rate", rate, "learning_rate_init=...")
    if isinstance(optimizer, LBFGS):
        raise ValueError(
            f"learning_rate={rate!r} has no effect with L-BFGS, which searches along a line; take another "
            "solver, or learning_rate='constant'"
        )
    if isinstance(rate, InverseScaling):
        check_replaced(estimator, "learning_rate", ["power_t"])
    if getattr(rate, "peak", 0.0) is None:
        rate = dataclasses.replace(rate, peak=peak)
    else:
        check_replaced(estimator, "learning_rate", ["learning_rate_init"])
    return rate


def check_schedule(name: str, schedule: Any, plain: str) -> None:
    """Raise unless a schedule is an object that takes a clock, its parameters within their limits."""
    if isinstance(schedule, type) or not callable(schedule):
        shown = f"the class {schedule.__name__}" if isinstance(schedule, type) else repr(schedule)
        raise TypeError(
            f"{name} must be a name or a schedule object, got {shown}; an object is called with the "
            f"clock and returns a number, and a plain number goes into {plain}"
        )
    with contextlib.suppress(ValueError):  # what is written in C may have no signature
        try:
            inspect.signature(schedule).bind(Clock(0, 0, 0, 1, 0.0))
        except TypeError as error:
            raise TypeError(f"{name}={schedule!r} must take one argument, the Clock: {error}") from error
    for parameter, interval in getattr(schedule, "limits", {}).items():
        value = getattr(schedule, parameter)
        if value is not None:
            require(f"{type(schedule).__name__}({parameter}=...)", value, interval)


def penalties_of(estimator: Any, optimizer: Optimizer | LBFGS) -> tuple[Penalty, ...]:
    """Return the L2 penalty for ``alpha``, divided by the batch's weight as scikit-learn does."""
    alpha = estimator.alpha
    if callable(alpha):
        check_schedule("alpha", alpha, "alpha=...")
        if isinstance(optimizer, LBFGS):
            raise ValueError(
                f"alpha={alpha!r} is a schedule, but L-BFGS minimises one fixed objective; pass a number, "
                "or take another solver"
            )
        return (Penalty(L2(), alpha, divided=True),)
    return (Penalty(L2(), float(alpha), divided=True),) if alpha else ()


def batch_size_of(estimator: Any, n: int) -> int:
    """Return the number of samples in a batch, clipped to what there is with a warning."""
    if estimator.batch_size == "auto":
        return min(200, n)
    if estimator.batch_size == "full":
        return n
    if estimator.batch_size > n:
        warnings.warn(
            f"Got `batch_size` less than 1 or larger than sample size. It is going to be clipped "
            f"(batch_size={estimator.batch_size}, {n} samples)",
            stacklevel=2,
        )
    return int(min(estimator.batch_size, n))


def plan_of(estimator: Any, loss: Loss, optimizer: Optimizer | LBFGS, n: int) -> Plan:
    """Return the plan for an estimator's arguments and ``n`` training samples."""
    order = estimator.order or ("shuffled" if estimator.shuffle else "cyclic")
    if order != "cyclic" and not estimator.shuffle:
        raise ValueError(
            f"order={order!r} replaces shuffle, but shuffle=False was given as well; "
            "say it in one of the two places"
        )
    return Plan(
        loss=loss,
        optimizer=optimizer,
        rate=rate_of(estimator, optimizer),
        penalties=penalties_of(estimator, optimizer),
        batch_size=n if isinstance(optimizer, LBFGS) else batch_size_of(estimator, n),
        order=order,
        max_epochs=int(estimator.max_iter),
        tol=float(estimator.tol),
        patience=float(estimator.n_iter_no_change),
    )


def check_targets(loss: Loss, y: Any, rows: Any) -> None:
    """Raise ValueError if a target lies outside what the loss takes, or the loss fails on targets.

    Parameters
    ----------
    loss : Loss
    y : array of shape (n, r_m)
    rows : array of int, shape (n,)
        The numbers of the rows as the user counts them.
    """
    if not np.isfinite(y).all():
        row, column = np.argwhere(~np.isfinite(y))[0]
        raise ValueError(
            f"y must hold finite numbers of {y.dtype}, got {y[row, column]} in row {rows[row]}; "
            "drop such rows, or scale the targets"
        )
    low = y.min(initial=np.inf)
    high = y.max(initial=-np.inf)
    for value in (low, high):
        if not lies_in(float(value), loss.domain):
            row = int(rows[np.argwhere(y == value)[0][0]])
            raise ValueError(
                f"loss={loss.name!r} needs targets in {loss.domain}, got y={value} in row {row}; "
                "drop such rows, or take loss='squared_error'"
            )
    o = np.full((min(len(y), 5), y.shape[1]), 0.5)
    try_loss(loss, o, np.asarray(y[:5], dtype=np.float64))
