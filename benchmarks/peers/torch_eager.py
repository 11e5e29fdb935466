"""PyTorch, eager: autograd and its own fused or foreach Adam, without a DataLoader."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from ..data import BETA_1, BETA_2, EPSILON, RATE, Data, initial_weights
from ..shapes import Shape
from .peer import Peer, UnsuitableError, best_blocks, check_loss, fastest


def forward(layers: Any, X: Any) -> Any:
    """Return the last layer's pre-activation; weights have shape (outputs, inputs) as in nn.Linear."""
    *hidden, (W, b) = layers
    for weight, bias in hidden:
        X = functional.relu(functional.linear(X, weight, bias))
    return functional.linear(X, W, b)


def loss_of(task: str) -> Callable[[Any, Any], Any]:
    """Return the mean loss as a function of pre-activation and targets."""
    if task == "numbers":
        return functional.mse_loss
    return functional.binary_cross_entropy_with_logits if task == "binary" else functional.cross_entropy


def target_of(shape: Shape, data: Data) -> Any:
    """Return the targets in the form that the loss takes quickest: class numbers, not one-hot rows."""
    return torch.from_numpy(data.y if shape.task == "classes" else data.T)


class TorchEager(Peer):
    """A plain loop; which optimiser and which way to gather is tried, and the fastest kept."""

    def set_threads(self, threads: int) -> None:
        """Bind PyTorch's pools."""
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)

    def version(self) -> str:
        """Return the library's version."""
        return str(torch.__version__)

    def prepare(self, shape: Shape, dtype: str, data: Data) -> None:
        """Make tensors, and choose the fastest form by a short trial."""
        if shape.sparse:
            raise UnsuitableError("dense data only")
        self.shape, self.dtype = shape, dtype
        self.X, self.T = torch.from_numpy(data.X), target_of(shape, data)
        self.generator = torch.Generator().manual_seed(0)
        self.loss = loss_of(shape.task)
        trials: dict[str, Callable[[], Any]] = {}
        forms = {}
        for kind in ("fused", "foreach"):
            for gather in ("step", "epoch"):
                name = f"{kind} optimiser, index_select each {gather}"
                forms[name] = (kind, gather)
                trials[name] = lambda form=forms[name]: self._short(*form)
        self.form = fastest(trials, repeats=2)
        self._set_up(*forms[self.form])

    def _set_up(self, kind: str, gather: str) -> None:
        self.gather = gather
        self.layers = [
            tuple(torch.from_numpy(part).t().contiguous().requires_grad_() for part in layer)
            for layer in initial_weights(self.shape, self.dtype)
        ]
        parameters = [part for layer in self.layers for part in layer]
        if self.shape.optimizer == "adam":
            self.optimizer: Any = torch.optim.Adam(
                parameters, lr=RATE, betas=(BETA_1, BETA_2), eps=EPSILON, **{kind: True}
            )
        else:
            self.optimizer = torch.optim.SGD(parameters, lr=RATE, **{kind: True})

    def _short(self, kind: str, gather: str) -> None:
        self._set_up(kind, gather)
        limit = time.perf_counter() + 0.05
        for step, (X, T) in enumerate(self._batches()):
            self._step(X, T)
            if step >= 20 or time.perf_counter() > limit:
                break

    def _batches(self) -> Any:
        batch = self.shape.batch
        order = torch.randperm(self.shape.rows, generator=self.generator)
        if self.gather == "epoch":
            X, T = self.X.index_select(0, order), self.T.index_select(0, order)
            return zip(X.split(batch), T.split(batch), strict=True)
        return ((self.X.index_select(0, rows), self.T.index_select(0, rows)) for rows in order.split(batch))

    def _step(self, X: Any, T: Any) -> Any:
        loss = self.loss(forward(self.layers, X), T)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def _epoch(self) -> float:
        total = 0.0
        for X, T in self._batches():
            total = total + self._step(X, T)
        return float(total) / self.shape.steps

    def seconds(self, epochs: int) -> float:
        """Return the time of the epochs."""
        for X, T in self._batches():  # warm
            self._step(X, T)
            break
        started = time.perf_counter()
        for _ in range(epochs):
            loss = self._epoch()
        took = time.perf_counter() - started
        check_loss(loss)
        return took

    def prepare_predictions(self, shape: Shape, dtype: str, X: Any) -> Callable[[], Any]:
        """Return the forward pass on X in inference mode."""
        layers = [
            tuple(torch.from_numpy(part).t().contiguous() for part in layer)
            for layer in initial_weights(shape, dtype)
        ]

        @torch.inference_mode()
        def predict(block: Any) -> Any:
            return torch.softmax(forward(layers, torch.from_numpy(block)), 1).numpy()

        return best_blocks(self, predict, X)
