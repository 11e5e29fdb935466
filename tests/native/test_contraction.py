"""A6 in C++ against the readable engine: every smooth activation, depth up to 3, masks, weights, several blocks."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.contractive import Contraction
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, native_module
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Activation, Identity
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD
from tests.tolerances import CONTRACTION_EPOCHS, CONTRACTION_MEGABYTES, SUMMATION

SHAPES = [
    ((5, 4, 5), (1,)),
    ((7, 20, 33, 6, 7), (2,)),
    ((7, 20, 33, 6, 7), (1, 3)),
    ((40, 17, 40, 3, 40), (3, 1, 2)),
    ((3, 1, 1, 3), (2,)),
    ((9, 50, 1, 50, 9), (2,)),
]
SMOOTH = sorted(set(catalogue(Activation)) - {"threshold", "softmax", "mean_variance"})


def engines_of(sizes, layers, name="tanh", contraction=0.3, dropout=()):
    network = Network(sizes, (catalogue(Activation)[name](),) * (len(sizes) - 2), Identity())
    plan = Plan(
        HalfSquaredError(), SGD(), None, contraction=Contraction(contraction, layers), dropout=dropout
    )
    return ArrayEngine(network, plan), *(NativeEngine(network, plan, threads) for threads in (1, 2, 3))


def random_batch(sizes, n, dropout):
    random = np.random.default_rng(n)
    X, weight = random.normal(size=(n, sizes[0])), random.uniform(0.1, 2.0, n)
    return Batch(X, X, weight, Noise(5, 1, 7, dropout), None, 0.3)


@pytest.mark.parametrize("n", [1, 2, 37, 600])
@pytest.mark.parametrize(("sizes", "layers"), SHAPES, ids=str)
def test_both_engines_agree_and_threads_change_no_bit(sizes, layers, n):
    dropout = (0.0, *(0.3 for _ in sizes[2:]))
    batch = random_batch(sizes, n, dropout)
    for name in SMOOTH if n == 37 else ("tanh", "gelu"):
        array, *natives = engines_of(sizes, layers, name, dropout=dropout)
        theta = 0.1 * np.random.default_rng(1).normal(size=array.network.n_parameters)
        expected, first = array.gradient(theta, batch), natives[0].gradient(theta, batch)
        scale = np.abs(expected.gradient).max()
        np.testing.assert_allclose(first.gradient, expected.gradient, rtol=0, atol=SUMMATION * scale)
        assert first.loss == pytest.approx(expected.loss, rel=SUMMATION)
        assert first.reported == pytest.approx(expected.reported, rel=SUMMATION)
        for other in natives[1:]:
            again = other.gradient(theta, batch)
            assert again.loss == first.loss
            assert np.array_equal(again.gradient, first.gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_epochs_agree_and_a_strength_of_0_is_none(dtype):
    sizes, n = (6, 9, 4, 9, 6), 50
    array, native, *_ = engines_of(sizes, (1, 2))
    random = np.random.default_rng(0)
    X = random.normal(size=(n, 6)).astype(dtype)
    theta = 0.3 * random.normal(size=array.network.n_parameters).astype(dtype)
    order = Order(None, np.arange(0, n + 1, 10))
    settings = np.array([[0.1, 0.5], [0.1, 0.0], [0.1, 2.0], [0.1, 0.5], [0.1, 0.5]])
    after = [engine.epochs(State(theta, ()), Batch(X, X), order, settings) for engine in (array, native)]
    within = CONTRACTION_EPOCHS[np.dtype(dtype).name]
    np.testing.assert_allclose(after[0][0].theta, after[1][0].theta, rtol=within, atol=within)
    np.testing.assert_allclose(after[0][1], after[1][1], rtol=within, atol=within)
    without = native.epochs(State(theta, ()), Batch(X, X), order, settings * [1, 0])[0].theta
    assert np.abs(without - after[1][0].theta).max() > 1e-3


@pytest.mark.parametrize("layers", [[0], [3], [-1], [1, 1], []])
def test_layers_that_are_none_are_refused(layers):
    given = ([3, 2, 2, 3], [("tanh", {})] * 2, ("identity", {}), ("squared_error", {}), ("sgd", {}), [])
    with pytest.raises(ValueError, match="contract"):
        native_module().ProgramFloat64(*given, {"contraction": 1}, False, [], layers)
    with pytest.raises(ValueError, match="column of strengths"):
        native_module().ProgramFloat64(*given, {}, False, [], [1])


MEASURED = """
import resource, sys, warnings
import numpy as np
from rosenblatt import Autoencoder
warnings.simplefilter("ignore")
engine, sizes, rows, strength = sys.argv[1], eval(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
X = np.random.default_rng(0).uniform(size=(rows, 784))
given = {"code_activation": "logistic", "batch_size": rows, "max_iter": 1, "engine": engine}
Autoencoder(sizes, "logistic", contraction=strength, **given).fit(X)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(
    "libtsan" in os.environ.get("LD_PRELOAD", ""), reason="ThreadSanitizer's own memory counts, too"
)
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux alone")
@pytest.mark.parametrize(
    ("engine", "sizes", "rows"),
    [("native", (1000,), 256), ("array", (1000,), 256), ("native", (1000, 1000, 1000), 4)],
)
def test_memory_is_bounded(engine, sizes, rows):
    """Beside the same fit without it. At depth 2 it is that of a slice of rows, so four show as much as 256."""
    kilobytes = [
        int(
            subprocess.check_output([sys.executable, "-c", MEASURED, engine, str(sizes), str(rows), strength])
        )
        for strength in ("0.1", "0.0")
    ]
    assert kilobytes[0] - kilobytes[1] < CONTRACTION_MEGABYTES * 1024
