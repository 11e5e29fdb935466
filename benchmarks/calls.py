"""What single calls cost beside their arithmetic: partial_fit, validation, wide data, a loss of one's own.

python -m benchmarks.calls                                       # five rounds
python -m benchmarks.calls --only partial_fit --rounds 9
python -m benchmarks.calls --before /path/to/an/older/checkout   # its times beside these
python -m benchmarks.calls --record benchmarks/README.md         # write the table, too

Every side of every line is timed in turn in one process, on one thread, each round beginning with another side; what
stands in the table is the median. An older checkout is measured in a process of its own, after each part.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sklearn.linear_model
import sklearn.neural_network
from sklearn.datasets import load_breast_cancer, make_classification

import rosenblatt
from rosenblatt.rules.losses import Loss

from .people import wide
from .processes import environment
from .report import figures, put, table

MARK = "<!-- calls table -->"
Line = dict[str, Callable[[], float]]
"""By the side's name, what returns its seconds once."""


class Squared(Loss):
    """Half the squared error, as a user would write it."""

    def value(self, xp: Any, o: Any, y: Any) -> Any:  # noqa: ARG002 - every rule is given the functions
        """Return the loss."""
        return 0.5 * (o - y) * (o - y)

    def derivative(self, xp: Any, o: Any, y: Any) -> Any:  # noqa: ARG002 - every rule is given the functions
        """Return its derivative."""
        return o - y


def seconds(call: Callable[[], Any], times: int = 1) -> float:
    """Return the seconds that one call takes, the mean of so many."""
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times


def partial_fits() -> dict[str, Line]:
    """Return the lines of ``partial_fit``: calls that are alike, after the first."""
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(32, 20)), generator.integers(0, 2, 32)
    ours, theirs = rosenblatt, sklearn.neural_network
    size: dict[str, Any] = {"hidden_layer_sizes": (50,), "random_state": 0}

    def line(first: Any, second: Any, *data: Any) -> Line:
        sides: Line = {}
        for name, model in (("rosenblatt", first), ("scikit-learn", second)):
            if model is None:
                continue
            model.partial_fit(
                *data, **({"classes": [0, 1]} if len(data) > 1 and data[1].dtype == int else {})
            )
            sides[name] = lambda model=model: seconds(lambda: model.partial_fit(*data), 200)
        return sides

    return {
        "partial_fit, classifier, 32 x 20": line(
            ours.MLPClassifier(**size), theirs.MLPClassifier(**size), X, y
        ),
        "partial_fit, regressor, 32 x 20": line(
            ours.MLPRegressor(**size), theirs.MLPRegressor(**size), X, X[:, 0]
        ),
        "partial_fit, regressor, one row": line(
            ours.MLPRegressor(**size), theirs.MLPRegressor(**size), X[:1], X[:1, 0]
        ),
        "partial_fit, autoencoder, 32 x 20 (scikit-learn: regressor of X)": {
            **line(ours.Autoencoder((5,), random_state=0), None, X),
            **line(None, theirs.MLPRegressor(hidden_layer_sizes=(5,), random_state=0), X, X),
        },
        "a fit of one epoch, 32 x 20": {
            name: lambda library=library: seconds(
                lambda: library.MLPClassifier((50,), max_iter=1, random_state=0).fit(X, y), 50
            )
            for name, library in (("rosenblatt", ours), ("scikit-learn", theirs))
        },
        "partial_fit, Perceptron, 32 x 20": line(
            ours.Perceptron(random_state=0), sklearn.linear_model.Perceptron(random_state=0), X, y
        ),
    }


def epoch_of(library: Any, X: Any, y: Any, epochs: int, **arguments: Any) -> float:
    """Return the seconds of one epoch: a fit of many less one of few."""
    warnings.simplefilter("ignore")

    def fit(n: int) -> float:
        names = isinstance(arguments.get("early_stopping", False), bool)  # else the object has its patience
        patience: dict[str, Any] = {"n_iter_no_change": 999} if names else {}
        model = library.MLPClassifier((100,), max_iter=n, random_state=0, **patience, **arguments)
        return seconds(lambda: model.fit(X, y))

    return max(0.0, fit(epochs + 5) - fit(5)) / epochs


def validation() -> dict[str, Line]:
    """Return the lines of epochs with a validation score, and of the split."""
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    large = make_classification(200_000, 20, random_state=0)
    stopping = rosenblatt.EarlyStopping
    both = {"rosenblatt": rosenblatt, "scikit-learn": sklearn.neural_network}

    def line(**arguments: Any) -> Line:
        return {
            name: lambda library=library: epoch_of(library, X, y, 40, **arguments)
            for name, library in both.items()
            if name == "rosenblatt" or isinstance(arguments.get("early_stopping", False), bool)
        }

    def split(**arguments: Any) -> Line:
        return {
            name: lambda library=library: seconds(
                lambda: library.MLPClassifier((20,), max_iter=3, random_state=0, **arguments).fit(*large)
            )
            for name, library in both.items()
        }

    return {
        "an epoch of 569 x 30 through 100 nodes": line(),
        "the same, early_stopping=True": line(early_stopping=True),
        'the same, EarlyStopping("neg_log_loss")': line(
            early_stopping=stopping("neg_log_loss", patience=999)
        ),
        'the same, EarlyStopping("roc_auc")': line(early_stopping=stopping("roc_auc", patience=999)),
        "three epochs of 200,000 x 20 through 20 nodes": split(),
        "three epochs of 200,000 x 20, early_stopping=True": split(early_stopping=True),
    }


def wide_data() -> dict[str, Line]:
    """Return the line of few rows with many columns."""
    X, y = wide()
    return {
        "five epochs of 300 x 50,000 float32 through 20 nodes": {
            name: lambda library=library: seconds(
                lambda: library.MLPClassifier((20,), max_iter=5, random_state=0).fit(X, y)
            )
            for name, library in (("rosenblatt", rosenblatt), ("scikit-learn", sklearn.neural_network))
        }
    }


def own_loss() -> dict[str, Line]:
    """Return the lines of steps with a loss of a user's own, through 50 nodes."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(1000, 20))

    def step(rows: int, library: Any, **arguments: Any) -> float:
        def fit(epochs: int) -> float:
            model = library.MLPRegressor(
                hidden_layer_sizes=(50,), batch_size=rows, max_iter=epochs, n_iter_no_change=99, random_state=0,
                solver="sgd", learning_rate_init=1e-4, momentum=0.0, **arguments
            )  # fmt: skip
            return seconds(lambda: model.fit(X, X[:, 0]))

        return max(0.0, fit(4) - fit(1)) / 3 / (1000 // rows)

    return {
        f"a step with a loss of one's own, batch {rows} (scikit-learn: its own loss)": {
            "rosenblatt": lambda rows=rows: step(rows, rosenblatt, loss=Squared()),
            "scikit-learn": lambda rows=rows: step(rows, sklearn.neural_network),
        }
        for rows in (1, 100)
    }


PARTS = {"partial_fit": partial_fits, "validation": validation, "wide": wide_data, "own_loss": own_loss}


def measured(parts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Return the median seconds of each side of each line."""
    found: dict[str, dict[str, float]] = {}
    for part in parts:
        for name, sides in PARTS[part]().items():
            times: dict[str, list[float]] = {side: [] for side in sides}
            for number in range(rounds):
                for side in list(sides)[:: 1 if number % 2 else -1]:
                    times[side].append(sides[side]())
            found[name] = {side: statistics.median(values) for side, values in times.items()}
            print(f"  {name}: {found[name]}", file=sys.stderr, flush=True)
    return found


def before(checkout: Path, part: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return what another checkout's library measures, by the text of this file."""
    there = {**os.environ, "PYTHONPATH": f"{checkout / 'src'}"}
    command = [sys.executable, "-m", "benchmarks.calls", "--json", "--rounds", str(rounds), "--only", part]
    said = subprocess.run(command, env=there, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(said))


def rows_of(found: dict[str, dict[str, float]], old: dict[str, dict[str, float]]) -> list[list[str]]:
    """Return the table's rows, in milliseconds."""
    rows = []
    for name, sides in found.items():
        now, theirs = sides["rosenblatt"], sides.get("scikit-learn")
        earlier = old.get(name, {}).get("rosenblatt")
        rows.append(
            [
                name,
                *("–" if value is None else figures(1e3 * value) for value in (earlier, now, theirs)),
                "–" if theirs is None else f"{theirs / now:.2f}",
            ]
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT")
    parser.add_argument("--record", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print seconds")
    chosen = parser.parse_args()
    old: dict[str, dict[str, float]] = {}
    found: dict[str, dict[str, float]] = {}
    for part in chosen.only:  # one after the other, so that a busy minute meets both
        found |= measured([part], chosen.rounds)
        old |= before(chosen.before, part, chosen.rounds) if chosen.before else {}
    if chosen.json:
        print(json.dumps(found))
        return
    head = ["call", "before, ms", "now, ms", "scikit-learn, ms", "times faster than scikit-learn"]
    text = table(head, rows_of(found, old))
    print(text)
    if chosen.record:
        put(chosen.record, MARK, text)


if __name__ == "__main__":
    if os.environ.get("ROSENBLATT_NUM_THREADS") != "1":  # libraries read the number of threads once
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.calls", *sys.argv[1:]], environment(1))
    warnings.simplefilter("ignore")  # that a short fit has not converged
    main()
