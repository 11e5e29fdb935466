"""Seventeen workflows that people run with scikit-learn's networks: nothing but the import differs.

python -m benchmarks.workflows                       # all, five rounds
python -m benchmarks.workflows --only wide long      # some, by the first word of their names
python -m benchmarks.workflows --json FILE

Each is timed as a whole (preprocessing and scoring included), both libraries in turn in one process on one
thread, each round beginning with the other one. What a workflow returns is a score: both must agree, as
most of them are the same models.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sklearn.linear_model
import sklearn.neural_network

import rosenblatt

from .machine import description
from .people import WORKFLOWS, Workflow
from .processes import environment
from .report import table

SIDES = {
    "scikit-learn": SimpleNamespace(
        MLPClassifier=sklearn.neural_network.MLPClassifier,
        MLPRegressor=sklearn.neural_network.MLPRegressor,
        Perceptron=sklearn.linear_model.Perceptron,
    ),
    "rosenblatt": rosenblatt,
}
AT_LEAST, ON_AVERAGE = 1.0, 4.0  # targets: none slower, and the geometric mean


def measured(workflow: Workflow, rounds: int) -> dict[str, Any]:
    """Return the seconds of both sides in each round, the median of their ratios, and their scores."""
    data = workflow.data()
    seconds: dict[str, list[float]] = {name: [] for name in SIDES}
    scores: dict[str, float] = {}
    for number in range(rounds + 1):
        order = list(SIDES) if number % 2 else list(SIDES)[::-1]
        for name in order:
            started = time.perf_counter()
            scores[name] = float(workflow.run(SIDES[name], data))
            if number:  # the first time imports modules and starts workers
                seconds[name].append(time.perf_counter() - started)
    pairs = zip(seconds["scikit-learn"], seconds["rosenblatt"], strict=True)
    ratio = statistics.median(theirs / ours for theirs, ours in pairs)
    return {"name": workflow.name, "seconds": seconds, "scores": scores, "ratio": ratio}


def row(found: dict[str, Any]) -> list[str]:
    """Return one line of the table."""
    times = [statistics.median(found["seconds"][name]) for name in SIDES]
    scores = [f"{found['scores'][name]:.3f}" for name in SIDES]
    return [found["name"], *(f"{1e3 * each:.4g}" for each in times), f"{found['ratio']:.2f}", *scores]


def main() -> None:
    """Print a table, the geometric mean, and what was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workflows", description=__doc__)
    first_words = [each.name.split()[0].rstrip(":,").lower() for each in WORKFLOWS]
    parser.add_argument("--only", nargs="+", choices=first_words, default=first_words, metavar="WORD")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    head = [
        "workflow",
        *(f"{name}, ms" for name in SIDES),
        "times faster",
        *(f"score, {name}" for name in SIDES),
    ]
    results = []
    for word, workflow in zip(first_words, WORKFLOWS, strict=True):
        if word in chosen.only:
            results.append(measured(workflow, chosen.rounds))
            print(f"  {' | '.join(row(results[-1]))}", file=sys.stderr, flush=True)
    print(table(head, [row(each) for each in results]))
    mean = statistics.geometric_mean(each["ratio"] for each in results)
    print(f"\ngeometric mean {mean:.2f} (target {ON_AVERAGE:g})")
    for each in results:
        if each["ratio"] < AT_LEAST:
            print(f"missed: {each['name']}: {each['ratio']:.2f} of {AT_LEAST:g} times")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps({"machine": description(), "workflows": results}, indent=1) + "\n")


if __name__ == "__main__":
    if os.environ.get("ROSENBLATT_NUM_THREADS") != "1":  # libraries read the number of threads once
        os.execve(
            sys.executable, [sys.executable, "-m", "benchmarks.workflows", *sys.argv[1:]], environment(1)
        )
    warnings.simplefilter("ignore")  # that a short fit has not converged
    main()
