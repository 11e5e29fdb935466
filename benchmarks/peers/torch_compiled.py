"""PyTorch, compiled: forward, gradient and optimiser of a step in one graph."""

from __future__ import annotations

from typing import Any

import torch

from ..data import BETA_1, BETA_2, EPSILON, RATE, Data, initial_weights
from ..shapes import Shape
from .peer import UnsuitableError
from .torch_eager import TorchEager, forward, loss_of, target_of


def step_of(shape: Shape) -> Any:
    """Return one training step on tensors, to be compiled; parameters change in place."""
    loss = loss_of(shape.task)

    def mean_loss(parameters: Any, X: Any, T: Any) -> Any:
        return loss(forward(list(zip(parameters[::2], parameters[1::2], strict=True)), X), T)

    def step(parameters: Any, mean: Any, square: Any, count: Any, total: Any, X: Any, T: Any) -> None:
        gradient, value = torch.func.grad_and_value(mean_loss)(parameters, X, T)
        count.add_(1)
        total.add_(value)
        if shape.optimizer == "sgd":
            for w, g in zip(parameters, gradient, strict=True):
                w.sub_(RATE * g)
            return
        rate = RATE * torch.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
        for w, g, m, v in zip(parameters, gradient, mean, square, strict=True):
            m.mul_(BETA_1).add_(g, alpha=1 - BETA_1)
            v.mul_(BETA_2).add_(g * g, alpha=1 - BETA_2)
            w.sub_(rate * m / (torch.sqrt(v) + EPSILON))

    return step


class TorchCompiled(TorchEager):
    """``torch.compile`` of the whole step, by its default backend."""

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Compile; fails where the backend finds no compiler."""
        if shape.sparse:
            raise UnsuitableError("dense data only")
        torch._dynamo.reset()
        self.shape, self.dtype, self.gather = shape, dtype, "step"
        self.form = "whole step in one graph"
        self.X, self.T = torch.from_numpy(data.X), target_of(shape, data)
        self.generator = torch.Generator().manual_seed(0)
        layers = initial_weights(shape, dtype)
        self.parameters = [torch.from_numpy(part).t().contiguous() for layer in layers for part in layer]
        self.mean = [torch.zeros_like(part) for part in self.parameters]
        self.square = [torch.zeros_like(part) for part in self.parameters]
        # one entry, not a number without dimensions: of such a one, the compiled step lost the changes
        self.count, self.total = torch.zeros(1, dtype=self.X.dtype), torch.zeros(1, dtype=self.X.dtype)
        self.compiled = torch.compile(step_of(shape), fullgraph=True, dynamic=False)
        self._epoch()

    @torch.no_grad()
    def _step(self, X: Any, T: Any) -> None:
        self.compiled(self.parameters, self.mean, self.square, self.count, self.total, X, T)

    def _epoch(self) -> float:
        self.total.zero_()
        for X, T in self._batches():
            self._step(X, T)
        return float(self.total) / self.shape.steps
