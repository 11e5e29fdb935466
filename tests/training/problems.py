"""Small runs of training, below the estimators."""

import numpy as np

from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import Batch
from rosenblatt.network import Network
from rosenblatt.plan import Penalty, Plan
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD, Adam
from rosenblatt.rules.penalties import L2
from rosenblatt.training.order import Orders
from rosenblatt.training.schedules import Constant
from rosenblatt.training.train import Run, initial_state

NETWORK = Network((3, 4, 1), (Tanh(),), Identity())


class ChunkedEngine(ArrayEngine):
    """An engine that takes several epochs in one call, and counts them."""

    def __init__(self, network, plan, epochs_per_call=1):
        super().__init__(network, plan)
        self.epochs_per_call = epochs_per_call
        self.calls = []

    def epochs_worth_a_call(self, seconds):
        return self.epochs_per_call

    def epochs(self, state, data, order, settings):
        self.calls.append(len(settings))
        return super().epochs(state, data, order, settings)


def data(n=30, seed=0, weighted=False):
    """Return a regression problem whose inputs and targets vary."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    y = np.sin(X @ [1.0, -2.0, 0.5])[:, None]
    assert y.std() > 0.3
    return Batch(X, y, rng.uniform(0.5, 2, n) if weighted else None)


def plan(**changes):
    """Return a plan of short mini-batches with Adam."""
    defaults = {
        "loss": HalfSquaredError(),
        "optimizer": Adam(),
        "rate": Constant(0.01),
        "penalties": (Penalty(L2(), 1e-3, divided=True),),
        "batch_size": 8,
        "max_epochs": 10,
    }
    return Plan(**{**defaults, **changes})


def run_of(a_plan, n_epochs=None, epochs_per_call=1, kind=None, batch=None, **options):
    """Return a run and its first state."""
    batch = data() if batch is None else batch
    engine = ChunkedEngine(NETWORK, a_plan, epochs_per_call)
    stream = np.random.RandomState(1)
    orders = Orders(kind or a_plan.order, len(batch.y), a_plan.batch_size, stream, seed=5)
    theta = np.random.default_rng(2).normal(size=NETWORK.n_parameters) * 0.4
    run = Run(engine, batch, orders, n_epochs or a_plan.max_epochs, **options)
    return run, initial_state(engine, theta)


GRADIENT_DESCENT = {"optimizer": SGD(), "rate": Constant(0.05)}
