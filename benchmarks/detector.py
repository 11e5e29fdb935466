"""The detector against PyOD's AutoEncoder: area under the ROC curve and time, side by side in one process.

python -m benchmarks.detector                          # all sets, five seeds each
python -m benchmarks.detector --record benchmarks/README.md

PyOD is not a dependency of the project: ``pip install pyod torch``. Both sides keep their defaults for all sets, run
on one thread, and learn from the very rows that they score, outliers among them; labels serve for the curve alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_blobs, make_moons

RARE = 0.05
"""The share of rows that are outliers."""
MARK = "<!-- detector table -->"
AREA, TIME = 1.0, 0.1
"""What is aimed at: at least the peer's area, in a tenth of its time."""


class Rows(NamedTuple):
    """Rows of a set, and which of them are outliers."""

    X: NDArray[np.float64]
    outlier: NDArray[np.bool_]


def made_rare(load: Callable[..., Any], label: int, random: np.random.RandomState) -> Rows:
    """Return a bundled set of which one class is left in a few rows only."""
    X, y = load(return_X_y=True)
    common, rare = np.flatnonzero(y != label), np.flatnonzero(y == label)
    kept = random.permutation(rare)[: max(2, round(RARE / (1 - RARE) * len(common)))]
    return Rows(X[np.concatenate([common, kept])], np.arange(len(common) + len(kept)) >= len(common))


def with_outliers(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> Rows:
    """Return rows of both kinds, outliers last."""
    return Rows(np.concatenate([inside, outside]), np.arange(len(inside) + len(outside)) >= len(inside))


def factors(n: int, width: int, k: int, random: np.random.RandomState) -> Rows:
    """Return bent mixtures of ``k`` factors; outliers have a fifth of the features from other rows."""
    inside = np.tanh(random.randn(n, k) @ random.randn(k, width)) + 0.3 * random.randn(n, width)
    outside = inside[random.permutation(n)[: round(RARE * n)]]
    for row in outside:
        for j in random.choice(width, width // 5, replace=False):
            row[j] = inside[random.randint(n), j]
    return with_outliers(inside, outside)


def blobs(random: np.random.RandomState) -> Rows:
    """Return five round clusters in ten dimensions; outliers lie anywhere in half their box."""
    inside, _ = make_blobs(1000, 10, centers=5, random_state=random)
    return with_outliers(inside, random.uniform(inside.min(axis=0), inside.max(axis=0), (50, 10)) / 2)


def moons(random: np.random.RandomState) -> Rows:
    """Return two moons, bent into eight dimensions; outliers lie anywhere in their plane."""
    inside, _ = make_moons(1000, noise=0.05, random_state=random)
    plane = np.concatenate([inside, random.uniform([-1.5, -1.0], [2.5, 1.5], (50, 2))])
    X = np.sin(plane @ random.randn(2, 8) + random.randn(8))
    return Rows(X, np.arange(1050) >= 1000)


def units(random: np.random.RandomState) -> Rows:
    """Return correlated features in units from 1e-3 to 1e6; outliers are a deviation off in three of them."""
    inside = random.randn(2000, 4) @ random.randn(4, 30) + 0.3 * random.randn(2000, 30)
    outside = inside[:100].copy()
    for row in outside:
        row[random.choice(30, 3, replace=False)] += inside.std() * random.choice([-1, 1], 3)
    rows = with_outliers(inside[100:], outside)
    return Rows(rows.X * np.logspace(-3, 6, 30), rows.outlier)


BUNDLED = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer, "digits": load_digits}
GENERATED: dict[str, Callable[[np.random.RandomState], Rows]] = {
    "5 factors, 20 features": lambda random: factors(1000, 20, 5, random),
    "10 factors, 200 features": lambda random: factors(2000, 200, 10, random),
    "blobs": blobs,
    "moons": moons,
    "units": units,
}


def sets(only: list[str]) -> Iterator[tuple[str, Callable[[int], Rows]]]:
    """Yield each set's name, and what makes its rows from a seed; seeds go through the classes of bundled ones."""
    for name, load in BUNDLED.items():
        if name in only:
            classes = len(np.unique(load(return_X_y=True)[1]))
            yield (
                name,
                lambda seed, load=load, classes=classes: made_rare(
                    load, seed % classes, np.random.RandomState(seed)
                ),
            )
    for name, make in GENERATED.items():
        if name in only:
            yield name, lambda seed, make=make: make(np.random.RandomState(seed))
