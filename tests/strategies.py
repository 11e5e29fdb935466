"""What hypothesis draws: rules, and whole networks with plans, weights and batches.

Everything goes through the catalogue, so that a rule written in ``rules/`` is drawn without a word here.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from rosenblatt.catalogue import catalogue
from rosenblatt.corruption import Gaussian, Masking, Multiplicative, SaltAndPepper
from rosenblatt.engines.engine import Batch
from rosenblatt.intervals import lies_in
from rosenblatt.network import Network
from rosenblatt.plan import Activity, Penalty, Plan
from rosenblatt.regularizers import Clip, InputNoise, MaxNorm, NonNegative, ProximalL1, WeightDecay
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import Loss
from rosenblatt.rules.optimizers import SGD, Optimizer
from rosenblatt.rules.outputs import RowWise
from rosenblatt.rules.penalties import ActivityL1, KLDivergence, WeightPenalty
from rosenblatt.rules.rule import Rule
from rosenblatt.training.averages import EMA, SWA

SEEDS = st.integers(0, 2**32 - 1)


STEADY_OPTIMIZERS = {
    name: rule for name, rule in catalogue(Optimizer).items() if name not in ("lion", "rprop", "irprop")
}
"""Optimisers whose steps do not hang on the sign of a gradient, which rounding decides where it is nearly 0."""


def elementwise() -> dict[str, type[Activation]]:
    """Return the activations that hidden layers can have."""
    return {name: g for name, g in catalogue(Activation).items() if not issubclass(g, RowWise)}


def breaks(g: Activation) -> list[float]:
    """Return the points among -1, 0 and 1 at which g, g' or g'' jumps."""
    e = 1e-7
    found = []
    for point in (-1.0, 0.0, 1.0):
        a = np.array([point - e, point + e])
        o = g(np_namespace(), a)
        given = a if g.derivative_of == "a" else o
        shown = (
            o,
            g.derivative(np_namespace(), given),
            g.second_derivative(np_namespace(), given),
        )
        # a smooth function moves by about 2e-7 between the two points
        if any(abs(values[1] - values[0]) > 1e-3 for values in shown):
            found.append(point)
    return found


def np_namespace() -> Any:
    """Return the namespace of NumPy arrays."""
    from rosenblatt.namespaces import namespace_of

    return namespace_of(np.empty(0))


def smooth() -> dict[str, type[Activation]]:
    """Return the elementwise activations without corners."""
    return {name: g for name, g in elementwise().items() if not breaks(g())}


@st.composite
def rules(draw: st.DrawFn, choices: dict[str, type[Rule]]) -> Any:
    """Draw a rule, with its default parameters or with others within its limits."""
    rule = choices[draw(st.sampled_from(sorted(choices)))]()
    if not rule.limits or draw(st.booleans()):
        return rule
    values = {}
    for name, interval in rule.limits.items():
        number = st.floats(0.05, 3.0).filter(lambda v, interval=interval: lies_in(v, interval))
        several = st.lists(number, min_size=1, max_size=3, unique=True).map(
            lambda found: tuple(sorted(found))
        )
        values[name] = draw(several if isinstance(getattr(rule, name), tuple) else number)
    return dataclasses.replace(rule, **values)  # type: ignore[type-var]


def targets(loss: Loss, random: np.random.Generator, n: int, r: int) -> Any:
    """Return random targets in a loss's domain and encoding, shape (n, r)."""
    if loss.outputs_per_target > 1:
        return np.repeat(
            random.normal(size=(n, r // loss.outputs_per_target)), loss.outputs_per_target, axis=1
        )
    if loss.pair == "softmax":
        y = random.dirichlet(np.ones(r), size=n)
        hard = random.random(n) < 0.5  # half of the rows name one class, half are shares of several
        y[hard] = np.eye(r)[random.integers(0, r, hard.sum())]
        return y
    if loss.encoding is not None:
        return random.choice(loss.encoding, size=(n, r))
    if lies_in(-1.0, loss.domain):
        return random.normal(size=(n, r))
    if not lies_in(0.0, loss.domain):
        return random.gamma(2.0, size=(n, r)) + 0.01
    return random.poisson(1.5, size=(n, r)).astype(np.float64)


class Case(NamedTuple):
    """A network, how it is trained, where it stands, and samples."""

    network: Network
    plan: Plan
    theta: Any
    batch: Batch
    strengths: Any


def made(
    network: Network, loss: Loss, penalties: tuple[Penalty, ...], n: int, seed: int, weighted: bool = False
) -> Case:
    """Return a case with weights and samples from a seed."""
    random = np.random.default_rng(seed)
    theta = np.empty(network.n_parameters)
    # about 1/sqrt(fan-in), so that deep networks neither die nor explode
    start = 0
    for before, here in zip(network.sizes[:-1], network.sizes[1:], strict=True):
        theta[start : start + before * here] = random.normal(0, 1 / math.sqrt(before), before * here)
        start += before * here
    theta[start:] = random.normal(0, 0.5, network.n_parameters - start)
    X = random.normal(size=(n, network.sizes[0]))
    y = targets(loss, random, n, network.sizes[-1])
    weight = random.uniform(0.1, 3.0, n) if weighted else None
    strengths = np.array([float(penalty.strength) for penalty in penalties])
    plan = Plan(loss, SGD(), rate=None, penalties=penalties)
    return Case(network, plan, theta, Batch(X, y, weight), strengths)


@st.composite
def cases(
    draw: st.DrawFn,
    max_depth: int = 5,
    activations: dict[str, type[Activation]] | None = None,
    losses: dict[str, type[Loss]] | None = None,
) -> Case:
    """Draw a network of depth 0 to 5, any activation per layer, any loss with a fitting output."""
    hidden_choices = elementwise() if activations is None else activations
    loss = draw(rules(catalogue(Loss) if losses is None else losses))
    depth = draw(st.integers(0, max_depth))
    *sizes, last = draw(st.lists(st.integers(1, 5), min_size=depth + 2, max_size=depth + 2))
    sizes = (*sizes, last * loss.outputs_per_target)
    hidden = tuple(draw(rules(hidden_choices)) for _ in range(depth))
    output = catalogue(Activation)[loss.pair]() if loss.pair else draw(rules(hidden_choices))
    penalties = tuple(
        Penalty(kind(), draw(st.floats(1e-3, 1.0)), draw(st.booleans()))
        for kind in catalogue(WeightPenalty).values()
        if draw(st.booleans())
    )
    network = Network(sizes, hidden, output)
    return made(network, loss, penalties, draw(st.integers(1, 8)), draw(SEEDS), draw(st.booleans()))


def optimizers() -> st.SearchStrategy[Optimizer]:
    """Draw an elementwise optimiser."""
    return rules(catalogue(Optimizer))


@st.composite
def activities(draw: st.DrawFn, network: Network) -> tuple[Activity, ...]:
    """Draw up to two penalties on outputs of hidden layers, with strengths that show; means lie within the range."""
    hidden = range(1, network.m)
    if not hidden:
        return ()
    some = st.lists(st.sampled_from(hidden), min_size=1, unique=True).map(tuple)
    rule = st.sampled_from([ActivityL1(), KLDivergence(0.3, -9.0, 9.0)])
    kinds = st.builds(Activity, rule, st.floats(1e-3, 0.3), some)
    return tuple(draw(st.lists(kinds, max_size=2)))


@st.composite
def corruptions(draw: st.DrawFn, network: Network, sparse: bool = False) -> Any:
    """Draw a corruption of the library's own, with emphasis where that is possible."""
    strength = draw(st.sampled_from([0.1, 0.5, 0.9]))
    can_emphasize = network.sizes[0] == network.sizes[-1] and not sparse
    emphasis = draw(st.sampled_from([None, (2.0, 0.5)])) if can_emphasize else None
    if sparse:
        return Masking(strength)
    kinds = st.sampled_from([Masking, Gaussian, SaltAndPepper, Multiplicative])
    return draw(kinds)(strength, emphasis=emphasis)


@st.composite
def practices(draw: st.DrawFn, network: Network, sparse: bool = False) -> dict[str, Any]:
    """Draw what a plan may hold beside penalties: a random mixture of everything, each at a strength that shows."""
    strengths = st.floats(1e-3, 0.3)
    kinds = {
        WeightDecay: lambda: WeightDecay(draw(strengths)),
        ProximalL1: lambda: ProximalL1(draw(strengths)),
        MaxNorm: lambda: MaxNorm(draw(st.floats(0.3, 2.0))),
        NonNegative: NonNegative,
        Clip: lambda: Clip(norm=draw(st.none() | strengths), value=draw(strengths)),
    }
    if not sparse:
        kinds[InputNoise] = lambda: InputNoise(draw(strengths))
    regularizers = tuple(make() for make in kinds.values() if draw(st.booleans()))
    rates = st.sampled_from([0.0, 0.1, 0.5, 0.9])
    return {
        "regularizers": regularizers,
        "dropout": tuple(draw(rates) for _ in range(network.m)) if draw(st.booleans()) else (),
        "multipliers": tuple(draw(st.floats(0.1, 2.0)) for _ in range(network.m))
        if draw(st.booleans())
        else (),
        "activities": draw(activities(network)),
        "corruption": draw(st.none() | corruptions(network, sparse)),
        "average": draw(st.sampled_from([None, SWA(0.0), SWA(0.5), EMA(0.9)])),
    }
