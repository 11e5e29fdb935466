r"""Gradients, updates, saturated and dead units of each layer while it learns: ill-conditioning, seen (D1)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engines.choice import engine_for
from ..engines.engine import Batch, Engine
from ..errors import InvalidParameterError
from ..excerpts import short
from ..intervals import LARGEST_INTEGER, is_whole
from ..layout import Layout
from ..namespaces import namespace_of
from ..network import Network
from ..plan import Plan
from ..rules.activations import Activation, Identity
from ..rules.losses import HalfSquaredError
from ..rules.optimizers import SGD
from ..training.callbacks import Observer, View
from ..training.state import Record

NAMES = ("gradient_norm", "update_ratio", "saturated", "dead")

SATURATED = 0.05
"""A unit is saturated where its derivative is less than this share of the largest there is."""

# A look and an epoch in microseconds, on the slow and on the quick side: a look should cost at most 3 % of all.
_LOOK, _LOOK_OF_A_LAYER = 600.0, 120.0
_EPOCH, _STEP, _ROW_OF_A_MILLION, _SHARE = 20.0, 1.5, 12.0, 0.03


class Figures(NamedTuple):
    """What one look sees, an entry for each layer.

    Attributes
    ----------
    gradient_norm, update_ratio : array of shape (m,)
    saturated, dead : array of shape (m - 1,)
    """

    gradient_norm: NDArray[np.float64]
    update_ratio: NDArray[np.float64]
    saturated: NDArray[np.float64]
    dead: NDArray[np.float64]


class GradientNorms(Observer):
    r"""Watch how gradients reach the layers, and which units still learn: the lecture's ill-conditioning (D1).

    By B2 the error terms of a layer are those of the next one, times its weights and :math:`g'(a)`. Over many
    layers such products vanish or explode, and a unit whose :math:`g'` is next to nothing passes nothing on.
    For each layer k, after an epoch and on some rows:

    - *gradient_norm*: :math:`\|\partial L/\partial W^k\|` of the mean loss, without penalties and dropout;
    - *update_ratio*: :math:`\|W^k - W^k_0\| / \|W^k_0\|`, with :math:`W^k_0` the weights before the epoch;
    - *saturated*: of a bounded activation, the share of outputs at which :math:`|g'(a)|` is below 5 % of its
      largest value; NaN for an activation that is not bounded;
    - *dead*: the share of units with :math:`g'(a) = 0` on all rows, as a rectifier that is never on.

    It changes nothing of what is learnt, and takes less than a twentieth of the time: of a small network it
    looks at some epochs only, which depend on the shapes alone.

    Parameters
    ----------
    rows : int in [1, inf), default=100
        Training samples to look at, evenly spaced among all.
    every : int in [1, inf) or "auto", default="auto"
        Look after every so many epochs, the first one included; "auto" chooses by the cost.

    Attributes
    ----------
    history_ : dict of str to array
        "epoch" of shape (n_looks,), "gradient_norm" and "update_ratio" of shape (n_looks, m), "saturated" and
        "dead" of shape (n_looks, m - 1).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import GradientNorms, MLPClassifier
    >>> watch = GradientNorms(every=1)
    >>> model = MLPClassifier((8, 8), activation="tanh", max_iter=300, random_state=0, callbacks=[watch])
    >>> model = model.fit(*load_iris(return_X_y=True))
    >>> watch.history_["gradient_norm"].shape == (model.n_iter_, 3)
    True
    """

    def __init__(self, rows: int = 100, every: Any = "auto") -> None:
        for name, value in (("rows", rows), ("every", every)):
            words = ' or "auto"' if name == "every" else ""
            if name == "every" and isinstance(value, str) and value == "auto":
                continue
            if not is_whole(value) or not 1 <= value <= LARGEST_INTEGER:
                raise InvalidParameterError(
                    f"GradientNorms({name}=...) must be a whole number of 1 or more{words}, got {short(value)}; "
                    "2**63 - 1 at most"
                )
        self.rows, self.every = rows, every
        self._forget()

    def _forget(self) -> None:
        self._looks: list[tuple[int, Figures]] = []
        self._sample: Batch | None = None
        self._steepest: list[float] = []
        self._stride = 0

    def on_train_begin(self, n_epochs: int) -> None:  # noqa: ARG002 - a hook
        """Begin anew.

        Parameters
        ----------
        n_epochs : int
            How many are planned.
        """
        self._forget()

    def on_train_end(self) -> None:
        """Let go of the data."""
        self._sample = None

    def next_look(self, engine: Engine, data: Batch, epoch: int) -> int:
        """Return the next epoch to look at.

        Parameters
        ----------
        engine : Engine
            What computes, with the network and the plan.
        data : Batch
            The training samples.
        epoch : int
            The one that comes next, from 1.

        Returns
        -------
        int
            Its number, counted from 1.
        """
        if not self._stride:
            rows = min(self.rows, data.X.shape[0])
            self._stride = stride(engine, data, rows) if self.every == "auto" else int(self.every)
        return int(epoch + (1 - epoch) % self._stride)

    def on_epoch_state(self, record: Record, view: View) -> None:
        """Look at the layers.

        Parameters
        ----------
        record : Record
            What the epoch did.
        view : View
            Arrays of the training, to look at.
        """
        if self._sample is None:
            self._sample = sampled(view.data, self.rows)
            self._steepest = [steepest(g) for g in view.engine.network.activations]
        self._looks.append((record.epoch, figures(view, self._sample, self._steepest)))

    @property
    def history_(self) -> dict[str, NDArray[Any]]:
        """What was seen, one row for each look."""
        history: dict[str, NDArray[Any]] = {"epoch": np.array([epoch for epoch, _ in self._looks], dtype=int)}
        for name in NAMES:
            history[name] = np.array([getattr(seen, name) for _, seen in self._looks])
        return history


def sampled(data: Batch, rows: int) -> Batch:
    """Return at most so many samples, evenly spaced.

    Parameters
    ----------
    data : Batch
    rows : int

    Returns
    -------
    Batch
    """
    n = data.X.shape[0]
    taken = np.unique(np.linspace(0, n - 1, min(rows, n)).round().astype(np.int64))
    return Batch(data.X[taken], data.y[taken], None if data.weight is None else data.weight[taken])


def steepest(g: Activation) -> float:
    """Return the largest slope of a bounded activation, NaN of one that is not bounded.

    Parameters
    ----------
    g : Activation

    Returns
    -------
    float

    Examples
    --------
    >>> from rosenblatt.rules.activations import Logistic, Tanh
    >>> from rosenblatt.rules.rectifiers import ReLU
    >>> steepest(Logistic()), steepest(Tanh()), steepest(ReLU())
    (0.25, 1.0, nan)
    """
    if not all(math.isfinite(end) for end in g.range):
        return math.nan
    a = np.linspace(-8, 8, 1601)
    xp = namespace_of(a)
    return float(np.max(np.abs(g.derivative(xp, a if g.derivative_of == "a" else g(xp, a)))))


def figures(view: View, sample: Batch, slopes: list[float]) -> Figures:
    """Return what a look at some samples sees (B1, B2, B3, D1).

    Parameters
    ----------
    view : View
    sample : Batch
    slopes : list of float
        The largest slope of each hidden activation, NaN where it is not bounded.

    Returns
    -------
    Figures
    """
    engine, network, theta = view.engine, view.engine.network, view.theta
    layout, layers, xp = (
        Layout(network.sizes, network.tied),
        range(1, network.m + 1),
        namespace_of(view.theta),
    )
    with np.errstate(all="ignore"):  # weights that overflow are reported by training
        sums = engine.gradient(theta, sample)
        norms = np.array([_norm(layout.W(sums.gradient, k)) for k in layers]) / sums.weight  # C1
        before = np.array([_norm(layout.W(view.theta_before, k)) for k in layers])
        change = np.array([_norm(layout.W(theta, k) - layout.W(view.theta_before, k)) for k in layers])
        ratios = np.where(change == 0, 0.0, change / before)
        saturated, dead = np.empty(network.m - 1), np.empty(network.m - 1)
        o = sample.X
        for k, slope in enumerate(slopes, start=1):
            g: Any = network.activation(k)
            a = affine(engine.name, o, layout.W(theta, k), layout.b(theta, k))
            o = g(xp, a)
            derivative = np.abs(g.derivative(xp, a if g.derivative_of == "a" else o))
            flat = derivative <= SATURATED * slope if slope == 0 else derivative < SATURATED * slope
            saturated[k - 1] = math.nan if math.isnan(slope) else flat.mean()
            dead[k - 1] = np.mean(derivative.max(axis=0) == 0)
    return Figures(norms, ratios, saturated, dead)


def affine(engine_name: str, o: Any, W: Any, b: Any) -> Any:
    """Return the pre-activations of one layer (F1) by the engine that trains.

    A BLAS would start threads of its own, and beside others that is slow.

    Parameters
    ----------
    engine_name : str
    o : array of shape (n, r_{k-1})
    W : array of shape (r_{k-1}, r_k)
    b : array of shape (r_k,)

    Returns
    -------
    array of shape (n, r_k)
    """
    layer = engine_for(
        engine_name, Network(W.shape, (), Identity()), Plan(HalfSquaredError(), SGD(), rate=None)
    )
    return layer.predict(np.concatenate([W.ravel(), b]), o)


def _norm(W: Any) -> float:
    return math.sqrt(float(np.sum(np.square(W))))


def stride(engine: Engine, data: Batch, rows: int) -> int:
    """Return after how many epochs to look, so that the looks take less than a twentieth of the time.

    Both costs are estimated from shapes, so that the epochs do not depend on the machine.

    Parameters
    ----------
    engine : Engine
    data : Batch
    rows : int
        Samples of a look.

    Returns
    -------
    int
    """
    network, n = engine.network, data.X.shape[0]
    steps = math.ceil(n / engine.plan.batch_size)
    row = _ROW_OF_A_MILLION * 1e-6 * network.n_parameters
    looked = _LOOK + _LOOK_OF_A_LAYER * network.m + row * (rows + 80)
    epoch = _EPOCH + _STEP * steps + row * (n + 5 * steps)
    return max(1, math.ceil(float(looked / (_SHARE * epoch))))
