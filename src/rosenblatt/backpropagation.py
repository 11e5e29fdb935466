r"""Backpropagation, the lecture's page: F1, F2, B1, B2, B3, in its letters.

====== =========================================================== =======================
label  equation                                                    function
====== =========================================================== =======================
F1     :math:`a^k = o^{k-1} W^k + b^k`                             :func:`pre_activation`
F2     :math:`o^k = g(a^k)`                                        :func:`output`
B1     :math:`\delta^m = g_o'(a^m) L'(g_o(a^m), y)`                :func:`output_error_term`
B2     :math:`\delta_j^k = g'(a_j^k)\sum_l w_{jl}^{k+1}\delta_l^{k+1}` :func:`error_term`
B3     :math:`\partial L_d/\partial w_{ij}^k = \delta_j^k o_i^{k-1}` :func:`gradient_sums`
====== =========================================================== =======================

A batch of n samples is handled at once: rows are samples, columns are nodes. B3 therefore returns
the *sum* over the samples; the division by their number (C1) is done once, by whoever combines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .layout import Layout
from .network import Network
from .rules.activations import Activation, Identity
from .rules.losses import Loss

Array = Any
Namespace = Any


def pre_activation(o: Array, W: Array, b: Array) -> Array:
    r"""Return :math:`a^k = o^{k-1} W^k + b^k` (F1).

    Parameters
    ----------
    o : array of shape (n, r_{k-1})
        Outputs of the layer before; the samples themselves for k = 1, which may be sparse.
    W : array of shape (r_{k-1}, r_k)
    b : array of shape (r_k,)

    Returns
    -------
    array of shape (n, r_k)
    """
    return o @ W + b


def output(xp: Namespace, g: Activation, a: Array) -> Array:
    r"""Return :math:`o^k = g(a^k)` (F2), shape (n, r_k)."""
    return g(xp, a)


def output_error_term(xp: Namespace, loss: Loss, g_o: Activation, a: Array, o: Array, y: Array) -> Array:
    r"""Return :math:`\delta^m = g_o'(a^m)\, L'(o^m, y)` (B1), shape (n, r_m).

    A loss that is paired with its output gives the product at once, as :math:`o - y` for the
    cross-entropies: there the quotient in L' and the vanishing g' would cancel badly.
    """
    if loss.pair:
        return loss.derivative(xp, a if loss.derivative_of == "a" else o, y)
    if type(g_o) is Identity:  # its slope is 1
        return loss.derivative(xp, o, y)
    return g_o.derivative(xp, a if g_o.derivative_of == "a" else o) * loss.derivative(xp, o, y)


def error_term(xp: Namespace, g: Activation, o: Array, delta_next: Array, W_next: Array) -> Array:
    r"""Return :math:`\delta^k = g'(a^k) \odot (\delta^{k+1} (W^{k+1})^\top)` (B2).

    Parameters
    ----------
    xp : namespace
    g : Activation
        The activation of layer k.
    o : array of shape (n, r_k)
        Outputs of layer k (its pre-activations where ``g.derivative_of`` is ``"a"``).
    delta_next : array of shape (n, r_{k+1})
        Error terms of layer k + 1.
    W_next : array of shape (r_k, r_{k+1})
        Weights of layer k + 1, before the update.

    Returns
    -------
    array of shape (n, r_k)
    """
    return g.derivative(xp, o) * (delta_next @ W_next.T)


def gradient_sums(xp: Namespace, o_before: Array, delta: Array) -> tuple[Array, Array]:
    r"""Return :math:`\sum_d \delta_j^k o_i^{k-1}` for weights (r_{k-1}, r_k) and biases (r_k,) (B3).

    The bias is the weight of the constant output :math:`o_0^{k-1} = 1` (N2).
    """
    if len(delta) == 1 and not hasattr(
        o_before, "tocsr"
    ):  # nothing to sum: a matrix product takes three times as long
        return o_before.T * delta, delta[0]
    return o_before.T @ delta, xp.sum(delta, axis=0)


@dataclass
class Cache:
    """What the forward phase keeps for the backward phase.

    Attributes
    ----------
    o : list of array, o[k] of shape (n, r_k)
        Outputs of the layers 0 to m; ``o[0]`` is the batch itself.
    a : list of array or None, a[k] of shape (n, r_k)
        Pre-activations, kept only where a formula needs them (R1): None elsewhere.
    dropped : dict of int to pair of arrays
        For a layer with dropout (T7): its outputs before it, and the mask, both of shape (n, r_k).
    emphasis : array of shape (n, r_m), or None
        What the loss of each entry counts (A5); None is 1.
    """

    o: list[Array]
    a: list[Array | None]
    dropped: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    emphasis: Array | None = None

    def whole(self, k: int) -> Array:
        """Return the outputs of layer k before dropout."""
        return self.dropped[k][0] if k in self.dropped else self.o[k]


def forward(
    xp: Namespace,
    network: Network,
    layout: Layout,
    theta: Array,
    x: Array,
    loss: Loss | None = None,
    masks: Mapping[int, Array] | None = None,
) -> Cache:
    """Run the forward phase: F1 and F2 from layer 1 to layer m.

    Parameters
    ----------
    xp : namespace
    network : Network
    layout : Layout
        Where the weights lie in theta.
    theta : array of shape (p,)
    x : array of shape (n, r_0), or a SciPy sparse matrix
    loss : Loss, optional
        The loss that will follow, if any; a paired loss needs the last pre-activation.
    masks : mapping of int to array of shape (n, r_k), optional
        What the outputs of a hidden layer are multiplied by (T7).

    Returns
    -------
    Cache
    """
    cache = Cache(o=[x], a=[None])
    for k in range(1, network.m + 1):
        g = network.activation(k)
        a = pre_activation(cache.o[k - 1], layout.W(theta, k), layout.b(theta, k))  # F1
        cache.o.append(output(xp, g, a))  # F2
        if masks and k in masks:
            cache.dropped[k] = (cache.o[k], masks[k])
            cache.o[k] = cache.o[k] * masks[k]  # T7
        needed = g.derivative_of == "a" or (k == network.m and loss is not None and loss.pair)
        cache.a.append(a if needed else None)
    return cache


def backward(
    xp: Namespace,
    network: Network,
    layout: Layout,
    theta: Array,
    cache: Cache,
    delta: Array,
    gradient: Array,
    pushes: Mapping[int, Array] | None = None,
    at_a: Mapping[int, Array] | None = None,
) -> list[Array]:
    """Run the backward phase: B2 and B3 from layer m to layer 1.

    Parameters
    ----------
    xp, network, layout, theta, cache
        As for, and from, ``forward``.
    delta : array of shape (n, r_m)
        The error term of the output layer (B1), weighted by the samples' weights.
    gradient : array of shape (p,)
        Overwritten with the gradient summed over the samples, laid out as theta. Where weights are tied, the
        gradients of both uses are added.
    pushes : mapping of int to array of shape (n, r_k), optional
        What penalties on the outputs add to the derivative by :math:`o^k`, times the samples' weights (A3, A4).
    at_a : mapping of int to array of shape (n, r_k), optional
        What is added to the error terms themselves, the derivatives by :math:`a^k` (A6).

    Returns
    -------
    list of array
        The error terms of the layers 1 to m.
    """
    deltas = [delta]
    for k in range(network.m, 0, -1):
        dW, db = gradient_sums(xp, cache.o[k - 1], deltas[0])
        if layout.tied and layout.has_own_weights(k):  # its other use came first and has begun the sum
            dW = layout.W(gradient, k) + dW
        layout.W(gradient, k)[...] = dW
        layout.b(gradient, k)[...] = db
        if k > 1:
            g = network.activation(k - 1)
            whole, mask = cache.dropped.get(k - 1, (cache.o[k - 1], None))
            kept = cache.a[k - 1] if g.derivative_of == "a" else whole
            delta = error_term(xp, g, kept, deltas[0], layout.W(theta, k))  # B2
            delta = delta if mask is None else delta * mask  # T7
            if pushes and k - 1 in pushes:
                delta = delta + g.derivative(xp, kept) * pushes[k - 1]  # A3, A4
            if at_a and k - 1 in at_a:
                delta = delta + at_a[k - 1]  # A6
            deltas.insert(0, delta)
    return deltas
