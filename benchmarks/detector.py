"""The detector against PyOD's AutoEncoder: area under the ROC curve and time, side by side in one process.

python -m benchmarks.detector                          # all sets, five seeds each
python -m benchmarks.detector --record benchmarks/README.md

PyOD is not a dependency of the project: ``pip install pyod torch``. Both sides keep their defaults for all sets, run
on one thread, and learn from the very rows that they score, outliers among them; labels serve for the curve alone.
Of bundled sets class 0 is made rare, as the collection ODDS does with several of them, and then each class in turn,
with the mean of the areas: there the rare class is often no stranger than the others, and no detector does well.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_blobs, make_moons
from sklearn.metrics import roc_auc_score

import rosenblatt
from rosenblatt import AutoencoderDetector

from .report import figures, put, table

RARE = 0.05
"""The share of rows that are outliers."""
MARK = "<!-- detector table -->"
TIME = 0.1
"""The share of the peer's time that is aimed at, at no smaller area."""


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


Make = Callable[[int], list[Rows]]
"""Rows for a seed: one set, or one for each class, over which the areas are averaged."""


def sets() -> dict[str, Make]:
    """Return what makes the rows of each line of the table from a seed."""
    found: dict[str, Make] = {}
    for name, load in BUNDLED.items():
        labels = range(len(np.unique(load(return_X_y=True)[1])))
        found[f"{name}, class 0 rare"] = partial(_rare, load, labels[:1])
        found[f"{name}, each class in turn"] = partial(_rare, load, labels)
    for name, make in GENERATED.items():
        found[name] = partial(_generated, make)
    return found


def _rare(load: Callable[..., Any], labels: range, seed: int) -> list[Rows]:
    return [made_rare(load, label, np.random.RandomState(seed)) for label in labels]


def _generated(make: Callable[[np.random.RandomState], Rows], seed: int) -> list[Rows]:
    return [make(np.random.RandomState(seed))]


def ours(X: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return how unusual each row is to the detector with its defaults."""
    return -AutoencoderDetector(random_state=seed).fit(X).score_samples(X)


def peer(X: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return how unusual each row is to PyOD's AutoEncoder with its defaults; ``fit`` has scored the rows."""
    from pyod.models.auto_encoder import AutoEncoder

    found: NDArray[np.float64] = AutoEncoder(random_state=seed, verbose=0).fit(X).decision_scores_
    return found


def measured(scores: Callable[[Any, int], Any], sets_of_seed: list[Rows], seed: int) -> tuple[float, float]:
    """Return the mean area over sets, and the seconds that one took."""
    areas, start = [], time.perf_counter()
    found = [scores(rows.X, seed) for rows in sets_of_seed]
    seconds = (time.perf_counter() - start) / len(found)
    areas = [roc_auc_score(rows.outlier, values) for rows, values in zip(sets_of_seed, found, strict=True)]
    return float(np.mean(areas)), seconds


def line(name: str, make: Make, seeds: range) -> list[str]:
    """Return a line of the table: medians over seeds, both sides measured in turn."""
    areas: dict[Any, list[float]] = {ours: [], peer: []}
    times: dict[Any, list[float]] = {ours: [], peer: []}
    for seed in seeds:
        rows = make(seed)
        for side in (ours, peer):
            area, seconds = measured(side, rows, seed)
            areas[side].append(area)
            times[side].append(seconds)
    X = make(seeds[0])[0].X
    own, theirs = (statistics.median(areas[side]) for side in (ours, peer))
    fast, slow = (statistics.median(times[side]) for side in (ours, peer))
    cells = [name, f"{X.shape[0]}, {X.shape[1]}", f"{own:.3f}", f"{theirs:.3f}"]
    cells += [figures(fast * 1e3), figures(slow * 1e3), figures(slow / fast)]
    missed = [what for what, fails in (("area", own < theirs), ("time", fast > TIME * slow)) if fails]
    return [*cells, " and ".join(missed) or "–"]


def main() -> None:
    """Measure, print the table, and write it into the record if one is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", help="words that names of sets begin with")
    parser.add_argument("--skip", nargs="*", default=(), help="the same, left out")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=100, help="seed; the defaults were chosen on 0 to 4")
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    try:
        import pyod
        import torch
    except ImportError as error:
        raise SystemExit(f"{error}; install the other side: pip install pyod torch") from error
    warnings.simplefilter("ignore")
    rosenblatt.set_num_threads(1)
    torch.set_num_threads(1)
    for side in (ours, peer):
        side(load_iris().data, 0)  # what is loaded and compiled at the first call
    head = ["set", "rows, features", "area", "PyOD's", "ms", "PyOD's", "times as fast", "missed"]
    lines = []
    for name, make in sets().items():
        chosen = not options.only or name.startswith(tuple(options.only))
        if chosen and not name.startswith(tuple(options.skip)):
            lines.append(line(name, make, range(options.first, options.first + options.seeds)))
            print(" | ".join(lines[-1]), flush=True)
    text = (
        f"PyOD {pyod.__version__}, torch {torch.__version__}; medians over {options.seeds} seeds from "
        f"{options.first} on.\n\n" + table(head, lines)
    )
    print(f"\n{text}")
    if options.record is not None:
        put(options.record, MARK, text)


if __name__ == "__main__":
    main()
