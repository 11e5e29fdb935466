"""What corrupt rows and odd columns cost the detector: area under the ROC curve of the other rows, and their units.

python -m benchmarks.corrupt_rows                          # means over seeds 0 to 4
python -m benchmarks.corrupt_rows --record benchmarks/README.md
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from rosenblatt import AutoencoderDetector

from .report import put, table

SEEDS = range(5)
MARK = "<!-- corrupt rows table -->"
COUNTS, VALUES, UNITS = (0, 1, 10, 30, 80), (-999.0, -1e6, 1e12), (0.001, 1.0, 100.0, 10000.0)
COLUMNS: dict[str, Callable[[np.random.Generator, int], NDArray[Any]]] = {
    "four fifths zeros, else exponential": lambda r, n: np.where(r.random(n) < 0.8, 0, r.exponential(size=n)),
    "74 % zeros, else exponential": lambda r, n: np.where(r.random(n) < 0.74, 0, r.exponential(size=n)),
    "95 % zeros, else exponential": lambda r, n: np.where(r.random(n) < 0.95, 0, r.exponential(size=n)),
    "74 % zeros, noise of 1e-6 on all": lambda r, n: (
        np.where(r.random(n) < 0.74, 0, r.exponential(size=n)) + 1e-6 * r.normal(size=n)
    ),
    "95 % zeros, noise of 1e-6 on all": lambda r, n: (
        np.where(r.random(n) < 0.95, 0, r.exponential(size=n)) + 1e-6 * r.normal(size=n)
    ),
    "0 and 1, 99 to 1": lambda r, n: (r.random(n) < 0.01).astype(float),
    "constant but for one row": lambda _, n: (np.arange(n) == 7).astype(float),
    "Cauchy": lambda r, n: r.standard_cauchy(n),
    "log-normal, exponent 3": lambda r, n: np.exp(3 * r.normal(size=n)),
    "Poisson, mean 0.1": lambda r, n: r.poisson(0.1, n).astype(float),
}


def scored(X: NDArray[Any], seed: int) -> NDArray[Any]:
    """Return how unusual each row is to the detector with its defaults."""
    return -AutoencoderDetector(random_state=seed).fit(X).score_samples(X)


def corrupt_rows(count: int, value: float, seed: int, n: int = 1000, broken: int = 20) -> tuple[float, int]:
    """Return the area over rows that are not corrupt, and how many of these are above a corrupt one."""
    r = np.random.default_rng(seed)
    X = r.normal(size=(n, 2)) @ r.normal(size=(2, 6)) + 0.1 * r.normal(size=(n, 6))
    outlier = np.zeros(n, bool)
    outlier[r.choice(np.setdiff1d(np.arange(n), [n // 2]), broken, replace=False)] = True
    for i in np.flatnonzero(outlier):
        X[i] = X[r.choice(n, 6), np.arange(6)]  # each entry another row's
    rows = r.choice(np.flatnonzero(~outlier), count, replace=False)
    X[rows] = value
    scores, kept = scored(X, seed), np.delete(np.arange(n), rows)
    above = int((scores[kept] > scores[rows].min()).sum()) if count else 0
    return float(roc_auc_score(outlier[kept], scores[kept])), above


def odd_column(name: str, unit: float, seed: int, n: int = 1000) -> float:
    """Return the area where entries of 50 rows near a plane are permuted, beside an odd column."""
    r = np.random.default_rng(seed)
    X = r.normal(size=(n, 4)) @ r.normal(size=(4, 20)) + 0.1 * r.normal(size=(n, 20))
    rows = r.choice(n, 50, replace=False)
    for j in range(20):
        X[rows, j] = X[r.permutation(rows), j]
    found = scored(np.column_stack([X, unit * COLUMNS[name](r, n)]), seed)
    return float(roc_auc_score(np.isin(np.arange(n), rows), found))


def main() -> None:
    """Measure, print both tables, and write them into the record if one is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    lines = []
    for count in COUNTS:
        for value in VALUES if count else (0.0,):
            found = [corrupt_rows(count, value, seed) for seed in SEEDS]
            areas = [area for area, _ in found]
            above = str(max(above for _, above in found)) if count else "–"
            shown = f"{value:g}" if count else "–"
            lines.append([str(count), shown, f"{np.mean(areas):.3f}", f"{min(areas):.3f}", above])
    first = table(["corrupt rows of 1,000", "all entries", "area", "least", "others above one"], lines)
    lines = []
    for name in COLUMNS:
        means = [np.mean([odd_column(name, unit, seed) for seed in SEEDS]) for unit in UNITS]
        lines.append([name, *(f"{mean:.3f}" for mean in means)])
    text = first + "\n\n" + table(["odd column", *(f"times {unit:g}" for unit in UNITS)], lines)
    print(text)
    if options.record is not None:
        put(options.record, MARK, text)


if __name__ == "__main__":
    main()
