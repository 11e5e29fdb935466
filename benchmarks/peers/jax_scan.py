"""JAX: a whole epoch in one compiled scan, with donated buffers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..data import BETA_1, BETA_2, EPSILON, RATE, Data, initial_weights
from ..shapes import SHAPES, Shape
from .peer import Peer, UnsuitableError, best_blocks, check_loss, fastest

jax.config.update("jax_enable_x64", True)  # arrays keep the dtype that they are made with


def forward(layers: Any, X: Any) -> Any:
    """Return the last layer's pre-activation."""
    *hidden, (W, b) = layers
    for weight, bias in hidden:
        X = jnp.maximum(X @ weight + bias, 0)
    return X @ W + b


def loss_of(task: str) -> Callable[[Any, Any, Any], Any]:
    """Return the mean loss as a function of the layers, X and targets."""

    def loss(layers: Any, X: Any, T: Any) -> Any:
        a = forward(layers, X)
        if task == "numbers":
            each = 0.5 * (a - T) ** 2
        elif task == "binary":
            each = jnp.maximum(a, 0) - a * T + jnp.log1p(jnp.exp(-jnp.abs(a)))
        else:
            each = jax.nn.logsumexp(a, axis=1, keepdims=True) - (a * T).sum(axis=1, keepdims=True)
        return each.sum() / X.shape[0]

    return loss


def adam(layers: Any, gradient: Any, mean: Any, square: Any, count: Any) -> tuple[Any, Any, Any]:
    """Return the layers and both averages after one step of Adam."""
    tree = jax.tree.map
    mean = tree(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, mean, gradient)
    square = tree(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, square, gradient)
    t = count.astype(layers[0][0].dtype)
    rate = RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    layers = tree(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), layers, mean, square)
    return layers, mean, square


def gathered(array: Any, rows: Any) -> Any:
    """Return the rows without a check of their numbers."""
    return array.at[rows].get(mode="promise_in_bounds", unique_indices=True)


def epoch_of(shape: Shape, unroll: int) -> Any:
    """Return a compiled function: state, X, T, order of shape (steps, batch) -> state, mean loss."""
    gradient_of = jax.value_and_grad(loss_of(shape.task))

    def epoch(state: Any, X: Any, T: Any, order: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            layers, mean, square, count = state
            value, gradient = gradient_of(layers, gathered(X, rows), gathered(T, rows))
            if shape.optimizer == "adam":
                layers, mean, square = adam(layers, gradient, mean, square, count + 1)
            else:
                layers = jax.tree.map(lambda w, g: w - RATE * g, layers, gradient)
            return (layers, mean, square, count + 1), value

        state, losses = jax.lax.scan(step, state, order, unroll=unroll)
        return state, losses.mean()

    return jax.jit(epoch, donate_argnums=(0,))


class JaxScan(Peer):
    """One call an epoch; the order comes from NumPy's generator, which is faster than a sort."""

    def version(self) -> str:
        """Return the library's version."""
        return jax.__version__

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Compile the epoch; a short step also unrolled, whichever is faster."""
        if shape.sparse:
            raise UnsuitableError("dense data only")
        self.shape, self.generator = shape, np.random.default_rng(0)
        self.X, self.T = jnp.asarray(data.X), jnp.asarray(data.T)
        self.initial = jax.tree.map(jnp.asarray, initial_weights(shape, dtype))
        unrolls = (1, 4) if shape.operations < 2e6 and shape.name in SHAPES else (1,)
        epochs = {f"scan, unroll={unroll}": epoch_of(shape, unroll) for unroll in unrolls}
        self.form = next(iter(epochs))
        if len(epochs) > 1:
            self.form = fastest({name: lambda e=epoch: self._run(e, 3) for name, epoch in epochs.items()})
        self.epoch = epochs[self.form]

    def _state(self) -> Any:
        zeros = jax.tree.map(jnp.zeros_like, self.initial)
        copy = jax.tree.map(jnp.copy, self.initial)
        return copy, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.int32)

    def _run(self, epoch: Any, epochs: int) -> float:
        state = self._state()
        for i in range(epochs + 1):  # the first is to warm up
            order = self.generator.permutation(self.shape.rows).astype(np.int32)
            state, loss = epoch(state, self.X, self.T, order.reshape(-1, self.shape.batch))
            if i == 0:
                loss.block_until_ready()
                started = time.perf_counter()
        jax.block_until_ready((state, loss))
        took = time.perf_counter() - started
        check_loss(float(loss))
        return took

    def seconds(self, epochs: int) -> float:
        """Return the time of the epochs."""
        return self._run(self.epoch, epochs)

    def prepare_predictions(self, shape: Shape, dtype: str, X: Any) -> Callable[[], Any]:
        """Return the compiled forward pass on X."""
        layers = jax.tree.map(jnp.asarray, initial_weights(shape, dtype))
        compiled = jax.jit(lambda layers, X: jax.nn.softmax(forward(layers, X), axis=1))
        return best_blocks(self, lambda block: np.asarray(compiled(layers, block)), X)
