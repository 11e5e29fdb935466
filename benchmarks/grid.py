"""GridSearchCV on two processes against one: fits must not stand in each other's way.

``python -m benchmarks.grid --rounds 3 --repetitions 100`` prints the times as JSON, of several rounds,
and repeats a short search as often, on each of joblib's backends: one that hangs is ended and reported.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import statistics
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
HANGS = 60  # seconds after which a search of milliseconds is taken for one that hangs


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
    estimator(library, 1).fit(X[:rows], y[:rows])  # what is only imported or compiled once must not count
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


def run(fits: int, seconds: float, library: str, rounds: int) -> dict[str, Any]:
    """Return the times of a search on one process and on two warm ones, one thread for each fit.

    The two take turns, and each round begins with the other one; times are medians.
    """
    if library == "rosenblatt":
        import rosenblatt

        rosenblatt.set_num_threads(1)
    X, y = data()
    epochs = long_enough(library, X, y, seconds)
    search(library, 1, 2, 2, X, y)  # starts the workers
    candidates = max(1, fits // FOLDS)
    times: dict[int, list[float]] = {1: [], 2: []}
    fit_seconds: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds):
        for jobs in (1, 2) if number % 2 == 0 else (2, 1):
            took, least = search(library, epochs, jobs, candidates, X, y)
            times[jobs].append(took)
            fit_seconds[jobs].append(least)
    return {
        "library": library,
        "fits": candidates * FOLDS,
        "epochs": epochs,
        "fit_seconds": min(fit_seconds[1]),
        "fit_seconds_of_two": min(fit_seconds[2]),
        "one": statistics.median(times[1]),
        "two": statistics.median(times[2]),
        "ratio": statistics.median(two / one for one, two in zip(times[1], times[2], strict=True)),
        "rounds": times,
    }


def data() -> tuple[Any, Any]:
    """Return samples without meaning."""
    generator = np.random.default_rng(0)
    return generator.standard_normal((2000, 64)), generator.permutation(np.arange(2000) % 10)


def repeat(repetitions: int, library: str) -> dict[str, float]:
    """Repeat a short search on two workers of each kind; return the seconds of the longest one.

    Before each one the parent fits on two threads of its own, so that a child forked from it (backend
    "multiprocessing") begins while a pool of threads is there.
    """
    import joblib

    X, y = data()
    X, y = X[:200], y[:200]
    longest = {}
    for backend in ("loky", "multiprocessing", "threading"):
        longest[backend] = 0.0
        for _ in range(repetitions):
            estimator(library, 2).set_params(batch_size=160, hidden_layer_sizes=(400,)).fit(X, y)
            started = time.perf_counter()
            faulthandler.dump_traceback_later(HANGS, exit=True)
            with joblib.parallel_config(backend=backend):
                search(library, 2, 2, 2, X, y)
            faulthandler.cancel_dump_traceback_later()
            longest[backend] = max(longest[backend], time.perf_counter() - started)
    return longest


def measure(settings: Settings, libraries: tuple[str, ...] = ("rosenblatt",)) -> list[dict[str, Any]]:
    """Return the ratio of each library, from a process of its own."""
    results = []
    for library in libraries:
        amounts = {
            "fits": settings.grid_fits,
            "seconds": settings.grid_seconds,
            "rounds": settings.grid_rounds,
        }
        arguments = [f"--{name}={value}" for name, value in amounts.items()] + [f"--library={library}"]
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


def main() -> None:
    """Print what is measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grid", description=__doc__)
    parser.add_argument("--fits", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.5, help="at least, for each fit")
    parser.add_argument("--library", choices=("rosenblatt", "scikit-learn"), default="rosenblatt")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repetitions", type=int, default=0, help="of a short search")
    chosen = parser.parse_args()
    result: dict[str, Any] = {}
    if chosen.repetitions:
        result["longest"] = repeat(chosen.repetitions, chosen.library)
    if chosen.rounds:
        result |= run(chosen.fits, chosen.seconds, chosen.library, chosen.rounds)
    print(json.dumps(result))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
