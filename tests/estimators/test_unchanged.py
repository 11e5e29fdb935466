"""What a call worked out serves the next one, and nothing that changed in between goes unseen."""

import copy
import warnings

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import Adam, Autoencoder, MLPClassifier, MLPRegressor, Perceptron, TimeBudget
from rosenblatt.estimators.unchanged import worked_out

r = np.random.default_rng(0)
X = r.normal(size=(30, 4))
LABELS = np.arange(30) % 3
NUMBERS = X @ r.normal(size=4)

MODELS = [
    MLPClassifier((5,), random_state=0),
    MLPClassifier((5,), random_state=np.random.RandomState(3), dropout=0.2),
    MLPRegressor(hidden_layer_sizes=(5,), random_state=0, batch_size=7, order="random"),
    MLPRegressor(hidden_layer_sizes=(5,), random_state=0, solver=Adam(beta_1=0.8), scale_inputs="standard"),
    Autoencoder((3,), random_state=0, corruption=0.2),
    Perceptron(random_state=0),
    Perceptron(random_state=0, variant="averaged", class_weight={0: 2.0}),
]


def step(model, rows=slice(None)):
    if isinstance(model, Autoencoder):
        return model.partial_fit(X[rows])
    if isinstance(model, MLPRegressor):
        return model.partial_fit(X[rows], NUMBERS[rows])
    return model.partial_fit(X[rows], LABELS[rows], classes=[0, 1, 2])


def weights_of(model):
    return model.coef_ if isinstance(model, Perceptron) else model.theta_


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_calls_that_remember_do_what_calls_that_do_not_would_do(model):
    remembers, forgets = clone(model), clone(model)
    for number, rows in enumerate([slice(0, 10), slice(10, 20), slice(20, 21), slice(0, 30)]):
        for one in (remembers, forgets):
            if number == 3:
                one.set_params(**({"eta0": 0.5} if isinstance(one, Perceptron) else {"alpha": 0.1}))
        step(remembers, rows)
        forgets = copy.deepcopy(step(forgets, rows))  # a copy knows nothing of the calls before
        np.testing.assert_array_equal(weights_of(remembers), weights_of(forgets))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_an_argument_that_was_changed_is_looked_at(model):
    model = step(step(clone(model)))
    name = "eta0" if isinstance(model, Perceptron) else "alpha"
    good = getattr(model, name)
    setattr(model, name, -1)
    with pytest.raises(ValueError, match=f"{name} must"):
        step(model)
    setattr(model, name, good)
    step(model)


def test_what_may_change_in_place_is_looked_at_each_time():
    sizes, weights, callbacks = [5], {0: 1.0}, []
    model = step(MLPClassifier(sizes, random_state=0))
    sizes[0] = -1
    with pytest.raises(ValueError, match="hidden_layer_sizes must"):
        step(model)
    model = step(step(MLPClassifier((5,), class_weight=weights, random_state=0)))
    weights[0] = -1.0
    with pytest.raises(ValueError, match="class_weight must hold finite numbers that are not negative"):
        step(model)
    model = step(MLPClassifier((5,), callbacks=callbacks, random_state=0))
    callbacks.append(TimeBudget)
    with pytest.raises(TypeError, match="callbacks must hold objects"):
        step(model)


def test_another_network_is_made_for_other_data_and_another_plan_for_other_rows():
    model = MLPClassifier((5,), random_state=0, max_iter=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, LABELS)
        network = model.network_
        assert model.fit(X, LABELS).network_ is network
        assert model.fit(X[:, :3], LABELS).network_.sizes == (3, 5, 3)
        assert model.fit(X, LABELS % 2).network_.sizes == (4, 5, 1)
        assert model.fit(X[:20], LABELS[:20]).plan_.batch_size == 20
        assert model.fit(X, LABELS).plan_.batch_size == 30


def test_the_environment_is_asked_each_time(monkeypatch):
    model = step(MLPClassifier((5,), random_state=0))
    monkeypatch.setenv("ROSENBLATT_ENGINE", "array")
    assert step(model).engine_ == "array"


def test_warnings_of_arguments_are_given_by_each_call():
    model = MLPRegressor(hidden_layer_sizes=(5,), batch_size=40, random_state=0)
    for _ in range(3):
        with pytest.warns(UserWarning, match="batch_size=40, 30 samples"):
            step(model)
    wide = Autoencoder((9,), random_state=0)
    for _ in range(3):
        with pytest.warns(UserWarning, match="can copy its input"):
            step(wide)


def test_nothing_is_kept_of_a_call_that_was_refused():
    model = MLPClassifier((5,), alpha=-1)
    for _ in range(2):
        with pytest.raises(ValueError, match="alpha must"):
            step(model)
    assert "checked" not in worked_out(model)


BAD = {
    "NaN": (np.where(np.arange(4) == 1, np.nan, X), "X contains NaN|Input X contains NaN"),
    "a column less": (X[:, :3], "features"),
    "no rows": (X[:0], "minimum of 1|0 sample"),
    "one axis": (X[0], "2D"),
    "complex": (X + 1j, "Complex"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize(
    "model", [MODELS[0], MODELS[2], MODELS[4], MODELS[5]], ids=lambda model: type(model).__name__
)
def test_later_data_are_looked_at(model, case):
    model = step(step(clone(model)))
    before = weights_of(model).copy()
    bad, message = BAD[case]
    y = (
        ()
        if isinstance(model, Autoencoder)
        else ((NUMBERS if isinstance(model, MLPRegressor) else LABELS)[: len(bad)],)
    )
    with pytest.raises(ValueError, match=message):
        model.partial_fit(bad, *y)
    np.testing.assert_array_equal(weights_of(model), before)


def test_later_targets_are_looked_at():
    model = step(step(clone(MODELS[2])))
    with pytest.raises(ValueError, match=r"y contains NaN|Input y contains NaN"):
        model.partial_fit(X, np.where(np.arange(30) == 3, np.nan, NUMBERS))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.partial_fit(X, NUMBERS[:20])
    for labels in (step(step(clone(MODELS[0]))), step(step(clone(MODELS[5])))):
        with pytest.raises(ValueError, match="classes"):
            labels.partial_fit(X, LABELS + 1)


def test_names_of_columns_are_still_compared():
    pandas = pytest.importorskip("pandas")
    named = pandas.DataFrame(X, columns=list("abcd"))
    model = MLPRegressor(hidden_layer_sizes=(5,), random_state=0).partial_fit(named, NUMBERS)
    with pytest.warns(UserWarning, match="valid feature names"):
        model.partial_fit(X, NUMBERS)
    with pytest.raises(ValueError, match="feature names"):
        model.partial_fit(named[list("badc")], NUMBERS)


def test_updates_of_a_perceptron_are_recorded_call_by_call():
    model = Perceptron(random_state=0)
    two = (LABELS > 0).astype(int)
    single = []
    for _ in range(5):
        before = model.n_updates_ if hasattr(model, "n_updates_") else 0
        model.partial_fit(X, two, classes=[0, 1])
        single.append(model.n_updates_ - before)
    assert model.update_curve_.tolist() == single
    several = step(step(Perceptron(random_state=0)))
    assert [curve.sum() for curve in several.update_curve_] == several.n_updates_.tolist()
    assert [len(curve) for curve in several.update_curve_] == [2, 2, 2]
    with pytest.raises(AttributeError, match="update_curve_"):
        _ = Perceptron().update_curve_
