"""Oracles: other ways to the same numbers, none of which shares a derivative with the library.

Dual numbers carry a value and its first two derivatives by one real variable through any formula,
exactly and without a step size. Central differences look at whole networks. PyTorch's autograd knows
networks of its own, written here with PyTorch's functions and not with the library's rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from rosenblatt.network import Network
from rosenblatt.plan import Plan
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import Loss


class Dual:
    """An array of numbers with their first and second derivatives by one variable t.

    Parameters
    ----------
    value, first, second : array, number
        x(t), x'(t), x''(t); the derivatives of a constant are 0.
    """

    __array_ufunc__ = None  # NumPy numbers and arrays leave arithmetic to this class
    __hash__ = None

    def __init__(self, value: Any, first: Any = 0.0, second: Any = 0.0) -> None:
        self.value = np.asarray(value, dtype=np.float64)
        self.first = np.broadcast_to(np.asarray(first, dtype=np.float64), self.value.shape)
        self.second = np.broadcast_to(np.asarray(second, dtype=np.float64), self.value.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.value.dtype

    def __getitem__(self, place: Any) -> Dual:
        return Dual(*(part[place] for part in self.parts()))

    def parts(self) -> tuple[Any, Any, Any]:
        return self.value, self.first, self.second

    def __add__(self, other: Any) -> Dual:
        y = dual(other)
        return Dual(self.value + y.value, self.first + y.first, self.second + y.second)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.first, -self.second)

    def __mul__(self, other: Any) -> Dual:
        y = dual(other)
        return Dual(
            self.value * y.value,
            self.first * y.value + self.value * y.first,
            self.second * y.value + 2 * self.first * y.first + self.value * y.second,
        )

    def __truediv__(self, other: Any) -> Dual:
        y = dual(other)
        q = self.value / y.value
        q1 = (self.first - q * y.first) / y.value
        q2 = (self.second - 2 * q1 * y.first - q * y.second) / y.value
        return Dual(q, q1, q2)

    def __sub__(self, other: Any) -> Dual:
        return self + (-dual(other))

    def __rsub__(self, other: Any) -> Dual:
        return dual(other) + (-self)

    def __rtruediv__(self, other: Any) -> Dual:
        return dual(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, power: float) -> Dual:
        x, p = self.value, power
        return _chain(self, x**p, p * x ** (p - 1), p * (p - 1) * x ** (p - 2))

    def __lt__(self, other: Any) -> Any:
        return self.value < dual(other).value

    def __le__(self, other: Any) -> Any:
        return self.value <= dual(other).value

    def __gt__(self, other: Any) -> Any:
        return self.value > dual(other).value

    def __ge__(self, other: Any) -> Any:
        return self.value >= dual(other).value

    def __eq__(self, other: object) -> Any:
        return self.value == dual(other).value


def dual(x: Any) -> Dual:
    """Return x as a dual number; what is none is a constant."""
    return x if isinstance(x, Dual) else Dual(x)


def variable(values: Any) -> Dual:
    """Return the variable t itself at some values."""
    return Dual(values, 1.0, 0.0)


def _chain(x: Dual, f: Any, f1: Any, f2: Any) -> Dual:
    """Return f(x(t)) from the values of f, f', f'' at x."""
    return Dual(f, f1 * x.first, f2 * x.first * x.first + f1 * x.second)


# name: f, f', f'' as functions of a NumPy array
_SMOOTH: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "exp": (np.exp, np.exp, np.exp),
    "expm1": (np.expm1, np.exp, np.exp),
    "log": (np.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "log1p": (np.log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x), lambda x: -0.25 / x**1.5),
    "sin": (np.sin, np.cos, lambda x: -np.sin(x)),
    "cos": (np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)),
    "atan": (np.arctan, lambda x: 1 / (1 + x**2), lambda x: -2 * x / (1 + x**2) ** 2),
    "sinh": (np.sinh, np.cosh, np.sinh),
    "cosh": (np.cosh, np.sinh, np.cosh),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2, lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2)),
    # abs and sign have a corner at 0, where both derivatives count as 0
    "abs": (np.abs, np.sign, np.zeros_like),
    "sign": (np.sign, np.zeros_like, np.zeros_like),
    "erf": (
        special.erf,
        lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2)),
        lambda x: -4 * x / np.sqrt(np.pi) * np.exp(-(x**2)),
    ),
    "erfcx": (
        special.erfcx,
        lambda x: 2 * x * special.erfcx(x) - 2 / np.sqrt(np.pi),
        lambda x: (4 * x**2 + 2) * special.erfcx(x) - 4 * x / np.sqrt(np.pi),
    ),
    "gaussian": (
        lambda x: np.exp(-(x**2) / 2),
        lambda x: -x * np.exp(-(x**2) / 2),
        lambda x: (x**2 - 1) * np.exp(-(x**2) / 2),
    ),
}


class DualNamespace:
    """The namespace ``xp`` on dual numbers: what a rule may call."""

    finfo = staticmethod(np.finfo)
    asarray = staticmethod(np.asarray)  # constants alone

    def __getattr__(self, name: str) -> Any:
        if name not in _SMOOTH:
            raise AttributeError(f"dual numbers know no {name!r}; add it to tests/oracles.py")
        f, f1, f2 = _SMOOTH[name]

        def apply(x: Any) -> Dual:
            x = dual(x)
            return _chain(x, f(x.value), f1(x.value), f2(x.value))

        return apply

    def where(self, condition: Any, x: Any, y: Any) -> Dual:
        # choosing part by part: what a branch that is not taken holds, NaN too, does not matter
        return Dual(
            *(np.where(condition, p, q) for p, q in zip(dual(x).parts(), dual(y).parts(), strict=True))
        )

    def clip(self, x: Any, min: Any = None, max: Any = None) -> Dual:  # noqa: A002 - the standard's names
        x = x if min is None else self.where(dual(x) < min, min, x)
        return dual(x) if max is None else self.where(dual(x) > max, max, x)

    def maximum(self, x: Any, y: Any) -> Dual:
        return self.where(dual(x) >= y, x, y)

    def minimum(self, x: Any, y: Any) -> Dual:
        return self.where(dual(x) <= y, x, y)

    def ones_like(self, x: Any) -> Dual:
        return Dual(np.ones(dual(x).shape))

    def zeros_like(self, x: Any) -> Dual:
        return Dual(np.zeros(dual(x).shape))

    def sum(self, x: Any, axis: int | None = None, keepdims: bool = False) -> Dual:
        return Dual(*(np.sum(part, axis=axis, keepdims=keepdims) for part in dual(x).parts()))

    def stack(self, duals: Any, axis: int) -> Dual:
        return Dual(*(np.stack(parts, axis) for parts in zip(*(dual(x).parts() for x in duals), strict=True)))

    def reshape(self, x: Any, shape: tuple[int, ...]) -> Dual:
        return Dual(*(np.reshape(part, shape) for part in dual(x).parts()))

    def max(self, x: Any, axis: int, keepdims: bool = False) -> Dual:
        x = dual(x)
        place = np.expand_dims(np.argmax(x.value, axis=axis), axis)
        taken = (np.take_along_axis(part, place, axis) for part in x.parts())
        return Dual(*(part if keepdims else np.squeeze(part, axis) for part in taken))


DUALS = DualNamespace()


def _dual_outputs(network: Network, theta: Dual, x: Dual) -> list[Dual]:
    """Return the outputs of all layers, shape (directions, n, r_k), by the activations' values alone.

    The layout is written out here again: the layers' own weights, then all biases.
    """
    sizes, outputs = network.sizes, [x]
    own = network.m // 2 if network.tied else network.m
    ends = np.cumsum([0, *np.multiply(sizes[:own], sizes[1 : own + 1])])
    bias = ends[-1]
    for k in range(1, network.m + 1):
        turned = k > own
        i = network.m + 1 - k if turned else k
        W = DUALS.reshape(theta[:, ends[i - 1] : ends[i]], (-1, sizes[i - 1], sizes[i]))
        W = Dual(*(np.swapaxes(part, 1, 2) for part in W.parts())) if turned else W
        b = theta[:, bias : bias + sizes[k]]
        bias += sizes[k]
        a = DUALS.sum(outputs[-1][:, :, :, None] * W[:, None], axis=2) + b[:, None]
        outputs.append(network.activation(k)(DUALS, a))  # type: ignore[arg-type]
    return outputs


def dual_objective(
    network: Network, theta: Any, X: Any, weight: Any, layers: tuple[int, ...], strength: float
) -> tuple[float, Any]:
    r"""Return an autoencoder's half squared error with contraction (A1, A6), summed, and its gradient by theta.

    The activations' values are asked for, and no derivative: along one direction a dual number gives the
    first and the second one. What is mixed is a quarter of a difference,
    :math:`\partial_x \partial_\theta o = (D^2_{x + \theta} o - D^2_{x - \theta} o) / 4`.
    """
    p, r = theta.size, X.shape[1]
    of_theta = np.concatenate([np.eye(p), np.zeros((r, p)), *[np.repeat(np.eye(p), r, axis=0)] * 2])
    along_x = np.tile(np.eye(r), (p, 1))
    of_x = np.concatenate([np.zeros((p, r)), np.eye(r), along_x, -along_x])
    moving = Dual(np.broadcast_to(theta, of_theta.shape), of_theta)
    o = _dual_outputs(network, moving, Dual(np.broadcast_to(X, (len(of_x), *X.shape)), of_x[:, None]))
    off = o[-1].value[0] - X
    value = 0.5 * np.einsum("n,nj->", weight, off**2)
    gradient = np.einsum("n,nj,pnj->p", weight, off, o[-1].first[:p])
    for k in layers:
        J, mixed = o[k].first[p : p + r], o[k].second[p + r :].reshape(2, p, r, *o[k].shape[1:])
        value += strength * np.einsum("n,inj->", weight, J**2)
        gradient += strength * np.einsum("n,inj,pinj->p", weight, 2 * J, (mixed[0] - mixed[1]) / 4)
    return float(value), gradient


def central_difference(f: Callable[[Any], float], x: Any, direction: Any, h: float) -> float:
    """Return (f(x + h d) - f(x - h d)) / 2h, whose error is a constant times h squared."""
    return (f(x + h * direction) - f(x - h * direction)) / (2 * h)


def torch_activation(g: Activation) -> Callable[[Any], Any]:
    """Return PyTorch's function for an activation; the rule's formula where PyTorch has none."""
    import torch
    from torch.nn import functional

    from rosenblatt.namespaces import namespace_of

    known: dict[str, Callable[[Any], Any]] = {
        "identity": lambda a: a,
        # 0 * a joins the step to the graph, with gradient 0
        "threshold": lambda a: torch.where(a > 0, 1.0, -1.0) + 0 * a,
        "logistic": torch.sigmoid,
        "tanh": torch.tanh,
        "scaled_tanh": lambda a: 1.7159 * torch.tanh(2 * a / 3),
        "relu": functional.relu,
        "leaky_relu": lambda a: functional.leaky_relu(a, g.slope),  # type: ignore[attr-defined]
        "elu": lambda a: functional.elu(a, g.alpha),  # type: ignore[attr-defined]
        "selu": functional.selu,
        "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
        "softsign": functional.softsign,
        "silu": functional.silu,
        "gelu": functional.gelu,
        "mish": functional.mish,
        "hard_tanh": functional.hardtanh,
        "exp": torch.exp,
        "softmax": lambda a: torch.softmax(a, dim=1),
    }
    return known.get(g.name, lambda a: g(namespace_of(a), a))


def torch_loss(loss: Loss, g_o: Activation) -> Callable[[Any, Any], Any]:
    """Return PyTorch's function of (a, y) for a loss with its output, entry by entry."""
    import torch
    from torch.nn import functional

    from rosenblatt.namespaces import namespace_of

    o = torch_activation(g_o)

    def fallback(a: Any, y: Any) -> Any:
        return loss.value(namespace_of(a), a if loss.pair else o(a), y)

    known: dict[str, Callable[[Any, Any], Any]] = {
        "squared_error": lambda a, y: 0.5 * functional.mse_loss(o(a), y, reduction="none"),
        "poisson": lambda a, y: torch.exp(a) - y * a + torch.special.xlogy(y, y) - y,
        "binary_cross_entropy": lambda a, y: functional.binary_cross_entropy_with_logits(
            a, y, reduction="none"
        ),
        "categorical_cross_entropy": lambda a, y: -y * torch.log_softmax(a, dim=1),
        "perceptron": lambda a, y: functional.relu(-y * o(a)),
        "mae": lambda a, y: functional.l1_loss(o(a), y, reduction="none"),
        "huber": lambda a, y: functional.huber_loss(o(a), y, reduction="none", delta=loss.delta),  # type: ignore[attr-defined]
        "hinge": lambda a, y: functional.relu(1 - y * o(a)),
        "squared_hinge": lambda a, y: functional.relu(1 - y * o(a)).square(),
    }
    return known.get(loss.name, fallback)


def torch_objective(
    network: Network, plan: Plan, theta: Any, batch: Any, strengths: Any
) -> tuple[float, Any]:
    """Return the objective E1 with penalties, and its gradient by autograd, laid out as theta.

    The layout is written out here again: all weights layer by layer, then all biases.
    """
    import torch

    x, y = (torch.tensor(np.asarray(array), dtype=torch.float64) for array in (batch.X, batch.y))
    weight = torch.ones(len(x), dtype=torch.float64) if batch.weight is None else torch.tensor(batch.weight)
    flat = torch.tensor(theta, requires_grad=True)
    shapes = list(zip(network.sizes[:-1], network.sizes[1:], strict=True))
    parts = torch.split(flat, [r * s for r, s in shapes] + [s for _, s in shapes])
    o = x
    for k, (shape, W, b) in enumerate(zip(shapes, parts[: network.m], parts[network.m :], strict=True)):
        a = torch.nn.functional.linear(o, W.reshape(shape).mT, b)
        o = torch_activation(network.activations[k])(a) if k < network.m - 1 else a
    rows = torch_loss(plan.loss, network.output)(o, y).sum(dim=1)
    objective = (weight * rows).sum() / weight.sum()
    w = torch.cat(parts[: network.m])
    terms = {"l1": lambda: w.abs().sum(), "l2": lambda: 0.5 * w.square().sum()}
    for penalty, strength in zip(plan.penalties, strengths, strict=True):
        scale = strength / float(weight.sum()) if penalty.divided else strength
        objective = objective + scale * terms[penalty.rule.name]()
    (gradient,) = torch.autograd.grad(objective, flat)
    return objective.item(), gradient.numpy()
