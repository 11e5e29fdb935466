"""What regularisation costs: a step with it against the plain step, side by side at the table's shapes.

python -m benchmarks.practice            # dropout, L1, L2, clipping and a schedule on: at most 1.25 times is the target
python -m benchmarks.practice --each     # one at a time
"""

from __future__ import annotations

import argparse
import statistics
import warnings
from typing import Any

import rosenblatt
from rosenblatt import L1, L2, Clip, Cosine

from .data import make_data
from .peers.rosenblatt_fit import Rosenblatt
from .shapes import SHAPES, TABLE, Shape

TARGET = 1.25
ALL = {"dropout": 0.2, "regularizers": (L1(1e-6), L2(1e-6), Clip(norm=1.0)), "learning_rate": Cosine()}
EACH: dict[str, dict[str, Any]] = {
    "dropout": {"dropout": 0.2},
    "L1": {"regularizers": (L1(1e-6),)},
    "L1 and L2": {"regularizers": (L1(1e-6), L2(1e-6))},
    "clipping by norm": {"regularizers": (Clip(norm=1.0),)},
    "clipping by value": {"regularizers": (Clip(value=0.1),)},
    "schedule": {"learning_rate": Cosine()},
    "all five": ALL,
}


class Practised(Rosenblatt):
    """The estimators with more arguments."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.arguments = arguments

    def extra(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().extra(), **self.arguments}


def ratios(
    shape: Shape, dtype: str, arguments: dict[str, Any], rounds: int, seconds: float
) -> tuple[float, float]:
    """Return the plain step in seconds, and the median over rounds of the other one's ratio to it."""
    data = make_data(shape, dtype)
    sides = [Practised({}), Practised(arguments)]
    for side in sides:
        side.prepare(shape, dtype, data)
    epoch = max(sides[0].seconds(1), 1e-6)
    epoch = max(sides[0].seconds(max(1, round(0.05 / epoch))) / max(1, round(0.05 / epoch)), 1e-6)
    epochs = max(1, round(seconds / epoch))
    plain, found = [], []
    for _ in range(rounds):  # side by side, so that a busy moment meets both
        first, second, again = sides[0].seconds(epochs), sides[1].seconds(epochs), sides[0].seconds(epochs)
        plain.append(min(first, again) / epochs / shape.steps)
        found.append(2 * second / (first + again))
    return statistics.median(plain), statistics.median(found)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", action="store_true", help="measure each by itself, too")
    parser.add_argument("--only", nargs="*", default=[shape.name for shape in TABLE])
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each measurement, about")
    options = parser.parse_args()
    rosenblatt.set_num_threads(1)
    warnings.simplefilter("ignore")  # that a fit of a few epochs has not converged
    columns = EACH if options.each else {"all five": ALL}
    print("| network, batch | plain, us a step | " + " | ".join(columns) + " |")
    print("|---" * (2 + len(columns)) + "|")
    for name in options.only:
        shape = SHAPES[name]
        cells = [
            ratios(shape, options.dtype, arguments, options.rounds, options.seconds)
            for arguments in columns.values()
        ]
        shown = " | ".join(f"{ratio:.2f}" for _, ratio in cells)
        print(f"| {shape.label} | {cells[0][0] * 1e6:.4g} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
