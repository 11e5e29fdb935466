"""A process ends quietly while daemon threads compute, or while they wait for Python's lock."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.marks import needs_native

pytestmark = needs_native

KINDS = {
    "fit": "MLPClassifier((200,), **forever).fit(X, y)",
    "fit on two threads": "set_num_threads(2); MLPClassifier((200,), **forever).fit(X, y)",
    "partial_fit": "again(MLPRegressor(hidden_layer_sizes=(50,)).partial_fit, X, X[:, 0])",
    "predict": "again(MLPRegressor(hidden_layer_sizes=(50,), max_iter=1).fit(X, X[:, 0]).predict, np.tile(X, (50, 1)))",
    "lbfgs": "again(MLPRegressor(hidden_layer_sizes=(200,), solver='lbfgs', max_iter=10**6, tol=0).fit, X, X[:, 0])",
    "perceptron": "Perceptron(max_iter=10**9, tol=None).fit(X, coin)",
    "separability": "again(separability, X, coin)",
    "autoencoder": "Autoencoder((10,), **forever).fit(X)",
    "detector": "again(AutoencoderDetector(max_iter=10**6).fit, X)",
    "array engine": "MLPClassifier((200,), engine='array', **forever).fit(X, y)",
}
BEFORE = """
import threading, time, warnings
import numpy as np
from rosenblatt import *

warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 20))
y, coin = (X[:, 0] > 0).astype(int), rng.integers(0, 2, 2000)
forever = dict(max_iter=10**6, tol=0, n_iter_no_change=10**9)

def again(call, *arguments):
    while True:
        call(*arguments)

def begin(work):
    threading.Thread(target=exec, args=(work, globals()), daemon=True).start()

"""


def end_while(*works: str, seconds: float) -> tuple[int, str]:
    """Return the exit code, and what is written to the standard error, of a process whose daemon threads work on."""
    code = BEFORE + "".join(f"begin({work!r})\n" for work in works) + f"time.sleep({seconds})\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("kind", ["fit on two threads", "predict", "lbfgs", "perceptron"])
def test_a_daemon_thread_does_not_abort_the_process(kind):
    assert end_while(KINDS[kind], seconds=0.8) == (0, "")


@pytest.mark.parametrize("seconds", [0.7, 0.9])
def test_nor_do_many_that_wait_for_the_lock(seconds):
    assert end_while(*KINDS.values(), seconds=seconds) == (0, "")
