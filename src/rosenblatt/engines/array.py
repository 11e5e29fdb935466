"""The readable engine: the lecture on NumPy, PyTorch or CuPy arrays."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..backpropagation import Cache, backward, forward, output_error_term
from ..catalogue import reports_outputs
from ..contractive import contraction_sums
from ..corruption import COLUMN, Masking, at
from ..layout import Layout
from ..namespaces import namespace_of
from ..network import Network
from ..noise import (
    Noise,
    corrupted,
    dropout_mask,
    dropout_of_entries,
    input_noise,
    kept_entries,
    random_signs,
)
from ..plan import LBFGS, Plan
from ..regularization import activity, averaged, norm_factor, within_norm
from ..rules.losses import Loss
from ..sparse_structure import require_sound
from .engine import Batch, Order, Row, State, Sums
from .step import Step

Array = Any

BLOCK = 1 << 13
"""Entries of theta that one pass of the optimiser takes: its temporaries stay in the cache, and no BLAS
starts threads for a dot product of this length."""


class ArrayEngine:
    """The four verbs on arrays of any library with the array API.

    Parameters
    ----------
    network : Network
    plan : Plan

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.network import Network
    >>> from rosenblatt.plan import Plan
    >>> from rosenblatt.rules.activations import Identity
    >>> from rosenblatt.rules.losses import HalfSquaredError
    >>> from rosenblatt.rules.optimizers import SGD
    >>> engine = ArrayEngine(Network((1, 1), (), Identity()), Plan(HalfSquaredError(), SGD(), rate=None))
    >>> sums = engine.gradient(np.array([1.0, 0.0]), Batch(np.array([[2.0]]), np.array([[0.0]])))
    >>> sums.loss, sums.gradient
    (2.0, array([4., 2.]))
    """

    name = "array"

    def __init__(self, network: Network, plan: Plan) -> None:
        self.network = network
        self.plan = plan
        self.layout = Layout(network.sizes, network.tied)
        check_inside(network, plan)
        self._is_weight: Array | None = None

    def epochs_worth_a_call(self, seconds: float) -> int:
        """Return 1: between its calls little is lost."""
        return 1

    def is_weight(self, theta: Array) -> Array:
        """Return 1 for each weight and 0 for each bias, laid out and typed as theta."""
        known = self._is_weight
        if known is None or type(known) is not type(theta) or known.dtype != theta.dtype:
            known = self._is_weight = namespace_of(theta).zeros_like(theta)
            self.layout.weights(known)[...] = 1.0
        return known

    def multiplier(self, theta: Array) -> Array | None:
        """Return what the step of each entry of theta is multiplied by, or None for 1."""
        if not self.plan.multipliers:
            return None
        result = namespace_of(theta).empty_like(theta)
        for k, factor in enumerate(self.plan.multipliers, start=1):
            if self.layout.has_own_weights(k):
                self.layout.W(result, k)[...] = factor
            self.layout.b(result, k)[...] = factor
        return result

    def forward(self, theta: Array, X: Array) -> Cache:
        """Run the forward phase and keep what the backward phase needs (F1, F2)."""
        return forward(namespace_of(theta), self.network, self.layout, theta, X, self.plan.loss)

    def predict(self, theta: Array, X: Array) -> Array:
        """Return the outputs, shape (n, r_m)."""
        require_sound("X", X)
        return forward(namespace_of(theta), self.network, self.layout, theta, X).o[-1]

    def delta(self, cache: Cache, batch: Batch) -> Array:
        """Return the output's error terms times the samples' weights (B1), shape (n, r_m)."""
        xp = namespace_of(cache.o[-1])
        loss, g_o = self.plan.loss, self.network.output
        delta = output_error_term(xp, loss, g_o, cache.a[-1], cache.o[-1], batch.y)
        delta = delta if cache.emphasis is None else delta * cache.emphasis
        return delta if batch.weight is None else delta * batch.weight[:, None]

    def losses(self, cache: Cache, batch: Batch) -> tuple[float, float]:
        """Return the weighted sums of the loss (E1 before its division), as followed and as reported."""
        xp, loss = namespace_of(cache.o[-1]), self.plan.loss
        own = reports_outputs(loss) and type(loss).reported is not Loss.reported
        followed = loss.value(xp, cache.a[-1] if loss.pair else cache.o[-1], batch.y)  # (n, r_m)
        reported = loss.reported(xp, cache.o[-1], batch.y) if own else followed  # (n, r_m)
        both = (followed, reported) if own else (followed,)
        if cache.emphasis is not None:
            both = tuple(one * cache.emphasis for one in both)
        if batch.weight is not None:
            both = tuple(batch.weight[:, None] * one for one in both)
        sums = [float(xp.sum(one)) for one in both]
        return sums[0], sums[-1]

    def gradient(self, theta: Array, batch: Batch, into: Array | None = None) -> Sums:
        """Return the sums of a batch at theta (F1, F2, B1, B2, B3); ``into`` is overwritten, if given."""
        xp = namespace_of(theta)
        if into is None:  # else it is a part of what was looked at already
            require_sound("X", batch.X)
        cache = self._noisy_forward(theta, batch)
        loss, reported = self.losses(cache, batch)
        gradient = xp.empty_like(theta) if into is None else into
        delta = self.delta(cache, batch)
        penalty, pushes = self._activities(cache, batch)
        contraction, at_a, at_W = self._contraction(theta, cache, batch)
        backward(xp, self.network, self.layout, theta, cache, delta, gradient, pushes, at_a)
        for k, more in at_W.items():
            self.layout.W(gradient, k)[...] += more  # A6
        rows = batch.X.shape[0]
        weight = float(rows) if batch.weight is None else float(xp.sum(batch.weight))
        return Sums(loss + penalty + contraction, reported, weight, rows, gradient)

    def _activities(self, cache: Cache, batch: Batch) -> tuple[float, dict[int, Array]]:
        """Return the penalties on outputs and their derivatives by each layer's, both summed (A3, A4)."""
        value = 0.0
        pushes: dict[int, Array] = {}
        for one, strength in zip(self.plan.activities, batch.activity or (), strict=False):
            if not strength:
                continue
            weight = weights_of(batch, cache)[:, None]
            for k in one.layers:
                o = cache.whole(k)
                more, push = activity(namespace_of(o), one.rule, o, weight, strength)
                value += more
                pushes[k] = pushes[k] + push if k in pushes else push
        return value, pushes

    def _contraction(
        self, theta: Array, cache: Cache, batch: Batch
    ) -> tuple[float, dict[int, Array], dict[int, Array]]:
        """Return the contractive penalty and its derivatives by pre-activations and weights, summed (A6)."""
        contraction = self.plan.contraction
        if contraction is None or not batch.contraction:
            return 0.0, {}, {}
        o = cache.o[-1]
        xp = namespace_of(o)
        noise = Noise(0, 0, 0) if batch.noise is None else batch.noise

        def signs(k: int, rows: slice) -> Array:
            drawn = random_signs(noise, k, rows, contraction.probes, self.network.sizes[k])
            return xp.asarray(drawn, dtype=o.dtype)

        weight = batch.contraction * weights_of(batch, cache)
        return contraction_sums(xp, self.network, self.layout, theta, cache, contraction, weight, signs)

    def _noisy_forward(self, theta: Array, batch: Batch) -> Cache:
        """Run the forward phase with the batch's noise, if it has any (T6, T7)."""
        noise, n = batch.noise, batch.X.shape[0]
        if noise is None:
            return self.forward(theta, batch.X)
        xp, sizes = namespace_of(theta), self.network.sizes
        masks = {
            k: xp.asarray(dropout_mask(noise, k, n, sizes[k]), dtype=theta.dtype)
            for k, rate in enumerate(noise.dropout)
            if k and rate
        }
        X, emphasis = corrupted_inputs(xp, noise, batch.X)
        X = noisy_inputs(xp, noise, X)
        cache = forward(xp, self.network, self.layout, theta, X, self.plan.loss, masks)
        cache.emphasis = emphasis
        return cache

    def objective(self, theta: Array, sums: Sums, strengths: NDArray[np.float64]) -> tuple[float, Array]:
        """Return the penalties' value, and the gradient of mean loss plus penalties (C1, T6)."""
        gradient = sums.gradient / sums.weight  # C1: the one division
        w, dw = self.layout.weights(theta), self.layout.weights(gradient)
        return self._penalize(w, dw, self._scales(strengths, sums)), gradient

    def _scales(self, strengths: NDArray[np.float64], sums: Sums) -> list[float]:
        return [
            float(strength) / sums.weight if penalty.divided else float(strength)
            for penalty, strength in zip(self.plan.penalties, strengths, strict=True)
        ]

    def _penalize(self, w: Array, dw: Array, scales: list[float]) -> float:
        """Add the penalties' derivative to ``dw`` in place; return their value."""
        xp, value = namespace_of(w), 0.0
        for penalty, scale in zip(self.plan.penalties, scales, strict=True):
            if scale:
                value += scale * float(xp.sum(penalty.rule.value(xp, w)))
                dw += scale * penalty.rule.derivative(xp, w)
        return value

    def update(
        self, state: State, sums: Sums, settings: NDArray[np.float64], into: State | None = None
    ) -> tuple[State, Row]:
        """Return the state after one step (C1, U1); ``into`` is overwritten with it, if given."""
        xp, optimizer = namespace_of(state.theta), self.plan.optimizer
        if isinstance(optimizer, LBFGS):
            raise TypeError("L-BFGS has no single step; training.solvers runs it")
        settings = np.asarray(settings, dtype=np.float64).tolist()
        numbers = dict(zip(self.plan.columns, settings, strict=True))
        step = Step(self.plan, numbers, self._scales(settings[1 : 1 + len(self.plan.penalties)], sums))
        step.factor = self._norm_factor(step, sums)
        is_weight, multiplier = self.is_weight(state.theta), self.multiplier(state.theta)
        old = (state.theta, *state.slots)
        new = (into.theta, *into.slots) if into else tuple(xp.empty_like(vector) for vector in old)
        penalty = square = 0.0
        for start in range(0, self.layout.n_parameters, BLOCK):
            block = slice(start, start + BLOCK)
            gradient = step.limited(xp, sums.gradient[block] / sums.weight)  # C1: the one division
            weights = slice(start, min(start + BLOCK, max(start, self.layout.n_weights)))
            w, dw = state.theta[weights], gradient[: weights.stop - start]
            penalty += self._penalize(w, dw, step.scales)
            vectors = [vector[block] for vector in old]
            m = None if multiplier is None else multiplier[block]
            updated = step.updated(xp, vectors, gradient, is_weight[block], m)  # U1
            for vector, values in zip(new, updated, strict=True):
                vector[block] = values
            square += float(gradient @ gradient)
        self._project(step, new)
        row = Row(sums.loss, sums.reported, penalty, sums.weight, sums.rows, square)
        return State(new[0], new[1:]), row

    def _norm_factor(self, step: Step, sums: Sums) -> float:
        """Return what the mean gradient is multiplied by, so that it is no longer than the limit (D1)."""
        limit, square = step.numbers.get("clip_norm"), 0.0
        if limit is None:
            return 1.0
        xp = namespace_of(sums.gradient)
        for start in range(0, self.layout.n_parameters, BLOCK):
            gradient = step.limited(xp, sums.gradient[start : start + BLOCK] / sums.weight)
            square += float(gradient @ gradient)
        return norm_factor(square, limit)

    def _project(self, step: Step, new: tuple[Array, ...]) -> None:
        """Bring columns of weights within their norm and move the average, in place (T7)."""
        theta, numbers = new[0], step.numbers
        if "max_norm" in numbers:
            for k in range(1, self.layout.n_matrices + 1):
                if self.plan.multipliers and self.plan.multipliers[k - 1] == 0:
                    continue
                W = self.layout.W(theta, k)
                W[...] = within_norm(namespace_of(theta), W, numbers["max_norm"])
        if numbers.get("average"):
            new[-1][...] = averaged(new[-1], theta, numbers["average"])

    def epochs(
        self, state: State, data: Batch, order: Order, settings: NDArray[np.float64]
    ) -> tuple[State, NDArray[np.float64]]:
        """Take as many steps as ``settings`` has rows; return the state and a table of :class:`Row`."""
        rows = []
        require_sound("X", data.X)
        # Two states and one gradient serve all steps: fresh memory for large ones costs more than the sums.
        gradient, spare = namespace_of(state.theta).empty_like(state.theta), None
        # Overflow is looked for in the result, and reported with the step at which it began.
        with np.errstate(all="ignore"):
            for step, row_of_settings in enumerate(settings):
                batch = taken(data, order, step, self.plan, row_of_settings)
                sums = self.gradient(state.theta, batch, into=gradient)
                after, row = self.update(state, sums, row_of_settings, into=spare)
                state, spare = after, (state if step else None)  # the first state is the caller's
                rows.append(row)
        return state, np.array(rows, dtype=np.float64).reshape(-1, len(Row._fields))


def taken(
    data: Batch,
    order: Order,
    step: int,
    plan: Plan | None = None,
    settings: NDArray[np.float64] | None = None,
) -> Batch:
    """Return the samples that one step takes, with the noise that its row of settings asks for."""
    start, stop = order.bounds[step : step + 2].tolist()
    rows: Any = slice(start, stop) if order.indices is None else order.indices[start:stop]
    weight = None if data.weight is None else data.weight[rows]
    batch = Batch(data.X[rows], data.y[rows], weight)
    if plan is None or settings is None or not (plan.is_noisy or plan.is_penalized_inside):
        return batch
    numbers = dict(zip(plan.columns, map(float, settings), strict=True))
    noise, strengths = None, tuple(numbers[f"activity_{i}"] for i in range(len(plan.activities)))
    if plan.is_noisy:
        dropout = tuple(numbers[f"dropout_{k}"] for k in range(len(plan.dropout)))
        epoch, position = divmod(start, order.length) if order.length else (0, start)
        kind = at(plan.corruption, numbers[COLUMN]) if plan.corruption is not None else None
        noise = Noise(order.seed, order.epoch + epoch, position, dropout, numbers.get("noise", 0.0), kind)
    return batch._replace(noise=noise, activity=strengths, contraction=numbers.get("contraction", 0.0))


def weights_of(batch: Batch, cache: Cache) -> Array:
    """Return the samples' weights as an array of shape (n,), typed as the outputs."""
    o = cache.o[-1]
    return namespace_of(o).ones_like(o[:, 0]) if batch.weight is None else batch.weight


def times_entries(X: Array, factors_of: Any) -> Array:
    """Return a sparse matrix whose stored entries are multiplied by ``factors_of(rows, columns)``."""
    entries = X.tocoo()
    factors = factors_of(entries.row, entries.col).astype(X.dtype)
    return type(X)((entries.data * factors, (entries.row, entries.col)), shape=X.shape)


def check_inside(network: Network, plan: Plan) -> None:
    """Raise ValueError where a plan and a network do not fit: penalised layers, emphasis."""
    if plan.contraction is not None:
        plan.contraction.check(network)
    for one in plan.activities:
        if max(one.layers) >= network.m:
            raise ValueError(
                f"{one.rule!r} acts on the outputs of hidden layers, 1 to {network.m - 1}, got layers={one.layers!r}"
            )
    if getattr(plan.corruption, "emphasis", None) is None:
        return
    if network.sizes[0] != network.sizes[-1] or plan.loss.row_wise or plan.loss.outputs_per_target != 1:
        raise ValueError(
            "emphasis weighs the loss of single entries: inputs and outputs must be equally many, and the loss "
            f"one of single outputs; got {network.sizes[0]} inputs, {network.sizes[-1]} outputs and {plan.loss!r}"
        )


def corrupted_inputs(xp: Any, noise: Noise, X: Array) -> tuple[Array, Array | None]:
    """Return a batch's inputs after corruption, and what the loss of each entry counts, or None for 1 (A5)."""
    if noise.corruption is None:
        return X, None
    emphasis = getattr(noise.corruption, "emphasis", None)
    if hasattr(X, "tocsr"):
        if not isinstance(noise.corruption, Masking) or emphasis is not None:
            raise ValueError(
                f"corruption: sparse inputs take Masking without emphasis, got {noise.corruption!r}; "
                "anything else would fill them, X.toarray() does"
            )
        return times_entries(X, partial(kept_entries, noise)), None
    plain = np.asarray(X)
    after, chosen = corrupted(noise, plain)
    if emphasis is not None:
        emphasis = xp.asarray(np.where(chosen, *emphasis), dtype=X.dtype)
    return xp.asarray(np.asarray(after), dtype=X.dtype), emphasis


def noisy_inputs(xp: Any, noise: Noise, X: Array) -> Array:
    """Return a batch's inputs after dropout, with noise added (T6, T7); a sparse matrix stays sparse."""
    rate = noise.dropout[0] if noise.dropout else 0.0
    if hasattr(X, "tocsr"):
        return times_entries(X, partial(dropout_of_entries, noise)) if rate else X
    if noise.standard_deviation:
        X = X + xp.asarray(input_noise(noise, *X.shape), dtype=X.dtype)
    return X * xp.asarray(dropout_mask(noise, 0, *X.shape), dtype=X.dtype) if rate else X
