"""Time of a training step, for every shape, dtype and number of threads."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from .machine import Peak
from .peers import OURS, TRAINING
from .processes import Processes
from .rounds import Side, compared, interleaved, prepared
from .settings import Settings
from .shapes import SHAPES, Shape


def sides_of(shape: Shape, dtype: str, settings: Settings, peers: list[str]) -> list[Side]:
    """Return who takes part."""
    names = peers
    if shape.sparse:
        names = [name for name in names if name.startswith(OURS) or name == "scikit-learn"]
    several = shape.in_table and shape.batch > 1
    sides = [(name, n) for n in (settings.threads if several else settings.threads[:1]) for name in names]
    compiled = settings.compiled if shape.in_table else ()
    return [side for side in sides if side[0] != "torch-compiled" or (dtype, side[1]) in compiled]


def verdicts(shape: Shape, comparisons: dict[str, Any], ours_ran: bool) -> dict[str, Any]:
    """Return for each target what was reached: nothing, where ours did not run."""
    if shape.targets is None:
        return {}
    if not ours_ran:
        target = shape.targets.one_thread
        return {"one_thread": {"target": target, "measured": 0.0, "reached": False}}
    one, two = comparisons.get("1", {}), comparisons.get("2", {})
    reached = {
        "one_thread": (shape.targets.one_thread, one.get("best_peer", {}).get("ratio")),
        "two_threads": (shape.targets.two_threads, two.get("best_peer", {}).get("ratio")),
        "scikit_learn": (shape.targets.scikit_learn, one.get("ratios", {}).get("scikit-learn")),
    }
    return {
        name: {"target": target, "measured": value, "reached": value >= target}
        for name, (target, value) in reached.items()
        if target is not None and value is not None
    }


def measure_shape(
    processes: Processes, peak: Peak, shape: Shape, dtype: str, settings: Settings, peers: list[str]
) -> dict[str, Any]:
    """Return everything about one shape in one dtype."""
    where = f"{shape.name} {dtype}"
    ready = prepared(
        processes,
        sides_of(shape, dtype, settings, peers),
        where,
        "prepare",
        shape=shape,
        dtype=dtype,
        target=settings.target,
    )
    peaks = {threads: [peak.measure(threads).get(dtype)] for threads in settings.threads}
    measured = interleaved(processes, ready, where, "measure", settings.rounds)
    for threads in settings.threads:  # before and after, as the clock may change
        peaks[threads].append(peak.measure(threads).get(dtype))
    known = {
        threads: max(found)
        for threads, values in peaks.items()
        if (found := [value for value in values if value])
    }
    for side, found in measured.items():
        if side[1] in known and found["median"] > 0:
            found["share_of_peak"] = shape.operations / found["median"] / known[side[1]]
    comparisons = {str(threads): compared(measured, threads) for threads in settings.threads}
    return {
        "shape": shape.name,
        "label": shape.label,
        "in_table": shape.in_table,
        "batch": shape.batch,
        "rows": shape.rows,
        "dtype": dtype,
        "operations": shape.operations,
        "peak": {str(threads): value for threads, value in known.items()},
        "floor_seconds": {str(threads): shape.operations / value for threads, value in known.items()},
        "sides": list(measured.values()),
        "comparisons": comparisons,
        "targets": verdicts(shape, comparisons, any(name == OURS for name, _ in measured))
        if OURS in peers
        else {},
    }


def line(result: dict[str, Any]) -> str:
    """Return one line for the terminal."""
    times = "  ".join(
        f"{side['library']} {side['median'] * 1e6:.4g}" for side in result["sides"] if side["threads"] == 1
    )
    floor = result["floor_seconds"].get("1")
    head = f"{result['label']} {result['dtype']}"
    return f"{head:<34} floor {floor * 1e6:.3g}  {times}" if floor else f"{head:<34} {times}"


def measure(
    processes: Processes,
    peak: Peak,
    settings: Settings,
    only: list[str],
    peers: list[str] | None,
    keep: Callable[[list[dict[str, Any]]], None],
) -> None:
    """Measure all shapes; ``keep`` gets the results after each."""
    named = [name for name in only if name in SHAPES]
    names = named or list(settings.shapes or SHAPES)
    results: list[dict[str, Any]] = []
    for name in names:
        for dtype in settings.dtypes:
            results.append(measure_shape(processes, peak, SHAPES[name], dtype, settings, peers or TRAINING))
            print(line(results[-1]), flush=True)
            keep(results)


def reached_share(results: list[dict[str, Any]]) -> float:
    """Return the share of targets that are reached."""
    verdict = [float(each["reached"]) for result in results for each in result["targets"].values()]
    return statistics.mean(verdict) if verdict else 0.0
