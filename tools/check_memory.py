"""Fit many estimators one after the other: the process must not grow.

python tools/check_memory.py --fits 1000   # fails if memory grows by 1 MB or more
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from rosenblatt import MLPClassifier, MLPRegressor

LIMIT = 1 << 20
WARM_UP = 60  # fits until allocators and caches have what they keep


def resident() -> int:
    """Return the bytes of this process that are in memory, when the C library has given back what is free."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # another C library than glibc gives back by itself
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def problems() -> list[tuple[Any, Any, Any]]:
    """Return estimators with data, so that all paths of the native engine are among them."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 20)), rng.integers(0, 3, 200)
    common = {"max_iter": 3, "random_state": 0}
    return [
        (MLPClassifier((30,), **common), X, y),
        (MLPClassifier((30, 10), batch_size=200, early_stopping=True, **common), X.astype("float32"), y),
        (MLPClassifier((16,), solver="sgd", batch_size=1, **common), X[:40], y[:40] > 0),
        (MLPClassifier((30,), **common), sparse.csr_matrix(X * (rng.random(X.shape) < 0.1)), y),
        (MLPRegressor("squared_error", (30,), solver="lbfgs", **common), X, X[:, 0]),
        (MLPRegressor("squared_error", (1200,), batch_size=200, **common), X, X[:, :2]),
    ]


def growth(fits: int) -> int:
    """Return by how many bytes the process grows in so many fits."""
    cases = problems()

    def fit(number: int) -> None:
        estimator, X, y = cases[number % len(cases)]
        estimator.fit(X, y).predict(X)

    for number in range(WARM_UP):
        fit(number)
    before = resident()
    for number in range(fits):
        fit(number)
    return resident() - before


def main() -> int:
    """Print the growth; return 1 if it is too much."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=1000)
    fits = parser.parse_args().fits
    warnings.simplefilter("ignore")
    grown = growth(fits)
    print(f"{fits} fits: {grown / LIMIT:+.2f} MB")
    if grown >= LIMIT:
        print("memory grew by 1 MB or more: something keeps what a fit allocates", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
