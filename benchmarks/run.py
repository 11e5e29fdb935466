"""Runs the benchmarks: ``python -m benchmarks.run --quick|--full [--only NAME] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import grid, inference, memory, scaling, training
from .machine import Peak, description
from .peers import HOMES, MEMORY, SCALING
from .processes import Processes
from .settings import Settings
from .shapes import QUICK, SHAPES

SECTIONS = ("training", "inference", "start-up", "scaling", "grid")
FULL = Settings(
    full=True,
    rounds=5,
    target=0.1,
    dtypes=("float32", "float64"),
    threads=(1, 2),
    shapes=None,
    compiled=(("float32", 1), ("float32", 2), ("float64", 1)),
    imports=5,
    scaling_points=1,
    scaling_peers=tuple(SCALING),
    memory_peers=tuple(MEMORY),
    grid_fits=40,
    grid_seconds=0.5,
    grid_rounds=3,
)
QUICK_SETTINGS = Settings(
    full=False,
    rounds=3,
    target=0.04,
    dtypes=("float32",),
    threads=(1, 2),
    shapes=tuple(QUICK),
    compiled=(),
    imports=1,
    scaling_points=3,
    scaling_peers=("rosenblatt", "scikit-learn", "jax"),
    memory_peers=("rosenblatt", "scikit-learn"),
    grid_fits=10,
    grid_seconds=0.2,
    grid_rounds=1,
)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--quick", action="store_true", help="under 3 minutes, one dtype, three rounds")
    amount.add_argument("--full", action="store_true", help="under 20 minutes (the default)")
    names = ", ".join([*SECTIONS, *SHAPES])
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        choices=[*SECTIONS, *SHAPES],
        help=f"one of: {names}; may be repeated",
    )
    parser.add_argument(
        "--peers",
        nargs="+",
        choices=list(HOMES),
        metavar="PEER",
        help=f"instead of all: some of {', '.join(HOMES)}",
    )
    parser.add_argument("--rounds", type=int, help="instead of 5, or 3 with --quick")
    parser.add_argument("--dtypes", nargs="+", choices=["float32", "float64"])
    parser.add_argument("--threads", nargs="+", type=int)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the results go")
    return parser.parse_args()


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the amounts, with what the command line changes."""
    settings = QUICK_SETTINGS if chosen.quick else FULL
    available = len(os.sched_getaffinity(0))
    threads = tuple(chosen.threads or settings.threads)
    if max(threads) > available:
        print(f"  only {available} processor(s): comparisons on more threads are left out", flush=True)
    changes: dict[str, Any] = {"threads": tuple(n for n in threads if n <= available) or (1,)}
    if chosen.rounds:
        changes["rounds"] = chosen.rounds
    if chosen.dtypes:
        changes["dtypes"] = tuple(chosen.dtypes)
    if chosen.peers and "torch-compiled" in chosen.peers:  # asked for by name: everywhere
        changes["compiled"] = tuple((dtype, n) for dtype in ("float32", "float64") for n in threads)
    return replace(settings, **changes)


class Results:
    """What was measured so far, written to a file after every part."""

    def __init__(self, file: Path | None, settings: Settings) -> None:
        self.file = file
        self.content: dict[str, Any] = {
            "machine": description(),
            "settings": {"rounds": settings.rounds, "full": settings.full, "target": settings.target},
        }

    def keep(self, section: str, found: Any) -> None:
        """Enter one section and write the file."""
        self.content[section] = found
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.content, indent=1)
            whole = self.file.with_name(self.file.name + ".part")
            whole.write_text(text + "\n")
            whole.replace(self.file)


def measure(chosen: argparse.Namespace, results: Results, processes: Processes, peak: Peak) -> None:
    """Measure the sections that are wanted."""
    settings = settings_of(chosen)
    wanted = {name for name in chosen.only if name in SECTIONS}
    if any(name in SHAPES for name in chosen.only):
        wanted.add("training")
    wanted = wanted or set(SECTIONS)
    if "training" in wanted:
        training.measure(
            processes,
            peak,
            settings,
            chosen.only,
            chosen.peers,
            lambda found: results.keep("training", found),
        )
    if "inference" in wanted:
        results.keep("inference", inference.measure(processes, settings, chosen.peers))
    if "scaling" in wanted:
        results.keep("scaling", scaling.measure(processes, peak, settings, chosen.peers))
    results.content["machine"]["versions"] = dict(sorted(processes.versions.items()))
    results.keep("left_out", dict(processes.notes))
    processes.close()  # the rest has its own processes, and the machine to itself
    if "start-up" in wanted:
        results.keep("imports", memory.measure_imports(settings))
        results.keep("memory", memory.measure_fits(settings))
    if "grid" in wanted:
        results.keep("grid", grid.measure(settings))


def main() -> None:
    """Measure, and say what missed its target."""
    chosen = arguments()
    started = time.monotonic()
    processes, peak = Processes(), Peak()
    results = Results(chosen.json, settings_of(chosen))
    try:
        measure(chosen, results, processes, peak)
    finally:
        processes.close()
        peak.close()
    results.keep("minutes", round((time.monotonic() - started) / 60, 1))
    for result in results.content.get("training", []):
        for name, each in result["targets"].items():
            if not each["reached"]:
                head = f"{result['label']} {result['dtype']}, {name.replace('_', ' ')}"
                print(f"missed: {head}: {each['measured']:.2f} of {each['target']:g} times")
    share = training.reached_share(results.content.get("training", []))
    print(f"{share:.0%} of the training targets reached, {results.content['minutes']} minutes")


if __name__ == "__main__":
    main()
