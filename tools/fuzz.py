"""Call the native binding with random arguments, good and bad, for some time.

python tools/fuzz.py --seconds 600 [--seed 0] [--first 0]

A good call must give what the array engine gives. A bad one must be refused with an exception of the
expected kinds and leave what it was given as it was, or compute. Around every array that is written to
stand guards that must not change; ``make fuzz`` runs all of it under AddressSanitizer, which also sees
what is read. Each case is drawn from (seed, number), so ``--seed S --first N`` begins with one again.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from fuzz_spoilers import spoiled_arguments, spoiled_program  # noqa: E402

from rosenblatt.catalogue import catalogue  # noqa: E402
from rosenblatt.corruption import Gaussian, Masking, Multiplicative, SaltAndPepper  # noqa: E402
from rosenblatt.engines.array import ArrayEngine  # noqa: E402
from rosenblatt.engines.engine import Batch, Order, State, Sums  # noqa: E402
from rosenblatt.engines.native import NativeEngine, native_module  # noqa: E402
from rosenblatt.network import Network  # noqa: E402
from rosenblatt.plan import Activity, Penalty, Plan  # noqa: E402
from rosenblatt.regularizers import Clip, MaxNorm, NonNegative, ProximalL1, WeightDecay  # noqa: E402
from rosenblatt.rules.activations import Activation  # noqa: E402
from rosenblatt.rules.losses import Loss  # noqa: E402
from rosenblatt.rules.optimizers import Optimizer  # noqa: E402
from rosenblatt.rules.penalties import ActivityL1, KLDivergence, WeightPenalty  # noqa: E402
from rosenblatt.training.averages import EMA  # noqa: E402
from tests.tolerances import ENGINES, ENGINES_EPOCHS  # noqa: E402

REFUSALS = (ValueError, TypeError, OverflowError, MemoryError)
WRITTEN = {
    "epochs": ("theta", "slots", "rows"),
    "gradient": ("gradient",),
    "update": ("theta", "slots", "gradient"),
    "predict": ("out",),
}
NOISE = (12345, 2)  # seed and epoch of the masks
GUARD = 64  # entries on either side of what is written to
GUARD_BYTE = 0xA5
STEEP = 1e3
TAME = 1e6  # beyond, rounding is no longer small beside the numbers
SMALL_RATE = 1e-5  # an optimiser may turn the sign of a gradient that is only rounding
PLAIN_STEPS = ("sgd", "momentum", "nesterov")  # proportional to the gradient


class Guarded:
    """Copies of arrays in the middle of larger ones whose ends are watched."""

    def __init__(self) -> None:
        self.rooms: list[np.ndarray] = []

    def copy(self, array: np.ndarray) -> np.ndarray:
        """Return a copy between two guards."""
        room = np.empty(array.size + 2 * GUARD, array.dtype)
        room.view(np.uint8)[...] = GUARD_BYTE
        self.rooms.append(room)
        inside = room[GUARD : GUARD + array.size].reshape(array.shape)
        inside[...] = array
        return inside

    def check(self) -> None:
        """Raise AssertionError if something was written beyond an array."""
        for room in self.rooms:
            for end in (room[:GUARD], room[-GUARD:]):
                assert (end.view(np.uint8) == GUARD_BYTE).all(), "an entry beyond an array was written"


class Case:
    """A network, a plan, data and good arguments of every verb, drawn from a generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.guards = rng, Guarded()
        self.dtype = str(rng.choice(["float32", "float64"]))
        self.draw_network()
        self.engine = NativeEngine(self.network, self.plan)
        self.program = self.engine.program(self.dtype)
        self.draw_data()

    def draw_network(self) -> None:
        """Choose sizes and rules."""
        rng, rules = self.rng, catalogue(Activation)
        self.loss = list(catalogue(Loss).values())[rng.integers(len(catalogue(Loss)))]()
        sizes = tuple(int(s) for s in rng.choice([1, 2, 3, 5, 8, 16, 17, 33, 70], rng.integers(2, 6)))
        sizes = (*sizes[:-1], sizes[-1] * self.loss.outputs_per_target)
        tied = self.loss.outputs_per_target == 1 and not rng.integers(4)
        sizes = (*sizes, *sizes[-2::-1]) if tied else sizes
        names = [name for name, rule in rules.items() if not rule.row_wise]
        hidden = tuple(rules[str(rng.choice(names))]() for _ in sizes[2:])
        output = rules[self.loss.pair or self.loss.output]()
        self.network = Network(sizes, hidden, output, tied)
        optimizers = list(catalogue(Optimizer).values())
        penalties = tuple(
            Penalty(rule(), 0.01, bool(rng.integers(2)))
            for rule in catalogue(WeightPenalty).values()
            if rng.integers(2)
        )
        optimizer = optimizers[rng.integers(len(optimizers))]()
        self.plan = Plan(
            self.loss, optimizer, rate=None, penalties=penalties, **self.practices(len(sizes) - 1)
        )

    def inside(self, m: int) -> dict[str, Any]:
        """Choose corruption and penalties on outputs."""
        rng, sizes = self.rng, self.network.sizes
        rules = (ActivityL1(), KLDivergence(0.3, -9.0, 9.0))
        layers = [
            tuple(rng.permutation(np.arange(1, m))[: rng.integers(1, m)].tolist()) for _ in rules[: m - 1]
        ]
        activities = tuple(
            Activity(r, 0.1, at) for r, at in zip(rules, layers, strict=False) if rng.integers(2)
        )
        single = sizes[0] == sizes[-1] and not self.loss.row_wise and self.loss.outputs_per_target == 1
        emphasis = (2.0, 0.5) if single and rng.integers(2) else None
        kinds = (Masking, Gaussian, SaltAndPepper, Multiplicative)
        corruption = kinds[rng.integers(len(kinds))](0.4, emphasis=emphasis) if rng.integers(2) else None
        return {"activities": activities, "corruption": corruption}

    def practices(self, m: int) -> dict[str, Any]:
        """Choose what acts beside penalties and optimiser: nothing, for every second case."""
        rng = self.rng
        if rng.integers(2):
            return {}
        choices = (WeightDecay(0.1), ProximalL1(0.1), MaxNorm(0.8), NonNegative(), Clip(norm=0.5, value=0.3))
        return self.inside(m) | {
            "regularizers": tuple(one for one in choices if rng.integers(2)),
            "dropout": tuple(rng.choice([0.0, 0.3, 0.9], m).tolist()) if rng.integers(2) else (),
            "multipliers": tuple(rng.uniform(0.2, 2.0, m).tolist()) if rng.integers(2) else (),
            "average": EMA(0.9) if rng.integers(2) else None,
        }

    def draw_data(self) -> None:
        """Choose samples, their order and settings."""
        rng, sizes, dtype = self.rng, self.network.sizes, self.dtype
        n = self.n = int(
            rng.choice([1, 2, 7, 16, 31, 64, 130, 600], p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.05, 0.05])
        )
        self.X = rng.normal(size=(n, sizes[0])).astype(dtype)
        if rng.integers(4) == 0:
            self.X[rng.random(self.X.shape) < 0.8] = 0
        y = rng.integers(0, 2, (n, sizes[-1]))
        if self.loss.pair == "softmax":
            y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], n)]
        low = self.loss.encoding[0] if self.loss.encoding else 0.5 * (self.loss.domain[0] == "(")
        self.y = (low + (1 - low) * y).astype(dtype)
        self.weight = rng.integers(1, 4, n).astype(dtype) if rng.integers(2) else None
        self.theta = (0.4 * rng.normal(size=self.program.n_parameters)).astype(dtype)
        steps = int(rng.integers(1, 4))
        size = int(rng.integers(1, n + 1))
        self.indices = rng.integers(0, n, steps * size) if rng.integers(4) else None
        top = steps * size if self.indices is not None else n
        self.bounds = np.unique(np.minimum(np.arange(steps + 1) * size, top))
        steps = len(self.bounds) - 1
        is_plain = self.plan.optimizer.name in PLAIN_STEPS
        rate = 0.01 if dtype == "float64" and is_plain else SMALL_RATE
        own = [self.plan.optimizer.settings_at(step, rate) for step in range(1, steps + 1)]
        strengths = [penalty.strength for penalty in self.plan.penalties]
        extras = [0.4 if name == "average" else value for name, value in self.plan.extras.items()]
        self.settings = np.array([[rate, *strengths, *numbers, *extras] for numbers in own])

    def samples(self) -> Any:
        """Return X as an array or as the three arrays of compressed rows."""
        corruption = self.plan.corruption
        would_fill = corruption is not None and not (corruption.takes_sparse and corruption.emphasis is None)
        if self.rng.integers(3) or would_fill:
            return self.X.copy()
        rows = sparse.csr_matrix(self.X)
        return rows.data, rows.indices.astype(np.int64), rows.indptr.astype(np.int64)

    def arguments(self, verb: str) -> dict[str, Any]:
        """Return good arguments of a verb of the binding."""
        copy, slots = self.guards.copy, [np.zeros_like(self.theta)] * len(self.plan.slots)
        data = {"X": self.samples(), "y": self.y.copy(), "weight": self.weight}
        threads = {"n_threads": int(self.rng.choice([0, 1, 1, 2, 3]))}
        state = {"theta": copy(self.theta), "slots": [copy(slot) for slot in slots]}
        if verb == "epochs":
            rows = {"rows": copy(np.zeros((len(self.settings), 6)))}
            order = {"indices": self.indices, "bounds": self.bounds.copy(), "settings": self.settings.copy()}
            return state | data | order | rows | threads | {"noise": (*NOISE, 0, 0)}
        if verb == "update":
            row = {"weight_sum": float(self.n), "settings": self.settings[0].copy()}
            return state | {"gradient": copy(self.theta[::-1])} | row
        if verb == "gradient":
            return {"theta": self.theta.copy()} | data | {"gradient": copy(self.theta)} | threads
        out = copy(np.zeros((self.n, self.network.sizes[-1]), self.dtype))
        return {"theta": self.theta.copy(), "X": data["X"], "out": out} | threads

    def expected(self, verb: str) -> list[Any]:
        """Return what the array engine writes, in the order of ``WRITTEN``."""
        engine = ArrayEngine(self.network, self.plan)
        state = State(self.theta, tuple(np.zeros_like(self.theta) for _ in self.plan.slots))
        batch = Batch(self.X, self.y, self.weight)
        if verb == "epochs":
            new, table = engine.epochs(state, batch, Order(self.indices, self.bounds, *NOISE), self.settings)
            return [new.theta, *new.slots, table]
        if verb == "update":
            sums = Sums(0.0, 0.0, float(self.n), self.n, self.theta[::-1].copy())
            new, _ = engine.update(state, sums, self.settings[0])
            return [new.theta, *new.slots]
        return [
            engine.gradient(self.theta, batch).gradient
            if verb == "gradient"
            else engine.predict(self.theta, self.X)
        ]

    def steepness(self) -> float:
        """Return by how much large outputs (of exp) enlarge the rounding that a later layer passes back, at least 1."""
        outputs = ArrayEngine(self.network, self.plan).forward(self.theta, self.X).o
        return float(np.max([1.0, *(np.abs(o).max(initial=0) / STEEP for o in outputs)]))  # NaN stays NaN

    def has_jumps(self) -> bool:
        """Return whether rounding may move a gradient by more than rounding: at a kink of a rule."""
        smooth = {
            "identity",
            "logistic",
            "tanh",
            "scaled_tanh",
            "silu",
            "gelu",
            "softplus",
            "mish",
            "softmax",
            "exp",
            "mean_variance",
        }
        rules = {g.name for g in (*self.network.activations, self.network.output)}
        corners = {"perceptron", "mae", "quantile", "quantiles", "hinge", "squared_hinge", "huber"}
        # a sign of what is nearly 0; of Adagrad the first step, g / (|g| + epsilon)
        if self.plan.optimizer.name in ("rprop", "irprop", "lion", "adagrad"):
            return True
        return self.dtype == "float32" and (self.loss.name in corners or not rules <= smooth)


def written(verb: str, given: dict[str, Any]) -> list[Any]:
    """Return the arrays that a verb writes."""
    parts = [given[name] for name in WRITTEN[verb]]
    return [array for part in parts for array in (part if isinstance(part, list) else [part])]


def check_good(case: Case, verb: str) -> None:
    """Raise AssertionError unless a good call gives what the array engine gives."""
    given = case.arguments(verb)
    getattr(case.program, verb)(**given)
    case.guards.check()
    tolerance = (ENGINES_EPOCHS if verb == "epochs" else ENGINES)[case.dtype]
    expected = case.expected(verb)
    is_tame = all(np.abs(e).max(initial=0) < TAME for e in expected)  # NaN is not
    steepness = case.steepness()
    # the first step of Adam and its kin is nearly a sign, of what may be rounding behind a steep layer
    may_be_steep = case.dtype == "float64" and verb != "epochs"
    if case.has_jumps() or not is_tame or not steepness <= (TAME / STEEP if may_be_steep else 1):
        return
    tolerance *= steepness
    ours = [np.array(array) for array in written(verb, given)][: len(expected)]
    for a, b in zip(ours, expected, strict=True):
        scale = max(1.0, float(np.abs(b).max(initial=0)))
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


def check_bad(case: Case, verb: str) -> None:
    """Raise AssertionError if a spoiled call writes beyond its arrays, or is refused after it wrote."""
    given = case.arguments(verb)
    before = [array.tobytes() for array in written(verb, given)]
    watched = written(verb, given)
    try:
        getattr(case.program, verb)(**spoiled_arguments(case.rng, given))
    except REFUSALS:
        assert before == [array.tobytes() for array in watched], "refused, but something was written"
    case.guards.check()


def check_threads(case: Case, verb: str) -> None:
    """Raise AssertionError unless calls of one program from three threads give the same bits."""
    calls = [case.arguments(verb) for _ in range(3)]
    for given in calls:
        given |= {name: calls[0][name] for name in ("X",) if name in given}
    threads = [threading.Thread(target=getattr(case.program, verb), kwargs=given) for given in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bits = {b"".join(array.tobytes() for array in written(verb, given)) for given in calls}
    assert len(bits) == 1, "the same call from several threads gave different bits"
    case.guards.check()


def check_program(case: Case, _: str) -> None:
    """Build a program from spoiled words and numbers: refused, or built."""
    engine, module = case.engine, native_module()
    kind = getattr(module, "ProgramFloat32" if case.dtype == "float32" else "ProgramFloat64")
    good = {
        "sizes": list(engine.network.sizes),
        "hidden": [("tanh", {})] * (len(engine.network.sizes) - 2),
        "output": ("identity", {}),
        "loss": ("squared_error", {}),
        "optimizer": ("momentum", {}) if case.rng.integers(2) else ("sgd", {}),
        "penalties": [("l2", True)],
        "extras": {},
        "corruption": ("", {}),
        "activities": [],
        "tied": False,
    }
    with contextlib.suppress(REFUSALS):
        assert kind(**spoiled_program(case.rng, good)).n_parameters > 0


def run_case(seed: int, number: int) -> None:
    """Run one case; raise whatever it finds."""
    case = Case(np.random.default_rng([seed, number]))
    verb = str(case.rng.choice(list(WRITTEN)))
    checks = [check_good, check_bad, check_threads, check_program]
    with np.errstate(all="ignore"):
        checks[case.rng.choice(4, p=[0.3, 0.5, 0.1, 0.1])](case, verb)


def main() -> int:
    """Run cases until the time is over; return 1 at the first finding."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    chosen = parser.parse_args()
    if native_module() is None:
        print("the native engine was not built: nothing to call", file=sys.stderr)
        return 2
    number, end, told = chosen.first, time.monotonic() + chosen.seconds, 0.0
    while time.monotonic() < end:
        if time.monotonic() - told > 10:  # where to begin again if a case ends the process
            told = time.monotonic()
            print(f"seed {chosen.seed}, case {number}", flush=True)
        try:
            run_case(chosen.seed, number)
        except BaseException:
            print(f"found by: tools/fuzz.py --seed {chosen.seed} --first {number}", file=sys.stderr)
            raise
        number += 1
    print(f"{number - chosen.first} cases on {native_module().__name__.rpartition('.')[2]}: nothing found")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
