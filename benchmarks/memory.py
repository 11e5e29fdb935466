"""Start-up and memory in fresh processes: import time, peak after import, and what a fit needs.

``python -m benchmarks.memory PEER`` prints what one fit of 784-512-512-10 needs, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

from .processes import environment
from .settings import Settings
from .shapes import IMPORT_TARGET_SECONDS, SHAPES, Shape

# Besides each library: what the first estimator costs.
STATEMENTS = {
    "python alone": "pass",
    "rosenblatt": "import rosenblatt",
    "rosenblatt, with the first estimator": "from rosenblatt import MLPClassifier",
    "scikit-learn": "from sklearn.neural_network import MLPClassifier",
    "torch": "import torch",
    "jax": "import jax, jax.numpy",
    "numpy": "import numpy",
    "onnxruntime": "import onnxruntime",
}
PROGRAM = """
import json, sys, time
started = time.perf_counter()
{statement}
seconds = time.perf_counter() - started
loaded = [name for name in ("sklearn", "scipy") if name in sys.modules]
sys.path.insert(0, ".")
from benchmarks.memory import peak_bytes
print(json.dumps(dict(seconds=seconds, bytes=peak_bytes(), loaded=loaded)))
"""
MEMORY_ROWS = 8960


def peak_bytes(field: str = "VmHWM") -> int:
    """Return the greatest resident memory of the process, or with "VmRSS" the present one.

    Linux hands ``ru_maxrss`` on from the process that started this one, so its own high-water
    mark is read first.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fit_memory(name: str) -> dict[str, int]:
    """Return the peak before and after a training of a few epochs, in this process."""
    from .data import make_data
    from .peers import peer_named

    warnings.simplefilter("ignore")
    base = SHAPES["784-512-512-10-b128"]
    shape = Shape(base.name, base.sizes, base.batch, MEMORY_ROWS, base.task)
    peer = peer_named(name)
    peer.set_threads(1)
    data = make_data(shape, "float32")
    before = peak_bytes("VmRSS")
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: the data were made before
    peer.prepare(shape, "float32", data)
    peer.seconds(1)
    after = peak_bytes()
    return {"before": before, "after": after, "data": data.X.nbytes}


def _ask(arguments: list[str]) -> dict[str, Any] | None:
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env=environment(1),
        timeout=240,
        check=False,
    )
    if done.returncode:
        return None
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def measure_imports(settings: Settings) -> list[dict[str, Any]]:
    """Return import time and memory of each library, medians over interleaved fresh processes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(settings.imports + 1):  # the first fills the file cache
        for name, statement in STATEMENTS.items():
            if (answer := _ask(["-c", PROGRAM.format(statement=statement)])) is not None:
                found.setdefault(name, []).append(answer)
    results = []
    for name in STATEMENTS:
        if name not in found:
            print(f"  import of {name}: not installed", flush=True)
            continue
        runs = found[name][1:]
        result = {
            "library": name,
            "seconds": statistics.median(run["seconds"] for run in runs),
            "bytes": statistics.median(run["bytes"] for run in runs),
            "loaded": runs[0]["loaded"],
        }
        if name == "rosenblatt":
            reached = result["seconds"] <= IMPORT_TARGET_SECONDS and not result["loaded"]
            result["target"] = {"target_seconds": IMPORT_TARGET_SECONDS, "reached": reached}
        results.append(result)
        print(f"import {name:<38} {result['seconds']:.3f} s  {result['bytes'] / 1e6:.0f} MB", flush=True)
    return results


def measure_fits(settings: Settings) -> list[dict[str, Any]]:
    """Return what training adds to each library's memory."""
    results = []
    for name in settings.memory_peers:
        answer = _ask(["-m", "benchmarks.memory", name])
        if answer is None:
            print(f"  memory of {name}: not installed", flush=True)
            continue
        results.append({"library": name, **answer})
        added = (answer["after"] - answer["before"]) / 1e6
        print(f"fit adds {name:<20} {added:.0f} MB, at most {answer['after'] / 1e6:.0f} MB", flush=True)
    return results


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    print(json.dumps(fit_memory(sys.argv[1])))
