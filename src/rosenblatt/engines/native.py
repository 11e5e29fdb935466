"""The native engine: the four verbs in C++, for NumPy and CSR data on the CPU."""

from __future__ import annotations

import dataclasses
import importlib
import os
import warnings
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import is_ours
from ..corruption import COLUMN, strength_of
from ..corruption import is_ours as is_known_corruption
from ..network import Network
from ..plan import LBFGS, Plan
from ..sparse_structure import require_sound
from .engine import Batch, Order, Row, State, Sums

Array = Any
ISAS = ("v4", "v3", "base")
MOST_THREADS = 256


@cache
def native_module() -> ModuleType | None:
    """Return the engine compiled for the best instruction set of this processor, or None.

    ``ROSENBLATT_ISA`` (``base``, ``v3`` or ``v4``) forces one. None means that the package was
    installed without a compiler.

    Raises
    ------
    ImportError
        If ``ROSENBLATT_ISA`` names a set that this processor or this installation does not have, or
        ``ROSENBLATT_NUM_THREADS`` is no number of threads.

    Warns
    -----
    RuntimeWarning
        If what was compiled cannot be loaded; None is returned then.
    """
    base = _module("base")
    if base is None:
        return None
    threads = os.environ.get("ROSENBLATT_NUM_THREADS", "")
    if threads and not (threads.isdecimal() and 1 <= int(threads) <= MOST_THREADS):
        raise ImportError(
            f"ROSENBLATT_NUM_THREADS={threads!r} is no number of threads; set it to 1 to {MOST_THREADS}, or not at all"
        )
    forced = os.environ.get("ROSENBLATT_ISA", "")
    if forced not in ("", *ISAS) or (forced and not base.supports(forced)):
        here = ", ".join(isa for isa in ISAS if base.supports(isa))
        raise ImportError(
            f"ROSENBLATT_ISA={forced!r} is not to be had here; set it to one of {here}, or not at all"
        )
    for isa in (forced,) if forced else ISAS:
        if base.supports(isa) and (module := _module(isa)) is not None:
            return _bound_by_threadpoolctl(module)
    return None


def _module(isa: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"{__package__}._native_{isa}")
    except ModuleNotFoundError:
        return None
    except ImportError as error:
        warnings.warn(
            f"rosenblatt runs without its native engine, several times slower: it cannot be loaded ({error}). "
            "Install rosenblatt again, on the machine where it is used.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None


def _bound_by_threadpoolctl(module: ModuleType) -> ModuleType:
    # threadpool_limits binds the pools it knows; scikit-learn and joblib users expect all to obey.
    import threadpoolctl

    class RosenblattController(threadpoolctl.LibController):
        user_api = "rosenblatt"
        internal_api = "rosenblatt"
        filename_prefixes = ("_native_",)
        check_symbols = ("rosenblatt_get_num_threads",)

        def get_num_threads(self) -> int:
            return int(self.dynlib.rosenblatt_get_num_threads())

        def set_num_threads(self, num_threads: int) -> None:
            self.dynlib.rosenblatt_set_num_threads(num_threads)

        def get_version(self) -> str | None:
            return None

    threadpoolctl.register(RosenblattController)
    return module


def unknown_rules(network: Network, plan: Plan) -> list[Any]:
    """Return the rules of a network and plan that the native engine does not have."""
    module = native_module()
    if module is None:
        return [network.output]
    optimizer = () if isinstance(plan.optimizer, LBFGS) else (plan.optimizer,)
    penalties = tuple(penalty.rule for penalty in plan.penalties)
    kinds = (
        ((*network.activations, network.output), {*module.activations, "softmax"}),
        ((plan.loss,), {*module.losses}),
        (penalties, {*module.penalties}),
        (optimizer, {*module.optimizers}),
        (tuple(one.rule for one in plan.activities), {*module.activities}),
    )
    missing: list[Any] = (
        [] if plan.corruption is None or is_known_corruption(plan.corruption) else [plan.corruption]
    )
    missing += [plan.contraction] if is_left_to_arrays(network, plan.contraction) else []
    return missing + [
        rule for rules, known in kinds for rule in rules if rule.name not in known or not is_ours(rule)
    ]


def is_left_to_arrays(network: Network, contraction: Any) -> bool:
    """Return whether a contraction is an estimate by random signs, or reaches beyond the code of tied weights."""
    if contraction is None:
        return False
    return contraction.probes is not None or (network.tied and 2 * max(contraction.layers) > network.m)


def knows(network: Network, plan: Plan) -> bool:
    """Return whether the native engine is there and has every rule of a network and plan."""
    return not unknown_rules(network, plan)


def require(network: Network, plan: Plan) -> None:
    """Raise ValueError, naming what is missing, unless the native engine can run a network and plan."""
    if native_module() is None:
        raise ValueError(
            "engine='native' was not built when rosenblatt was installed, or cannot be loaded; install a C++20 "
            "compiler and install again, or leave engine='auto'"
        )
    unknown = unknown_rules(network, plan)
    if unknown:
        raise ValueError(
            f"engine='native' does not have {unknown[0]!r}, which is your own or on the array engine alone; "
            "leave engine='auto', which then takes the array engine"
        )


def _named(rule: Any) -> tuple[str, dict[str, float]]:
    parameters: dict[str, float] = {}
    for name, value in vars(rule).items():
        if value is None:
            continue
        several = (
            {f"{name}[{i}]": number for i, number in enumerate(value)} if isinstance(value, tuple) else {}
        )
        parameters |= {key: float(number) for key, number in (several or {name: value}).items()}
    return rule.name, parameters


def _corruption(corruption: Any) -> tuple[str, dict[str, float]]:
    """Return the name of a corruption and its numbers but for its strength, which is a column of the settings."""
    name, numbers = _named(dataclasses.replace(corruption, **{corruption.strength: 0.0}))
    return name, {key: number for key, number in numbers.items() if key != corruption.strength}


class NativeEngine:
    """The four verbs in C++.

    Parameters
    ----------
    network : Network
    plan : Plan
    n_threads : int, default=0
        Threads that a call may take; 0 leaves it to ``set_num_threads`` and the environment. It
        changes no bit of any result.

    Raises
    ------
    ValueError
        If the native engine does not have one of the rules.
    """

    name = "native"

    def __init__(self, network: Network, plan: Plan, n_threads: int = 0) -> None:
        self.network, self.plan, self.n_threads = network, plan, n_threads
        self._programs: dict[Any, Any] = {}

    def epochs_worth_a_call(self, seconds: float) -> int:
        """Return as many epochs as take about 20 milliseconds, at most 64."""
        return max(1, min(64, int(0.02 / max(seconds, 1e-9))))

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_programs": {}}

    def program(self, dtype: Any) -> Any:
        """Return the compiled program for float32 or float64."""
        dtype = np.dtype(dtype)
        if dtype not in self._programs:
            module = native_module()
            if module is None:
                raise ValueError("the native engine was not built when this package was installed")
            kind = {"float32": "ProgramFloat32", "float64": "ProgramFloat64"}.get(dtype.name)
            if kind is None:
                raise TypeError(f"the native engine computes in float32 or float64, not {dtype.name}")
            plan, network = self.plan, self.network
            optimizer = ("sgd", {}) if isinstance(plan.optimizer, LBFGS) else _named(plan.optimizer)
            self._programs[dtype] = getattr(module, kind)(
                list(network.sizes),
                [_named(g) for g in network.activations],
                _named(network.output),
                _named(plan.loss),
                optimizer,
                [(penalty.rule.name, penalty.divided) for penalty in plan.penalties],
                {name: plan.columns.index(name) for name in plan.extras},
                plan.is_non_negative,
                list(plan.multipliers),
                list(plan.contraction.layers) if plan.contraction is not None else [],
                ("", {}) if plan.corruption is None else _corruption(plan.corruption),
                [(_named(one.rule), list(one.layers)) for one in plan.activities],
                network.tied,
            )
        return self._programs[dtype]

    def gradient(self, theta: Array, batch: Batch) -> Sums:
        """Return the sums of a batch at theta (F1, F2, B1, B2, B3)."""
        theta = plain_array(theta, None)
        gradient = np.empty_like(theta)
        X, y, weight = _plain(batch, theta.dtype)
        program = self.program(theta.dtype)
        settings, place = self._settings(batch)
        arguments = (theta, X, y, weight, gradient, self.n_threads, settings, place)
        loss, reported, total = program.gradient(*arguments)
        return Sums(loss, reported, total, batch.X.shape[0], gradient)

    def _settings(self, batch: Batch) -> tuple[NDArray[np.float64] | None, tuple[int, int, int, int]]:
        """Return the row of settings and the place that tell the engine of a batch's noise and penalties."""
        noise, row = batch.noise, np.zeros((1, len(self.plan.columns)))
        if self.plan.contraction is not None:
            row[0, self.plan.columns.index("contraction")] = batch.contraction
        for i, strength in enumerate(batch.activity or ()):
            row[0, self.plan.columns.index(f"activity_{i}")] = strength
        if noise is None:
            return row, (0, 0, 0, 0)
        for k, rate in enumerate(noise.dropout):
            row[0, self.plan.columns.index(f"dropout_{k}")] = rate
        if noise.standard_deviation:
            row[0, self.plan.columns.index("noise")] = noise.standard_deviation
        if noise.corruption is not None:
            row[0, self.plan.columns.index(COLUMN)] = strength_of(noise.corruption)
        return row, (noise.seed, noise.epoch, noise.position, 0)

    def update(self, state: State, sums: Sums, settings: NDArray[np.float64]) -> tuple[State, Row]:
        """Return the state after one step (C1, U1); ``settings`` is one row of the table."""
        state = _copy(state)
        program = self.program(state.theta.dtype)
        gradient = np.array(sums.gradient, dtype=state.theta.dtype)
        row = np.ascontiguousarray(settings, dtype=np.float64)
        penalty, square = program.update(state.theta, list(state.slots), gradient, sums.weight, row)
        return state, Row(sums.loss, sums.reported, penalty, sums.weight, sums.rows, square)

    def predict(self, theta: Array, X: Array) -> Array:
        """Return the outputs, shape (n, r_m)."""
        theta = plain_array(theta, None)
        out = np.empty((X.shape[0], self.network.sizes[-1]), dtype=theta.dtype)
        self.program(theta.dtype).predict(theta, _samples(X, theta.dtype), out, self.n_threads)
        return out

    def epochs(
        self, state: State, data: Batch, order: Order, settings: NDArray[np.float64]
    ) -> tuple[State, NDArray[np.float64]]:
        """Take as many steps as ``settings`` has rows; return the state and a table of :class:`Row`."""
        state = _copy(state)
        X, y, weight = _plain(data, state.theta.dtype)
        settings = np.ascontiguousarray(settings, dtype=np.float64)
        table = np.empty((len(settings), len(Row._fields)))
        indices = None if order.indices is None else np.ascontiguousarray(order.indices, dtype=np.int64)
        bounds = np.ascontiguousarray(order.bounds, dtype=np.int64)
        program = self.program(state.theta.dtype)
        place = (order.seed, order.epoch, 0, order.length)
        vectors = (state.theta, list(state.slots))
        program.epochs(*vectors, X, y, weight, indices, bounds, settings, table, self.n_threads, place)
        return state, table


def _copy(state: State) -> State:
    return State(_aligned_copy(state.theta), tuple(_aligned_copy(slot) for slot in state.slots))


def _aligned_copy(vector: Array) -> Array:
    # On a border of cache lines, no vector of theta lies in two of them.
    room = np.empty(vector.size + 64 // vector.itemsize, dtype=vector.dtype)
    start = -room.ctypes.data % 64 // vector.itemsize
    copy = room[start : start + vector.size]
    copy[...] = vector
    return copy


def _samples(X: Array, dtype: Any) -> Any:
    if hasattr(X, "tocsr"):
        require_sound("X", X)
        rows = X.tocsr()
        return (
            plain_array(rows.data, dtype),
            plain_array(rows.indices, np.int64),
            plain_array(rows.indptr, np.int64),
        )
    return plain_array(X, dtype)


def plain_array(array: Array, dtype: Any) -> NDArray[Any]:
    """Return an array as the kernels read it: row by row without gaps, each number where its type may lie."""
    plain: NDArray[Any] = np.ascontiguousarray(array, dtype=dtype)
    # what was read from a file's bytes may lie anywhere
    return plain if plain.flags.aligned else plain.copy()


def _plain(batch: Batch, dtype: Any) -> tuple[Any, Any, Any]:
    weight = None if batch.weight is None else plain_array(batch.weight, dtype)
    return _samples(batch.X, dtype), plain_array(batch.y, dtype), weight
