"""Ctrl-C in the perceptron: whole epochs are kept, and it ends the runs of all classes."""

import _thread
import itertools
import signal
import warnings

import numpy as np
import pytest

from rosenblatt import Perceptron
from rosenblatt.engines import perceptron as engine
from rosenblatt.estimators import perceptron_runs
from rosenblatt.inspection import separability as proofs
from tests.perceptron_problems import AND, GATES

VARIANTS = ("last", "averaged", "voted", "pocket")
INTERRUPTED = "Training interrupted by user"
LONG = {"native": 1_000_000, "array": 2_000}
"""Epochs of some seconds at least: a Ctrl-C that is not heard fails a test, and does not hang it."""


@pytest.fixture(params=["native", "array"])
def runs(request, monkeypatch):
    """Take the runs in C++, where it is installed, and in NumPy."""
    if request.param == "array":
        monkeypatch.setenv("ROSENBLATT_ENGINE", "array")
    elif not engine.is_native():
        pytest.skip("the compiled engine is not here")
    return request.param


@pytest.fixture
def signals():
    """Let Ctrl-C be a KeyboardInterrupt: a worker of the tests ignores it."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.fixture
def one_epoch_a_slice(monkeypatch):
    monkeypatch.setattr(perceptron_runs, "SLICE", 0.0)


def noisy(n=60, k=2):
    random = np.random.default_rng(0)
    return random.normal(size=(n, 4)), random.integers(0, k, n)


def interrupted_after(monkeypatch, slices):
    """Raise KeyboardInterrupt within the slice after so many, when weights have already changed."""
    count, original = itertools.count(1), engine.Rows.run

    class Interrupted:
        def __init__(self, run, memory):
            object.__setattr__(self, "run", run)
            object.__setattr__(self, "memory", memory)

        def __getattr__(self, name):
            return getattr(self.run, name)

        def __setattr__(self, name, value):
            setattr(self.run, name, value)

        def advance(self, seconds, orders=None):
            ended = self.run.advance(0.0, orders)
            if next(count) > slices:
                self.memory.w[:] = 1e9  # somewhere within an epoch
                raise KeyboardInterrupt
            return ended

    def run(rows, problem, memory, settings):
        return Interrupted(original(rows, problem, memory, settings), memory)

    monkeypatch.setattr(engine.Rows, "run", run)


@pytest.mark.parametrize("order", ["cyclic", "shuffled"])
@pytest.mark.parametrize("stop", ["tolerance", "separated"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_what_whole_epochs_learned_is_kept(runs, one_epoch_a_slice, monkeypatch, variant, stop, order):
    X, y = noisy()
    model = Perceptron(variant=variant, stop=stop, order=order, tol=None, max_iter=10**6, eta0=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Perceptron(**{**model.get_params(), "max_iter": 5}).fit(X, y)
    interrupted_after(monkeypatch, 5)
    with pytest.warns(UserWarning, match=INTERRUPTED):
        assert model.fit(X, y) is model
    assert (model.n_iter_, model.n_updates_) == (5, whole.n_updates_)
    assert np.array_equal(model.update_curve_, whole.update_curve_)
    assert np.array_equal(model.coef_, whole.coef_)
    assert np.array_equal(model.intercept_, whole.intercept_)
    assert np.array_equal(model.decision_function(X), whole.decision_function(X))


@pytest.mark.parametrize("penalty", ["l1", "l2", "elasticnet"])
def test_with_a_penalty_w_is_what_it_would_be_after_these_epochs(
    runs, one_epoch_a_slice, monkeypatch, penalty
):
    X, y = noisy()
    model = Perceptron(penalty=penalty, alpha=0.01, tol=None, max_iter=10**6)
    whole = Perceptron(**{**model.get_params(), "max_iter": 5}).fit(X, y)
    interrupted_after(monkeypatch, 5)
    with pytest.warns(UserWarning, match=INTERRUPTED):
        model.fit(X, y)
    assert model.n_iter_ == 5
    assert np.array_equal(model.coef_, whole.coef_)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_one_ctrl_c_ends_the_runs_of_all_classes(runs, signals, variant, n_jobs, monkeypatch):
    X, y = noisy(200, 3)
    model = Perceptron(variant=variant, stop="separated", max_iter=LONG[runs], n_jobs=n_jobs)
    original, begun = engine.Rows.run, []

    def run(*args):
        begun.append(True)
        if len(begun) == 2 or n_jobs is None:
            _thread.interrupt_main()
        return original(*args)

    monkeypatch.setattr(engine.Rows, "run", run)
    with pytest.warns(UserWarning, match=INTERRUPTED):
        model.fit(X, y)
    assert model.coef_.shape == (3, 4)
    assert np.isfinite(model.coef_).all()
    assert model.predict(X).shape == (200,)
    if n_jobs is None:  # the classes after it had not begun
        assert len(begun) == 1
        assert not model.coef_[1:].any()


def test_the_signal_itself_is_heard_in_a_long_run(runs, signals):
    import os
    import threading

    X, y = noisy(2_000)
    model = Perceptron(stop="separated", max_iter=LONG[runs])
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.warns(UserWarning, match=INTERRUPTED):
        model.fit(X, y)
    assert model.n_iter_ == len(model.update_curve_)
    assert model.n_updates_ == model.update_curve_.sum()


def test_an_interrupted_part_leaves_the_parts_before(runs, monkeypatch):
    X, y = noisy()
    model = Perceptron(order="cyclic").partial_fit(X, y, classes=[0, 1])
    before, updates = model.coef_.copy(), model.n_updates_
    interrupted_after(monkeypatch, 0)
    with pytest.warns(UserWarning, match=INTERRUPTED):
        model.partial_fit(X, y)
    assert np.array_equal(model.coef_, before)
    assert model.n_updates_ == updates


def test_a_proof_that_is_interrupted_leaves_what_was_learned(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    model = Perceptron(stop="separated", certify=True)
    monkeypatch.setattr(proofs, "separability", interrupted)
    with pytest.warns(UserWarning, match="The proof was interrupted"):
        model.fit(GATES, AND)
    assert model.score(GATES, AND) == 1
    assert not hasattr(model, "certificate_")


def test_separability_ends_at_once(monkeypatch):
    count = itertools.count()

    def two(*_):
        if next(count) == 3:
            raise KeyboardInterrupt
        return proofs_two(*_)

    proofs_two = proofs._of_two
    monkeypatch.setattr(proofs, "_of_two", two)
    with pytest.raises(KeyboardInterrupt):
        proofs.separability(*noisy(60, 10))
    assert next(count) == 4
