"""The same bits for any number of threads, twice in one process, in two processes and after a fork."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from rosenblatt.catalogue import catalogue
from rosenblatt.engines.engine import Batch, Order, State
from rosenblatt.engines.native import NativeEngine, native_module
from rosenblatt.network import Network
from rosenblatt.plan import Penalty, Plan
from rosenblatt.rules.activations import Activation, Tanh
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import SGD, Adam
from rosenblatt.rules.penalties import L1, L2

pytestmark = pytest.mark.skipif(native_module() is None, reason="the native engine was not built")

# Wide enough that threads share out columns; narrow and deep, so that they share out samples; small; ragged.
CASES = [
    ((300, 290, 310, 10), 96),
    ((64, 100, 10), 200),
    ((64, 100, 10), 37),
    ((5, 8, 17), 17),  # the last of two threads has one sample to itself
    ((60, 24, 8, 1), 1),  # one sample a step: the short way, which one thread takes alone
    ((9, 20, 30, 40), 49),
    ((200, 700, 3), 50),
    ((50, 400, 2), 1300),
    ((1500, 200, 1), 8),
    ((1000, 900, 5), 1),
]


def digest(sizes, n, dtype, threads, is_sparse=False, steps=3):
    """Return a hash of theta, slots, table, gradient and predictions after some steps."""
    rng = np.random.default_rng(5)
    loss = catalogue(Loss)["categorical_cross_entropy" if sizes[-1] > 1 else "binary_cross_entropy"]()
    network = Network(sizes, (Tanh(),) * (len(sizes) - 2), catalogue(Activation)[loss.output]())
    plan = Plan(loss, Adam(), rate=None, penalties=(Penalty(L2(), 0.01, True), Penalty(L1(), 0.001)))
    rows = n * 2 + 3
    X = rng.normal(size=(rows, sizes[0])).astype(dtype)
    if is_sparse:
        X = sparse.csr_matrix(X * (rng.random(X.shape) < 0.1))
    y = rng.integers(0, max(2, sizes[-1]), rows)
    y = (np.eye(sizes[-1])[y] if sizes[-1] > 1 else y[:, None]).astype(dtype)
    batch = Batch(X, y, rng.random(rows).astype(dtype))
    theta = (rng.normal(size=network.n_parameters) / np.sqrt(sizes[0])).astype(dtype)
    engine = NativeEngine(network, plan, n_threads=threads)
    state = State(theta, (np.zeros_like(theta), np.zeros_like(theta)))
    order = Order(rng.integers(0, rows, n * steps), np.arange(steps + 1) * n)
    settings = np.tile([1e-2, 0.01, 0.001, 1e-2], (steps, 1))
    state, table = engine.epochs(state, batch, order, settings)
    sums = engine.gradient(state.theta, batch)
    parts = (
        state.theta,
        *state.slots,
        table,
        sums.gradient,
        engine.predict(state.theta, X),
        [sums.loss, sums.reported],
    )
    return hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in parts)).hexdigest()


@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("sizes", "n"), CASES)
def test_same_bits_for_any_number_of_threads(sizes, n, dtype, is_sparse):
    once = digest(sizes, n, dtype, 1, is_sparse)
    assert [digest(sizes, n, dtype, threads, is_sparse) for threads in (1, 2, 3, 16)] == [once] * 4


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
def test_same_bits_in_another_process(threads):
    code = (
        f"import sys; sys.path[:0] = {[os.path.dirname(__file__), *sys.path]!r}; import test_threads as t; "
        f"print(t.digest((64, 100, 10), 200, 'float32', {threads}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == digest((64, 100, 10), 200, "float32", 2)


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
def test_same_bits_twice_from_one_engine_whatever_it_did_between(threads):
    rng = np.random.default_rng(0)
    engine = NativeEngine(Network((30, 40, 3), (Tanh(),), Tanh()), Plan(HalfSquaredError(), SGD(), rate=None))
    theta = rng.normal(size=engine.network.n_parameters)
    X, y = rng.normal(size=(700, 30)), rng.normal(size=(700, 3))

    def bits(n):
        engine.n_threads = threads
        sums = engine.gradient(theta, Batch(X[:n], y[:n]))
        return sums.gradient.tobytes() + engine.predict(theta, X[:n]).tobytes()

    once = bits(97)
    engine.gradient(theta, Batch(sparse.csr_matrix(X), y))
    assert bits(700) == bits(700)
    assert bits(97) == once


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_same_bits_after_fork():
    arguments = ((300, 290, 310, 10), 96, "float32", 3)
    once = digest(*arguments)  # the parent's pool is running now
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.starmap_async(digest, [arguments] * 4).get(timeout=120) == [once] * 4
    assert digest(*arguments) == once


def test_calls_from_several_threads_at_once():
    arguments = ((64, 100, 10), 200, "float64", 2)
    once = digest(*arguments)
    results = []
    threads = [threading.Thread(target=lambda: results.append(digest(*arguments))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [once] * 4


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("sizes", "n"), [((64, 100, 10), 200), ((1000, 1000, 1000, 10), 2000)])
def test_ctrl_c_ends_a_run(sizes, n, threads):
    steps = 20_000_000_000 // (n * sum(a * b for a, b in pairwise(sizes)))  # a minute of work

    def interrupt():
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker of the tests ignores it
    try:
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            digest(sizes, n, "float64", threads, steps=max(2, steps * 4))
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("delay", [0.001, 0.01, 0.03, 0.1])
def test_ctrl_c_within_one_long_step_leaves_the_engine_usable(delay, threads):
    arguments = ((700, 900, 900, 10), 512, "float64", threads)
    once = digest(*arguments, steps=1)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(delay, lambda: os.kill(os.getpid(), signal.SIGINT))

    def interrupted():  # the signal may come at once, so the timer starts where it is expected
        timer.start()
        digest(*arguments, steps=60)

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert digest(*arguments, steps=1) == once
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_a_signal_handler_may_compute_while_a_fit_does():
    # it runs on the thread that holds all others, and so must not wait for them
    results = []

    def handle(*_):
        results.append(digest((64, 100, 10), 200, "float64", 2))

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        while not results:
            digest((300, 300, 10), 500, "float64", 2, steps=20)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert results == [digest((64, 100, 10), 200, "float64", 2)] * len(results)


def test_number_of_threads_can_be_set():
    module = native_module()
    try:
        module.set_num_threads(3)
        assert module.num_threads() == 3
    finally:
        module.set_num_threads(0)
    assert module.num_threads() >= 1


def test_threadpoolctl_binds_the_pool():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    module = native_module()
    with threadpoolctl.threadpool_limits(limits=1):
        assert module.num_threads() == 1


def printed(code, **variables):
    """Return what a new process prints, in which these alone say how many threads there are."""
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{code}"
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")} | variables
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def test_threadpoolctl_binds_the_first_fit_of_a_process():
    code = (
        "import threadpoolctl\n"
        "from rosenblatt import MLPClassifier\n"
        "with threadpoolctl.threadpool_limits(1):\n"
        "    MLPClassifier((2,), max_iter=1).fit([[0.0], [1.0]], [0, 1])\n"
        "    from rosenblatt.engines.native import native_module\n"
        "    print(native_module().num_threads())"
    )
    assert printed(code, ROSENBLATT_NUM_THREADS="3") == "1"


@pytest.mark.parametrize("variable", ["ROSENBLATT_NUM_THREADS", "OMP_NUM_THREADS"])
def test_the_environment_is_read(variable):
    code = "from rosenblatt.engines.native import native_module; print(native_module().num_threads())"
    assert printed(code, **{variable: "5"}) == "5"
