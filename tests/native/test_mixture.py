"""The engines agree on any mixture of all that may act beside loss and optimiser, with weights tied or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, native_module
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Clock, Penalty, Plan
from rosenblatt.regularizers import Clip, InputNoise, MaxNorm, WeightDecay
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import Nesterov, Optimizer
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.rules.rectifiers import ReLU, SiLU
from rosenblatt.training.averages import EMA
from rosenblatt.training.settings import settings_table
from tests.network_checks import close_vectors
from tests.strategies import STEADY_OPTIMIZERS, practices, rules
from tests.tolerances import ENGINES, ENGINES_MIXTURES

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")


def problem(network, n, dtype, seed, is_sparse=False):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, network.sizes[0])).astype(dtype)
    if is_sparse:
        X = sparse.csr_matrix(X * (rng.random(X.shape) < 0.3))
    theta = (0.5 * rng.normal(size=network.n_parameters)).astype(dtype)
    y = rng.normal(size=(n, network.sizes[-1])).astype(dtype)
    return Batch(X, y, rng.uniform(0.1, 2.0, n).astype(dtype)), theta


def run(engine, batch, theta, epochs, size, seed=11):
    """Return theta, slots and the table after some epochs."""
    n, plan = batch.X.shape[0], engine.plan
    rng = np.random.default_rng(seed)
    bounds = np.array(
        [0, *(s + e * n for e in range(epochs) for s in [*range(size, n, size), n])], dtype=np.int64
    )
    indices = np.concatenate([rng.permutation(n) for _ in range(epochs)])
    steps = (len(bounds) - 1) // epochs
    table = settings_table(
        plan, lambda clock: 0.01 / (1 + clock.epoch), Clock(0, 2, 0, epochs + 2, 0.3), steps, epochs
    )
    state = State(theta, tuple(np.zeros_like(theta) for _ in plan.slots))
    return engine.epochs(state, batch, Order(indices, bounds, seed, 2, n), table)


def assert_same(ours, theirs, tolerance):
    (state, table), (wanted, wanted_table) = ours, theirs
    for vector, other in zip((state.theta, *state.slots), (wanted.theta, *wanted.slots), strict=True):
        close_vectors(vector, other, tolerance, "theta or a slot")
    for column, other in zip(table.T, wanted_table.T, strict=True):
        close_vectors(column, other, tolerance, "table")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_mixture(data):
    depth = data.draw(st.integers(0, 3))
    sizes = tuple(data.draw(st.lists(st.integers(1, 40), min_size=depth + 2, max_size=depth + 2)))
    tied = depth % 2 == 1 and data.draw(st.booleans())
    sizes = (*sizes[: depth // 2 + 2], *sizes[depth // 2 :: -1]) if tied else sizes
    hidden = tuple(data.draw(st.sampled_from([Tanh(), ReLU(), SiLU()])) for _ in range(depth))
    network = Network(sizes, hidden, Identity(), tied)
    is_sparse = data.draw(st.booleans())
    dtype = data.draw(st.sampled_from(["float64", "float32"]))
    # in float32 an adaptive step on a gradient that is rounding alone has any sign
    optimizer = data.draw(rules(STEADY_OPTIMIZERS)) if dtype == "float64" else Nesterov()
    penalties = data.draw(
        st.sampled_from([(), (Penalty(L2(), 0.1, True),), (Penalty(L1(), 0.01), Penalty(L2(), 0.1))])
    )
    extras = data.draw(practices(network, is_sparse))
    plan = Plan(HalfSquaredError(), optimizer, rate=None, penalties=penalties, **extras)
    n, size = data.draw(st.sampled_from([(1, 1), (20, 7), (50, 50), (9, 1), (1100, 1050)]))
    batch, theta = problem(network, n, dtype, data.draw(st.integers(0, 1000)), is_sparse)
    epochs = 1 if dtype == "float32" else 5
    with np.errstate(all="ignore"):
        theirs = run(ArrayEngine(network, plan), batch, theta, epochs, size)
    assume(np.isfinite(theirs[1]).all() and np.abs(theirs[0].theta).max() < 100)
    ours = run(NativeEngine(network, plan), batch, theta, epochs, size)
    assert_same(ours, theirs, ENGINES_MIXTURES[dtype])


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gradient_with_noise(dtype, is_sparse):
    network = Network((30, 20, 9, 3), (Tanh(), SiLU()), Identity())
    noise = Noise(99, 4, 1000, (0.2, 0.5, 0.3), 0.0 if is_sparse else 0.2)
    regularizers = () if is_sparse else (InputNoise(0.2),)
    plan = Plan(
        HalfSquaredError(),
        catalogue(Optimizer)["sgd"](),
        rate=None,
        regularizers=regularizers,
        dropout=noise.dropout,
    )
    batch, theta = problem(network, 600, dtype, 0, is_sparse)  # more than a block of samples
    batch = batch._replace(noise=noise)
    ours, theirs = (
        NativeEngine(network, plan).gradient(theta, batch),
        ArrayEngine(network, plan).gradient(theta, batch),
    )
    close_vectors(ours.gradient, theirs.gradient, ENGINES[dtype], "gradient")
    plain = NativeEngine(network, plan).gradient(theta, batch._replace(noise=None))
    assert np.abs(plain.gradient - ours.gradient).max() > 1


EVERYTHING = {
    "penalties": (Penalty(L2(), 0.01, True), Penalty(L1(), 0.001)),
    "regularizers": (Clip(norm=0.5, value=0.1), MaxNorm(0.9), WeightDecay(0.1), InputNoise(0.1)),
    "average": EMA(0.9),
}


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("sizes", "n"),
    [
        ((300, 290, 310, 10), 96),
        ((64, 100, 10), 37),
        ((5, 8, 17), 17),
        ((60, 24, 8, 1), 1),
        ((50, 400, 2), 1300),
    ],
)
def test_same_bits_for_any_number_of_threads(sizes, n, dtype, is_sparse):
    network = Network(sizes, (Tanh(),) * (len(sizes) - 2), Identity())
    extras = {
        **EVERYTHING,
        "dropout": (0.1,) * network.m,
        "multipliers": tuple(np.linspace(0.5, 1.5, network.m)),
    }
    if is_sparse:
        extras["regularizers"] = extras["regularizers"][:3]
    plan = Plan(HalfSquaredError(), catalogue(Optimizer)["adam"](), rate=None, **extras)
    batch, theta = problem(network, n + 3, dtype, 1, is_sparse)
    found = set()
    for threads in (1, 2, 3, 16):
        state, table = run(NativeEngine(network, plan, n_threads=threads), batch, theta, 2, n)
        found.add(b"".join(np.asarray(part).tobytes() for part in (state.theta, *state.slots, table)))
    assert len(found) == 1


def test_epochs_are_a_fold_of_gradient_and_update():
    network = Network((6, 9, 3), (Tanh(),), Identity())
    plan = Plan(
        HalfSquaredError(), catalogue(Optimizer)["adam"](), rate=None, dropout=(0.1, 0.5), **EVERYTHING
    )
    batch, theta = problem(network, 20, "float64", 0)
    engine = NativeEngine(network, plan)
    once, _ = run(engine, batch, theta, 2, 20)
    rng, state = np.random.default_rng(11), State(theta, tuple(np.zeros_like(theta) for _ in plan.slots))
    table = settings_table(plan, lambda clock: 0.01 / (1 + clock.epoch), Clock(0, 2, 0, 4, 0.3), 1, 2)
    for epoch in range(2):
        rows, noise = rng.permutation(20), Noise(11, 2 + epoch, 0, (0.1, 0.5), 0.1)
        taken = Batch(batch.X[rows], batch.y[rows], batch.weight[rows], noise)
        state, _ = engine.update(state, engine.gradient(state.theta, taken), table[epoch])
    np.testing.assert_array_equal(once.theta, state.theta)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extras": {"unheard": 2}}, "no column 'unheard'"),
        ({"extras": {"decay": 0}}, "outside the settings"),
        ({"extras": {"decay": 99}}, "outside the settings"),
        ({"extras": {"dropout_0": 1}}, "one column for each layer"),
        ({"extras": {"dropout_1": 1, "dropout_0": 2}}, "one column for each layer"),
        ({"multipliers": [1.0]}, "one multiplier"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    make = native_module().ProgramFloat64
    arguments = ([2, 3, 1], [("tanh", {})], ("identity", {}), ("squared_error", {}), ("sgd", {}), [])
    make(*arguments, extras={"decay": 1})
    with pytest.raises(ValueError, match=message):
        make(*arguments, **change)


@pytest.mark.parametrize(
    "noise", [(-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, -1, 0), (0, 0, 0, -1), (0, 2**62, 0, 0), (0, 0, 2**62, 0)]
)
def test_a_place_is_not_negative(noise):
    program = native_module().ProgramFloat64(
        [2, 1], [], ("identity", {}), ("squared_error", {}), ("sgd", {}), []
    )
    gradient = np.empty(3)
    with pytest.raises((ValueError, TypeError)):
        program.gradient(np.zeros(3), np.zeros((1, 2)), np.zeros((1, 1)), None, gradient, 1, None, noise)


@pytest.mark.parametrize("column", ["noise", "dropout_0", "dropout_1"])
@pytest.mark.parametrize("strength", [np.nan, np.inf, -0.5, 2e308])
def test_strengths_are_finite_and_not_negative(column, strength):
    columns = {"noise": 1, "dropout_0": 2, "dropout_1": 3}
    program = native_module().ProgramFloat64(
        [2, 2, 1], [("tanh", {})], ("identity", {}), ("squared_error", {}), ("sgd", {}), [], columns
    )
    settings = np.zeros((1, 4))
    settings[0, columns[column]] = strength
    with pytest.raises(ValueError, match="settings must hold strengths"):
        program.gradient(
            np.zeros(9), np.zeros((1, 2)), np.zeros((1, 1)), None, np.empty(9), 1, settings, (0, 0, 0, 0)
        )
