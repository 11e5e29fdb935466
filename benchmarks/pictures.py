"""The pictures: every shape's times beside its floor, and the cost of growing networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from .peers import OURS, TRAINING

# colours that people with colour blindness tell apart (Okabe and Ito), and markers besides
LOOKS = {
    "rosenblatt": ("#D55E00", "o"),
    "scikit-learn": ("#0072B2", "s"),
    "torch": ("#CC79A7", "^"),
    "torch-compiled": ("#56B4E9", "v"),
    "jax": ("#009E73", "D"),
    "numpy": ("#E69F00", "P"),
}
FLOOR = {"color": "black", "linewidth": 1.2}
AXES = {
    "rows": ("rows (64-100-10, batch 32)", "microseconds an epoch"),
    "width": ("width (64-w-w-10, batch 32)", "microseconds a step"),
    "depth": ("hidden layers of 64 (batch 32)", "microseconds a step"),
    "batch": ("batch (64-100-10)", "microseconds a step"),
}


def draw_times(results: list[dict[str, Any]], file: Path) -> None:
    """Draw one line for each shape: its floor, its peers, ours."""
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(results) + 1.4), layout="constrained")
    labels = [result["label"] for result in results]
    for place, result in enumerate(results):
        floor = result["floor_seconds"].get("1")
        if floor:
            axes.plot([floor * 1e6] * 2, [place - 0.35, place + 0.35], **FLOOR)
    for name in reversed(TRAINING):
        color, marker = LOOKS[name]
        points = [
            (side["median"] * 1e6, place)
            for place, result in enumerate(results)
            for side in result["sides"]
            if side["library"] == name and side["threads"] == 1
        ]
        if points:
            size = 9 if name == OURS else 6
            axes.plot(*zip(*points, strict=True), marker, color=color, markersize=size, label=name)
    axes.plot([], [], **FLOOR, label="floor: arithmetic at the FMA peak")
    axes.set_xscale("log")
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.grid(axis="both", alpha=0.3)
    axes.set_xlabel("microseconds for a training step, float32, one thread (less is better)")
    axes.legend(fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.45, 1.0), frameon=False)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def draw_scaling(points: list[dict[str, Any]], file: Path) -> None:
    """Draw cost against rows, width, depth and batch, both axes logarithmic, with the floor."""
    figure, grid = plt.subplots(2, 2, figsize=(8, 6.4), layout="constrained")
    for axes, (axis, (label, unit)) in zip(grid.flat, AXES.items(), strict=True):
        mine = [point for point in points if point["axis"] == axis]
        for name, (color, marker) in LOOKS.items():
            line = [
                (point["value"], point["seconds"][name] * 1e6) for point in mine if name in point["seconds"]
            ]
            if line:
                axes.plot(*zip(*line, strict=True), marker=marker, color=color, markersize=4, label=name)
        floor = [(point["value"], point["floor_seconds"] * 1e6) for point in mine if point["floor_seconds"]]
        if floor:
            axes.plot(*zip(*floor, strict=True), "--", **FLOOR, label="floor")
        axes.set(xscale="log", yscale="log", xlabel=label, ylabel=unit)
        values = [point["value"] for point in mine]
        axes.set_xticks(values, [str(value) for value in values])
        axes.set_xticks([], minor=True)
        axes.grid(alpha=0.3)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=6, fontsize=8, frameon=False)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def draw(content: dict[str, Any], folder: Path) -> None:
    """Draw what the results have, as ``benchmark.svg`` and ``benchmark-scaling.svg``."""
    folder.mkdir(parents=True, exist_ok=True)
    plt.rcParams["svg.hashsalt"] = "rosenblatt"  # the same file for the same numbers
    results = [
        result
        for result in content.get("training", [])
        if result["dtype"] == "float32" and result["in_table"]
    ]
    if results:
        draw_times(results, folder / "benchmark.svg")
        print(f"wrote {folder / 'benchmark.svg'}")
    if content.get("scaling"):
        draw_scaling(content["scaling"], folder / "benchmark-scaling.svg")
        print(f"wrote {folder / 'benchmark-scaling.svg'}")
