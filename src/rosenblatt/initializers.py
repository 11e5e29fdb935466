"""Initial weights (D1, T8): what training starts from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import finite
from .catalogue import unknown
from .errors import InvalidParameterError
from .excerpts import short
from .layout import Layout
from .limits import Limited
from .network import Network
from .random import Purpose, normal, uniform
from .rules.activations import Activation, Logistic

Vector = NDArray[Any]


class Initializer(Protocol):
    """Anything that fills theta: an object with ``fill``."""

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        """Fill theta in place.

        Parameters
        ----------
        theta : array of shape (p,), float64
            Overwritten.
        network : Network
            Whose weights and biases theta holds.
        activations : sequence of Activation
            One for each layer 1 to m.
        stream : RandomState
            The estimator's, from which scikit-learn draws.
        seed : int
            Of draws from Philox, which leave the stream untouched.

        Raises
        ------
        ValueError
            For arrays that do not fit.
        """


@dataclass(frozen=True)
class Standard(Limited, Initializer):
    r"""The initial values of scikit-learn: uniform in :math:`\pm\sqrt{6/(r_{k-1} + r_k)}`, biases too.

    For layers whose activation is logistic the 6 is a 2. Layer by layer, weights before biases, from
    the ``random_state``'s stream: the draws that scikit-learn makes. Glorot and Bengio (2010), eq. 16.
    """

    name: ClassVar[str] = "auto"

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        layout = Layout(network.sizes, network.tied)
        for k in range(1, network.m + 1):
            factor = 2.0 if isinstance(activations[k - 1], Logistic) else 6.0
            bound = math.sqrt(factor / (network.sizes[k - 1] + network.sizes[k]))
            if layout.has_own_weights(k):
                layout.W(theta, k)[...] = stream.uniform(-bound, bound, layout.W(theta, k).shape)
            layout.b(theta, k)[...] = stream.uniform(-bound, bound, layout.b(theta, k).shape)


@dataclass(frozen=True)
class VarianceScaling(Limited, Initializer):
    r"""Weights of variance ``gain`` over a number of nodes, biases zero.

    Parameters
    ----------
    gain : float in (0, inf)
        1 for LeCun and Glorot, 2 for He.
    fan : {"in", "average"}
        The nodes before the layer, or the mean of those before and in it.
    distribution : {"uniform", "normal"}
        The normal one is not truncated.
    """

    gain: float
    fan: str
    distribution: str
    limits: ClassVar = {"gain": "(0, inf)"}

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, known in (("fan", ("in", "average")), ("distribution", ("uniform", "normal"))):
            value = getattr(self, name)
            if not isinstance(value, str) or value not in known:
                raise InvalidParameterError(unknown(f"VarianceScaling({name}=...)", value, known))

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        layout = Layout(network.sizes, network.tied)
        theta[...] = 0.0
        for k in range(1, layout.n_matrices + 1):
            before, here = network.sizes[k - 1], network.sizes[k]
            deviation = math.sqrt(self.gain / (before if self.fan == "in" else (before + here) / 2))
            if self.distribution == "normal":
                drawn = deviation * normal(seed, Purpose.INITIALIZATION, k, before * here)
            else:
                drawn = uniform(seed, Purpose.INITIALIZATION, k, before * here)
                drawn = math.sqrt(3.0) * deviation * (2 * drawn - 1)
            layout.W(theta, k)[...] = drawn.reshape(before, here)


@dataclass(frozen=True)
class Orthogonal(Limited, Initializer):
    r"""Weights with orthonormal rows or columns times ``gain``, biases zero.

    Saxe, McClelland and Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks* (2014).

    Parameters
    ----------
    gain : float in (0, inf), default=1.0
        Factor of all weights.
    """

    gain: float = 1.0
    limits: ClassVar = {"gain": "(0, inf)"}

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        layout = Layout(network.sizes, network.tied)
        theta[...] = 0.0
        for k in range(1, layout.n_matrices + 1):
            rows, columns = sorted(network.sizes[k - 1 : k + 1], reverse=True)
            drawn = normal(seed, Purpose.INITIALIZATION, k, rows * columns).reshape(rows, columns)
            q, r = np.linalg.qr(drawn)
            q *= np.sign(np.diag(r))  # without this the distribution is not uniform (Mezzadri 2007)
            layout.W(theta, k)[...] = self.gain * (q if q.shape == layout.W(theta, k).shape else q.T)


@dataclass(frozen=True)
class Zeros(Limited, Initializer):
    """All weights and biases zero: the perceptron's start; hidden layers cannot leave it."""

    name: ClassVar[str] = "zeros"

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        theta[...] = 0.0


@dataclass(frozen=True)
class Given(Limited, Initializer):
    """The arrays themselves.

    Parameters
    ----------
    coefs : sequence of array, coefs[k - 1] of shape (r_{k-1}, r_k)
    intercepts : sequence of array, intercepts[k - 1] of shape (r_k,)
        Biases, one array for each layer.
    """

    coefs: Sequence[ArrayLike]
    intercepts: Sequence[ArrayLike]

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        layout = Layout(network.sizes, network.tied)
        if len(self.coefs) != network.m or len(self.intercepts) != network.m:
            raise InvalidParameterError(
                f"initializer must hold {network.m} arrays of weights and {network.m} of biases, "
                f"got {len(self.coefs)} and {len(self.intercepts)}; pass a pair of lists, (coefs, intercepts)"
            )
        for k in range(1, network.m + 1):
            _place(theta, layout, k, self.coefs[k - 1], self.intercepts[k - 1])


@dataclass(frozen=True, eq=False, repr=False)
class Pretrained(Limited, Initializer):
    """The first layers as they were trained elsewhere, the rest by another initialiser.

    Hinton, Osindero and Teh, *A fast learning algorithm for deep belief nets* (2006); Bengio, Lamblin, Popovici
    and Larochelle, *Greedy layer-wise training of deep networks* (2007). :func:`greedy_pretrain` and
    ``from_autoencoder`` make one. It is an argument as any other: copied, pickled and shown with the estimator.

    Parameters
    ----------
    coefs : sequence of array, coefs[k - 1] of shape (r_{k-1}, r_k)
        Weights of the layers 1, 2, and so on, at most as many as the network has.
    intercepts : sequence of array, intercepts[k - 1] of shape (r_k,)
        As many.
    rest : str or Initializer, default="auto"
        What fills the layers after them; it draws as if for the whole network.

    Raises
    ------
    TypeError
        If weights or biases are no sequence, or hold something else than numbers.
    ValueError
        If weights and biases are not equally many, have other shapes or are not finite; in ``fit``, if they do
        not fit the network.

    Examples
    --------
    >>> import numpy as np
    >>> Pretrained([np.ones((4, 3))], [np.zeros(3)])
    Pretrained(4-3, rest='auto')
    """

    coefs: Sequence[ArrayLike]
    intercepts: Sequence[ArrayLike]
    rest: str | Initializer = "auto"

    def __post_init__(self) -> None:
        for name in ("coefs", "intercepts"):
            given = getattr(self, name)
            if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
                what = f"{name} must be a list of arrays, one for each layer"
                raise InvalidParameterError(f"{what}, got {given!r:.60}")
        if len(self.coefs) != len(self.intercepts) or not len(self.coefs):
            raise InvalidParameterError(
                "Pretrained needs as many arrays of weights as of biases, one or more, got "
                f"{len(self.coefs)} and {len(self.intercepts)}"
            )
        for k, (W, b) in enumerate(zip(self.coefs, self.intercepts, strict=True)):
            columns = finite(f"coefs[{k}]", W, f"(r_{k}, r_{k + 1})").shape[1]
            found = finite(f"intercepts[{k}]", b, f"(r_{k + 1},)").shape
            if found != (columns,):
                what = f"intercepts[{k}] must have shape {(columns,)}, as coefs[{k}]"
                raise InvalidParameterError(f"{what}, got {found}")
        initializer_of(self.rest, "rest")

    def __repr__(self) -> str:
        sizes = [np.shape(self.coefs[0])[0], *(np.shape(W)[-1] for W in self.coefs)]
        return f"Pretrained({'-'.join(map(str, sizes))}, rest={self.rest!r})"

    def fill(
        self,
        theta: Vector,
        network: Network,
        activations: Sequence[Activation],
        stream: np.random.RandomState,
        seed: int,
    ) -> None:
        if len(self.coefs) > network.m:
            raise InvalidParameterError(
                f"initializer={self!r} holds {len(self.coefs)} layers, and the network has {network.m}; set "
                "hidden_layer_sizes to those that were trained"
            )
        initializer_of(self.rest).fill(theta, network, activations, stream, seed)
        layout = Layout(network.sizes, network.tied)
        for k, (W, b) in enumerate(zip(self.coefs, self.intercepts, strict=True), start=1):
            _place(theta, layout, k, W, b)


def _place(theta: Vector, layout: Layout, k: int, W: Any, b: Any) -> None:
    """Write the weights and biases of a layer into theta, if they fit."""
    for view, array, what in ((layout.W(theta, k), W, "weights"), (layout.b(theta, k), b, "biases")):
        given = np.asarray(array, dtype=np.float64)
        if given.shape != view.shape:
            raise InvalidParameterError(
                f"initializer: the {what} of layer {k} must have shape {view.shape}, got {given.shape}"
            )
        if not np.isfinite(given).all():
            raise InvalidParameterError(f"initializer: the {what} of layer {k} hold NaN or infinity")
        if what == "weights" and not layout.has_own_weights(k) and not np.array_equal(view, given):
            raise InvalidParameterError(
                f"initializer: the weights of layer {k} must be those of layer {len(layout.sizes) - k}, "
                "transposed, because weights are tied"
            )
        view[...] = given


def bias_of_share(g: Activation, share: float) -> float:
    r"""Return the pre-activation at which an output is a share of its range (A4).

    For the logistic it is :math:`\log\frac\rho{1-\rho}`.

    Parameters
    ----------
    g : Activation
        Not falling, with a bounded range.
    share : float in (0, 1)

    Returns
    -------
    float

    Examples
    --------
    >>> round(bias_of_share(Logistic(), 0.05), 4), round(math.log(0.05 / 0.95), 4)
    (-2.9444, -2.9444)
    """
    low, high = g.range
    return float(inverse(g, np.asarray(low + share * (high - low))))


def inverse(g: Activation, o: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pre-activations at which an activation that does not fall has the outputs ``o``.

    Outputs at an end of the range, or beyond, get the end of the search, -1e9 or 1e9.
    """
    below, above = np.full(o.shape, -1e9), np.full(o.shape, 1e9)
    with np.errstate(over="ignore"):
        for _ in range(110):  # halved until rounding ends it
            middle = (below + above) / 2
            is_below = g(np, middle) < o
            below, above = np.where(is_below, middle, below), np.where(is_below, above, middle)
    return np.asarray((below + above) / 2)


INITIALIZERS: dict[str, Initializer] = {
    "auto": Standard(),
    "glorot_uniform": VarianceScaling(1.0, "average", "uniform"),
    "glorot_normal": VarianceScaling(1.0, "average", "normal"),
    "he_uniform": VarianceScaling(2.0, "in", "uniform"),
    "he_normal": VarianceScaling(2.0, "in", "normal"),
    "lecun_uniform": VarianceScaling(1.0, "in", "uniform"),
    "lecun_normal": VarianceScaling(1.0, "in", "normal"),
    "orthogonal": Orthogonal(),
    "zeros": Zeros(),
}


def initializer_of(value: Any, what: str = "initializer") -> Initializer:
    """Return the initialiser that a name, an object or a pair of lists of arrays stands for.

    Parameters
    ----------
    value : str, Initializer, or (coefs, intercepts)
    what : str
        The argument's name, for the message.

    Returns
    -------
    Initializer

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If the value is none of these.

    Examples
    --------
    >>> initializer_of("he_normal")
    VarianceScaling(gain=2.0, fan='in', distribution='normal')
    """
    if isinstance(value, str):
        if value not in INITIALIZERS:
            raise InvalidParameterError(unknown(what, value, INITIALIZERS))
        return INITIALIZERS[value]
    if hasattr(value, "fill") and not isinstance(value, np.ndarray | np.generic | type):
        return value  # type: ignore[no-any-return]
    if isinstance(value, tuple | list) and len(value) == 2 and all(hasattr(one, "__len__") for one in value):
        return Given(*value)
    raise InvalidParameterError(
        f"{what} must be a name, an object with fill(theta, network, activations, stream, seed), "
        f"or a pair (coefs, intercepts) of lists of arrays, got {short(value)}"
    )
