"""What training carries from fit to fit."""

import pickle

import numpy as np
import pytest

from rosenblatt import Adaptive, Autoencoder, InputNoise, MLPRegressor
from rosenblatt.engines.engine import State
from rosenblatt.training.patience import Patience
from rosenblatt.training.state import HISTORY, TrainingState
from tests.estimators.refusals import table

X, _, y = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def model(**arguments):
    defaults = {"hidden_layer_sizes": (3,), "max_iter": 4, "random_state": 0}
    return MLPRegressor(**{**defaults, **arguments})


def test_a_restart_forgets_the_optimiser_but_not_what_was_learnt():
    patience = Patience(0.5, stale=1)
    state = TrainingState(
        State(np.ones(3), (np.ones(3),)), "old", 7, 2, 90, patience, best_loss=0.5, loss_curve=[1.0]
    )
    state.restart((), "new")
    np.testing.assert_array_equal(state.parameters.theta, np.ones(3))
    assert state.parameters.slots == ()
    assert (state.rate, state.step, state.epoch) == ("new", 0, 0)
    assert (state.samples, state.of_loss, state.best_loss, state.loss_curve) == (90, patience, 0.5, [1.0])


def test_a_warm_start_goes_on_with_curves_and_counts():
    fitted = model(warm_start=True).fit(X, y)
    first = list(fitted.loss_curve_)
    fitted.fit(X, y)
    assert fitted.loss_curve_[:4] == first
    assert len(fitted.loss_curve_) == 8
    assert fitted.n_iter_ == 4
    assert fitted.t_ == 8 * len(X)
    assert {len(values) for values in fitted.history_.values()} == {8}


NOISES = (
    {"dropout": (0.2, 0.3)},
    {"regularizers": (InputNoise(0.5),)},
    {"order": "random"},
)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_a_warm_start_goes_on_with_its_noise(noise, solver):
    """Weights stand still here, and rows keep their order: two fits of two epochs see what one of four sees."""
    still = {
        "learning_rate_init": 1e-300,
        "shuffle": noise.get("order") == "random",
        "batch_size": 7,
        "tol": 0,
    }
    whole = model(**noise, **still, solver=solver).fit(X, y).loss_curve_
    assert len(set(whole)) == 4
    parts = model(**noise, **still, solver=solver, max_iter=2, warm_start=True).fit(X, y).fit(X, y)
    assert parts.loss_curve_ == whole
    assert parts.partial_fit(X, y).loss_curve_[-1] not in whole


def test_a_warm_start_goes_on_with_corruption():
    still = {"learning_rate_init": 1e-300, "shuffle": False, "tol": 0, "random_state": 0, "corruption": 0.3}
    whole = Autoencoder(2, max_iter=4, **still).fit(X).loss_curve_
    parts = Autoencoder(2, max_iter=2, warm_start=True, **still).fit(X)
    assert parts.fit(X).loss_curve_ == whole
    assert parts.set_params(warm_start=False).fit(X).loss_curve_ == whole[:2]  # anew, with the same numbers


def test_a_fit_without_warm_start_begins_anew():
    fitted = model().fit(X, y)
    again = fitted.theta_.copy()
    fitted.fit(X, y)
    np.testing.assert_array_equal(fitted.theta_, again)
    assert len(fitted.loss_curve_) == 4
    assert fitted.t_ == 4 * len(X)


@pytest.mark.parametrize("solver", ["sgd", "adam", "adamw", "rmsprop"])
def test_epochs_of_partial_fit_are_the_epochs_of_fit(solver):
    whole = model(solver=solver, order="cyclic", max_iter=5).fit(X, y)
    parts = model(solver=solver, order="cyclic")
    for _ in range(5):
        parts.partial_fit(X, y)
    np.testing.assert_array_equal(parts.theta_, whole.theta_)
    assert parts.loss_curve_ == whole.loss_curve_


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_partial_fit_goes_on_after_a_pickle(solver):
    stream = [np.random.RandomState(0) for _ in range(2)]
    one, other = (model(solver=solver, random_state=s).partial_fit(X, y) for s in stream)
    other = pickle.loads(pickle.dumps(other))
    np.testing.assert_array_equal(one.partial_fit(X, y).theta_, other.partial_fit(X, y).theta_)


@pytest.mark.parametrize(
    ("first", "then"), [("sgd", "rmsprop"), ("adam", "sgd"), ("rmsprop", "adam"), ("lbfgs", "adam")]
)
def test_another_solver_begins_with_slots_of_its_own(first, then):
    fitted = model(solver=first, learning_rate_init=0.01).fit(X, y)
    loss = fitted.loss_
    fitted.set_params(solver=then)
    for _ in range(5):
        fitted.partial_fit(X, y)
    assert np.isfinite(fitted.theta_).all()
    assert fitted.loss_ < loss + 1.0
    assert len(fitted._state.parameters.slots) == len(fitted.plan_.optimizer.slots)


def test_solvers_take_turns_in_a_warm_start():
    fitted = model(warm_start=True)
    for solver in ("adam", "lbfgs", "sgd"):
        fitted.set_params(solver=solver).fit(X, y)
        assert tuple(fitted.history_) == HISTORY
        assert len({len(values) for values in fitted.history_.values()}) == 1
        assert hasattr(fitted, "loss_curve_") == (solver != "lbfgs")
    assert len(fitted.history_["objective"]) == 12


def test_an_adapted_rate_stays_with_partial_fit_and_starts_anew_with_fit():
    slow = model(solver="sgd", learning_rate=Adaptive(), tol=10.0, n_iter_no_change=1, learning_rate_init=0.5)
    for _ in range(6):
        slow.partial_fit(X, y)
    assert slow.history_["rate"][-1] < 0.5
    slow.set_params(warm_start=True, max_iter=1).fit(X, y)
    assert slow.history_["rate"][-1] == 0.5
