"""Microseconds per training step, ours and scikit-learn's, interleaved in one run.

A step's time is the difference of a long and a short fit divided by the steps between them, so
that set-up does not count. Run it as ``python benchmarks/against_scikit_learn.py [rounds]``.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as Theirs

from rosenblatt import MLPClassifier as Ours

# layer sizes, batch size, samples, epochs of the long fit
SHAPES = [
    ((60, 24, 3), 16, 640, 12),
    ((64, 100, 10), 32, 1600, 12),
    ((784, 512, 512, 10), 128, 3840, 3),
]


def microseconds_per_step(
    kind: Any, sizes: tuple[int, ...], batch: int, X: Any, y: Any, epochs: int
) -> float:
    """Return the time of one step of ``kind`` by the difference of two fits."""
    seconds = []
    for n_epochs in (1, epochs):
        model = kind(sizes[1:-1], batch_size=batch, max_iter=n_epochs, random_state=0, n_iter_no_change=10**6)
        started = time.perf_counter()
        model.fit(X, y)
        seconds.append(time.perf_counter() - started)
    steps = (epochs - 1) * -(-len(X) // batch)
    return (seconds[1] - seconds[0]) / steps * 1e6


def main(rounds: int) -> None:
    """Print one line for each shape and dtype."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    generator = np.random.default_rng(0)
    print(f"{'shape':>20} {'batch':>5} {'dtype':>8} {'scikit-learn':>13} {'ours':>9} {'times faster':>13}")
    for sizes, batch, n, epochs in SHAPES:
        for dtype in (np.float64, np.float32):
            X = generator.normal(size=(n, sizes[0])).astype(dtype)
            y = generator.integers(0, sizes[-1], n)
            pairs = [
                [microseconds_per_step(kind, sizes, batch, X, y, epochs) for kind in (Theirs, Ours)]
                for _ in range(rounds)
            ]
            theirs, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            name = "-".join(map(str, sizes))
            print(
                f"{name:>20} {batch:>5} {np.dtype(dtype).name:>8} {theirs:>13.1f} {ours:>9.1f} {ratio:>13.2f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
