"""Autoencoders judge what they minimise, relative to what there is to gain."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.preprocessing import StandardScaler

from rosenblatt import (
    L1,
    ActivityL1,
    Autoencoder,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    EarlyStopping,
    KLDivergence,
    MLPClassifier,
    OneCycle,
    ReduceOnPlateau,
    SparseAutoencoder,
    after,
)
from rosenblatt.estimators.baseline import loss_of_constant
from rosenblatt.rules.activations import Exp, Identity, Logistic
from rosenblatt.rules.losses import BinaryCrossEntropy, HalfSquaredError, Poisson
from rosenblatt.rules.regression_losses import MAE, Huber
from tests import tolerances

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ENGINES = ("native", "array")
DIGITS = load_digits().data / 16


def plane_and_noise(unit=1e5, n=400, seed=0):
    """Return eight columns on a plane of two, and one of noise in another unit."""
    rng = np.random.default_rng(seed)
    plane = rng.normal(size=(n, 2)) @ rng.normal(size=(2, 8))
    return np.column_stack([plane, unit * rng.normal(size=n)])


def lost(model, X):
    """Return the share of the variance that is lost, in trained units."""
    scaled = X if model.scaling_ is None else model.scaling_.apply(X, np.float64)
    return -model.score(X) / scaled.var(axis=0).sum()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scaling", ["standard", "robust", "minmax"])
def test_early_stopping_judges_in_the_units_that_are_trained(engine, scaling):
    X = plane_and_noise()
    held_out = X[::7]
    arguments = {"max_iter": 60, "learning_rate_init": 0.01, "random_state": 0, "engine": engine}
    model = Autoencoder((32, 2, 32), "tanh", scale_inputs=scaling, early_stopping=True, **arguments)
    model.fit(X, X_val=held_out)
    errors = model.reconstruction_error(held_out, units="trained")
    assert model.best_validation_score_ == pytest.approx(-errors.mean(), rel=tolerances.SCALED_ERRORS)
    assert model.best_validation_score_ == pytest.approx(model.score(held_out), rel=tolerances.SCALED_ERRORS)
    assert lost(model, X) < 0.4  # with the noise alone left it is a ninth of "standard"


@pytest.mark.parametrize("seed", range(3))
def test_a_column_in_large_units_does_not_stop_training(seed):
    X = plane_and_noise(n=1000, seed=seed)
    arguments = {"early_stopping": True, "n_iter_no_change": 20, "max_iter": 600, "learning_rate_init": 0.005}
    model = Autoencoder((64, 2, 64), "tanh", scale_inputs="standard", random_state=seed, **arguments).fit(X)
    within = Autoencoder((64, 2, 64), "tanh", random_state=seed, **arguments)
    Z = StandardScaler().fit_transform(X)
    assert -model.score(X) < 1.2  # of 9; the noise is 1
    assert -model.score(X) == pytest.approx(-within.fit(Z).score(Z), rel=0.1)


def test_a_plateau_schedule_hears_of_trained_units():
    X = plane_and_noise()
    schedule = ReduceOnPlateau(factor=0.5, patience=3)
    arguments = {"max_iter": 80, "learning_rate_init": 0.02, "random_state": 0, "learning_rate": schedule}
    raw = Autoencoder((16, 2, 16), "tanh", scale_inputs="standard", early_stopping=True, **arguments).fit(X)
    other = X * np.array([1] * 8 + [2.0**-20])
    same = Autoencoder((16, 2, 16), "tanh", scale_inputs="standard", early_stopping=True, **arguments)
    same.fit(other)
    np.testing.assert_array_equal(raw.history_["rate"], same.history_["rate"])
    np.testing.assert_allclose(raw.validation_scores_, same.validation_scores_, rtol=tolerances.SCALED_ERRORS)


class Multiple(HalfSquaredError):  # noqa: N818 - an error of squares
    """The squared error times a power of two, so that nothing is rounded otherwise."""

    def __init__(self, factor):
        object.__setattr__(self, "factor", factor)

    def value(self, xp, o, y):
        return self.factor * super().value(xp, o, y)

    def derivative(self, xp, o, y):
        return self.factor * super().derivative(xp, o, y)

    def reported(self, xp, o, y):
        return self.factor * super().reported(xp, o, y)


@pytest.mark.parametrize("factor", [2.0**-30, 2.0**10])
def test_a_loss_times_a_constant_stops_at_the_same_epoch(factor):
    arguments = {
        "solver": "sgd",
        "momentum": 0.0,
        "alpha": 0,
        "max_iter": 300,
        "random_state": 0,
        "engine": "array",
    }
    X = plane_and_noise(1.0, n=200)
    one = Autoencoder((2,), learning_rate_init=0.05, **arguments).fit(X)
    other = Autoencoder((2,), loss=Multiple(factor), learning_rate_init=0.05 / factor, **arguments).fit(X)
    assert one.n_iter_ == other.n_iter_ < 300


@pytest.mark.parametrize("engine", ENGINES)
def test_small_units_are_no_convergence(engine):
    X = np.random.default_rng(0).random((500, 3)) @ np.random.default_rng(1).random((3, 50)) * 0.01
    assert (
        Autoencoder((3,), random_state=0, engine=engine).fit(X).n_iter_ == 200
    )  # 64 at 221 times the variance
    assert lost(Autoencoder((3,), random_state=0, engine=engine, learning_rate_init=0.02).fit(X), X) < 0.8


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("load", [load_wine, load_iris])
def test_an_overshoot_at_the_start_is_no_end(load, engine):
    """One step an epoch: the objective falls, swings up for more than ten epochs, and falls for good."""
    X = load().data
    model = ContractiveAutoencoder(scale_inputs="minmax", max_iter=2000, random_state=0, engine=engine).fit(X)
    assert lost(model, X) < 0.4  # 0.85 when it stopped in the swing


def test_the_default_sparse_one_passes_its_plateau():
    patches = DIGITS - DIGITS.mean()
    model = SparseAutoencoder(random_state=0).fit(patches)
    endless = SparseAutoencoder(tol=0, random_state=0).fit(patches)
    assert -model.score(patches) < 1.1 * -endless.score(patches)
    assert lost(model, patches) < 0.5


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("engine", ENGINES)
def test_lbfgs_leaves_the_variance_behind(seed, engine):
    X = DIGITS[:600] * 0.2 + 0.4
    model = SparseAutoencoder(
        (25,), solver="lbfgs", sparsity=KLDivergence(3.0, rho=0.01), random_state=seed, engine=engine
    )
    assert lost(model.fit(X), X) < 0.5


@pytest.mark.parametrize("factor", [2.0**-40, 2.0**20])
def test_lbfgs_knows_no_units(factor):
    X = plane_and_noise(1.0, n=200) - 0.5
    arguments = {"solver": "lbfgs", "alpha": 0, "max_iter": 500, "random_state": 0, "engine": "array"}
    one = Autoencoder((2,), **arguments).fit(X)
    other = Autoencoder((2,), loss=Multiple(factor), **arguments).fit(X)
    assert one.n_iter_ == other.n_iter_ < 500
    assert one.score(X) == other.score(X)
    assert other.loss_ == factor * one.loss_


@pytest.mark.parametrize(
    ("loss", "output", "best"),
    [
        (HalfSquaredError(), Identity(), lambda y: y.var(axis=0).sum() / 2),
        (MAE(), Identity(), lambda y: np.abs(y - y.mean(axis=0)).mean(axis=0).sum()),
        (Huber(0.1), Identity(), None),
        (BinaryCrossEntropy(), Logistic(), lambda y: entropy(y.mean(axis=0)).sum()),
        (Poisson(), Exp(), None),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_loss_of_a_constant(loss, output, best):
    y = np.random.default_rng(0).random((50, 3))
    weight = np.arange(50) % 3 + 1.0
    found = loss_of_constant(loss, output, y, None)
    if best is not None:
        assert found == pytest.approx(best(y), rel=tolerances.SUMMATION)
    a = np.log(y.mean(axis=0)) if loss.pair == "exp" else None
    if a is not None:
        assert found == pytest.approx(loss.value(np, np.broadcast_to(a, y.shape), y).sum(axis=1).mean())
    twice = loss_of_constant(loss, output, np.repeat(y, weight.astype(int), axis=0), None)
    assert loss_of_constant(loss, output, y, weight) == pytest.approx(twice, rel=tolerances.SUMMATION)


def entropy(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


# -- patience compares like with like ----------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_lectures_own_tip_does_not_end_a_warm_up(engine):
    rng = np.random.default_rng(0)
    centers = np.array([[0.0, 2.0], [1.5, -1.0], [-1.5, -1.0]])
    labels = np.arange(300) % 3
    X = StandardScaler().fit_transform(centers[labels] + rng.normal(size=(300, 2)))
    arguments = {"learning_rate": OneCycle(), "random_state": 0, "engine": engine}
    plain = MLPClassifier(**arguments).fit(X, labels)
    late = MLPClassifier(regularizers=(L1(after(epochs=5, value=1e-3)),), **arguments).fit(X, labels)
    assert late.n_iter_ > 60  # the rate rises for 60 of 200 epochs
    assert late.score(X, labels) > plain.score(X, labels) - 0.05


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "late",
    [
        {"sparsity": ActivityL1(after(epochs=30, value=0.05))},
        {"contraction": after(epochs=30, value=0.5)},
        {"regularizers": (L1(after(epochs=30, value=1e-2)),)},
    ],
    ids=str,
)
def test_an_autoencoder_goes_on_once_a_penalty_begins(engine, late):
    X = plane_and_noise(1.0, n=150)
    arguments = {"max_iter": 100, "n_iter_no_change": 29, "tol": 1e9, "random_state": 0}  # nothing counts
    model = Autoencoder((16, 4, 16), "tanh", engine=engine, **arguments)
    assert model.fit(X).n_iter_ == 1 + 30
    assert model.set_params(**late).fit(X).n_iter_ == 30 + 1 + 30


def test_a_scorer_of_ones_own_has_units_of_its_own():
    X = plane_and_noise(1.0, n=150)

    def share(estimator, X, y):
        return 1e-3 * estimator.score(X)

    arguments = {"max_iter": 50, "learning_rate_init": 0.01, "random_state": 0}
    model = DenoisingAutoencoder(
        (4,), early_stopping=EarlyStopping(share, patience=5, min_delta=1.0), **arguments
    )
    assert model.fit(X).n_iter_ == 1 + 6
