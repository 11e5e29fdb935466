r"""The contractive penalty, the page of A6: the squared Frobenius norm of :math:`\partial o^k / \partial x`.

.. math:: \Omega_d = \sum_{k}\sum_j \|\nabla_x o_j^k(x_d)\|^2 = \sum_k \|J^k(x_d)\|_F^2, \qquad
    J^k = D^k (W^k)^\top J^{k-1}, \quad J^0 = 1, \quad D^k = \mathrm{diag}(g'(a^k) \odot \mathrm{mask}^k)

Rifai, Vincent, Muller, Glorot and Bengio, *Contractive auto-encoders* (2011). Nothing here has as many
columns as there are inputs: a row of J is :math:`u (W^1)^\top`, its squared norm :math:`u\,G\,u^\top` with the Gram
matrix :math:`G = (W^1)^\top W^1`, one for all samples. `docs/contractive.md` derives each equation.

======== ================================================================ =========================
equation what it says                                                     function
======== ================================================================ =========================
A6.1     :math:`\Omega = \sum_j (d_j^1)^2 \|w_{\cdot j}^1\|^2`            :func:`one_layer`
A6.2     :math:`u^{i-1} = (u^i (W^i)^\top) \odot d^{i-1}`                 :func:`rows_down`
A6.3     :math:`\Omega = \sum_r c_r\, u_r^1 G (u_r^1)^\top`               :func:`several_layers`
A6.4     :math:`\partial\Omega/\partial a_j^i = g''(a_j^i)\, \bar d_j^i`   :func:`contraction_sums`
======== ================================================================ =========================

A bar is the derivative of :math:`\Omega`; where there is a mask, g'' is multiplied by it, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from .backpropagation import Cache
from .errors import InvalidParameterError
from .excerpts import short
from .hidden_layers import require_layers
from .intervals import is_whole
from .layout import Layout
from .limits import Limited
from .network import Network

Array = Any
Namespace = Any

ENTRIES = 1 << 20
"""Entries of the largest array of rows u: samples go through in slices, so that memory does not grow with them."""


@dataclass(frozen=True)
class Contraction(Limited):
    r"""The contractive penalty :math:`\lambda \sum_k \sum_j \|\nabla_x o_j^k(x)\|^2`, a mean over samples (A6).

    It is differentiated by what enters the network: scaled and corrupted, with dropout's mask held. A rectifier
    counts with the derivatives that it has almost everywhere: :math:`g'' = 0`, also in its corner. Rifai, Vincent,
    Muller, Glorot and Bengio, *Contractive auto-encoders: explicit invariance during feature extraction* (2011).

    Parameters
    ----------
    strength : float in [0, inf) or Schedule
        The :math:`\lambda`.
    layers : {"code", "encoder", "hidden"} or tuple of int, default="code"
        Which hidden layers: the middle one, all up to it, all, or numbers k from 1 to m - 1, each once. A plan
        holds numbers.
    probes : int in [1, inf), optional
        Random vectors of signs for an estimate (Hutchinson 1990), which costs as if layer k had so many nodes;
        None is exact. An estimate runs on the array engine alone; exact, in C++, is often the faster one.

    Raises
    ------
    ValueError
        If an argument lies outside its interval.

    Examples
    --------
    >>> Contraction(0.1, layers=(1,))
    Contraction(strength=0.1, layers=(1,), probes=None)
    """

    strength: float | Callable[..., float]
    layers: Any = "code"
    probes: int | None = None
    limits: ClassVar = {"strength": "[0, inf)", "probes": "[1, inf)"}

    def _may_vary(self, name: str) -> bool:
        """Return whether a schedule may take the place of a number: of the strength."""
        return name == "strength"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.probes is not None and not is_whole(self.probes):
            raise InvalidParameterError(
                f"Contraction(probes=...) must be a whole number or None, got {short(self.probes)}"
            )
        require_layers("Contraction(layers=...)", self.layers)

    def check(self, network: Network) -> None:
        """Raise ValueError unless the network has these hidden layers, and derivatives up to them.

        Parameters
        ----------
        network : Network
            Whose layers are meant.
        """
        for k in self.layers:
            if k not in range(1, network.m):
                raise InvalidParameterError(
                    f"Contraction(layers=...) must be numbers of hidden layers, 1 to {network.m - 1}, got {short(k)}"
                )
        for i in range(1, max(self.layers) + 1):
            if network.activation(i).name == "threshold":
                raise InvalidParameterError(
                    f"contraction={self!r} needs derivatives, and the threshold of layer {i} has none to follow; "
                    "take another activation there, such as 'logistic' or 'tanh'"
                )


class Slopes:
    r"""What A6 needs of the forward phase: :math:`d^i = g'(a^i) \odot \mathrm{mask}^i`, and the same of g''.

    Parameters
    ----------
    xp : namespace
    network : Network
    cache : Cache
    depth : int
        The deepest layer that is asked for.

    Attributes
    ----------
    first, second : list of array, entry i of shape (n, r_i)
        The first and second derivatives of :math:`o^i` by :math:`a^i`; entry 0 is None.
    """

    def __init__(self, xp: Namespace, network: Network, cache: Cache, depth: int) -> None:
        self.first: list[Any] = [None]
        self.second: list[Any] = [None]
        for i in range(1, depth + 1):
            g = network.activation(i)
            whole, mask = cache.dropped.get(i, (cache.o[i], None))
            kept = cache.a[i] if g.derivative_of == "a" else whole
            first, second = g.derivative(xp, kept), g.second_derivative(xp, kept)
            self.first.append(first if mask is None else first * mask)
            self.second.append(second if mask is None else second * mask)


def one_layer(xp: Namespace, W: Array, d: Array, weight: Array) -> tuple[float, Array, Array]:
    r"""Return :math:`\Omega = \sum_d w_d \sum_j d_j^2 \|w_{\cdot j}\|^2` and its derivatives, in closed form (A6.1).

    Parameters
    ----------
    xp : namespace
    W : array of shape (r_0, r_1)
    d : array of shape (n, r_1)
        Derivatives :math:`g'(a^1)`.
    weight : array of shape (n,)
        The samples' weights, times the strength.

    Returns
    -------
    value : float
    dd : array of shape (n, r_1)
        :math:`2 w_d d_j \|w_{\cdot j}\|^2`.
    dW : array of shape (r_0, r_1)
        :math:`2 w_{ij} \sum_d w_d d_j^2`.
    """
    square = xp.sum(W * W, axis=0)
    total = weight @ (d * d)
    return float(square @ total), 2 * weight[:, None] * d * square, 2 * W * total


def rows_down(u: Array, W: Array, d_before: Array) -> tuple[Array, Array]:
    r"""Take rows of vectors from layer i to layer i - 1: :math:`u^{i-1} = (u^i (W^i)^\top) \odot d^{i-1}` (A6.2).

    Parameters
    ----------
    u : array of shape (n, q, r_i), or (q, r_i) where all samples share it
    W : array of shape (r_{i-1}, r_i)
    d_before : array of shape (n, r_{i-1})

    Returns
    -------
    z, u_before : arrays of shape (q, r_{i-1}) or (n, q, r_{i-1}), and of (n, q, r_{i-1})
        The product, and the product times :math:`d^{i-1}`.
    """
    z = u @ W.T
    return z, z * d_before[:, None, :]


def several_layers(
    xp: Namespace, W: list[Array], d: list[Array], start: Array, coefficient: Array, gram: Array
) -> tuple[Array, list[Array], list[Any], Array]:
    r"""Return :math:`u_r^1 G (u_r^1)^\top` for each row, and the derivatives of their sum times c (A6.2, A6.3).

    Down from :math:`u^k` by A6.2 to :math:`u^1`; then back up, the same chain in reverse:
    :math:`\bar u^1 = 2 c\, u^1 G`, :math:`\bar z = \bar u^{i-1} \odot d^{i-1}`,
    :math:`\bar W^i = \sum \bar z^\top u^i`, :math:`\bar u^i = \bar z\, W^i`,
    :math:`\bar d^{i-1} = \sum_r \bar u^{i-1} \odot z`.

    Parameters
    ----------
    xp : namespace
    W : list of array, W[i] of shape (r_{i-1}, r_i), i = 1 to k
    d : list of array, d[i] of shape (n, r_i), i = 1 to k - 1
    start : array of shape (q, r_k) or (n, q, r_k)
        The rows :math:`u^k`: unit vectors, or probes times :math:`d^k`.
    coefficient : array of shape (n, q)
        The weight c of each row.
    gram : array of shape (r_1, r_1)
        :math:`G = (W^1)^\top W^1`.

    Returns
    -------
    squares : array of shape (n, q)
        Without their coefficients.
    dW : list of array
        Entry i of the shape of W[i], i = 2 to k; None below.
    dd : list of array
        Entry i of the shape of d[i], i = 1 to k - 1; entry k of the shape (n, q, r_k) is that of the start.
    dG : array of shape (r_1, r_1)
        :math:`\sum_r c_r (u_r^1)^\top u_r^1`.
    """
    k = len(W) - 1
    u: list[Any] = [None] * k + [start]
    z: list[Any] = [None] * k
    for i in range(k, 1, -1):
        z[i - 1], u[i - 1] = rows_down(u[i], W[i], d[i - 1])
    images = u[1] @ gram
    squares = xp.sum(images * u[1], axis=2)
    weighted = coefficient[:, :, None] * u[1]
    r_1 = gram.shape[0]
    dG = weighted.reshape(-1, r_1).T @ u[1].reshape(-1, r_1)
    back = 2 * coefficient[:, :, None] * images
    dW: list[Any] = [None] * (k + 1)
    dd: list[Any] = [None] * (k + 1)
    for i in range(2, k + 1):
        dd[i - 1] = xp.sum(back * z[i - 1], axis=1)
        back = back * d[i - 1][:, None, :]
        if u[i].ndim == 2:
            # one u for all samples: what comes back is added up first
            dW[i] = xp.sum(back, axis=0).T @ u[i]
        else:
            dW[i] = back.reshape(-1, back.shape[2]).T @ u[i].reshape(-1, u[i].shape[2])
        if i < k or u[i].ndim == 3:
            back = back @ W[i]
    dd[k] = back
    return squares, dW, dd, dG


def contraction_sums(
    xp: Namespace,
    network: Network,
    layout: Layout,
    theta: Array,
    cache: Cache,
    contraction: Contraction,
    weight: Array,
    signs: Any = None,
) -> tuple[float, dict[int, Array], dict[int, Array]]:
    r"""Return :math:`\sum_d w_d \Omega_d` and its derivatives by all weights and pre-activations (A6, A6.4).

    Parameters
    ----------
    xp, network, layout, theta, cache
        As for, and from, :func:`~rosenblatt.backpropagation.forward`.
    contraction : Contraction
    weight : array of shape (n,)
        The samples' weights, times the strength.
    signs : callable, optional
        ``signs(k, rows)`` returns the probes of layer k for a slice of samples, shape (rows, probes, r_k);
        needed where ``contraction.probes`` is not None.

    Returns
    -------
    value : float
    da : dict of int to array of shape (n, r_i)
        What is added to the error terms of layer i.
    dW : dict of int to array of shape (r_{i-1}, r_i)
        What is added to the gradient of the weights, beside what the error terms bring.
    """
    depth = max(contraction.layers)
    slopes = Slopes(xp, network, cache, depth)
    W = [None, *(layout.W(theta, i) for i in range(1, depth + 1))]
    dd = {i: xp.zeros_like(slopes.first[i]) for i in range(1, depth + 1)}
    dW = {i: xp.zeros_like(W[i]) for i in range(1, depth + 1)}
    value, dG, gram = 0.0, None, None
    for k in contraction.layers:
        if k == 1 and contraction.probes is None:
            omega, dd_1, dW_1 = one_layer(xp, W[1], slopes.first[1], weight)
            value, dd[1], dW[1] = value + omega, dd[1] + dd_1, dW[1] + dW_1
            continue
        if gram is None:
            gram = W[1].T @ W[1]
            dG = xp.zeros_like(gram)
        q = network.sizes[k] if contraction.probes is None else contraction.probes
        step = max(1, ENTRIES // (q * max(network.sizes[1 : k + 1])))
        for start in range(0, weight.shape[0], step):
            rows = slice(start, min(start + step, weight.shape[0]))
            d = [None, *(first[rows] for first in slopes.first[1 : k + 1])]
            drawn = None if contraction.probes is None else signs(k, rows)
            omega, dd_rows, dW_rows, dG_rows = slice_sums(xp, W[: k + 1], d, weight[rows], gram, drawn)
            value, dG = value + omega, dG + dG_rows
            for i in range(1, k + 1):
                dd[i][rows] += dd_rows[i]
                if i > 1:
                    dW[i] += dW_rows[i]
    if gram is not None:
        dW[1] = dW[1] + 2 * W[1] @ dG  # G is symmetric, and so is its derivative
    return value, {i: slopes.second[i] * dd[i] for i in dd}, dW


def slice_sums(
    xp: Namespace, W: list[Any], d: list[Any], weight: Array, gram: Array, signs: Any
) -> tuple[float, list[Any], list[Any], Array]:
    r"""Return the sum for one layer k and some samples, with its derivatives by d, W and G.

    Exact: the rows are those of the unit matrix, the same for all samples, and :math:`c = w_d (d_j^k)^2`. An estimate:
    the rows are :math:`v \odot d^k` for random signs v, and :math:`c = w_d / q`, as
    :math:`\mathrm{E}\|v^\top J\|^2 = \|J\|_F^2` (Hutchinson, *A stochastic estimator of the trace of the
    influence matrix*, 1990).

    Parameters
    ----------
    xp : namespace
    W, d
        As for :func:`several_layers`, with ``d[k]``.
    weight : array of shape (n,)
    gram
        As for :func:`several_layers`.
    signs : array of shape (n, q, r_k), or None
        None is exact.

    Returns
    -------
    value : float
    dd, dW : list of array
        Entry i of the shapes of d[i] and W[i]; dW from 2 on.
    dG : array of shape (r_1, r_1)
    """
    k = len(W) - 1
    if signs is None:
        start = xp.eye(d[k].shape[1], dtype=d[k].dtype)
        coefficient = weight[:, None] * d[k] * d[k]
    else:
        start = signs * d[k][:, None, :]
        coefficient = xp.zeros_like(signs[:, :, 0]) + weight[:, None] / signs.shape[1]
    squares, dW, dd, dG = several_layers(xp, W, d, start, coefficient, gram)
    if signs is None:
        dd[k] = 2 * weight[:, None] * d[k] * squares
    else:
        dd[k] = xp.sum(dd[k] * signs, axis=1)
    return float(xp.sum(coefficient * squares)), dd, dW, dG
