"""Time the bare engine per training step: python benchmarks/bare.py [--threads 1] [--dtype float32] [--shape NAME]."""

from __future__ import annotations

import argparse
import time
from itertools import pairwise

import numpy as np

from rosenblatt.engines.native import native_module

# name: sizes, batch, optimiser, target in microseconds for float32 on one thread (best peer over the wanted ratio)
SHAPES = {
    "60-24-2 b16": ((60, 24, 2), 16, "adam", 3.1),
    "64-100-10 b32": ((64, 100, 10), 32, "adam", 22.5),
    "64-100-10 b200": ((64, 100, 10), 200, "adam", 101.0),
    "100-256-256-10 b128": ((100, 256, 256, 10), 128, "adam", 960.0),
    "784-512-512-10 b128": ((784, 512, 512, 10), 128, "adam", 6053.0),
    "784-1024-1024-10 b512": ((784, 1024, 1024, 10), 512, "adam", 64092.0),
    "784-256-32-256-784 b128": ((784, 256, 32, 256, 784), 128, "adam", 3391.0),
    "60-24-1 b1": ((60, 24, 1), 1, "sgd", 0.41),
    "30-64-64-1 b32": ((30, 64, 64, 1), 32, "adam", None),
    "13-100-1 b64": ((13, 100, 1), 64, "adam", None),
    "500-200-50-5 b100": ((500, 200, 50, 5), 100, "adam", None),
    "64x8 b64": ((64,) * 9, 64, "adam", None),
}


def aligned(values, dtype):
    """Return a copy that begins on a cache line."""
    room = np.empty(values.size + 64, dtype)
    start = -room.ctypes.data % 64 // room.itemsize
    copy = room[start : start + values.size]
    copy[:] = values
    return copy


def prepared(sizes, batch, optimizer, dtype, penalties=(("l2", True),)):
    """Return a function steps -> None that trains, and the number of floating-point operations of a step."""
    rng = np.random.default_rng(0)
    r = sizes[-1]
    n = max(batch * 4, min(2000, 4_000_000 // sizes[0]))
    X = rng.normal(size=(n, sizes[0])).astype(dtype)
    if r == sizes[0]:
        output, loss, y = "identity", "squared_error", X.copy()
    elif r == 1:
        output, loss, y = "logistic", "binary_cross_entropy", rng.integers(0, 2, (n, 1)).astype(dtype)
    else:
        output, loss = "softmax", "categorical_cross_entropy"
        y = np.eye(r, dtype=dtype)[rng.integers(0, r, n)]
    parameters = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8} if optimizer == "adam" else {}
    kind = {"float32": "ProgramFloat32", "float64": "ProgramFloat64"}[dtype]
    program = getattr(native_module(), kind)(
        list(sizes),
        [("relu", {})] * (len(sizes) - 2),
        (output, {}),
        (loss, {}),
        (optimizer, parameters),
        list(penalties),
    )
    theta = aligned(0.1 * rng.normal(size=program.n_parameters), dtype)
    slots = [aligned(0 * theta, dtype) for _ in range(2 if optimizer == "adam" else 0)]

    def arrays(steps):
        indices = rng.integers(0, n, steps * batch)
        bounds = np.arange(steps + 1) * batch
        settings = np.tile([1e-4, *[1e-4] * len(penalties), *[1e-4] * (optimizer == "adam")], (steps, 1))
        return theta, slots, X, y, None, indices, bounds, settings, np.empty((steps, 6))

    macs = sum(a * b for a, b in pairwise(sizes))
    flops = 2 * batch * (3 * macs - sizes[0] * sizes[1])
    return program, arrays, flops


def seconds_per_step(shape, dtype, threads, clock=time.perf_counter, seconds=0.06, repeats=25):
    sizes, batch, optimizer, _ = SHAPES[shape]
    program, arrays, flops = prepared(sizes, batch, optimizer, dtype)
    steps = max(2, int(seconds / (flops / 60e9 * (2 if dtype == "float64" else 1) + 1e-6)))
    arguments = arrays(steps)
    native_module().set_num_threads(threads)
    program.epochs(*arguments)
    times = []
    for _ in range(repeats):
        start = clock()
        program.epochs(*arguments)
        times.append((clock() - start) / steps)
    return min(times), float(np.median(times)), flops


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu-time", action="store_true")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--dtype", nargs="*", default=["float32", "float64"])
    parser.add_argument("--shape", nargs="*", default=list(SHAPES))
    options = parser.parse_args()
    clock = time.process_time if options.cpu_time else time.perf_counter
    print(f"{'shape':26}{'dtype':9}{'threads':8}{'min us':>10}{'median':>10}{'GFLOP/s':>9}{'target':>9}")
    for shape in options.shape:
        for dtype in options.dtype:
            for threads in options.threads:
                best, middle, flops = seconds_per_step(shape, dtype, threads, clock)
                target = SHAPES[shape][3] if dtype == "float32" and threads == 1 else None
                print(
                    f"{shape:26}{dtype:9}{threads:<8}{best * 1e6:10.2f}{middle * 1e6:10.2f}{flops / best / 1e9:9.1f}"
                    f"{target or '':>9}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
