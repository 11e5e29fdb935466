"""From an estimator's arguments to a Network and a Plan."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any

import numpy as np

from ..catalogue import catalogue, checked, named, unknown
from ..errors import about_parameters
from ..excerpts import short
from ..intervals import require
from ..network import Network
from ..plan import LBFGS, Plan
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.optimizers import SGD, Momentum, Nesterov, Optimizer
from ..rules.outputs import RowWise
from ..trial import try_activation, try_optimizer
from .early_stopping import stopping_of
from .losses import output_of
from .parameters import check_replaced, sizes_of, why_no_sequence
from .rates import multipliers_of, rate_of
from .regularization import extras_of, penalties_of

# "sgd" is Momentum or Nesterov too, as the arguments ``momentum`` and ``nesterovs_momentum`` say.
SOLVERS = ("lbfgs", *(name for name in catalogue(Optimizer) if name not in (Momentum.name, Nesterov.name)))

SEVERAL = (list, tuple, np.ndarray)
"""What holds one activation for each hidden layer."""


@about_parameters
def hidden_activations(estimator: Any) -> tuple[Activation, ...]:
    """Return one activation for each hidden layer from ``activation``: one name or rule, or one each.

    Raises
    ------
    ValueError
        If their number does not fit, or one looks at whole rows.
    """
    depth = len(sizes_of(estimator.hidden_layer_sizes))
    given = estimator.activation
    if why_no_sequence(given):
        raise TypeError(
            f"activation must be one for all hidden layers, or one for each, got {short(given)}{why_no_sequence(given)}"
        )
    several = list(given) if isinstance(given, SEVERAL) else [given] * depth
    if len(several) != depth:
        raise ValueError(
            f"activation={short(given)} names {len(several)} activation(s) for {depth} hidden layer(s); "
            "give one for all, or one for each"
        )
    return tuple(hidden_activation("activation", one) for one in several)


@about_parameters
def hidden_activation(what: str, given: Any) -> Activation:
    """Return the activation of a hidden layer from a name or a rule, tried on a few numbers.

    Raises
    ------
    ValueError
        If it is unknown, fails the trial, or looks at whole rows.
    """
    rule = named(Activation, what, given)
    if isinstance(rule, RowWise):
        raise ValueError(
            f"{what}={rule.name!r} looks at a whole row: it can only be an output; take 'logistic' or 'tanh'"
        )
    return try_activation(rule)


def initial_activations(estimator: Any, network: Network) -> tuple[Activation, ...]:
    """Return the activation by which each layer 1 to m is initialised.

    scikit-learn looks at ``activation`` for the output layer too; here that is the last hidden one.
    """
    if network.activations:
        return (*network.activations, network.activations[-1])
    given = estimator.activation
    if isinstance(given, SEVERAL):
        return (network.output,)
    return (named(Activation, "activation", given),)


def network_of(estimator: Any, n_features: int, columns: int, loss: Loss) -> Network:
    """Return the network for an estimator's arguments and data; a loss may want several outputs a column."""
    sizes = (n_features, *sizes_of(estimator.hidden_layer_sizes), columns * loss.outputs_per_target)
    output = output_of(estimator.output_activation, loss)
    return Network(sizes, hidden_activations(estimator), output)


@about_parameters
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
        named(Optimizer, "solver", solver, SOLVERS)  # raises, as for every other rule
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


def batch_size_of(estimator: Any, optimizer: Optimizer | LBFGS, n: int) -> int:
    """Return the number of samples in a batch, clipped to what there is.

    Raises
    ------
    ValueError
        If the optimiser needs the gradient of all samples and the batches are smaller.
    """
    full = isinstance(optimizer, LBFGS) or optimizer.full_batch
    if isinstance(optimizer, LBFGS) or (full and estimator.batch_size == "auto"):
        return n
    if full and estimator.batch_size != "full" and estimator.batch_size < n:
        raise ValueError(
            f"batch_size={estimator.batch_size} does not fit solver={short(estimator.solver)}, which follows the signs "
            f"of the gradient of all {n} samples; leave batch_size='auto', or take solver='adam' or 'lion'"
        )
    if estimator.batch_size == "auto":
        return min(200, n)
    if estimator.batch_size == "full":
        return n
    return int(min(estimator.batch_size, n))


def warn_of_clipping(estimator: Any, plan: Plan, n: int) -> None:
    """Warn, as scikit-learn does, of batches that would be larger than the ``n`` samples there are."""
    full = isinstance(plan.optimizer, LBFGS) or plan.optimizer.full_batch
    if not full and not isinstance(estimator.batch_size, str) and estimator.batch_size > n:
        warnings.warn(
            f"Got `batch_size` less than 1 or larger than sample size. It is going to be clipped "
            f"(batch_size={estimator.batch_size}, {n} samples)",
            stacklevel=7,
        )


@about_parameters
def plan_of(estimator: Any, loss: Loss, optimizer: Optimizer | LBFGS, n: int, sparse: bool = False) -> Plan:
    """Return the plan for an estimator's arguments and ``n`` training samples, which may be sparse."""
    order = estimator.order or ("shuffled" if estimator.shuffle else "cyclic")
    if order != "cyclic" and not estimator.shuffle:
        raise ValueError(
            f"order={order!r} replaces shuffle, but shuffle=False was given as well; "
            "say it in one of the two places"
        )
    improvement, patience = stopping_of(estimator)
    return Plan(
        loss=loss,
        optimizer=optimizer,
        rate=rate_of(estimator, optimizer),
        penalties=penalties_of(estimator, optimizer),
        batch_size=batch_size_of(estimator, optimizer, n),
        order=order,
        max_epochs=int(estimator.max_iter),
        tol=improvement,
        patience=patience,
        multipliers=multipliers_of(estimator),
        **extras_of(estimator, optimizer, sparse),
    )
