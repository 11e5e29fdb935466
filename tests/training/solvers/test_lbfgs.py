"""L-BFGS: one objective with its own gradient, its history, its endings."""

import numpy as np
import pytest
from scipy import optimize
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import Callback, DivergenceError, MLPClassifier, MLPRegressor
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.engines.engine import State
from rosenblatt.plan import LBFGS, Penalty
from rosenblatt.rules.penalties import L2
from rosenblatt.training.solvers.lbfgs import minimize
from rosenblatt.training.state import HISTORY, TrainingState
from tests.estimators.refusals import table
from tests.tolerances import OPTIMUM, REPLAYED
from tests.training.problems import NETWORK, data, plan

X, LABELS, y = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


PENALTY = Penalty(L2(), 0.1, divided=True)


def solved(max_iter=200, penalties=(PENALTY,), batch=None, **options):
    a_plan = plan(optimizer=LBFGS(**options), rate=None, penalties=penalties, tol=1e-9)
    theta = np.random.default_rng(0).normal(size=NETWORK.n_parameters)
    state = TrainingState(State(theta, ()))
    engine = ArrayEngine(NETWORK, a_plan)
    return engine, state, minimize(engine, state, data() if batch is None else batch, max_iter)


def test_it_ends_where_the_gradient_of_the_objective_vanishes():
    batch = data(weighted=True)
    engine, state, solution = solved(batch=batch, max_iter=1000)
    theta = state.parameters.theta
    sums = engine.gradient(theta, batch)
    penalty, gradient = engine.objective(theta, sums, np.array([0.1]))
    assert solution.message == ""
    assert solution.objective == pytest.approx(sums.loss / sums.weight + penalty, rel=REPLAYED)
    assert abs(gradient).max() < OPTIMUM

    def objective(theta):
        sums = engine.gradient(theta, batch)
        return sums.loss / sums.weight + engine.objective(theta, sums, np.array([0.1]))[0]

    # The value handed over is the function whose gradient is handed over.
    start = np.random.default_rng(1).normal(size=len(theta))
    sums = engine.gradient(start, batch)
    numerical = optimize.approx_fprime(start, objective)
    np.testing.assert_allclose(engine.objective(start, sums, np.array([0.1]))[1], numerical, atol=OPTIMUM)


def test_history_has_one_entry_for_each_iteration():
    _, state, solution = solved()
    assert tuple(state.history) == HISTORY
    assert {len(values) for values in state.history.values()} == {solution.n_iter}
    assert state.history["objective"][-1] == solution.objective
    assert state.history["gradient_norm"][-1] < state.history["gradient_norm"][0]
    assert all(
        a >= b for a, b in zip(state.history["objective"], state.history["objective"][1:], strict=False)
    )
    assert np.isnan(state.history["rate"]).all()


def test_the_limits_are_told():
    solution = solved(max_iter=3)[2]
    assert solution.n_iter == 3
    assert "status=1" in solution.message
    solution = solved(max_fun=2)[2]
    assert "status=1" in solution.message
    model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", max_iter=3, random_state=0)
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 3 .*Increase max_iter=3 "):
        model.fit(X, y)
    assert model.n_iter_ == 3
    assert not hasattr(model, "loss_curve_")


def test_verbose_prints_a_line_for_each_iteration(capsys):
    model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, verbose=1).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[-1] == f"Iteration {model.n_iter_}, objective = {model.loss_:.8f}"


def test_a_plan_for_another_solver_is_refused():
    engine = ArrayEngine(NETWORK, plan())
    with pytest.raises(TypeError, match="LBFGS, got Adam"):
        minimize(engine, TrainingState(State(np.zeros(NETWORK.n_parameters), ())), data(), 5)
    with pytest.raises(ValueError, match=r"strength of L2.* must be a number"):
        solved(penalties=(Penalty(L2(), lambda clock: 0.1),))


class Interrupt(Callback):
    def on_epoch_end(self, record):
        if record.epoch == 3:
            raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["callback", "engine"])
def test_ctrl_c_keeps_the_last_iterate(where, monkeypatch):
    arguments = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "random_state": 0, "engine": "array"}
    model = MLPClassifier(**arguments, callbacks=[Interrupt()] if where == "callback" else None)
    if where == "engine":
        whole, calls = ArrayEngine.gradient, []

        def gradient(self, theta, batch):
            calls.append(theta)
            if len(calls) == 6:
                raise KeyboardInterrupt
            return whole(self, theta, batch)

        monkeypatch.setattr(ArrayEngine, "gradient", gradient)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(X, LABELS)
    monkeypatch.undo()
    assert model.n_iter_ == 3 if where == "callback" else 1 <= model.n_iter_ <= 5
    assert model._state.interrupted
    with pytest.warns(ConvergenceWarning):
        reference = MLPClassifier(**arguments, max_iter=model.n_iter_).fit(X, LABELS)
    np.testing.assert_allclose(model.theta_, reference.theta_, rtol=REPLAYED)
    assert model.loss_ == pytest.approx(reference.loss_)
    assert len(model.history_["objective"]) == model.n_iter_
    assert model.predict_proba(X).shape == (60, 3)


def test_ctrl_c_before_the_first_iteration_leaves_the_initial_weights(monkeypatch):
    whole, calls = ArrayEngine.gradient, []

    def gradient(self, theta, batch):
        calls.append(theta.copy())
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, theta, batch)

    monkeypatch.setattr(ArrayEngine, "gradient", gradient)
    model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, engine="array")
    with pytest.warns(UserWarning, match="interrupted"):
        model.fit(X, y)
    np.testing.assert_array_equal(model.theta_, calls[0])
    assert model.n_iter_ == 0
    assert np.isfinite(model.loss_)


def test_an_end_that_is_not_finite_is_an_error(monkeypatch):
    def overflowing(objective, theta, **options):
        return optimize.OptimizeResult(x=theta * np.inf, fun=np.nan, nit=7, status=0, message="")

    monkeypatch.setattr("rosenblatt.training.solvers.lbfgs.optimize.minimize", overflowing)
    model = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", random_state=0)
    with pytest.raises(DivergenceError, match=r"^Solver produced non-finite .* solver='adam'"):
        model.fit(X, y)
    assert not hasattr(model, "theta_")
