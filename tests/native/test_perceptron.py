"""The native runs of the perceptron: equal to the page and to NumPy's, and nothing wrong is taken."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from rosenblatt import perceptron_rule as rule
from rosenblatt.engines.native import native_module
from rosenblatt.engines.perceptron import Memory, Problem, Rows, RunSettings, kept
from rosenblatt.engines.perceptron_array import ArrayRun, permutation
from tests.perceptron_problems import AND, GATES
from tests.tolerances import PERCEPTRON_RUNS, SUMMATION

module = native_module()
pytestmark = pytest.mark.skipif(module is None, reason="the native engine was not built")
PLAIN = RunSettings(order="cyclic", until_separated=True, max_epochs=60)
REFUSED = (ValueError, TypeError)
VARIANTS = ("last", "averaged", "voted", "pocket")


def overlapping(n=40, d=3, seed=0, dtype=np.float64):
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, d))
    X[random.random(X.shape) < 0.4] = 0.0
    y = np.where(X[:, 0] + 0.5 * random.normal(size=n) > 0, 1.0, -1.0)
    return X.astype(dtype), y.astype(dtype)


def ran(kind, X, y, settings, orders=None, **more):
    """Return a finished run and its memory."""
    memory, problem = Memory.of(np.zeros(X.shape[1], X.dtype), 0.0, settings.variant), Problem(y, **more)
    if kind == "native":
        run = Rows(X, many_passes=False).run(problem, memory, settings)
    else:
        run = ArrayRun(X, problem, memory, settings)
    while not run.advance(0.01, orders):
        pass
    kept(memory, run)
    return run, memory


@pytest.mark.parametrize("kind", ["native", "array"])
@pytest.mark.parametrize("storage", ["dense", "csr"])
@pytest.mark.parametrize("d", [3, 40])
def test_runs_equal_the_page(kind, storage, d):
    X, y = overlapping(d=d, seed=d)
    path = rule.run(X, y, [range(len(y))] * 60)
    given_ = sparse.csr_array(X) if storage == "csr" else X
    for variant in VARIANTS:
        run, memory = ran(kind, given_, y, replace(PLAIN, variant=variant))
        assert list(run.curve) == path.curve
        np.testing.assert_allclose(
            [*memory.w, memory.b], [*path.weights[-1][0], path.weights[-1][1]], rtol=SUMMATION
        )
        if variant == "averaged":
            w, b = rule.averaged(path.weights, path.survived)
            ours, bias = memory.average()
            np.testing.assert_allclose([*ours, bias], [*w, b], rtol=0, atol=SUMMATION * abs(memory.w).max())
        if variant == "voted":
            rows, steps, survived = run.path()
            assert (rows, survived) == (path.rows, path.survived)
            assert np.array_equal(steps, y[rows])
        if variant == "pocket":
            assert run.pocket_mistakes == path.pocket.wrong
            np.testing.assert_allclose(memory.pocket, path.pocket.w, rtol=SUMMATION)
            assert memory.pocket_run == path.pocket.run


@given(
    seed=st.integers(0, 2**32 - 1),
    penalty=st.sampled_from(["none", "l1", "l2", "elasticnet"]),
    dtype=st.sampled_from(["float32", "float64"]),
    storage=st.sampled_from(["dense", "csr", "csr of 64 bits"]),
    d=st.sampled_from([1, 5, 16, 33]),
    watched=st.booleans(),
)
def test_both_engines_make_the_same_decisions(seed, penalty, dtype, storage, d, watched):
    random = np.random.default_rng(seed)
    X, y = overlapping(30, d, seed, dtype)
    if storage != "dense":
        X = sparse.csr_array(X)
        if "64" in storage:
            X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    more = {"weight": random.uniform(0.5, 2, 30).astype(dtype)} if seed % 2 else {}
    if watched:
        more["set_aside"] = (np.arange(30) % 5 == 0).astype(np.uint8)
    settings = RunSettings(
        penalty, alpha=0.01, l1_ratio=0.3, rate=0.7, seed=seed, max_epochs=12, watch_score=watched
    )
    (a, one), (b, other) = (ran(kind, X, y, settings, **more) for kind in ("native", "array"))
    assert (list(a.curve), a.end, a.epochs) == (list(b.curve), b.end, b.epochs)
    np.testing.assert_allclose(one.w, other.w, rtol=0, atol=PERCEPTRON_RUNS[dtype])


def test_orders_that_are_given_are_taken():
    X, y = overlapping()
    orders = np.random.default_rng(5).integers(0, len(y), size=(7, len(y)))
    settings = replace(PLAIN, order="random", max_epochs=7)
    run, memory = ran("native", X, y, settings, orders)
    path = rule.run(X, y, orders, until_separated=False)
    assert list(run.curve) == path.curve
    np.testing.assert_allclose(memory.w, path.weights[-1][0], rtol=SUMMATION)


def test_a_pass_with_replacement_that_missed_a_mistake_does_not_end_the_run():
    orders = np.zeros((50, 4), dtype=np.int64)
    run, _ = ran("native", GATES, AND, replace(PLAIN, order="random", max_epochs=50), orders)
    assert (run.end, run.curve[-1]) == ("epochs", 0)


def test_a_shuffle_is_scikit_learns_again_and_again():
    X, y = overlapping(9)
    shuffled, _ = ran("native", X, y, RunSettings(seed=11, max_epochs=4, tol=-np.inf))
    p, running, orders = permutation(11, 9), np.arange(9), []
    for _ in range(4):
        running = running[p]
        orders.append(running)
    assert list(shuffled.curve) == rule.run(X, y, orders, until_separated=False).curve


@pytest.mark.parametrize("values", [200, 3_000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compressing_changes_no_bit(values, dtype):
    X, y = overlapping(2_000, 60, dtype=dtype)
    X = np.round(X * values / 8) / values  # as few different values as a table holds, or more
    X[np.random.default_rng(1).random(X.shape) < 0.8] = 0.0
    settings, weights = RunSettings(max_epochs=5), []
    for may in (True, False):
        rows, memory = Rows(X, many_passes=may), Memory.of(np.zeros(60, dtype), 0.0, "last")
        assert rows._rows.is_compressed == may
        rows.run(Problem(y), memory, settings).advance(100.0)
        weights.append(memory.w)
    assert np.array_equal(*weights)


def test_max_updates_ends_within_an_epoch():
    run, _ = ran("native", GATES, AND, replace(PLAIN, max_updates=5))
    assert (run.end, run.updates) == ("updates", 5)


def test_overflow_ends_the_run():
    run, _ = ran("native", GATES * 1e308, AND, replace(PLAIN, rate=1e10))
    assert run.end == "overflow"


# -- what is refused -----------------------------------------------------------------------------------


def arguments(dtype=np.float64):
    return {
        "y": AND.astype(dtype),
        "weight": np.ones(4, dtype),
        "set_aside": np.zeros(4, np.uint8),
        "w": np.zeros(2, dtype),
        "b": 0.0,
        "late": np.zeros(3),
        "pocket": np.zeros(2, dtype),
        "penalty": "none",
        "variant": "averaged",
        "order": "cyclic",
        "numbers": PLAIN.numbers(),
    }


def made(**changes):
    return module.PerceptronFloat64(module.PerceptronRowsFloat64(GATES, 2), **(arguments() | changes))


def test_good_arguments_are_taken():
    assert made().advance(1.0)
    assert made(variant="pocket").advance(1.0)


SPOILERS = {
    "another dtype": lambda a: a.astype(np.float32 if a.dtype == np.float64 else np.float64),
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()) if a.itemsize > 1 else a.astype(">i4"),
    "strided": lambda a: np.repeat(a, 2)[::2],
    "one entry less": lambda a: a[:-1].copy(),
    "one dimension more": lambda a: a[None],
    "objects": lambda a: a.astype(object),
}


@pytest.mark.parametrize("how", SPOILERS)
@pytest.mark.parametrize("name", ["y", "weight", "set_aside", "w", "late"])
def test_a_spoiled_array_is_refused(name, how):
    with pytest.raises(REFUSED):
        made(**{name: SPOILERS[how](arguments()[name])})


@pytest.mark.parametrize("name", ["w", "late"])
def test_read_only_outputs_are_refused(name):
    array = arguments()[name]
    array.flags.writeable = False
    with pytest.raises(REFUSED):
        made(**{name: array})


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"penalty": "l3"}, "penalty"),
        ({"variant": "first"}, "variant"),
        ({"order": "sorted"}, "order"),
        ({"y": AND * 2}, "-1 and \\+1"),
        ({"late": None}, "late"),
        ({"variant": "pocket", "pocket": None}, "pocket"),
        ({"penalty": "l1"}, "last"),
        ({"numbers": {}}, "alpha"),
        ({"numbers": {**PLAIN.numbers(), "more": 1.0}}, "more"),
        ({"numbers": {**PLAIN.numbers(), "max_epochs": 0.0}}, "max_epochs"),
        ({"numbers": {**PLAIN.numbers(), "seed": 2.0**32}}, "seed"),
        ({"numbers": {**PLAIN.numbers(), "alpha": np.nan}}, "alpha"),
        ({"set_aside": None, "numbers": {**PLAIN.numbers(), "watch_score": 1.0}}, "set_aside"),
    ],
)
def test_refusals_name_the_argument(changes, fragment):
    with pytest.raises(REFUSED, match=fragment):
        made(**changes)


def test_overlapping_outputs_are_refused():
    room = np.zeros(3)
    with pytest.raises(ValueError, match="overlap"):
        made(w=room[:2], late=room)


def test_orders_must_not_lie_where_weights_are_written():
    room = np.zeros(8 * len(GATES))
    run = made(order="random", w=room[:2])
    with pytest.raises(ValueError, match="w must not overlap"):
        run.advance(1.0, room[: len(GATES)].view(np.int64)[None])
    with pytest.raises(ValueError, match="w must not overlap"):
        made(y=(shared := np.ones(len(GATES))), w=shared[:2])


@pytest.mark.parametrize(
    "X",
    [
        GATES.astype(np.float32),
        GATES.T.copy().T,
        GATES[0],
        GATES[:0],
        (GATES[3], np.array([0, 2]), np.array([0, 2])),
        (GATES[3], np.array([0, -1]), np.array([0, 2])),
        (GATES[3], np.array([0, 1]), np.array([0, 3])),
        (GATES[3], np.array([0, 1]), np.array([1, 2])),
        (GATES[3], np.array([0, 1]), np.array([0, 2, 1, 2])),
        (GATES[3], np.array([0, 1]), np.array([0, 2], dtype=np.int32)),
        (GATES[3], np.array([0.0, 1.0]), np.array([0, 2])),
        (GATES[3], np.array([0, 1])),
        None,
    ],
    ids=range(13),
)
def test_samples_that_cannot_be_used_are_refused(X):
    with pytest.raises(REFUSED):
        module.PerceptronRowsFloat64(X, 2)


@pytest.mark.parametrize(
    "orders", [None, np.zeros((2, 3), np.int64), np.full((2, 4), 4), np.full((2, 4), -1), np.eye(4)]
)
def test_orders_that_cannot_be_used_are_refused(orders):
    with pytest.raises(REFUSED):
        made(order="random").advance(1.0, orders)
