"""Callbacks: hooks are called in order, stop training, and end in any case."""

import builtins
import io
import pickle

import numpy as np
import pytest
from scipy import sparse

import rosenblatt as rb
from rosenblatt import Callback, MLPRegressor, Progress, TimeBudget
from rosenblatt.errors import MissingExtraError
from rosenblatt.training import callbacks as module
from tests.estimators.refusals import table

X, _, y = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Diary(Callback):
    def __init__(self, name, log, stop_at=None):
        self.name, self.log, self.stop_at = name, log, stop_at

    def on_train_begin(self, n_epochs):
        self.log.append((self.name, "begin", n_epochs))

    def on_epoch_end(self, record):
        self.log.append((self.name, record.epoch, record.n_epochs))
        return record.epoch == self.stop_at

    def on_train_end(self):
        self.log.append((self.name, "end"))


def model(callbacks, **arguments):
    defaults = {"hidden_layer_sizes": (3,), "max_iter": 4, "random_state": 0}
    return MLPRegressor(callbacks=callbacks, **{**defaults, **arguments})


SOLVERS = ["adam", "sgd", "lbfgs"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_hooks_are_called_in_order(solver):
    log = []
    model([Diary("a", log), Diary("b", log)], solver=solver).fit(X, y)
    epochs = [(name, epoch, 4) for epoch in range(1, 5) for name in "ab"]
    assert log == [("a", "begin", 4), ("b", "begin", 4), *epochs, ("a", "end"), ("b", "end")]


@pytest.mark.parametrize("solver", SOLVERS)
def test_true_stops_after_all_have_heard(solver):
    log = []
    fitted = model([Diary("a", log, stop_at=2), Diary("b", log)], solver=solver).fit(X, y)
    assert fitted.n_iter_ == 2
    assert ("b", 2, 4) in log
    assert ("b", 3, 4) not in log
    assert log[-2:] == [("a", "end"), ("b", "end")]
    assert {len(values) for values in fitted.history_.values()} == {2}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_end"])
def test_an_exception_propagates_and_the_end_still_comes(solver, hook):
    log = []

    class Broken(Callback):
        pass

    def fail(self, *arguments):
        raise RuntimeError("out of paper")

    setattr(Broken, hook, fail)
    estimator = model([Diary("a", log), Broken()], solver=solver)
    with pytest.raises(RuntimeError, match="out of paper"):
        estimator.fit(X, y)
    assert log[-1] == ("a", "end")
    assert not hasattr(estimator, "theta_")


def test_every_end_comes_even_if_one_fails():
    log = []

    class FailsAtTheEnd(Callback):
        def on_train_end(self):
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        model([FailsAtTheEnd(), Diary("b", log)]).fit(X, y)
    assert log[-1] == ("b", "end")


def test_the_record_is_what_the_estimator_reports():
    records = []

    class Keep(Callback):
        def on_epoch_end(self, record):
            records.append(record)

    fitted = model([Keep()], early_stopping=True).fit(X, y)
    assert [record.loss for record in records] == fitted.loss_curve_
    assert [record.validation_score for record in records] == fitted.validation_scores_
    for name in ("objective", "rate", "gradient_norm", "seconds"):
        assert [getattr(record, name) for record in records] == list(fitted.history_[name])


def test_callbacks_do_not_change_what_is_learnt():
    for solver in SOLVERS:
        plain, heard = model(None, solver=solver).fit(X, y), model([Callback()], solver=solver).fit(X, y)
        np.testing.assert_array_equal(plain.theta_, heard.theta_)


def test_partial_fit_calls_them_too():
    log = []
    model([Diary("a", log)]).partial_fit(X, y)
    assert log == [("a", "begin", 1), ("a", 1, 1), ("a", "end")]


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_time_budget_stops_at_the_end_of_the_epoch_in_which_it_ends(monkeypatch, solver):
    now = iter(range(100))  # the clock of this test: a second passes at each look
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(now))
    budget = TimeBudget(2.5)
    budget.on_train_begin(9)
    assert [budget.on_epoch_end(None) for _ in range(4)] == [False, False, True, True]
    monkeypatch.undo()
    assert model([TimeBudget(1e-9)], solver=solver).fit(X, y).n_iter_ == 1
    assert model([TimeBudget(1e9)], solver=solver).fit(X, y).n_iter_ == 4


@pytest.fixture
def terminal(monkeypatch):
    """Stand a terminal in for the standard output."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def stand_in():  # called within the test, for pytest sets its own output between set-up and test
        stream = Terminal()
        monkeypatch.setattr("sys.stdout", stream)
        return stream

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return stand_in


def test_progress_shows_epochs_and_loss(terminal):
    pytest.importorskip("rich")
    stream = terminal()
    fitted = model([Progress("learning")]).fit(X, y)
    shown = stream.getvalue()
    assert "learning" in shown
    assert "4/4" in shown
    assert f"loss {fitted.loss_:.4g}" in shown


def test_verbose_shows_a_bar_on_a_terminal(terminal):
    pytest.importorskip("rich")
    stream = terminal()
    model(None, verbose=True).fit(X, y)
    assert "4/4" in stream.getvalue()
    assert "Iteration 4, loss = " in stream.getvalue()


def test_verbose_prints_scikit_learns_lines(capsys):
    from sklearn.neural_network import MLPRegressor as Theirs

    arguments = {"hidden_layer_sizes": (3,), "random_state": 0, "verbose": True, "solver": "sgd"}
    for more in (
        {"max_iter": 4},
        {"early_stopping": True, "max_iter": 5},
        {"tol": 1.0, "n_iter_no_change": 2},
        {"tol": 1.0, "n_iter_no_change": 2, "learning_rate": "adaptive", "early_stopping": True},
    ):
        MLPRegressor(**arguments, **more).fit(X, y)
        ours = capsys.readouterr().out
        Theirs(**arguments, **more).fit(X, y)
        assert ours == capsys.readouterr().out
        assert "Iteration 1, loss = " in ours


def test_without_rich_the_bar_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without_rich(name, *arguments, **options):
        if name.split(".")[0] == "rich":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    with pytest.raises(MissingExtraError, match=r"pip install rich"):
        model([Progress()]).fit(X, y)


def test_without_rich_verbose_prints_its_lines(monkeypatch, terminal):
    monkeypatch.setattr("rosenblatt.estimators.heard.find_spec", lambda name: None)
    stream = terminal()
    model(None, verbose=True).fit(X, y)
    assert stream.getvalue().count("Iteration") == 4
    assert "4/4" not in stream.getvalue()


def test_a_bar_can_be_pickled_after_training(terminal):
    pytest.importorskip("rich")
    terminal()
    fitted = model([Progress("learning")]).fit(X, y)
    assert pickle.loads(pickle.dumps(fitted)).callbacks[0].description == "learning"


class Vandal(rb.Observer):
    """Writes into all it sees, and keeps what it was told."""

    def __init__(self):
        self.told = []

    def overwrite(self, *arrays):
        for array in arrays:
            try:
                array[...] = 0
            except ValueError as error:
                self.told.append(str(error))

    def parts(self, data):
        X = (data.X.data, data.X.indices, data.X.indptr) if hasattr(data.X, "indptr") else (data.X,)
        return (*X, data.y, data.weight)

    def next_look(self, engine, data, epoch):
        self.overwrite(*self.parts(data))
        return epoch

    def on_epoch_state(self, record, view):
        self.overwrite(*self.parts(view.data), view.theta, view.theta_before)


@pytest.mark.parametrize("engine", ["array", "auto"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("as_given", [np.asarray, sparse.csr_array, sparse.csr_matrix])
def test_an_observer_cannot_write_into_what_it_sees(engine, solver, as_given):
    stream = np.random.default_rng(0)
    X, y, weight = as_given(stream.random((20, 3))), stream.random(20), np.ones(20)
    before = X.toarray() if sparse.issparse(X) else X.copy()
    arguments = {
        "hidden_layer_sizes": (4,),
        "solver": solver,
        "random_state": 0,
        "max_iter": 4,
        "engine": engine,
    }
    vandal, plain = Vandal(), rb.MLPRegressor(**arguments).fit(X, y, weight)
    watched = rb.MLPRegressor(**arguments, callbacks=[vandal]).fit(X, y, weight)
    n_parts = 3 if sparse.issparse(X) else 1
    assert len(vandal.told) >= 4 * (n_parts + 2 + 2)
    assert all("read-only" in one for one in vandal.told)
    np.testing.assert_array_equal(X.toarray() if sparse.issparse(X) else X, before)
    np.testing.assert_array_equal(watched.theta_, plain.theta_)
    X[0, 0] = 7.0  # the user's own stays the user's
    watched.theta_[0] = 7.0


def test_a_scorer_cannot_write_into_what_it_scores():
    stream = np.random.default_rng(0)
    X, y = stream.random((40, 3)), stream.random(40)

    def vandal(estimator, X, y):
        for write in (
            lambda: X.__setitem__(..., 0),
            lambda: y.__setitem__(..., 0),
            lambda: estimator.theta_.__setitem__(..., 0),
            lambda: estimator.coefs_[0].__setitem__(..., 0),
        ):
            with pytest.raises(ValueError, match="read-only"):
                write()
        return estimator.score(X, y)

    stop = rb.EarlyStopping([vandal])
    arguments = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 4}
    model = rb.MLPRegressor(early_stopping=stop, **arguments).fit(X, y)
    np.testing.assert_array_equal(
        model.theta_, rb.MLPRegressor(early_stopping=True, **arguments).fit(X, y).theta_
    )


def test_a_users_corruption_gets_rows_of_its_own():
    class Zeroed:
        def corrupt(self, x, random):
            x[...] = 0.0
            return x

    X = np.random.default_rng(0).random((20, 4))
    before = X.copy()
    rb.DenoisingAutoencoder(2, corruption=Zeroed(), max_iter=3, random_state=0).fit(X)
    np.testing.assert_array_equal(X, before)
