"""Tied weights in C++ against the readable engine (A1): shapes, narrow layers, one sample, sparse inputs, threads."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.contractive import Contraction
from rosenblatt.corruption import Masking
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, knows, native_module
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Activity, Penalty, Plan
from rosenblatt.regularizers import Clip, MaxNorm
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD, Optimizer
from rosenblatt.rules.penalties import L2, KLDivergence
from tests.network_checks import close_vectors
from tests.tolerances import ENGINES, ENGINES_EPOCHS

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")

SHAPES = [
    (1, 1, 1),
    (5, 1, 5),
    (1, 40, 1),
    (90, 2, 90),
    (2, 90, 2),
    (33, 17, 8, 17, 33),
    (3, 70, 2, 70, 3),
    (300, 290, 310, 290, 300),
]


def engines_of(sizes, threads=(1, 2, 3, 16), **more):
    network = Network(sizes, (Tanh(),) * (len(sizes) - 2), Identity(), tied=True)
    plan = Plan(HalfSquaredError(), more.pop("optimizer", SGD()), None, **more)
    return ArrayEngine(network, plan), *(NativeEngine(network, plan, n) for n in threads)


def random_batch(n, r, dtype, is_sparse=False):
    random = np.random.default_rng(n)
    X = random.normal(size=(n, r)).astype(dtype)
    X = np.where(random.random((n, r)) < 0.3, X, 0) if is_sparse else X
    return Batch(sparse.csr_matrix(X) if is_sparse else X, X, random.uniform(0.1, 2.0, n).astype(dtype))


def random_theta(engine, dtype):
    scale = 1 / np.sqrt(max(engine.network.sizes))
    return scale * np.random.default_rng(1).normal(size=engine.network.n_parameters).astype(dtype)


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("n", [1, 37, 600])
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_gradients_and_outputs_on_any_number_of_threads(sizes, n, is_sparse):
    array, *natives = engines_of(sizes)
    for dtype in ("float64", "float32"):
        batch, theta = random_batch(n, sizes[0], dtype, is_sparse), random_theta(array, dtype)
        expected, found = array.gradient(theta, batch), [native.gradient(theta, batch) for native in natives]
        close_vectors(found[0].gradient, expected.gradient, ENGINES[dtype], "gradient")
        np.testing.assert_allclose(found[0].loss, expected.loss, rtol=ENGINES[dtype])
        assert len({sums.gradient.tobytes() for sums in found}) == 1
        outputs = [native.predict(theta, batch.X) for native in natives]
        close_vectors(outputs[0], array.predict(theta, batch.X), ENGINES[dtype], "outputs")
        assert len({out.tobytes() for out in outputs}) == 1
        one = natives[0].predict(theta, batch.X[-1:])
        assert np.array_equal(one, outputs[0][-1:])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 20, 600])
@pytest.mark.parametrize("sizes", [(33, 17, 8, 17, 33), (90, 2, 90), (2, 90, 2)], ids=str)
def test_epochs_with_everything_beside(sizes, size, dtype):
    m = len(sizes) - 1
    plan = {
        "optimizer": catalogue(Optimizer)["momentum"](),
        "penalties": (Penalty(L2(), 0.01),),
        "regularizers": (Clip(norm=0.5), MaxNorm(0.9)),
        "multipliers": tuple(np.linspace(0.5, 1.5, m)),
        "dropout": (0.1,) * m,
        "activities": (Activity(KLDivergence(0.3, -2.0, 2.0), 0.3, (1,)),),
        "corruption": Masking(0.2, emphasis=(2.0, 1.0)),
        "contraction": Contraction(0.01, (m // 2,)),
    }
    # threads that meet 45 times wait for each other on a busy machine
    array, *natives = engines_of(sizes, (1, 2, 3, 16) if size > 1 else (1, 2), **plan)
    n = 600 if size == 600 else 45
    data, theta = random_batch(n, sizes[0], dtype), random_theta(array, dtype)
    numbers = dict(array.plan.extras) | {"rate": 0.01, "penalty_0": 0.01}
    own = array.plan.optimizer.settings_at(1, 0.01)
    numbers |= dict(zip(array.plan.optimizer.settings, own, strict=True))
    bounds = np.array([*range(0, n, size), n])
    settings = np.array([[numbers[name] for name in array.plan.columns]] * (len(bounds) - 1))
    order = Order(np.random.default_rng(0).permutation(n), bounds, 7, 2, n)
    state = State(theta, tuple(np.zeros_like(theta) for _ in array.plan.slots))
    theirs = array.epochs(state, data, order, settings)
    ours = [native.epochs(state, data, order, settings) for native in natives]
    close_vectors(ours[0][0].theta, theirs[0].theta, ENGINES_EPOCHS[dtype], "theta")
    for column, other in zip(ours[0][1].T, theirs[1].T, strict=True):
        close_vectors(column, other, ENGINES_EPOCHS[dtype], "table")
    assert len({after.theta.tobytes() + table.tobytes() for after, table in ours}) == 1


def test_one_step_taken_apart_is_the_step():
    array, native = engines_of((33, 8, 33), threads=(2,), regularizers=(MaxNorm(0.3),))
    data, theta = random_batch(20, 33, "float64"), random_theta(array, "float64")
    row = np.array([0.1, 0.3])
    once, _ = native.epochs(State(theta, ()), data, Order(None, np.array([0, 20])), row[None])
    apart, _ = native.update(State(theta, ()), native.gradient(theta, data), row)
    np.testing.assert_array_equal(once.theta, apart.theta)


def test_a_contraction_beyond_the_code_stays_with_the_array_engine():
    network = Network((5, 4, 3, 4, 5), (Tanh(),) * 3, Identity(), tied=True)
    for layers, known in (((1, 2), True), ((3,), False)):
        plan = Plan(HalfSquaredError(), SGD(), None, contraction=Contraction(0.1, layers))
        assert knows(network, plan) is known


@pytest.mark.parametrize("sizes", [[3, 2, 4], [3, 3], [3, 2, 2, 3]])
def test_sizes_that_are_not_the_same_from_both_ends_are_refused(sizes):
    hidden = [("tanh", {})] * (len(sizes) - 2)
    given = (sizes, hidden, ("identity", {}), ("squared_error", {}), ("sgd", {}), [])
    with pytest.raises(ValueError, match="tied weights"):
        native_module().ProgramFloat64(*given, tied=True)


def test_the_noise_of_a_tied_network_is_that_of_its_place():
    corruption = Masking(0.4)
    array, native = engines_of((12, 5, 12), threads=(2,), corruption=corruption)
    batch = random_batch(30, 12, "float64", is_sparse=True)._replace(
        noise=Noise(1, 2, 3, (), 0.0, corruption)
    )
    theta = random_theta(array, "float64")
    close_vectors(
        native.gradient(theta, batch).gradient,
        array.gradient(theta, batch).gradient,
        ENGINES["float64"],
        "gradient",
    )
