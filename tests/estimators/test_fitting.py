"""One fit: what is drawn, what is set aside, what is dropped, what is left when it fails."""

import contextlib
import copy
import pickle

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from rosenblatt import Autoencoder, Callback, MLPClassifier, MLPRegressor
from rosenblatt.engines.array import ArrayEngine
from rosenblatt.estimators.fitting import unchanged_on_error
from tests.estimators.refusals import position, refused, table
from tests.training.problems import ChunkedEngine

X, LABELS, NUMBERS = table(n=90)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def regressor(**arguments):
    return MLPRegressor(**{"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 0, **arguments})


# -- a warm start, a fit that fails ------------------------------------------------------------------


def continued(**changes):
    """Return a fitted estimator that is asked to go on with other arguments."""
    model = regressor(warm_start=True, random_state=np.random.RandomState(0)).fit(X, NUMBERS)
    return model.set_params(**changes)


def test_a_warm_start_names_what_changed():
    anew = "set warm_start=False to start anew"
    larger = continued(hidden_layer_sizes=(5,))
    refused(larger, lambda m: m.fit(X, NUMBERS), ValueError, "(3, 4, 1)", "(3, 5, 1)", anew)
    two = np.column_stack([NUMBERS, NUMBERS])
    refused(continued(), lambda m: m.fit(X, two), ValueError, "(3, 4, 1)", "(3, 4, 2)", anew)
    refused(continued(), lambda m: m.fit(X[:, :2], NUMBERS), ValueError, "X has 2 features", "expecting 3")
    single = X.astype(np.float32)
    refused(continued(), lambda m: m.fit(single, NUMBERS), ValueError, "float64", "float32", anew)
    refused(larger, lambda m: m.partial_fit(X, NUMBERS), ValueError, "partial_fit", "(3, 5, 1)", "call fit")
    model = MLPClassifier((3,), max_iter=2, warm_start=True, random_state=0).fit(X, LABELS)
    refused(
        model,
        lambda m: m.fit(X, LABELS % 2),
        ValueError,
        "[0 1 2]",
        "[0 1]",
        "Set warm_start=False to start anew",
    )


def test_an_activation_may_change_in_a_warm_start():
    model = continued(activation="tanh", max_iter=1).fit(X, NUMBERS)
    assert model.network_.activations[0].name == "tanh"


class Fails(Callback):
    def __init__(self, error):
        self.error = error

    def on_epoch_end(self, record):
        if record.epoch == 2:
            raise self.error


@pytest.mark.parametrize("warm_start", [False, True])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_refit_that_fails_leaves_the_old_model(warm_start, solver):
    model = regressor(warm_start=warm_start).fit(X, NUMBERS)
    predicted, attributes, losses = model.predict(X), dict(vars(model)), model.loss_curve_
    model.set_params(callbacks=[Fails(RuntimeError("stop"))], solver=solver)
    with pytest.raises(RuntimeError, match="stop"):
        model.fit(X[:, :2] if not warm_start else X, NUMBERS)
    model.set_params(callbacks=None, solver="adam")
    np.testing.assert_array_equal(model.predict(X), predicted)
    assert vars(model).keys() == attributes.keys()
    assert model.n_features_in_ == 3
    assert model.loss_curve_ == losses
    assert all(len(column) == len(losses) for column in model.history_.values())


def test_attributes_come_back_whatever_is_raised():
    class Thing:
        pass

    thing = Thing()
    thing.kept = "old"
    with contextlib.suppress(KeyboardInterrupt), unchanged_on_error(thing):
        thing.kept, thing.more = "new", 1
        raise KeyboardInterrupt
    assert vars(thing) == {"kept": "old"}


# -- Ctrl-C ------------------------------------------------------------------------------------------


class Interrupt(Callback):
    def on_epoch_end(self, record):
        if record.epoch == 3:
            raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["callback", "engine"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_ctrl_c_leaves_a_usable_estimator(where, early_stopping, monkeypatch):
    arguments = {"early_stopping": early_stopping, "learning_rate_init": 0.02, "engine": "array"}
    model = regressor(**arguments, callbacks=[Interrupt()] if where == "callback" else None)
    if where == "engine":
        whole, calls = ArrayEngine.epochs, []

        def epochs(self, *data):
            calls.append(data)
            if len(calls) == 4:
                raise KeyboardInterrupt
            return whole(self, *data)

        monkeypatch.setattr(ArrayEngine, "epochs", epochs)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        assert model.fit(X, NUMBERS) is model
    monkeypatch.undo()
    reference = regressor(**arguments, max_iter=3).fit(X, NUMBERS)
    np.testing.assert_array_equal(model.predict(X), reference.predict(X))
    assert model.n_iter_ == 3
    assert model.loss_curve_ == reference.loss_curve_
    assert {len(values) for values in model.history_.values()} == {3}
    assert model.validation_scores_ == reference.validation_scores_
    again = model.set_params(callbacks=None, warm_start=True, early_stopping=False).fit(X, NUMBERS)
    assert len(again.loss_curve_) == 8


def test_ctrl_c_with_early_stopping_keeps_the_best_weights():
    # The fourth score of this seed is below the third: the best weights are not the last.
    class Keep(Callback):
        thetas = ()

        def on_epoch_end(self, record):
            scores.append(record.validation_score)
            if len(scores) > 2 and scores[-1] < max(scores):
                raise KeyboardInterrupt

    scores = []
    model = regressor(early_stopping=True, learning_rate_init=0.5, max_iter=50, callbacks=[Keep()], tol=0.0)
    with pytest.warns(UserWarning, match="interrupted"):
        model.fit(X, NUMBERS)
    best = int(np.argmax(model.validation_scores_)) + 1
    assert best < model.n_iter_ < 50
    assert model.best_validation_score_ == max(scores)
    reference = regressor(early_stopping=True, learning_rate_init=0.5, max_iter=best).fit(X, NUMBERS)
    np.testing.assert_array_equal(model.theta_, reference.theta_)


def test_ctrl_c_before_the_first_epoch_ends(monkeypatch):
    def epochs(self, *data):
        raise KeyboardInterrupt

    monkeypatch.setattr(ArrayEngine, "epochs", epochs)
    with pytest.warns(UserWarning, match="interrupted"):
        model = regressor(engine="array").fit(X, NUMBERS)
    assert (model.n_iter_, model.loss_curve_) == (0, [])
    assert model.predict(X).shape == (90,)
    assert {len(values) for values in model.history_.values()} == {0}


# -- random numbers ----------------------------------------------------------------------------------


def test_a_generator_is_drawn_from():
    drawn = [regressor(random_state=np.random.default_rng(7)).fit(X, NUMBERS).theta_ for _ in range(2)]
    np.testing.assert_array_equal(*drawn)
    generator = np.random.default_rng(7)
    first = regressor(random_state=generator).fit(X, NUMBERS).theta_
    np.testing.assert_array_equal(first, drawn[0])
    second = regressor(random_state=generator).fit(X, NUMBERS).theta_
    assert not np.array_equal(first, second)
    assert generator.bit_generator.state != np.random.default_rng(7).bit_generator.state


def test_none_is_the_global_stream():
    try:
        np.random.seed(3)  # noqa: NPY002 - this is the stream that None stands for
        first = regressor(random_state=None).fit(X, NUMBERS).theta_
        second = regressor(random_state=None).fit(X, NUMBERS).theta_
    finally:
        np.random.seed(None)  # noqa: NPY002
    np.testing.assert_array_equal(first, regressor(random_state=3).fit(X, NUMBERS).theta_)
    assert not np.array_equal(first, second)


def stream_after(**arguments):
    stream = np.random.RandomState(0)
    regressor(random_state=stream, batch_size=20, **arguments).fit(X, NUMBERS)
    return position(stream)


def test_what_scikit_learn_does_not_draw_leaves_the_stream_untouched():
    untouched = stream_after(order="cyclic")
    assert stream_after(order="random") == untouched
    assert stream_after(shuffle=False) == untouched
    assert stream_after(order="shuffled") != untouched
    start = position(np.random.RandomState(0))
    for initializer in ("glorot_normal", "orthogonal", "zeros"):
        assert stream_after(order="random", initializer=initializer) == start
    assert untouched != start


# -- weights and the validation set ------------------------------------------------------------------


@pytest.mark.parametrize("early_stopping", [False, True])
def test_rows_of_weight_zero_are_absent(early_stopping):
    weight = np.random.default_rng(0).uniform(0.5, 2, 90)
    weight[::4] = 0
    kept = weight > 0
    there = regressor(early_stopping=early_stopping).fit(X, NUMBERS, weight)
    absent = regressor(early_stopping=early_stopping).fit(X[kept], NUMBERS[kept], weight[kept])
    np.testing.assert_array_equal(there.theta_, absent.theta_)
    assert there.t_ == absent.t_


@pytest.mark.parametrize("weight", [None, np.linspace(0.5, 2, 90)])
def test_the_validation_set_is_split_as_scikit_learn_splits(weight, monkeypatch):
    seen = []
    whole = ArrayEngine.epochs

    def epochs(self, state, data, order, settings):
        seen.append(data)
        return whole(self, state, data, order, settings)

    monkeypatch.setattr(ArrayEngine, "epochs", epochs)
    arguments = {"validation_fraction": 0.25, "initializer": "zeros", "batch_size": 10, "engine": "array"}
    model = regressor(early_stopping=True, **arguments)
    model.fit(X, NUMBERS, weight)
    train, validation = train_test_split(X, random_state=np.random.RandomState(0), test_size=0.25)
    np.testing.assert_array_equal(seen[0].X, train)
    assert model.t_ == 5 * len(train)
    assert len(model.validation_scores_) == 5
    assert len(train) + len(validation) == 90
    assert (seen[0].weight is None) == (weight is None)


def test_two_classes_are_stratified():
    y = np.r_[np.ones(9), np.zeros(81)]
    model = MLPClassifier((2,), early_stopping=True, max_iter=1, random_state=0, validation_fraction=1 / 9)
    scored = []
    model._score_outputs = lambda o, encoded, weight: scored.append(encoded.mean()) or 0.5
    model.fit(X, y)
    assert scored == [0.1]


# -- several epochs in one call ----------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [3, 8, 1000])
@pytest.mark.parametrize(
    "arguments",
    [
        {"max_iter": 20},
        {"max_iter": 200, "tol": 0.05, "n_iter_no_change": 3},
        {"max_iter": 20, "order": "random"},
        {"max_iter": 20, "solver": "sgd", "learning_rate": "adaptive", "tol": 0.5, "n_iter_no_change": 1},
        {"max_iter": 20, "early_stopping": True},
    ],
    ids=str,
)
def test_an_engine_that_takes_chunks_gives_the_same_model(arguments, chunk, monkeypatch):
    streams = np.random.RandomState(4), np.random.RandomState(4)
    arguments = {**arguments, "batch_size": 25, "learning_rate_init": 0.01, "engine": "array"}
    single = regressor(random_state=streams[0], **arguments).fit(X, NUMBERS)
    engines = []

    def engine_for(choice, network, plan):
        engines.append(ChunkedEngine(network, plan, chunk))
        return engines[-1]

    monkeypatch.setattr("rosenblatt.estimators.fitting.engine_for", engine_for)
    chunked = regressor(random_state=streams[1], **arguments).fit(X, NUMBERS)
    np.testing.assert_array_equal(single.theta_, chunked.theta_)
    assert single.loss_curve_ == chunked.loss_curve_
    assert single.n_iter_ == chunked.n_iter_
    assert position(streams[0]) == position(streams[1])
    for model in (single, chunked):
        model.set_params(early_stopping=False)
    listened = "early_stopping" in arguments
    assert (len(engines[0].calls) == single.n_iter_) == listened
    np.testing.assert_array_equal(
        single.partial_fit(X, NUMBERS).theta_, chunked.partial_fit(X, NUMBERS).theta_
    )


# -- many calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", [regressor(), MLPClassifier((3,), random_state=0), Autoencoder(2, random_state=0)]
)
def test_a_call_copies_nothing_of_those_before(model):
    y = {MLPClassifier: {"y": NUMBERS > 0, "classes": [False, True]}, Autoencoder: {}}.get(
        type(model), {"y": NUMBERS}
    )
    for _ in range(5):
        model.partial_fit(X, **y)
    storage = model._state.loss_curve._numbers
    model.partial_fit(X, **y)
    assert model._state.loss_curve._numbers is storage  # it only grew
    assert len(model.loss_curve_) == 6
    assert all(column.shape == (6,) for column in model.history_.values())


def test_two_that_go_on_from_one_training_keep_apart():
    model = regressor().partial_fit(X, NUMBERS)
    other, shallow, one = copy.deepcopy(model), copy.copy(model), model.loss_curve_
    for each in (model, other, shallow):
        each.partial_fit(X, -NUMBERS)
        each.partial_fit(X, NUMBERS)
        assert len(each.loss_curve_) == len(each.history_["loss"]) == 3
    assert model.loss_curve_[:1] == other.loss_curve_[:1] == shallow.loss_curve_[:1] == one
    assert pickle.loads(pickle.dumps(model)).loss_curve_ == model.loss_curve_


class FailsAtOnce(Callback):
    def on_epoch_end(self, record):
        raise RuntimeError("stop")


def test_a_call_that_fails_is_no_part_of_the_history():
    model = regressor().partial_fit(X, NUMBERS)
    losses = model.loss_curve_
    model.set_params(callbacks=[FailsAtOnce()])
    with pytest.raises(RuntimeError, match="stop"):
        model.partial_fit(X, NUMBERS)
    assert model.loss_curve_ == losses
    model.set_params(callbacks=None)
    whole = regressor().partial_fit(X, NUMBERS).partial_fit(X, NUMBERS)
    assert model.partial_fit(X, NUMBERS).loss_curve_ == whole.loss_curve_


def test_a_history_is_the_readers_own():
    model = regressor().fit(X, NUMBERS)
    losses = list(model.loss_curve_)
    model.loss_curve_.append(0.0)
    model.history_["loss"][:] = 0
    assert model.loss_curve_ == losses
    assert (model.history_["loss"] > 0).all()
    with pytest.raises(AttributeError, match="loss_curve_"):
        _ = regressor().loss_curve_
