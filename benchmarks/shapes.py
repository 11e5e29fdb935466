"""The networks that are measured, their arithmetic, and the targets they should reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Targets:
    """Times faster than the best peer on one thread, on two, and than scikit-learn on one."""

    one_thread: float
    two_threads: float | None
    scikit_learn: float


@dataclass(frozen=True)
class Shape:
    """A network with its batch and data.

    Attributes
    ----------
    name : str
        What ``--only`` takes.
    sizes : tuple of int
        Columns of X, hidden layers, outputs as computed: two classes have one logistic output.
    batch, rows : int
        Rows are a multiple of the batch, so that no side meets a shorter last batch.
    task : {"binary", "classes", "numbers"}
    optimizer : {"adam", "sgd"}
    density : float
        Below 1, X is a CSR matrix with this share of entries.
    targets : Targets or None
    in_table : bool
        Whether it belongs to the README's table.
    """

    name: str
    sizes: tuple[int, ...]
    batch: int
    rows: int
    task: Literal["binary", "classes", "numbers"]
    optimizer: Literal["adam", "sgd"] = "adam"
    density: float = 1.0
    targets: Targets | None = None
    in_table: bool = False

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return self.rows // self.batch

    @property
    def sparse(self) -> bool:
        """Whether X is a CSR matrix."""
        return self.density < 1.0

    @property
    def label(self) -> str:
        """Name for tables: layers, classes instead of the one logistic output, batch."""
        network, _, batch = self.name.rpartition("-b")
        return f"{network}, {batch}" + (" (SGD)" if self.optimizer == "sgd" else "")

    @property
    def operations(self) -> float:
        """Floating-point operations of the matrix products of one step.

        Two for each weight and sample forward (F1), two for the gradient (B3), two for the error
        term (B2), which the first layer does not need. Activations, losses and the optimiser are
        not counted, so the floor made from this is a true lower bound.
        """
        pairs = list(zip(self.sizes, self.sizes[1:], strict=False))
        first, *others = [rows * columns for rows, columns in pairs]
        return self.batch * (4.0 * first * self.density + 6.0 * sum(others))


TABLE = [
    Shape("60-24-2-b16", (60, 24, 1), 16, 640, "binary", targets=Targets(6, 4, 100)),
    Shape("64-100-10-b32", (64, 100, 10), 32, 1600, "classes", targets=Targets(2, 2.4, 20)),
    Shape("64-100-10-b200", (64, 100, 10), 200, 2000, "classes", targets=Targets(1.7, 2.5, 7)),
    Shape("100-256-256-10-b128", (100, 256, 256, 10), 128, 2560, "classes", targets=Targets(1.3, 1.8, 2.7)),
    Shape("784-512-512-10-b128", (784, 512, 512, 10), 128, 1280, "classes", targets=Targets(1.2, 1.2, 2.3)),
    Shape(
        "784-1024-1024-10-b512", (784, 1024, 1024, 10), 512, 1024, "classes", targets=Targets(1.0, 1.1, 1.15)
    ),
    Shape(
        "784-256-32-256-784-b128",
        (784, 256, 32, 256, 784),
        128,
        1280,
        "numbers",
        targets=Targets(1.17, 1.2, 1.8),
    ),
    Shape("60-24-1-b1", (60, 24, 1), 1, 600, "binary", "sgd", targets=Targets(6, None, 500)),
]
OTHERS = [
    Shape("30-64-64-1-b32", (30, 64, 64, 1), 32, 1600, "binary"),
    Shape("13-100-1-b64", (13, 100, 1), 64, 1920, "numbers"),
    Shape("500-200-50-5-b100", (500, 200, 50, 5), 100, 2000, "classes"),
    Shape("csr-2000-100-10-b64", (2000, 100, 10), 64, 1920, "classes", density=0.01),
    Shape("64-8x64-10-b64", (64, *[64] * 8, 10), 64, 1920, "classes"),
]
TABLE = [replace(shape, in_table=True) for shape in TABLE]
SHAPES = {shape.name: shape for shape in [*TABLE, *OTHERS]}
QUICK = ["60-24-2-b16", "64-100-10-b32", "100-256-256-10-b128", "784-512-512-10-b128", "60-24-1-b1"]

# inference: network, rows of one call, and how many such calls make up the 100,000 rows (one is timed)
INFERENCE = {
    "one row, 64-100-10": (Shape("64-100-10-b32", (64, 100, 10), 32, 640, "classes"), 1, 1),
    "100,000 rows, 64-100-10": (Shape("64-100-10-b32", (64, 100, 10), 32, 640, "classes"), 100_000, 1),
    "100,000 rows, 784-512-512-10": (
        Shape("784-512-512-10-b128", (784, 512, 512, 10), 128, 256, "classes"),
        20_000,
        5,
    ),
}
ONE_ROW_TARGET_MICROSECONDS = 20.0
BLOCK_TARGETS = {"100,000 rows, 64-100-10": 1.4, "100,000 rows, 784-512-512-10": 1.0}
IMPORT_TARGET_SECONDS = 0.3
GRID_TARGET = 0.6


def _grown(name: str, hidden: tuple[int, ...], batch: int = 32, rows: int = 1600) -> Shape:
    rows = max(rows, 4 * batch)
    return Shape(name, (64, *hidden, 10), batch, rows - rows % batch, "classes")


# what grows: the value on the axis and the network that has it; all else is 64-100-10 with batch 32
SCALING = {
    "rows": [(n, _grown(f"n={n}", (100,), rows=n)) for n in (128, 512, 2048, 8192, 32768)],
    "width": [(w, _grown(f"w={w}", (w, w))) for w in (8, 32, 128, 512)],
    "depth": [(d, _grown(f"d={d}", (64,) * d)) for d in (1, 2, 4, 8, 16)],
    "batch": [(b, _grown(f"b={b}", (100,), batch=b)) for b in (1, 4, 16, 64, 256, 1024)],
}
