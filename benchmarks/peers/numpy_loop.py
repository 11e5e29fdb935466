"""Training written in NumPy by hand, as well as one would write it: nothing is allocated in a step."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ..data import BETA_1, BETA_2, EPSILON, RATE, Data, initial_weights
from ..shapes import Shape
from .peer import Peer, UnsuitableError, check_loss

BLOCK = 16_384  # entries of theta that an update takes at once, so that they stay in the cache


class NumpyLoop(Peer):
    """Forward, backward and Adam with preallocated arrays, in place."""

    form = "in place, blocked Adam"

    def version(self) -> str:
        """Return the library's version."""
        return np.__version__

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Allocate theta in one vector, the gradient likewise, and the buffers of one batch."""
        if shape.sparse:
            raise UnsuitableError("dense data only")
        self.shape, self.data = shape, data
        layers = initial_weights(shape, dtype)
        self.theta = np.concatenate([part.ravel() for layer in layers for part in layer])
        self.gradient = np.zeros_like(self.theta)
        self.mean, self.square = np.zeros_like(self.theta), np.zeros_like(self.theta)
        self.scratch = np.empty(min(BLOCK, self.theta.size), dtype)
        self.layers, self.gradients = self._views(self.theta), self._views(self.gradient)
        self.o = [np.empty((shape.batch, size), dtype) for size in shape.sizes]
        self.delta = [np.empty((shape.batch, size), dtype) for size in shape.sizes]
        self.off = [np.empty((shape.batch, size), bool) for size in shape.sizes]
        self.target = np.empty((shape.batch, shape.sizes[-1]), dtype)
        self.column = np.empty((shape.batch, 1), dtype)
        self.generator = np.random.default_rng(0)
        self.step = 0

    def _views(self, vector: Any) -> list[tuple[Any, Any]]:
        views, at = [], 0
        for n_in, n_out in zip(self.shape.sizes, self.shape.sizes[1:], strict=False):
            W = vector[at : at + n_in * n_out].reshape(n_in, n_out)
            at += n_in * n_out
            views.append((W, vector[at : at + n_out]))
            at += n_out
        return views

    def seconds(self, epochs: int) -> float:
        """Return the time of the epochs."""
        self._epoch()  # warm
        started = time.perf_counter()
        for _ in range(epochs):
            loss = self._epoch()
        took = time.perf_counter() - started
        check_loss(loss)
        return took

    def _epoch(self) -> float:
        X, T, batch = self.data.X, self.data.T, self.shape.batch
        order = self.generator.permutation(self.shape.rows)
        update = self._adam if self.shape.optimizer == "adam" else self._sgd
        total = 0.0
        for start in range(0, self.shape.rows, batch):
            rows = order[start : start + batch]
            X.take(rows, 0, self.o[0], "clip")
            T.take(rows, 0, self.target, "clip")
            self._forward()
            total += self._output()
            self._backward()
            update()
        return total / self.shape.rows

    def _forward(self) -> None:
        o, last = self.o, len(self.layers) - 1
        for k, (W, b) in enumerate(self.layers):
            np.matmul(o[k], W, out=o[k + 1])
            np.add(o[k + 1], b, out=o[k + 1])
            if k < last:
                np.maximum(o[k + 1], 0.0, out=o[k + 1])

    def _output(self) -> float:
        """Turn the last pre-activation into output and error term; return the batch's loss."""
        a, delta, target = self.o[-1], self.delta[-1], self.target
        if self.shape.task == "numbers":
            np.subtract(a, target, out=delta)
            loss = 0.5 * float(np.vdot(delta, delta))
        elif self.shape.task == "binary":
            np.negative(a, out=a)
            np.exp(a, out=a)
            np.add(a, 1.0, out=a)
            np.reciprocal(a, out=a)
            np.subtract(a, target, out=delta)
            np.abs(delta, out=self.column)
            np.negative(self.column, out=self.column)
            np.log1p(self.column, out=self.column)
            loss = -float(self.column.sum())
        else:
            np.max(a, axis=1, keepdims=True, out=self.column)
            np.subtract(a, self.column, out=a)
            loss = -float(np.vdot(a, target))
            np.exp(a, out=a)
            np.sum(a, axis=1, keepdims=True, out=self.column)
            np.divide(a, self.column, out=a)
            np.subtract(a, target, out=delta)
            np.log(self.column, out=self.column)
            loss += float(self.column.sum())
        np.multiply(delta, 1.0 / self.shape.batch, out=delta)
        return loss

    def _backward(self) -> None:
        o, delta = self.o, self.delta
        for k in range(len(self.layers) - 1, -1, -1):
            gradient_W, gradient_b = self.gradients[k]
            np.matmul(o[k].T, delta[k + 1], out=gradient_W)
            np.add.reduce(delta[k + 1], 0, out=gradient_b)
            if k:
                np.matmul(delta[k + 1], self.layers[k][0].T, out=delta[k])
                np.less_equal(o[k], 0.0, out=self.off[k])
                np.copyto(delta[k], 0.0, where=self.off[k])

    def _adam(self) -> None:
        self.step += 1
        rate = RATE * (1.0 - BETA_2**self.step) ** 0.5 / (1.0 - BETA_1**self.step)
        for start in range(0, self.theta.size, BLOCK):
            part = slice(start, start + BLOCK)
            theta, gradient = self.theta[part], self.gradient[part]
            mean, square, scratch = self.mean[part], self.square[part], self.scratch[: theta.size]
            np.multiply(mean, BETA_1, out=mean)
            np.multiply(gradient, 1.0 - BETA_1, out=scratch)
            np.add(mean, scratch, out=mean)
            np.multiply(square, BETA_2, out=square)
            np.multiply(gradient, gradient, out=scratch)
            np.multiply(scratch, 1.0 - BETA_2, out=scratch)
            np.add(square, scratch, out=square)
            np.sqrt(square, out=scratch)
            np.add(scratch, EPSILON, out=scratch)
            np.divide(mean, scratch, out=scratch)
            np.multiply(scratch, rate, out=scratch)
            np.subtract(theta, scratch, out=theta)

    def _sgd(self) -> None:
        np.multiply(self.gradient, RATE, out=self.gradient)
        np.subtract(self.theta, self.gradient, out=self.theta)
