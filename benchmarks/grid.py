"""GridSearchCV on two processes against one: fits must not stand in each other's way.

``python -m benchmarks.grid FITS SECONDS LIBRARY`` prints the times as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from typing import Any

import numpy as np

from .processes import environment
from .settings import Settings
from .shapes import GRID_TARGET

FOLDS = 5


def estimator(library: str, max_iter: int) -> Any:
    """Return an estimator of medium size."""
    if library == "rosenblatt":
        from rosenblatt import MLPClassifier
    else:
        from sklearn.neural_network import MLPClassifier
    return MLPClassifier((100,), batch_size=32, max_iter=max_iter, n_iter_no_change=10**6, random_state=0)


def long_enough(library: str, X: Any, y: Any, seconds: float) -> int:
    """Return how many epochs make one fit take ``seconds``, with a tenth to spare."""
    rows = len(X) - len(X) // FOLDS
    epochs = 20
    while True:
        started = time.perf_counter()
        estimator(library, epochs).fit(X[:rows], y[:rows])
        took = time.perf_counter() - started
        if took >= 1.1 * seconds:
            return epochs
        epochs = max(epochs + 1, int(epochs * min(10.0, 1.2 * seconds / took)))


def search(library: str, max_iter: int, n_jobs: int, candidates: int, X: Any, y: Any) -> tuple[float, float]:
    """Return the seconds of one search, and the least seconds of a fit in it."""
    from sklearn.model_selection import GridSearchCV

    rates = list(np.geomspace(1e-5, 1e-4, candidates))
    made = GridSearchCV(
        estimator(library, max_iter), {"learning_rate_init": rates}, cv=FOLDS, n_jobs=n_jobs, refit=False
    )
    started = time.perf_counter()
    made.fit(X, y)
    took = time.perf_counter() - started
    mean, spread = made.cv_results_["mean_fit_time"], made.cv_results_["std_fit_time"]
    return took, float((mean - spread).min())


def run(fits: int, seconds: float, library: str) -> dict[str, Any]:
    """Return the times of a search on one process and on two warm ones, one thread for each fit."""
    if library == "rosenblatt":
        import rosenblatt

        if hasattr(rosenblatt, "set_num_threads"):
            rosenblatt.set_num_threads(1)
    generator = np.random.default_rng(0)
    X, y = generator.standard_normal((2000, 64)), generator.permutation(np.arange(2000) % 10)
    epochs = long_enough(library, X, y, seconds)
    search(library, 1, 2, 2, X, y)  # starts the workers
    candidates = max(1, fits // FOLDS)
    one, fit_seconds = search(library, epochs, 1, candidates, X, y)
    two, fit_seconds_of_two = search(library, epochs, 2, candidates, X, y)
    return {
        "library": library,
        "fits": candidates * FOLDS,
        "epochs": epochs,
        "fit_seconds": fit_seconds,
        "fit_seconds_of_two": fit_seconds_of_two,
        "one": one,
        "two": two,
        "ratio": two / one,
    }


def measure(settings: Settings, libraries: tuple[str, ...] = ("rosenblatt",)) -> list[dict[str, Any]]:
    """Return the ratio of each library, from a process of its own."""
    results = []
    for library in libraries:
        arguments = [str(settings.grid_fits), str(settings.grid_seconds), library]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.grid", *arguments],
            env=environment(1),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["failed"]
            print(f"  grid of {library}: left out: {last[0][:120]}", flush=True)
            continue
        result = json.loads(done.stdout.strip().splitlines()[-1])
        if library == "rosenblatt":
            result["target"] = {"target": GRID_TARGET, "reached": result["ratio"] <= GRID_TARGET}
        results.append(result)
        print(
            f"GridSearchCV {library}: {result['fits']} fits, n_jobs=2 takes {result['ratio']:.2f} of n_jobs=1",
            flush=True,
        )
    return results


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    print(json.dumps(run(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))
