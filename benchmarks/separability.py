"""Times and figures of separability: ``python -m benchmarks.separability [--data FOLDER] [--only WORD]``.

Sonar's margin by two methods, and questions about 10,000 images of 784 pixels. The folder holds ``sonar.csv`` and
MNIST's test files; what is not there is left out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rosenblatt import separability
from tests.inspection.oracles import margin_by_interior_point, signed

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def questions(folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, X and y of each question."""
    if (folder / "sonar.csv").exists():
        with (folder / "sonar.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        yield "sonar", np.array([row[:60] for row in rows], dtype=float), np.array([row[60] for row in rows])
    images = folder / "mnist-t10k-images-idx3-ubyte.gz"
    generator = np.random.default_rng(0)
    if images.exists():
        pixels = np.frombuffer(gzip.decompress(images.read_bytes()), np.uint8, offset=16)
        labels = folder / "mnist-t10k-labels-idx1-ubyte.gz"
        X, y = (
            pixels.reshape(-1, 784) / 255.0,
            np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8),
        )
        yield "MNIST, 0 against 1", X[y < 2], y[y < 2]
        yield "MNIST, 0 against the rest", X, y == 0
        yield "MNIST, 8 against the rest", X, y == 8
        yield "MNIST, random labels", X, generator.integers(0, 2, len(y))
    X = generator.normal(size=(10_000, 784))
    yield "normal numbers, random labels", X, generator.integers(0, 2, len(X))
    yield "normal numbers, cut by a plane", X, X @ generator.normal(size=784) > 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.separability", description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--only", default="", help="questions whose name contains this")
    given = parser.parse_args()
    print(
        "| question | rows, columns | separable | proof | samples in it | gamma | bound | seconds | to verify |"
    )
    print("|---|---|---|---|--:|--:|--:|--:|--:|")
    for name, X, y in questions(given.data):
        if given.only not in name:
            continue
        start = time.perf_counter()
        found = separability(X, y)
        middle = time.perf_counter()
        assert found.separable is None or found.verify(X, y)
        end = time.perf_counter()
        figures = f"{found.gamma:.10g} | {found.bound:,}" if found.separable else " | "
        support = "" if found.support is None else len(found.support)
        print(
            f"| {name} | {len(X):,}, {X.shape[1]} | {found.separable} | {found.proof} | {support} | {figures} "
            f"| {middle - start:.2f} | {end - middle:.2f} |",
            flush=True,
        )
        if name == "sonar":
            other = margin_by_interior_point(signed(X, y))
            print(
                f"\nsonar: gamma by an active set {found.gamma!r}, by an interior point {float(other)!r}; "
                f"R {found.R!r}\n"
            )


if __name__ == "__main__":
    main()
