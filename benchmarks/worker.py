"""A process that measures one library with one number of threads; it is asked line by line.

``python -m benchmarks.worker PEER THREADS`` reads JSON from standard input and answers on the
stream that was standard output; what libraries print goes to standard error.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .data import make_data
from .peers import peer_named
from .peers.peer import Peer, UnsuitableError
from .shapes import Shape

PATH = re.compile(r"(?:/[\w.+-]+){2,}/?")


def told(error: BaseException) -> str:
    """Return an error in one line without paths."""
    first = str(error).strip().splitlines()[:1] or [""]
    return PATH.sub("...", f"{type(error).__name__}: {first[0]}")[:200]


def timed(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the result, the seconds, and the processor seconds for each of them."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = run()
    wall = time.perf_counter() - wall
    return result, wall, (time.process_time() - cpu) / max(wall, 1e-9)


class Worker:
    """Answers requests by calling one side."""

    def __init__(self, name: str, threads: int) -> None:
        self.peer: Peer = peer_named(name)
        self.peer.set_threads(threads)

    def prepare(self, shape: dict[str, Any], dtype: str, target: float) -> dict[str, Any]:
        """Make everything ready and find how many epochs take ``target`` seconds."""
        self.shape = Shape(**shape)
        self.peer.form = ""
        self.peer.prepare(self.shape, dtype, make_data(self.shape, dtype))
        epochs = 1
        while (seconds := self.peer.seconds(epochs)) < target / 4 and epochs < 10**6:
            epochs = int(epochs * min(8.0, max(2.0, 0.5 * target / max(seconds, 1e-6))))
        self.epochs = max(1, math.ceil(epochs * target / max(seconds, 1e-9)))
        return {"form": self.peer.form, "epochs": self.epochs}

    def measure(self) -> dict[str, Any]:
        """Return seconds for one step, set-up left out."""
        seconds, _, cores = timed(lambda: self.peer.seconds(self.epochs))
        return {"seconds": seconds / (self.epochs * self.shape.steps), "cores": round(cores, 2)}

    def prepare_predictions(
        self, shape: dict[str, Any], dtype: str, rows: int, calls: int, target: float
    ) -> dict[str, Any]:
        """Make everything ready to predict ``rows`` rows; ``calls`` such calls are one measurement."""
        made = Shape(**shape)
        X = np.random.default_rng(22).standard_normal((rows, made.sizes[0])).astype(dtype)
        self.peer.form = ""
        self.predict = self.peer.prepare_predictions(made, dtype, X)
        self.calls = calls
        self.predict()
        _, seconds, _ = timed(self.predict)
        self.repeats = max(1, round(target / seconds))
        return {"form": self.peer.form, "repeats": self.repeats}

    def measure_predictions(self) -> dict[str, Any]:
        """Return seconds for the calls: the mean of the repeats, times the calls."""
        n, predict = self.repeats, self.predict

        def run() -> None:
            for _ in range(n):
                predict()

        _, seconds, cores = timed(run)
        return {"seconds": seconds / n * self.calls, "cores": round(cores, 2)}

    def version(self) -> dict[str, Any]:
        """Return the library's version."""
        return {"version": self.peer.version()}


def answer(worker: Worker, request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request, or the error."""
    call = request.pop("call")
    try:
        reply: dict[str, Any] = getattr(worker, call)(**request)
    except UnsuitableError as reason:
        return {"unsuitable": str(reason)}
    except Exception as error:  # noqa: BLE001 - told to the parent, which leaves this side out
        return {"error": told(error)}
    return reply


def main(name: str, threads: int) -> None:
    """Answer until standard input ends."""
    warnings.simplefilter("ignore")
    reply = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        worker = Worker(name, threads)
    except ImportError as error:
        print(json.dumps({"missing": told(error)}), file=reply)
        return
    print(json.dumps({"ready": True}), file=reply)
    for line in sys.stdin:
        print(json.dumps(answer(worker, json.loads(line))), file=reply)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
