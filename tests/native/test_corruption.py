"""A5 in C++ against the readable engine: the same draws, the same losses, on any number of threads."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.corruption import Gaussian, Masking, Multiplicative, SaltAndPepper
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, knows, native_module
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Plan
from rosenblatt.regularizers import InputNoise
from rosenblatt.rules.activations import Activation, Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import SGD
from tests.network_checks import close_vectors
from tests.tolerances import ENGINES, ENGINES_EPOCHS

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")

KINDS = (
    Masking(0.3),
    Masking(0.9999, emphasis=(2.0, 0.5)),
    Gaussian(0.3),
    Gaussian(0.3, emphasis=(0.7, 0.0)),
    SaltAndPepper(0.4, -1.0, 2.0, emphasis=(1.0, 0.0)),
    SaltAndPepper(0.1),
    Multiplicative(0.5),
)


def engines_of(corruption, r=13, loss=None, dropout=(), regularizers=(), threads=(1, 2, 3, 16)):
    loss = loss or HalfSquaredError()
    output = catalogue(Activation)[loss.pair or loss.output]()
    network = Network((r, 9, r), (Tanh(),), output)
    plan = Plan(loss, SGD(), None, dropout=dropout, corruption=corruption, regularizers=regularizers)
    return ArrayEngine(network, plan), *(NativeEngine(network, plan, n) for n in threads)


def random_batch(n, r, dtype, noise=None):
    random = np.random.default_rng(n)
    X, weight = random.uniform(0.1, 0.9, size=(n, r)), random.uniform(0.1, 2.0, n)
    return Batch(X.astype(dtype), X.astype(dtype), weight.astype(dtype), noise)


def random_theta(engine, dtype):
    return 0.5 * np.random.default_rng(1).normal(size=engine.network.n_parameters).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 5, 37, 600])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_gradient_on_any_number_of_threads(kind, n, dtype):
    r = {5: 1, 37: 45, 600: 32}.get(n, 13)
    array, *natives = engines_of(
        kind, r, dropout=(0.2, 0.5), regularizers=(InputNoise(0.1),), threads=(1, 2, 3)
    )
    batch = random_batch(n, r, dtype, Noise(2**63 + 5, 3, 2**31, (0.2, 0.5), 0.1, kind))
    theta = random_theta(array, dtype)
    expected, first = array.gradient(theta, batch), natives[0].gradient(theta, batch)
    close_vectors(first.gradient, expected.gradient, ENGINES[dtype], "gradient")
    numbers = [(sums.loss, sums.reported, sums.weight) for sums in (first, expected)]
    np.testing.assert_allclose(numbers[0], numbers[1], rtol=ENGINES[dtype])
    for other in natives[1:]:
        again = other.gradient(theta, batch)
        assert (again.loss, again.reported) == (first.loss, first.reported)
        assert np.array_equal(again.gradient, first.gradient)
    clean = natives[0].gradient(theta, batch._replace(noise=batch.noise._replace(corruption=None)))
    assert not np.allclose(clean.gradient, first.gradient)


SINGLE = sorted(
    name for name, loss in catalogue(Loss).items() if not loss.row_wise and loss.outputs_per_target == 1
)


@pytest.mark.parametrize("name", SINGLE)
def test_emphasis_with_every_loss_of_single_outputs(name):
    kind = Masking(0.5, emphasis=(3.0, 0.25))
    array, native = engines_of(kind, loss=catalogue(Loss)[name](), threads=(2,))
    batch = random_batch(23, 13, "float64", Noise(1, 0, 0, (), 0.0, kind))
    encoding = array.plan.loss.encoding
    batch = batch._replace(y=np.where(batch.X > 0.5, *encoding[:2]) if encoding else batch.y)
    theta = random_theta(array, "float64")
    expected, ours = array.gradient(theta, batch), native.gradient(theta, batch)
    close_vectors(ours.gradient, expected.gradient, ENGINES["float64"], "gradient")
    np.testing.assert_allclose(
        (ours.loss, ours.reported), (expected.loss, expected.reported), rtol=ENGINES["float64"]
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_epochs_and_a_strength_that_becomes_0(kind, dtype):
    array, *natives = engines_of(kind)
    data, theta = random_batch(60, 13, dtype), random_theta(array, dtype)
    strength = getattr(kind, kind.strength)
    settings = np.array([[0.01, strength], [0.01, 0.0], [0.01, strength / 2], [0.01, strength]])
    order = Order(np.random.default_rng(0).permutation(60), np.array([0, 20, 21, 40, 60]), 7, 2, 40)
    theirs = array.epochs(State(theta, ()), data, order, settings)
    ours = [native.epochs(State(theta, ()), data, order, settings) for native in natives]
    close_vectors(ours[0][0].theta, theirs[0].theta, ENGINES_EPOCHS[dtype], "theta")
    for column, other in zip(ours[0][1].T, theirs[1].T, strict=True):
        close_vectors(column, other, ENGINES_EPOCHS[dtype], "table")
    assert len({state.theta.tobytes() + table.tobytes() for state, table in ours}) == 1


@pytest.mark.parametrize("dropout", [(), (0.3, 0.0)], ids=str)
def test_masking_of_compressed_rows(dropout):
    kind = Masking(0.4)
    array, *natives = engines_of(kind, 40, dropout=dropout)
    data = random_batch(600, 40, "float64", Noise(1, 0, 0, dropout, 0.0, kind))
    rows = sparse.csr_matrix(np.where(np.random.default_rng(2).random((600, 40)) < 0.3, data.X, 0.0))
    theta = random_theta(array, "float64")
    expected = array.gradient(theta, data._replace(X=rows.toarray())).gradient
    found = [native.gradient(theta, data._replace(X=rows)).gradient for native in natives]
    close_vectors(found[0], expected, ENGINES["float64"], "gradient")
    assert len({gradient.tobytes() for gradient in found}) == 1


def test_what_would_fill_compressed_rows_is_refused():
    for kind in (Gaussian(0.1), Masking(0.1, emphasis=(1.0, 2.0)), SaltAndPepper(0.1)):
        _, native = engines_of(kind, threads=(1,))
        batch = random_batch(4, 13, "float64", Noise(1, 0, 0, (), 0.0, kind))
        with pytest.raises(ValueError, match="sparse"):
            native.gradient(random_theta(native, "float64"), batch._replace(X=sparse.csr_matrix(batch.X)))


def test_a_user_s_own_corruption_stays_with_the_array_engine():
    class Own:
        def corrupt(self, x, random):
            return x + 1

    network = Network((3, 3), (), Identity())
    assert not knows(network, Plan(HalfSquaredError(), SGD(), None, corruption=Own()))
    assert knows(network, Plan(HalfSquaredError(), SGD(), None, corruption=Gaussian(0.1)))


@pytest.mark.parametrize(
    ("corruption", "columns", "message"),
    [
        (("salt", {}), {"corruption": 1}, "no corruption 'salt'"),
        (("masking", {}), {}, "column of strengths"),
        (("", {}), {"corruption": 1}, "a name"),
        (("masking", {"low": 1.0}), {"corruption": 1}, "cannot have 'low'"),
        (("salt_and_pepper", {"low": float("nan")}), {"corruption": 1}, "cannot have 'low'"),
        (("masking", {"emphasis[0]": -1.0}), {"corruption": 1}, "cannot have 'emphasis"),
        (("masking", {"emphasis[0]": 1.0}), {"corruption": 1}, "as many outputs"),
    ],
)
def test_a_corruption_that_cannot_be_is_refused(corruption, columns, message):
    given = ([3, 2], [], ("identity", {}), ("squared_error", {}), ("sgd", {}), [])
    with pytest.raises(ValueError, match=message):
        native_module().ProgramFloat64(*given, extras=columns, corruption=corruption)


@pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan"), float("inf")])
def test_strengths_that_cannot_be_are_refused(strength):
    _, native = engines_of(Masking(0.2), threads=(1,))
    data, theta = random_batch(4, 13, "float64"), random_theta(native, "float64")
    with pytest.raises(ValueError, match="settings"):
        native.epochs(State(theta, ()), data, Order(None, np.array([0, 4])), np.array([[0.1, strength]]))
