"""Tied weights, penalties on outputs and corruption in the readable engine: gradients against differences,
and on both engines against dual numbers."""

from __future__ import annotations

import numpy as np
import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.contractive import Contraction
from rosenblatt.corruption import Gaussian, Masking, Multiplicative, SaltAndPepper
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.engines.native import NativeEngine, knows
from rosenblatt.network import Network
from rosenblatt.noise import Noise
from rosenblatt.plan import Activity, Plan
from rosenblatt.rules.activations import Activation, Identity, Logistic, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD
from rosenblatt.rules.penalties import ActivityL1, KLDivergence
from tests.network_checks import close_vectors
from tests.oracles import dual_objective
from tests.tolerances import DERIVATIVE

ACTIVITIES = (
    Activity(ActivityL1(), 0.3, (1, 2)),
    Activity(KLDivergence(0.1), 0.7, (2,)),
    Activity(KLDivergence(0.2, low=-1.0), 0.4, (1, 3)),
)
CORRUPTIONS = (
    None,
    Masking(0.3, emphasis=(2.0, 0.5)),
    Gaussian(0.3),
    SaltAndPepper(0.4, -1.0, 2.0, emphasis=(1.0, 0.0)),
    Multiplicative(0.5),
)


CONTRACTIONS = (
    None,
    Contraction(0.2, (1,)),
    Contraction(0.2, (2, 3)),
    Contraction(0.2, (1, 2), probes=2),
    None,
)


@pytest.mark.parametrize(("corruption", "contraction"), zip(CORRUPTIONS, CONTRACTIONS, strict=True), ids=str)
@pytest.mark.parametrize("tied", [False, True])
def test_the_gradient_is_that_of_the_loss(tied, corruption, contraction):
    network = Network((5, 4, 3, 4, 5), (Tanh(), Logistic(), Tanh()), Identity(), tied=tied)
    plan = Plan(
        HalfSquaredError(),
        SGD(),
        rate=None,
        activities=ACTIVITIES,
        corruption=corruption,
        contraction=contraction,
    )
    random = np.random.default_rng(0)
    theta, X = random.normal(size=network.n_parameters), random.normal(size=(7, 5))
    noise = Noise(3, 1, 20, (0.0, 0.4, 0.3, 0.2), 0.0, corruption)
    batch = Batch(X, X, random.uniform(0.1, 2.0, 7), noise, (0.3, 0.7, 0.4), 0.2)
    engine = ArrayEngine(network, plan)
    found = engine.gradient(theta, batch).gradient
    step = 1e-6
    for i, unit in enumerate(step * np.eye(len(theta))):
        difference = engine.gradient(theta + unit, batch).loss - engine.gradient(theta - unit, batch).loss
        assert found[i] == pytest.approx(difference / (2 * step), rel=1e-5, abs=1e-6)


def test_tied_sizes_must_be_symmetric():
    with pytest.raises(ValueError, match="tied weights need sizes"):
        Network((4, 3, 5), (Tanh(),), Identity(), tied=True)
    with pytest.raises(ValueError, match="tied weights need sizes"):
        Network((4, 3, 3, 4), (Tanh(), Tanh()), Identity(), tied=True)


def test_a_tied_network_survives_plain_data():
    network = Network((4, 3, 4), (Tanh(),), Identity(), tied=True)
    assert Network.from_dict(network.to_dict()) == network
    assert network.n_parameters == 12 + 7


@pytest.mark.parametrize("wrong", [-0.1, 1.0, float("nan")])
def test_a_rate_lies_within_its_limits(wrong):
    with pytest.raises(ValueError, match="Masking"):
        Masking(wrong)


SMOOTH = sorted(set(catalogue(Activation)) - {"threshold", "softmax", "mean_variance"})


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(
    ("sizes", "layers"),
    [
        ((3, 2, 3), ()),
        ((3, 2, 3), (1,)),
        ((3, 2, 2, 2, 3), (2, 1)),
        ((3, 2, 4, 2, 4, 2, 3), (3,)),
        ((3, *(2,) * 7, 3), (4,)),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", SMOOTH)
def test_contraction_and_tied_weights_have_the_gradient_of_dual_numbers(name, sizes, layers, tied):
    network = Network(sizes, (catalogue(Activation)[name](),) * (len(sizes) - 2), Identity(), tied)
    contraction = Contraction(0.3, layers) if layers else None
    plan = Plan(HalfSquaredError(), SGD(), rate=None, contraction=contraction)
    random = np.random.default_rng(len(sizes))
    theta = (0.1 if name == "exp" else 0.7) * random.normal(size=network.n_parameters)
    X, weight = random.normal(size=(3, 3)), random.uniform(0.5, 2.0, 3)
    value, gradient = dual_objective(network, theta, X, weight, layers, 0.3)
    for kind in (ArrayEngine, NativeEngine):
        if kind is NativeEngine and not knows(network, plan):
            continue
        sums = kind(network, plan).gradient(theta, Batch(X, X, weight, contraction=0.3))
        assert sums.loss == pytest.approx(value, rel=DERIVATIVE)
        close_vectors(sums.gradient, gradient, DERIVATIVE, f"{kind.name} gradient")
