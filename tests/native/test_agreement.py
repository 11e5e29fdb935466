"""The native engine agrees with the array engine: every rule, dtype, optimiser, penalty and order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, native_module
from rosenblatt.network import Network
from rosenblatt.plan import Penalty, Plan
from rosenblatt.rules.activations import Activation, Identity, Logistic, Tanh
from rosenblatt.rules.classification_losses import BinaryFocal, CategoricalFocal
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import Adam, Optimizer
from rosenblatt.rules.penalties import L1, L2
from rosenblatt.rules.regression_losses import Gamma, GaussianNLL, Huber, Quantile, Quantiles, Tweedie
from tests.strategies import elementwise, targets
from tests.tolerances import ENGINES, ENGINES_EPOCHS

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")

ACTIVATIONS = elementwise()


def problem(sizes, loss, dtype, n=37, seed=0, output=None):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, sizes[0])).astype(dtype)
    y = targets(loss, rng, n, sizes[-1])
    weight = rng.integers(0, 4, size=n).astype(dtype)
    weight[0] = 1
    p = sum(a * b for a, b in pairwise(sizes)) + sum(sizes[1:])
    return Batch(X, y.astype(dtype), weight), (0.5 * rng.normal(size=p)).astype(dtype)


def assert_close(actual, expected, tolerance):
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * scale)


def output_of(loss):
    return catalogue(Activation)[loss.pair or loss.output]()


def assert_same_gradient(network, plan, batch, theta):
    tolerance = ENGINES[theta.dtype.name]
    ours, theirs = NativeEngine(network, plan), ArrayEngine(network, plan)
    a, b = ours.gradient(theta, batch), theirs.gradient(theta, batch)
    assert_close(a.gradient, b.gradient, tolerance)
    assert_close([a.loss, a.reported], [b.loss, b.reported], tolerance)
    assert (a.weight, a.rows) == (b.weight, b.rows)
    assert_close(ours.predict(theta, batch.X), theirs.predict(theta, batch.X), tolerance)


# From 32 outputs on a loss of single outputs takes a sample's row as it lies: with a last vector that is full, and not.
@pytest.mark.parametrize("width", [3, 45, 64])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_hidden_and_output(name, dtype, width):
    g = ACTIVATIONS[name]()
    network = Network((5, 7, width), (g,), g)
    plan = Plan(HalfSquaredError(), Adam(), rate=None)
    assert_same_gradient(network, plan, *problem(network.sizes, plan.loss, dtype))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "sizes", [(4, 1), (4, 6, 1), (3, 5, 2), (60, 24, 10), (9, 33, 17, 20), (13, 100, 3), (20, 8, 70), (9, 64)]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", catalogue(Loss))
def test_every_loss(name, dtype, sizes, weighted):
    loss = catalogue(Loss)[name]()
    sizes = (*sizes[:-1], sizes[-1] * loss.outputs_per_target)
    network = Network(sizes, (Tanh(),) * (len(sizes) - 2), output_of(loss))
    batch, theta = problem(sizes, loss, dtype)
    batch = batch if weighted else batch._replace(weight=None)
    assert_same_gradient(network, Plan(loss, Adam(), rate=None), batch, theta)


OTHER_PARAMETERS = [
    Huber(0.3),
    Quantile(0.8),
    Quantiles((0.2, 0.4, 0.5, 0.9)),
    Quantiles((0.7,)),
    Tweedie(1.1),
    Tweedie(3.0),
    BinaryFocal(0.0),
    BinaryFocal(0.5),
    CategoricalFocal(0.0),
    CategoricalFocal(3.5),
]


@pytest.mark.parametrize("n", [1, 17, 40])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", [*OTHER_PARAMETERS, Gamma(), GaussianNLL()], ids=repr)
def test_losses_with_other_parameters(loss, dtype, n):
    # 17 leaves the last group of samples nearly empty: what fills it up must not be looked at
    network = Network((4, 5, 3 * loss.outputs_per_target), (Tanh(),), output_of(loss))
    plan = Plan(loss, Adam(), rate=None)
    batch, theta = problem(network.sizes, loss, dtype, n=n)
    assert_same_gradient(network, plan, batch, theta)
    if n == 1:  # a network so small takes a sample in one go
        assert_same_epochs(network, plan, batch, theta, 1, "cyclic")


@pytest.mark.parametrize("size", [30.0, 80.0])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["binary_focal", "categorical_focal", "gaussian", "tweedie", "gamma"])
def test_losses_where_the_output_saturates(name, dtype, size):
    loss = catalogue(Loss)[name]()
    network = Network((2, 2), (), output_of(loss))
    batch, theta = problem(network.sizes, loss, dtype, n=20)
    theta[:] = [size, -size, 0.0, size, 0.0, 0.0]
    batch.X[:] = np.clip(batch.X, -1, 1) / (
        1 if name.endswith("focal") else 4
    )  # exponentials overflow beyond
    assert_same_gradient(network, Plan(loss, Adam(), rate=None), batch, theta)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13, 16, 17, 31, 64, 65, 200, 511, 513, 1300])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_number_of_rows(n, dtype):
    network = Network((19, 50, 23, 4), (Tanh(), Logistic()), Identity())
    plan = Plan(HalfSquaredError(), Adam(), rate=None)
    assert_same_gradient(network, plan, *problem(network.sizes, plan.loss, dtype, n=n))


@pytest.mark.parametrize("n", [1, 7, 40, 600])
@pytest.mark.parametrize("width", [1, 2, 3, 9, 16, 33, 100])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_width(n, width, dtype):
    network = Network((width, width + 1, width, 2), (Tanh(), Tanh()), Identity())
    plan = Plan(HalfSquaredError(), Adam(), rate=None)
    assert_same_gradient(network, plan, *problem(network.sizes, plan.loss, dtype, n=n))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("divided", [False, True])
@pytest.mark.parametrize("penalties", [(), (L1(),), (L2(),), (L2(), L1())])
@pytest.mark.parametrize("order", ["shuffled", "cyclic"])
@pytest.mark.parametrize("name", catalogue(Optimizer))
def test_epochs(name, order, penalties, divided, dtype):
    optimizer = catalogue(Optimizer)[name]()
    network = Network((6, 9, 3), (Tanh(),), catalogue(Activation)["softmax"]())
    loss = catalogue(Loss)["categorical_cross_entropy"]()
    plan = Plan(
        loss, optimizer, rate=None, penalties=tuple(Penalty(rule, 0.01, divided) for rule in penalties)
    )
    batch, theta = problem(network.sizes, loss, dtype, n=50)
    batch.weight[:] = np.maximum(batch.weight, 1)
    steps = 3 if dtype == "float32" else 80
    assert_same_epochs(network, plan, batch, theta, steps, order)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("penalties", [(), (L1(),), (L2(),), (L2(), L1())])
@pytest.mark.parametrize("width", [1, 21])
@pytest.mark.parametrize("name", catalogue(Optimizer))
def test_epochs_of_single_samples(name, width, penalties, dtype):
    network = Network((6, width), (), catalogue(Activation)["identity"]())
    plan = Plan(
        HalfSquaredError(),
        catalogue(Optimizer)[name](),
        rate=None,
        penalties=tuple(Penalty(rule, 0.01, False) for rule in penalties),
    )
    batch, theta = problem(network.sizes, plan.loss, dtype, n=10)
    batch.weight[:] = np.maximum(batch.weight, 1)
    steps = 3 if dtype == "float32" else 20
    assert_same_epochs(network, plan, batch, theta, steps, "shuffled", size=1)


def settings_of(plan, steps):
    own = [plan.optimizer.settings_at(step, 0.01) for step in range(1, steps + 1)]
    strengths = [penalty.strength for penalty in plan.penalties]
    return np.array([[0.01, *strengths, *numbers] for numbers in own])


def assert_same_epochs(network, plan, batch, theta, steps, order, size=16):
    rng = np.random.default_rng(1)
    n = batch.X.shape[0]
    state = State(theta, tuple(np.zeros_like(theta) for _ in plan.optimizer.slots))
    bounds = np.concatenate([np.arange(0, n, size), [n]])
    bounds = np.concatenate([[0], *[bounds[1:] + n * e for e in range(steps // (len(bounds) - 1) + 1)]])[
        : steps + 1
    ]
    indices = np.concatenate([rng.permutation(n) for _ in range(steps)])
    if order == "cyclic":
        bounds = bounds[: (n - 1) // size + 2]
        steps, indices = len(bounds) - 1, None
    settings = settings_of(plan, steps)
    ours, table = NativeEngine(network, plan).epochs(state, batch, Order(indices, bounds), settings)
    theirs, expected = ArrayEngine(network, plan).epochs(state, batch, Order(indices, bounds), settings)
    tolerance = ENGINES_EPOCHS[theta.dtype.name]
    assert_close(ours.theta, theirs.theta, tolerance)
    for a, b in zip(ours.slots, theirs.slots, strict=True):
        assert_close(a, b, tolerance)
    np.testing.assert_allclose(table, expected, rtol=tolerance * 10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 30, 700])
@pytest.mark.parametrize("width", [3, 20, 70])
def test_sparse_samples(n, width, dtype):
    network = Network((40, width, 2), (Tanh(),), Identity())
    plan = Plan(HalfSquaredError(), Adam(), rate=None)
    batch, theta = problem(network.sizes, plan.loss, dtype, n=n)
    X = sparse.random(n, 40, density=0.1, format="csr", random_state=0, dtype=dtype)
    ours, theirs = NativeEngine(network, plan), ArrayEngine(network, plan)
    a, b = ours.gradient(theta, batch._replace(X=X)), theirs.gradient(theta, batch._replace(X=X.toarray()))
    assert_close(a.gradient, b.gradient, ENGINES[dtype])
    assert_close(ours.predict(theta, X), theirs.predict(theta, X.toarray()), ENGINES[dtype])
    if n > 1:
        assert_same_epochs(network, plan, batch._replace(X=X), theta, 3, "shuffled")


def test_batches_larger_than_a_block():
    network = Network((6, 9, 3), (Tanh(),), Identity())
    plan = Plan(HalfSquaredError(), Adam(), rate=None, penalties=(Penalty(L2(), 0.1, True),))
    batch, theta = problem(network.sizes, plan.loss, "float64", n=1500)
    assert_same_epochs(network, plan, batch, theta, 4, "shuffled", size=1100)


def test_epochs_are_a_fold_of_gradient_and_update():
    network = Network((6, 9, 3), (Tanh(),), Identity())
    plan = Plan(HalfSquaredError(), Adam(), rate=None, penalties=(Penalty(L2(), 0.1, True),))
    batch, theta = problem(network.sizes, plan.loss, "float64", n=20)
    engine = NativeEngine(network, plan)
    state = State(theta, (np.zeros_like(theta), np.zeros_like(theta)))
    settings = settings_of(plan, 2)
    folded = state
    for row in settings:
        folded, _ = engine.update(folded, engine.gradient(folded.theta, batch), row)
    once, _ = engine.epochs(state, batch, Order(np.tile(np.arange(20), 2), np.array([0, 20, 40])), settings)
    np.testing.assert_array_equal(once.theta, folded.theta)
