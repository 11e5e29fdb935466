"""All claims in one table, with what was aimed at.

python -m benchmarks.autoencoders                          # about 40 minutes: everything
python -m benchmarks.autoencoders --only linear steps
python -m benchmarks.autoencoders --quick                  # does it run?
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import report
from ..mnist import images_of
from . import images, linear, pretraining, steps

ROOT = Path(__file__).resolve().parents[2]
MARK, STEPS_MARK = "<!-- autoencoder claims -->", "<!-- autoencoder steps -->"
HEAD = ["claim", "measured", "aim", "reached"]
Part = Callable[[Path, bool], list[list[str]]]

PARTS: dict[str, Part] = {
    "linear": lambda _, quick: linear.known_values(1 if quick else 5),
    "noise": lambda _, quick: linear.noise_and_structure(1 if quick else 5),
    "wide": lambda _, quick: linear.wide_codes(1 if quick else 5),
    "reconstruction": lambda data, quick: images.reconstruction(images_of(data), 100 if quick else 4000),
    "denoising": lambda data, quick: images.denoising(images_of(data), 100 if quick else 12_000),
    "sparse": lambda data, quick: images.sparse_codes(images_of(data), 100 if quick else 4000),
    "contractive": lambda data, quick: images.contractive_codes(images_of(data), 100 if quick else 4000),
    "pretraining": lambda data, quick: pretraining.few_labels(images_of(data), 1 if quick else 5, quick),
    "stacks": lambda data, quick: pretraining.stacks(images_of(data), quick),
    "steps": lambda _, quick: apart(steps.run, quick),
}


def apart(run: Any, quick: bool) -> list[list[str]]:
    """Run in a process of its own: it binds itself to one processor."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        rows: list[list[str]] = pool.apply(run, (quick,))
    return rows


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description="What the autoencoders reach.")
    parser.add_argument("--only", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with MNIST"
    )
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of fits that stop at a number of epochs on purpose
    store = ROOT / "build" / "autoencoders.json"
    store.parent.mkdir(exist_ok=True)
    for part in options.only:
        started = time.perf_counter()
        rows = PARTS[part](options.data, options.quick)
        seconds = time.perf_counter() - started
        print(report.table(steps.HEAD if part == "steps" else HEAD, rows), f"\n{seconds:.0f} s", flush=True)
        if options.quick:
            continue
        found = json.loads(store.read_text()) if store.exists() else {}
        store.write_text(json.dumps({**found, part: {"rows": rows, "seconds": seconds}}, indent=1))
    if not options.quick:
        record(json.loads(store.read_text()))


def record(found: dict[str, Any]) -> None:
    """Put the tables into the record."""
    readme = ROOT / "benchmarks" / "README.md"
    claims = [row for part in PARTS if part in found and part != "steps" for row in found[part]["rows"]]
    report.put(readme, MARK, report.table(HEAD, claims))
    if "steps" in found:
        report.put(readme, STEPS_MARK, report.table(steps.HEAD, found["steps"]["rows"]))


if __name__ == "__main__":
    main()
