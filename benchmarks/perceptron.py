"""Our Perceptron beside scikit-learn's through ``fit``, on one thread: the same updates, medians of alternating rounds.

python -m benchmarks.perceptron [--rounds 7]

Sonar and MNIST are read from the folder that ROSENBLATT_DATA names, else ``../shared/data``; where they are not, drawn
samples of the same size stand in for them, and the table says so.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.datasets import load_digits, make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Theirs

from benchmarks.machine import description
from rosenblatt import Perceptron as Ours

FOLDER = Path(os.environ.get("ROSENBLATT_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def drawn(n: int, d: int, classes: int) -> tuple[Any, Any]:
    """Return samples that overlap a little."""
    return make_classification(
        n, d, n_informative=min(d, 40), n_classes=classes, class_sep=1.5, random_state=0
    )


def sonar() -> tuple[str, Any, Any]:
    path = FOLDER / "sonar.csv"
    if not path.exists():
        return "drawn 208 x 60", *drawn(208, 60, 2)
    table = np.genfromtxt(path, delimiter=",", dtype=str, skip_header=1)
    return "Sonar 208 x 60", table[:, :60].astype(float), table[:, 60]


def mnist() -> tuple[str, Any, Any]:
    path = FOLDER / "mnist-t10k-images-idx3-ubyte.gz"
    if not path.exists():
        return "drawn 10,000 x 784", *drawn(10_000, 784, 10)
    images = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16).reshape(-1, 784)
    labels = gzip.decompress((FOLDER / "mnist-t10k-labels-idx1-ubyte.gz").read_bytes())
    return "MNIST 10,000 x 784", images / 255.0, np.frombuffer(labels, np.uint8, offset=8)


def thin() -> tuple[str, Any, Any]:
    """Return samples of which 1 % are stored, and a target that they tell of."""
    random = np.random.default_rng(0)
    X = sparse.random(10_000, 784, density=0.01, format="csr", rng=random)
    noise = 0.3 * random.normal(size=10_000)
    return "CSR 1 % 10,000 x 784", X, np.asarray(X @ random.normal(size=784)) + noise > 0


def cases() -> list[tuple[str, Any, Any, dict[str, Any]]]:
    """Return name, samples, labels and arguments of each case."""
    digits = load_digits(return_X_y=True)
    name, X, y = mnist()
    return [
        (*sonar(), {}),
        ("digits 1,797 x 64", *digits, {}),
        ("digits 1,797 x 64, float32", digits[0].astype(np.float32), digits[1], {}),
        (name, X, y, {}),
        (f"{name}, 0 against rest", X, y == 0, {}),
        ("drawn, dense 10,000 x 784", *drawn(10_000, 784, 10), {"max_iter": 20}),
        (*thin(), {}),
        (f"{name}, CSR", sparse.csr_array(X), y, {}),
        ("digits 1,797 x 64, l2", *digits, {"penalty": "l2"}),
    ]


def measured(X: Any, y: Any, arguments: dict[str, Any], rounds: int) -> tuple[float, float, float]:
    """Return the medians of seconds, theirs and ours, and the largest difference of a weight."""
    seconds: dict[type, list[float]] = {Theirs: [], Ours: []}
    fitted = {}
    for _ in range(rounds):
        for kind, taken in seconds.items():
            start = time.perf_counter()
            fitted[kind] = kind(random_state=0, **arguments).fit(X, y)
            taken.append(time.perf_counter() - start)
    theirs, ours = fitted[Theirs], fitted[Ours]
    assert theirs.n_iter_ == ours.n_iter_
    apart = float(np.abs(theirs.coef_ - ours.coef_).max() / np.abs(theirs.coef_).max())
    return statistics.median(seconds[Theirs]), statistics.median(seconds[Ours]), apart


def until_separated() -> str:
    """Return a sentence on the run on Sonar to the end."""
    name, X, y = sonar()
    start = time.perf_counter()
    model = Ours(order="cyclic", stop="separated", max_iter=10**6).fit(X, y)
    seconds = time.perf_counter() - start
    return (
        f"{name}, cyclic, until separated: {seconds:.2f} s, {model.n_updates_} updates in {model.n_iter_} epochs, "
        f"accuracy {model.score(X, y):.4f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="a part of the names of the cases")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("| samples | scikit-learn, ms | rosenblatt, ms | times | largest difference |")
    print("| --- | --: | --: | --: | --: |")
    for name, X, y, options in cases():
        if arguments.only not in name:
            continue
        rounds = arguments.rounds * (1 if X.shape[0] > 5_000 else 10)
        theirs, ours, apart = measured(X, y, options, rounds)
        print(
            f"| {name} | {theirs * 1e3:.4g} | {ours * 1e3:.4g} | {theirs / ours:.2f} | {apart:.0e} |",
            flush=True,
        )
    print(f"\n{until_separated()}.\n\n{description()}")


if __name__ == "__main__":
    main()
