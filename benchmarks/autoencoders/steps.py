"""Time of a training step of 784-256-32-256-784, batch 128: plain, denoising, contractive on the code.

Ours through ``fit``, PyTorch eager and compiled, JAX with an epoch in one scan; each knows its mean loss after every
epoch; one processor, interleaved rounds in one process. The contractive penalty of the peers is written in both ways:
the Jacobian by hand, and the Gram matrix of ``docs/contractive.md``; the faster counts.
"""

from __future__ import annotations

import os
import statistics
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from ..report import figures, table

SIZES, ROWS, BATCH = (784, 256, 32, 256, 784), 2048, 128
KINDS = ("plain", "masking", "gaussian", "contractive")
TARGETS = {"plain": 1.1, "masking": 1.2, "gaussian": 1.2, "contractive": 1.5}
RATE = 1e-6  # the weights hardly move, so that no side meets denormal numbers
STRENGTH, NOISE = 0.1, 0.3
Run = Callable[[int], float]
"""Takes a number of epochs, returns their seconds."""


def inputs() -> Any:
    """Return the same random samples for all, shape (2048, 784), float32."""
    return np.random.default_rng(0).uniform(size=(ROWS, SIZES[0])).astype(np.float32)


def layers() -> list[tuple[Any, Any]]:
    """Return initial weights and biases."""
    random = np.random.default_rng(1)
    return [
        ((random.normal(size=(a, b)) * np.sqrt(1 / a)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(SIZES)
    ]


def ours(kind: str) -> Run:
    """Return the estimator's fit, as the difference of a long and a short one."""
    from rosenblatt import Autoencoder, Gaussian, Masking

    more: dict[str, Any] = {
        "masking": {"corruption": Masking(NOISE)},
        "gaussian": {"corruption": Gaussian(NOISE)},
        "contractive": {"contraction": STRENGTH, "activation": "logistic", "code_activation": "logistic"},
    }
    X = inputs()
    common = {"alpha": 0.0, "batch_size": BATCH, "learning_rate_init": RATE, "n_iter_no_change": 10**6}

    def fit(epochs: int) -> float:
        model = Autoencoder(SIZES[1:-1], max_iter=epochs, random_state=0, **common, **more.get(kind, {}))
        started = time.perf_counter()
        model.fit(X)
        return time.perf_counter() - started

    return lambda epochs: fit(1 + epochs) - min(fit(1), fit(1))


def torch_run(kind: str, compiled: bool, gram: bool = True) -> Run:
    """Return PyTorch's loop: its fused Adam eager, or the whole gradient compiled."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    X = torch.from_numpy(inputs())
    parameters = [torch.from_numpy(part).requires_grad_() for layer in layers() for part in layer]
    optimizer = torch.optim.Adam(parameters, lr=RATE, fused=True)
    g = torch.sigmoid if kind == "contractive" else torch.relu

    def loss(x: Any) -> Any:
        W1, b1, W2, b2, W3, b3, W4, b4 = parameters
        seen = x
        if kind == "masking":
            seen = x * (torch.rand_like(x) >= NOISE)
        if kind == "gaussian":
            seen = x + NOISE * torch.randn_like(x)
        h = g(seen @ W1 + b1)
        code = h @ W2 + b2
        code = torch.sigmoid(code) if kind == "contractive" else code
        o = g(code @ W3 + b3) @ W4 + b4
        value = 0.5 * functional.mse_loss(o, x, reduction="sum") / BATCH
        if kind != "contractive":
            return value
        d1, d2 = h * (1 - h), code * (1 - code)
        rows = d1[:, None, :] * W2.T[None]
        if gram:
            square = ((rows.reshape(-1, SIZES[1]) @ (W1.T @ W1)).reshape(rows.shape) * rows).sum(2)
        else:
            square = ((rows.reshape(-1, SIZES[1]) @ W1.T) ** 2).sum(1).reshape(BATCH, -1)
        return value + STRENGTH * (d2**2 * square).sum() / BATCH

    final = torch.compile(loss) if compiled else loss

    def run(epochs: int) -> float:
        started = time.perf_counter()
        curve: list[float] = []
        for _ in range(epochs):
            total = torch.zeros(())
            for x in X[torch.randperm(ROWS)].split(BATCH):
                optimizer.zero_grad(set_to_none=True)
                value = final(x)
                value.backward()
                optimizer.step()
                total += value.detach()
            curve.append(float(total) * BATCH / ROWS)
        return time.perf_counter() - started

    return run


def jax_loss(kind: str, gram: bool) -> Callable[..., Any]:
    """Return the objective of a batch as a function of parameters, samples and a key."""
    import jax
    import jax.numpy as jnp

    g = jax.nn.sigmoid if kind == "contractive" else jax.nn.relu

    def loss(parameters: Any, x: Any, key: Any) -> Any:
        (W1, b1), (W2, b2), (W3, b3), (W4, b4) = parameters
        seen = x
        if kind == "masking":
            seen = x * (jax.random.bits(key, x.shape, jnp.uint8) >= round(256 * NOISE))
        if kind == "gaussian":
            seen = x + NOISE * jax.random.normal(key, x.shape, x.dtype)
        h = g(seen @ W1 + b1)
        code = h @ W2 + b2
        code = jax.nn.sigmoid(code) if kind == "contractive" else code
        o = g(code @ W3 + b3) @ W4 + b4
        value = 0.5 * jnp.sum((o - x) ** 2) / BATCH
        if kind != "contractive":
            return value
        d1, d2 = h * (1 - h), code * (1 - code)
        rows = d1[:, None, :] * W2.T[None]
        flat = rows.reshape(-1, SIZES[1])
        square = ((flat @ (W1.T @ W1)) * flat).sum(1) if gram else ((flat @ W1.T) ** 2).sum(1)
        return value + STRENGTH * (d2**2 * square.reshape(BATCH, -1)).sum() / BATCH

    return loss


def jax_run(kind: str, gram: bool = True) -> Run:
    """Return JAX's epoch in one compiled scan, with its fastest generator of random bits."""
    import jax
    import jax.numpy as jnp

    X, loss = jnp.asarray(inputs()), jax_loss(kind, gram)

    def step(state: Any, given: Any) -> Any:
        parameters, mean, square, count = state
        rows, key = given
        value, gradient = jax.value_and_grad(loss)(parameters, X[rows], key)
        mean = jax.tree.map(lambda m, d: 0.9 * m + 0.1 * d, mean, gradient)
        square = jax.tree.map(lambda v, d: 0.999 * v + 0.001 * d * d, square, gradient)
        count = count + 1
        rate = RATE * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        parameters = jax.tree.map(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), parameters, mean, square
        )
        return (parameters, mean, square, count), value

    epoch = jax.jit(lambda state, order, keys: jax.lax.scan(step, state, (order, keys)), donate_argnums=(0,))
    random = np.random.default_rng(2)

    def run(epochs: int) -> float:
        parameters = jax.tree.map(jnp.asarray, layers())
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        state = (parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))
        curve: list[float] = []
        started = time.perf_counter()
        for i in range(epochs):
            order = random.permutation(ROWS).reshape(-1, BATCH)
            keys = jax.random.split(jax.random.key(i, impl="unsafe_rbg"), len(order))
            state, losses = epoch(state, order, keys)
            curve.append(float(losses.mean()))
        jax.block_until_ready(state)
        return time.perf_counter() - started

    return run


def sides_of(kind: str) -> dict[str, Run]:
    """Return who takes part."""
    sides = {"rosenblatt": ours(kind)}
    for gram in (True, False) if kind == "contractive" else (True,):
        how = (", Gram" if gram else ", Jacobian") if kind == "contractive" else ""
        sides |= {
            f"torch{how}": torch_run(kind, False, gram),
            f"torch compiled{how}": torch_run(kind, True, gram),
            f"JAX{how}": jax_run(kind, gram),
        }
    return sides


def measured(kind: str, rounds: int, epochs: int) -> dict[str, list[float]]:
    """Return the milliseconds of a step for each side, round by round."""
    sides = sides_of(kind)
    for run in sides.values():
        run(1)  # compiles, and warms up
    times: dict[str, list[float]] = {name: [] for name in sides}
    for i in range(rounds):
        names = list(sides)
        for name in names[i % len(names) :] + names[: i % len(names)]:
            times[name].append(sides[name](epochs) * 1e3 / (epochs * (ROWS // BATCH)))
    return times


def run(quick: bool = False) -> list[list[str]]:
    """Return one row for each kind: milliseconds of every side, and our ratio to the best peer."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import rosenblatt

    rosenblatt.set_num_threads(1)
    warnings.simplefilter("ignore")
    rows = []
    for kind in KINDS:
        times = measured(kind, 2 if quick else 5, 2 if quick else 4)
        middle = {name: statistics.median(each) for name, each in times.items()}
        own = middle.pop("rosenblatt")
        best = min(middle, key=lambda name: middle[name])
        ratio = statistics.median(a / b for a, b in zip(times[best], times["rosenblatt"], strict=True))
        others = ", ".join(f"{name} {figures(each)}" for name, each in middle.items())
        rows.append([kind, figures(own), others, best, f"{ratio:.2f}", f"{TARGETS[kind]:g}"])
        print(table(HEAD, rows[-1:]), flush=True)
    return rows


HEAD = ["step", "rosenblatt, ms", "peers, ms", "best peer", "times faster", "target"]
