"""Checks of whole networks, each a function of a drawn case: tests run them, planted faults must fail them."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State, Sums
from rosenblatt.network import Network
from rosenblatt.plan import Clock, Plan
from rosenblatt.rules.activations import Activation, Identity
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import Optimizer
from rosenblatt.training.settings import settings_table
from tests.oracles import central_difference, torch_objective
from tests.rule_checks import close
from tests.strategies import Case
from tests.tolerances import (
    AUTOGRAD,
    CURVED,
    FLAT,
    H_SQUARED,
    OPTIMIZERS,
    STEPS,
    SUMMATION,
    TENSORS,
)


def objective(case: Case, theta: Any = None, batch: Batch | None = None) -> tuple[float, Any]:
    """Return the engine's objective (mean loss plus penalties) and its gradient."""
    engine = ArrayEngine(case.network, case.plan)
    theta = case.theta if theta is None else theta
    with np.errstate(all="ignore"):
        sums = engine.gradient(theta, case.batch if batch is None else batch)
        penalty, gradient = engine.objective(theta, sums, case.strengths)
    return sums.loss / sums.weight + penalty, gradient


def tame(case: Case, limit: float = 1e6) -> bool:
    """Return whether a case is finite and not so steep that rounding alone spoils it (exp of exp)."""
    with np.errstate(all="ignore"):
        value, gradient = objective(case)
        outputs = ArrayEngine(case.network, case.plan).forward(case.theta, case.batch.X).o
        sizes = [abs(value), np.abs(gradient).max(), *(np.abs(o).max() for o in outputs)]
    return bool(np.isfinite(sizes).all() and max(sizes) < limit)


def close_vectors(actual: Any, wanted: Any, tolerance: float, what: str) -> None:
    """Assert that the largest difference is at most the tolerance times max(1, largest entry)."""
    actual, wanted = np.asarray(actual), np.asarray(wanted)
    assert actual.shape == wanted.shape
    scale = max(1.0, float(np.abs(wanted).max(initial=0.0)))
    error = float(np.abs(actual - wanted).max(initial=0.0)) / scale
    assert error <= tolerance, f"{what}: error {error:.1e} relative to {scale:.1e}"


def check_autograd(case: Case) -> None:
    """Objective and gradient equal PyTorch's on PyTorch's own formulas."""
    value, gradient = objective(case)
    wanted_value, wanted = torch_objective(case.network, case.plan, case.theta, case.batch, case.strengths)
    close_vectors(np.array(value), np.array(wanted_value), AUTOGRAD, f"objective of {case.network}")
    close_vectors(gradient, wanted, AUTOGRAD, f"gradient of {case.network}, {case.plan.loss}")


def output_for(loss: Loss, otherwise: Activation) -> Activation:
    """Return the output that a loss demands, or another."""
    return catalogue(Activation)[loss.pair]() if loss.pair else otherwise


def check_differences(case: Case, seed: int, length: float = 1.0) -> bool:
    """The error of a central difference falls as h squared over three decades.

    Returns whether that could be seen. Whether it can is read off the differences alone, so that a
    wrong gradient cannot hide among the cases that are too flat or too steep.
    """
    direction = length * np.random.default_rng(seed).normal(size=case.theta.shape)
    value, gradient = objective(case)
    differences = [
        central_difference(lambda theta: objective(case, theta)[0], case.theta, direction, h) for h in STEPS
    ]
    scale, errors = max(1.0, abs(value)), np.abs(np.array(differences) - float(gradient @ direction))
    gaps = np.abs(np.diff(differences))
    assert errors[-1] < gaps[-1] / 50 + FLAT * scale, f"errors {errors}"  # 1/99 of the last gap remains
    if gaps[0] < CURVED * scale or not H_SQUARED[0] < gaps[0] / gaps[1] < H_SQUARED[1]:
        return False
    ratios = errors[:-1] / errors[1:]
    assert ((H_SQUARED[0] < ratios) & (ratios < H_SQUARED[1])).all(), f"errors {errors}"
    return True


def tensors(case: Case, dtype: str) -> tuple[Any, Batch]:
    """Return theta and the batch as PyTorch tensors."""
    import torch

    def tensor(array: Any) -> Any:
        return None if array is None else torch.tensor(array, dtype=getattr(torch, dtype))

    return tensor(case.theta), Batch(*(tensor(array) for array in case.batch[:3]))


def check_tensors(case: Case, dtype: str) -> None:
    """The engine's gradient on PyTorch tensors equals that on NumPy arrays, in either dtype."""
    theta, batch = tensors(case, dtype)
    value, gradient = objective(case, theta, batch)
    assert gradient.dtype == theta.dtype
    arrays = Batch(*(None if array is None else array.astype(dtype) for array in case.batch[:3]))
    wanted_value, wanted = objective(case, case.theta.astype(dtype), arrays)
    assert wanted.dtype == dtype
    close_vectors(gradient.numpy(), wanted, TENSORS[dtype], f"{dtype} gradient of {case.network}")
    close_vectors(np.array(value), np.array(wanted_value), TENSORS[dtype], f"{dtype} objective")
    engine = ArrayEngine(case.network, case.plan)
    predicted = engine.predict(theta, batch.X)
    assert predicted.dtype == theta.dtype
    close_vectors(predicted.numpy(), engine.predict(case.theta.astype(dtype), arrays.X), TENSORS[dtype], "o")


def run(case: Case, optimizer: Optimizer, epochs: int = 2, batch_size: int = 3) -> tuple[Any, ...]:
    """Return what a pure call of ``epochs`` takes: engine, state, data, order, settings."""
    plan = Plan(case.plan.loss, optimizer, rate=None, penalties=case.plan.penalties)
    engine = ArrayEngine(case.network, plan)
    slots = tuple(np.zeros_like(case.theta) for _ in optimizer.slots)
    n = len(case.batch.y)
    starts = [start + epoch * n for epoch in range(epochs) for start in range(0, n, batch_size)]
    bounds = np.array([*starts, n * epochs], dtype=np.int64)
    random = np.random.default_rng(n)
    indices = np.concatenate([random.permutation(n) for _ in range(epochs)])
    steps = len(starts) // epochs
    settings = settings_table(
        plan, lambda clock: 0.01 / (1 + clock.step), Clock(0, 0, 0, epochs, 0.0), steps, epochs
    )
    return engine, State(case.theta, slots), case.batch, Order(indices, bounds), settings


def folded(engine: Any, state: State, data: Batch, order: Order, settings: Any) -> tuple[State, Any]:
    """Return the state and the table of a fold of ``gradient`` and ``update``, rows taken by hand."""
    rows = []
    for step in range(len(settings)):
        taken = order.indices[order.bounds[step] : order.bounds[step + 1]]
        batch = Batch(*(None if array is None else array[taken] for array in data[:3]))
        state, row = engine.update(state, engine.gradient(state.theta, batch), settings[step])
        rows.append(row)
    return state, np.array(rows, dtype=np.float64)


def check_fold(case: Case, optimizer: Optimizer) -> None:
    """``epochs`` equals a fold of ``gradient`` and ``update``, bit for bit."""
    arguments = run(case, optimizer)
    with np.errstate(all="ignore"):
        state, table = arguments[0].epochs(*arguments[1:])
        wanted, wanted_table = folded(*arguments)
    for vector, other in zip((state.theta, *state.slots), (wanted.theta, *wanted.slots), strict=True):
        assert vector.tobytes() == other.tobytes()
    assert table.tobytes() == wanted_table.tobytes()


def check_purity(case: Case, optimizer: Optimizer) -> None:
    """``epochs``, ``gradient`` and ``update`` change nothing that they are given."""
    engine, *rest = run(case, optimizer)
    before = copy.deepcopy(rest)
    with np.errstate(all="ignore"):
        engine.epochs(*rest)
        state, data, _, settings = rest
        sums = engine.gradient(state.theta, data)
        kept = sums.gradient.copy()
        engine.update(state, sums, settings[0])
        engine.objective(state.theta, sums, case.strengths)
        engine.predict(state.theta, data.X)
    assert sums.gradient.tobytes() == kept.tobytes()
    for given, copied in zip(_arrays(rest), _arrays(before), strict=True):
        assert given.tobytes() == copied.tobytes()


def _arrays(arguments: list[Any]) -> list[Any]:
    state, data, order, settings = arguments
    found = [state.theta, *state.slots, *data, *order, settings]
    return [array for array in found if hasattr(array, "tobytes")]


def check_tensor_epochs(case: Case, optimizer: Optimizer) -> None:
    """Whole ``epochs`` run on PyTorch tensors, to NumPy's numbers."""
    import torch

    engine, state, _, order, settings = run(case, optimizer)
    theta, batch = tensors(case, "float64")
    slots = tuple(torch.zeros_like(theta) for _ in state.slots)
    after, table = engine.epochs(State(theta, slots), batch, order, settings)
    wanted, wanted_table = engine.epochs(state, case.batch, order, settings)
    assert isinstance(after.theta, torch.Tensor)
    close_vectors(after.theta.numpy(), wanted.theta, AUTOGRAD, f"theta by {optimizer}")
    close_vectors(table, wanted_table, AUTOGRAD, "table")


def check_weights_are_repetitions(case: Case) -> None:
    """A sample of weight 2 equals the sample twice, and one of weight 0 equals its absence (E1)."""
    counts = np.random.default_rng(len(case.theta)).integers(0, 3, len(case.batch.y))
    counts[0] = 2
    rows = np.repeat(np.arange(len(counts)), counts)
    weighted = Batch(case.batch.X, case.batch.y, counts.astype(np.float64))
    repeated = Batch(case.batch.X[rows], case.batch.y[rows])
    value, gradient = objective(case, batch=weighted)
    wanted_value, wanted = objective(case, batch=repeated)
    close_vectors(np.array(value), np.array(wanted_value), SUMMATION, "objective")
    close_vectors(gradient, wanted, SUMMATION, "gradient")


def check_mean_of_samples(case: Case) -> None:
    """C1: the gradient is the weighted mean of the samples' own gradients, divided once."""
    plain = Case(
        case.network, Plan(case.plan.loss, case.plan.optimizer, rate=None), case.theta, case.batch, []
    )
    X, y, weight, *_ = case.batch
    weight = np.ones(len(y)) if weight is None else weight
    single = [objective(plain, batch=Batch(X[[d]], y[[d]])) for d in range(len(y))]
    value, gradient = objective(plain)
    wanted = sum(w * g for w, (_, g) in zip(weight, single, strict=True)) / weight.sum()
    wanted_value = sum(w * v for w, (v, _) in zip(weight, single, strict=True)) / weight.sum()
    close_vectors(gradient, wanted, SUMMATION, "mean of gradients")
    close_vectors(np.array(value), np.array(wanted_value), SUMMATION, "mean of losses")


def check_sparse(case: Case) -> None:
    """A CSR matrix gives what its dense rows give."""
    X = np.where(np.abs(case.batch.X) < 0.5, 0.0, case.batch.X)
    value, gradient = objective(case, batch=case.batch._replace(X=sparse.csr_matrix(X)))
    wanted_value, wanted = objective(case, batch=case.batch._replace(X=X))
    assert type(gradient) is np.ndarray
    close_vectors(gradient, wanted, SUMMATION, "gradient on CSR")
    close_vectors(np.array(value), np.array(wanted_value), SUMMATION, "objective on CSR")


def check_biases_spared(case: Case) -> None:
    """Penalties add nothing to the biases' gradient, and what the rule says to the weights'."""
    engine = ArrayEngine(case.network, case.plan)
    sums = engine.gradient(case.theta, case.batch)
    sums.gradient[...] = 0.0  # so that what the penalties add is not rounded away beside it
    value, added = engine.objective(case.theta, sums, case.strengths)
    n_weights = sum(r * s for r, s in zip(case.network.sizes[:-1], case.network.sizes[1:], strict=True))
    w = case.theta[:n_weights]
    wanted, wanted_value = np.zeros_like(case.theta), 0.0
    for penalty, strength in zip(case.plan.penalties, case.strengths, strict=True):
        scale = strength / sums.weight if penalty.divided else strength
        one = {"l1": (np.sign(w), np.abs(w).sum()), "l2": (w, (w * w).sum() / 2)}[penalty.rule.name]
        wanted[:n_weights] += scale * one[0]
        wanted_value += scale * one[1]
    assert not added[n_weights:].any(), "the penalty moved a bias"
    close_vectors(added, wanted, SUMMATION, "penalties")
    close_vectors(np.array(value), np.array(wanted_value), SUMMATION, "penalties' value")


OPTIMIZER_NETWORK = Network((3, 2), (), Identity())


def stepped(optimizer: Optimizer, gradients: Any, theta: Any, rate: float) -> list[Any]:
    """Return theta after each of some steps with given mean gradients."""
    plan = Plan(HalfSquaredError(), optimizer, rate=None)
    engine = ArrayEngine(OPTIMIZER_NETWORK, plan)
    state = State(theta, tuple(np.zeros_like(theta) for _ in optimizer.slots))
    settings = settings_table(plan, rate, Clock(0, 0, 0, 1, 0.0), len(gradients))
    found = []
    for gradient, row in zip(gradients, settings, strict=True):
        state, _ = engine.update(state, Sums(0.0, 0.0, 4.0, 4, 4.0 * gradient), row)
        found.append(state.theta)
    return found


def torch_stepped(optimizer: Optimizer, gradients: Any, theta: Any, rate: float) -> list[Any]:
    """Return the same by ``torch.optim``, weights and biases in groups of their own."""
    import torch

    n_weights = OPTIMIZER_NETWORK.n_weights
    weights, biases = (torch.tensor(part) for part in (theta[:n_weights], theta[n_weights:]))
    betas = (getattr(optimizer, "beta_1", None), getattr(optimizer, "beta_2", None))
    epsilon = getattr(optimizer, "epsilon", None)
    momentum = getattr(optimizer, "momentum", 0.0)
    groups: list[dict[str, Any]] = [{"params": [weights]}, {"params": [biases]}]
    if optimizer.name == "adamw":
        groups[0]["weight_decay"], groups[1]["weight_decay"] = optimizer.weight_decay, 0.0  # type: ignore[attr-defined]
    build: dict[str, Any] = {
        "sgd": lambda: torch.optim.SGD(groups, lr=rate),
        "momentum": lambda: torch.optim.SGD(groups, lr=rate, momentum=momentum),
        "nesterov": lambda: torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=momentum > 0),
        "adam": lambda: torch.optim.Adam(groups, lr=rate, betas=betas, eps=epsilon),
        "adamw": lambda: torch.optim.AdamW(groups, lr=rate, betas=betas, eps=epsilon),
        "rmsprop": lambda: torch.optim.RMSprop(groups, lr=rate, alpha=optimizer.decay, eps=epsilon),  # type: ignore[attr-defined]
    }
    theirs, found = build[optimizer.name](), []
    for step, gradient in enumerate(gradients, start=1):
        weights.grad, biases.grad = (torch.tensor(g) for g in (gradient[:n_weights], gradient[n_weights:]))
        if optimizer.name == "adam":  # theirs is added to the corrected root, ours to the uncorrected one
            for group in theirs.param_groups:
                group["eps"] = epsilon / np.sqrt(1 - betas[1] ** step)
        theirs.step()
        found.append(torch.cat([weights, biases]).numpy().copy())
    return found


def check_optimizer(optimizer: Optimizer, seed: int, steps: int = 10) -> None:
    """Several steps equal those of ``torch.optim``."""
    random = np.random.default_rng(seed)
    theta = random.normal(size=OPTIMIZER_NETWORK.n_parameters)
    gradients = random.normal(size=(steps, theta.size)) * 10.0 ** random.uniform(-3, 1, theta.size)
    rate = float(10.0 ** random.uniform(-3, -1))
    ours = stepped(optimizer, gradients, theta, rate)
    theirs = torch_stepped(optimizer, gradients, theta, rate)
    for step, (mine, yours) in enumerate(zip(ours, theirs, strict=True), start=1):
        close(mine, yours, OPTIMIZERS, f"{optimizer!r}, step {step}")
