"""Cost of a step against rows, width, depth and batch, one thread, float32."""

from __future__ import annotations

from typing import Any

from .machine import Peak
from .processes import Processes
from .rounds import interleaved, prepared
from .settings import Settings
from .shapes import SCALING


def measure(
    processes: Processes, peak: Peak, settings: Settings, peers: list[str] | None
) -> list[dict[str, Any]]:
    """Return one entry for each point; ``rows`` counts a whole epoch, the others one step."""
    names = [name for name in settings.scaling_peers if peers is None or name in peers]
    speed = peak.measure(1).get("float32")
    results = []
    for axis, points in SCALING.items():
        for value, shape in points[:: settings.scaling_points]:
            where = f"{axis} {value}"
            request = {"shape": shape, "dtype": "float32", "target": settings.target / 2}
            ready = prepared(processes, [(name, 1) for name in names], where, "prepare", **request)
            measured = interleaved(processes, ready, where, "measure", 3 if settings.full else 1)
            times = shape.steps if axis == "rows" else 1
            results.append(
                {
                    "axis": axis,
                    "value": value,
                    "floor_seconds": shape.operations * times / speed if speed else None,
                    "seconds": {name: found["median"] * times for (name, _), found in measured.items()},
                }
            )
        print(f"scaling against {axis}: done", flush=True)
    return results
