"""All tips in one table, with a figure each.

python -m benchmarks.ablation                      # under 20 minutes: table and figures
python -m benchmarks.ablation --only T7 --data ../shared/data
python -m benchmarks.ablation --quick              # two seeds: does it run?
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .. import report
from . import tips
from .statistics import Outcome, half_width

ROOT = Path(__file__).resolve().parents[2]
MARK = "<!-- ablation table -->"
SEEDS = {"T1": 5, "T2": 10, "T3": 5, "T4": 5, "T5": 10, "T6": 5, "T7": 10, "D1": 5}


def draw(outcome: Outcome, path: Path) -> None:
    """Draw an experiment: means as lines, 95 % intervals as bands."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for i, (name, (x, values)) in enumerate(outcome.curves.items()):
        style = "-" if len(outcome.curves) <= 4 else ("-", "--", ":")[i % 3]
        colour = f"C{i}" if len(outcome.curves) <= 4 else f"C{i // 3}"
        mean, half = np.mean(values, axis=0), half_width(values)
        if outcome.tip == "T7":
            axes.plot(x, mean, "o", color=colour, label=f"{name} (mean {mean.mean():.2f})")
            axes.axhline(mean.mean(), color=colour, linewidth=1)
            continue
        axes.plot(x, mean, style, color=colour, label=name)
        low = np.maximum(mean - half, np.min(values, axis=0)) if "y" in outcome.log else mean - half
        axes.fill_between(x, low, mean + half, color=colour, alpha=0.2, linewidth=0)
    axes.set_xscale("log" if "x" in outcome.log else "linear")
    axes.set_yscale("log" if "y" in outcome.log else "linear")
    axes.set(xlabel=outcome.x, ylabel=outcome.y, title=outcome.tip)
    if outcome.tip == "T7":
        axes.margins(y=0.35)  # room for the legend
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def table(found: dict[str, Any]) -> str:
    """Return the table of some tips."""
    rows = [[tip, what, result] for tip, each in found.items() for what, result in each["rows"]]
    return report.table(["tip", "measured", "mean ± 95 % interval"], rows)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description="What each tip of the lecture is worth.")
    parser.add_argument("--only", nargs="*", default=list(SEEDS), choices=list(SEEDS))
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with MNIST"
    )
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of fits that stop at a number of epochs on purpose
    experiments = {
        "T1": tips.relu_against_logistic,
        "T2": tips.cross_entropy_against_squares,
        "T3": tips.shuffled_against_sorted,
        "T4": tips.standardised_against_raw,
        "T5": tips.falling_against_constant,
        "T6": tips.late_against_early_l1,
        "T7": partial(tips.dropout, folder=options.data),
        "D1": tips.gradients_against_depth,
    }
    store = ROOT / "build" / "ablation.json"
    store.parent.mkdir(exist_ok=True)
    found = json.loads(store.read_text()) if store.exists() and not options.quick else {}
    for tip in options.only:
        if tip == "T7" and not options.data.is_dir():
            print(f"T7 needs MNIST: --data FOLDER; there is no {options.data}")
            continue
        started = time.perf_counter()
        outcome = experiments[tip](2 if options.quick else SEEDS[tip])
        found[tip] = {"rows": outcome.rows, "seconds": time.perf_counter() - started}
        print(table({tip: found[tip]}), f"\n{found[tip]['seconds']:.0f} s", flush=True)
        if not options.quick:
            draw(outcome, ROOT / "docs" / "images" / f"practice-{tip}.png")
            store.write_text(json.dumps(found, indent=1))
            in_order = {name: found[name] for name in SEEDS if name in found}
            report.put(ROOT / "benchmarks" / "README.md", MARK, table(in_order))


if __name__ == "__main__":
    main()
