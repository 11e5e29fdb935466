"""Time of predictions: one row through the estimator, and 100,000 rows."""

from __future__ import annotations

from typing import Any

from .peers import INFERENCE, OURS
from .processes import Processes
from .rounds import compared, interleaved, prepared
from .settings import Settings
from .shapes import BLOCK_TARGETS, ONE_ROW_TARGET_MICROSECONDS
from .shapes import INFERENCE as CASES

PEERS_OF_THE_TARGET = ["onnxruntime", "jax", "torch"]


def verdict(name: str, comparison: dict[str, Any], one_row: bool) -> dict[str, Any]:
    """Return the target and what was reached."""
    if not comparison:
        return {}
    if one_row:
        value = comparison["ours_seconds"] * 1e6
        target = ONE_ROW_TARGET_MICROSECONDS
        return {"target_microseconds": target, "measured": value, "reached": value <= target}
    value = comparison.get("best_peer", {}).get("ratio", 0.0)
    return {"target": BLOCK_TARGETS[name], "measured": value, "reached": value >= BLOCK_TARGETS[name]}


def measure(processes: Processes, settings: Settings, peers: list[str] | None) -> list[dict[str, Any]]:
    """Return one entry for each case and dtype."""
    results = []
    names = [name for name in INFERENCE if peers is None or name in peers]
    for name, (shape, rows, calls) in CASES.items():
        threads = settings.threads if settings.full and rows > 1 else settings.threads[:1]
        for dtype in settings.dtypes:
            where = f"{name} {dtype}"
            sides = [(library, count) for count in threads for library in names]
            request = {"shape": shape, "dtype": dtype, "rows": rows, "calls": calls}
            ready = prepared(
                processes, sides, where, "prepare_predictions", **request, target=settings.target
            )
            measured = interleaved(processes, ready, where, "measure_predictions", settings.rounds)
            comparisons = {str(count): compared(measured, count, PEERS_OF_THE_TARGET) for count in threads}
            if (OURS, 1) in measured and ("scikit-learn", 1) in measured:
                ratios = compared(measured, 1, ["scikit-learn"])["ratios"]
                comparisons["1"].setdefault("ratios", {}).update(ratios)
            results.append(
                {
                    "case": name,
                    "dtype": dtype,
                    "sides": list(measured.values()),
                    "comparisons": comparisons,
                    "target": verdict(name, comparisons.get("1", {}), rows == 1),
                }
            )
            times = "  ".join(
                f"{found['library']} {found['median'] * 1e6:.4g}"
                for (_, count), found in measured.items()
                if count == 1
            )
            print(f"{where:<34} {times}", flush=True)
    return results
