"""A3 and A4 in C++ against the readable engine: activations, dropout, weights, several blocks, numbers of threads."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, knows, native_module
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Activity, Plan
from rosenblatt.rules.activations import Activation, Identity, Logistic
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD
from rosenblatt.rules.penalties import ActivityL1, KLDivergence
from tests.network_checks import close_vectors
from tests.tolerances import ENGINES, ENGINES_EPOCHS

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")

SIZES = (11, 20, 7, 33, 3)
ACTIVITIES = (
    Activity(ActivityL1(), 0.3, (1, 2)),
    Activity(KLDivergence(0.1), 0.7, (2,)),
    Activity(KLDivergence(0.2, low=-1.0), 0.4, (3, 1)),
    Activity(ActivityL1(), 0.2, (2,)),
)
STRENGTHS = tuple(one.strength for one in ACTIVITIES)
SMOOTH = sorted(set(catalogue(Activation)) - {"threshold", "softmax", "mean_variance", "exp"})


def engines_of(name="logistic", sizes=SIZES, activities=ACTIVITIES, dropout=(), threads=(1, 2, 3, 16)):
    network = Network(sizes, (catalogue(Activation)[name](),) * (len(sizes) - 2), Identity())
    plan = Plan(HalfSquaredError(), SGD(), None, activities=activities, dropout=dropout)
    return ArrayEngine(network, plan), *(NativeEngine(network, plan, n) for n in threads)


def random_batch(n, dtype, noise=None, sizes=SIZES):
    random = np.random.default_rng(n)
    X, y = random.normal(size=(n, sizes[0])), random.normal(size=(n, sizes[-1]))
    weight = random.uniform(0.1, 2.0, n)
    return Batch(X.astype(dtype), y.astype(dtype), weight.astype(dtype), noise, STRENGTHS)


def random_theta(engine, dtype):
    return 0.4 * np.random.default_rng(1).normal(size=engine.network.n_parameters).astype(dtype)


def assert_same(ours, theirs, tolerance):
    close_vectors(ours.gradient, theirs.gradient, tolerance, "gradient")
    numbers = [(sums.loss, sums.reported, sums.weight) for sums in (ours, theirs)]
    np.testing.assert_allclose(numbers[0], numbers[1], rtol=tolerance)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 37, 1300])
@pytest.mark.parametrize("dropout", [(), (0.2, 0.5, 0.0, 0.3)], ids=str)
def test_a_gradient_on_any_number_of_threads(n, dropout, dtype):
    for name in ("logistic", "gelu") if dtype == "float32" else SMOOTH:
        array, *natives = engines_of(name, dropout=dropout)
        batch = random_batch(n, dtype, Noise(5, 1, 7, dropout))
        theta = random_theta(array, dtype)
        first = natives[0].gradient(theta, batch)
        # one side of the clamp of a share or the other: rounding decides where a mean meets it
        assert_same(first, array.gradient(theta, batch), 10 * ENGINES[dtype])
        for other in natives[1:]:
            again = other.gradient(theta, batch)
            assert (again.loss, again.reported) == (first.loss, first.reported)
            assert np.array_equal(again.gradient, first.gradient)
        without = natives[0].gradient(theta, batch._replace(activity=None))
        assert first.loss > without.loss
        assert first.reported == without.reported


def test_large_layers_whose_columns_are_shared_out():
    sizes = (300, 290, 310, 10)
    activities = (Activity(KLDivergence(0.3, -1.0), 0.5, (1, 2)), Activity(ActivityL1(), 0.5, (2,)))
    array, *natives = engines_of("gelu", sizes, activities, (0.1, 0.2, 0.3))
    batch = random_batch(530, "float64", Noise(5, 1, 7, (0.1, 0.2, 0.3)), sizes)._replace(activity=(0.5, 0.5))
    theta = 0.1 * random_theta(array, "float64")
    found = [native.gradient(theta, batch) for native in natives]
    assert_same(found[0], array.gradient(theta, batch), ENGINES["float64"])
    assert len({sums.gradient.tobytes() for sums in found}) == 1


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_epochs_and_a_strength_that_becomes_0(dtype, is_sparse):
    array, *natives = engines_of(dropout=(0.1, 0.0, 0.2, 0.1))
    data, theta = random_batch(1300, dtype)._replace(activity=None), random_theta(array, dtype)
    if is_sparse:
        data = data._replace(X=sparse.csr_matrix(np.where(data.X > 0.5, data.X, 0)))
    rates = (0.1, 0.0, 0.2, 0.1)
    rows = [STRENGTHS, (0, 0, 0, 0), (0.3, 0, 0.1, 0), (0, 0.5, 0, 0.1), STRENGTHS]
    names = array.plan.columns
    settings = np.zeros((5, len(names)))
    for row, strengths in zip(settings, rows, strict=True):
        row[0] = 0.002
        for k, rate in enumerate(rates):
            row[names.index(f"dropout_{k}")] = rate
        for i, strength in enumerate(strengths):
            row[names.index(f"activity_{i}")] = strength
    order = Order(
        np.random.default_rng(0).permutation(1300), np.array([0, 20, 21, 200, 800, 1300]), 7, 2, 800
    )
    theirs = array.epochs(State(theta, ()), data, order, settings)
    ours = [native.epochs(State(theta, ()), data, order, settings) for native in natives]
    close_vectors(ours[0][0].theta, theirs[0].theta, ENGINES_EPOCHS[dtype], "theta")
    for column, other in zip(ours[0][1].T, theirs[1].T, strict=True):
        close_vectors(column, other, ENGINES_EPOCHS[dtype], "table")
    assert len({state.theta.tobytes() + table.tobytes() for state, table in ours}) == 1


@pytest.mark.parametrize("mean", [0.0, 1.0])
def test_a_node_that_is_dead_or_always_on_is_drawn_back(mean):
    """At the ends of the range the divergence is that of the clamped share, and finite."""
    activities = (Activity(KLDivergence(0.05), 1.0, (1,)),)
    array, native = engines_of("identity", (1, 1, 1), activities, threads=(2,))
    theta = np.array([0.0, 0.0, mean, 0.0])  # w, w, then the biases
    batch = Batch(np.ones((40, 1)), np.zeros((40, 1)), None, None, (1.0,))
    ours, theirs = native.gradient(theta, batch), array.gradient(theta, batch)
    assert_same(ours, theirs, ENGINES["float64"])
    assert ours.gradient[2] * (mean - 0.05) > 0


def test_a_rule_of_ones_own_stays_with_the_array_engine():
    class Own(ActivityL1):
        pass

    network = Network((3, 2, 3), (Logistic(),), Identity())
    for rule, known in ((Own(), False), (KLDivergence(), True)):
        plan = Plan(HalfSquaredError(), SGD(), None, activities=(Activity(rule, 0.1, (1,)),))
        assert knows(network, plan) is known


@pytest.mark.parametrize(
    ("activities", "columns", "message"),
    [
        ([(("l3", {}), [1])], {"activity_0": 1}, "no penalty on outputs 'l3'"),
        ([(("activity_l1", {}), [])], {"activity_0": 1}, "needs a hidden layer"),
        ([(("activity_l1", {}), [2])], {"activity_0": 1}, "numbers of hidden layers"),
        ([(("activity_l1", {}), [0])], {"activity_0": 1}, "numbers of hidden layers"),
        ([(("activity_l1", {}), [1, 1])], {"activity_0": 1}, "numbers of hidden layers"),
        ([(("kl_sparsity", {"rho": 0.1}), [1])], {"activity_0": 1}, "needs the parameter"),
        ([(("activity_l1", {}), [1])], {}, "columns of strengths"),
        ([(("activity_l1", {}), [1])] * 2, {"activity_0": 2, "activity_1": 1}, "side by side"),
        ([], {"activity_0": 1}, "columns of strengths"),
    ],
)
def test_what_cannot_be_is_refused(activities, columns, message):
    given = ([3, 2, 2], [("tanh", {})], ("identity", {}), ("squared_error", {}), ("sgd", {}), [])
    with pytest.raises(ValueError, match=message):
        native_module().ProgramFloat64(*given, extras=columns, activities=activities)


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
def test_strengths_that_cannot_be_are_refused(strength):
    _, native = engines_of(threads=(1,))
    batch = random_batch(4, "float64")._replace(activity=(0.1, 0.2, strength, 0.0))
    with pytest.raises(ValueError, match="settings"):
        native.gradient(random_theta(native, "float64"), batch)
