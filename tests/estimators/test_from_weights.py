"""Estimators from weights predict as those that the weights come from, and go on learning from them."""

import pickle
import warnings

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.base import clone
from sklearn.linear_model import Perceptron as TheirPerceptron

from rosenblatt import Autoencoder, EarlyStopping, MLPClassifier, MLPRegressor, Perceptron
from tests.tolerances import ENGINES_FLOAT64

r = np.random.default_rng(0)
X = r.normal(size=(40, 4))
THREE = np.array(list("abc"))[np.arange(40) % 3]
ENGINES = pytest.mark.parametrize("engine", ["array", "native"])

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@ENGINES
@pytest.mark.parametrize("y", [THREE, THREE == "a", X[:, 0] > 0], ids=["three", "bool", "two"])
def test_a_classifier_predicts_as_scikit_learns(y, engine):
    other = theirs.MLPClassifier((6, 5), "tanh", max_iter=5, random_state=0).fit(X, y)
    model = MLPClassifier.from_weights(
        other.coefs_, other.intercepts_, classes=other.classes_, activation="tanh", engine=engine
    )
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), rtol=ENGINES_FLOAT64)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    assert (model.hidden_layer_sizes, model.n_iter_, model.out_activation_) == (
        (6, 5),
        0,
        other.out_activation_,
    )
    np.testing.assert_array_equal(model.classes_, other.classes_)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(
        again.partial_fit(X, y).theta_, model.partial_fit(X, y).theta_, rtol=ENGINES_FLOAT64
    )
    assert model.n_iter_ == 1
    assert clone(model).get_params()["activation"] == "tanh"


@ENGINES
@pytest.mark.parametrize("columns", [1, 3])
def test_a_regressor_predicts_as_scikit_learns(columns, engine):
    y = X[:, :columns].squeeze()
    other = theirs.MLPRegressor(hidden_layer_sizes=(6,), max_iter=5, random_state=0).fit(X, y)
    model = MLPRegressor.from_weights(other.coefs_, other.intercepts_, engine=engine)
    np.testing.assert_allclose(model.predict(X), other.predict(X), rtol=ENGINES_FLOAT64)
    assert model.score(X, y) == pytest.approx(other.score(X, y))


def test_going_on_is_going_on_from_these_weights():
    """A warm start is one from given weights; so is a fit with them as initializer."""
    begun = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0).fit(X, X[:, 0])
    weights = [np.array(W) for W in begun.coefs_], [np.array(b) for b in begun.intercepts_]
    model = MLPRegressor.from_weights(
        *weights, max_iter=3, random_state=0, warm_start=True, shuffle=False
    ).fit(X, X[:, 0])
    other = MLPRegressor(
        hidden_layer_sizes=(3,), initializer=weights, max_iter=3, random_state=0, shuffle=False
    ).fit(X, X[:, 0])
    np.testing.assert_array_equal(model.theta_, other.theta_)
    model.set_params(early_stopping=EarlyStopping("r2")).fit(X, X[:, 0])
    assert np.isfinite(model.history_["r2"]).any()


def test_single_precision_stays():
    W = [np.ones((4, 2), np.float32), np.ones((2, 1), np.float32)]
    b = [np.zeros(2, np.float32), np.zeros(1, np.float32)]
    assert MLPRegressor.from_weights(W, b).predict(X.astype(np.float32)).dtype == np.float32
    assert MLPRegressor.from_weights([W[0], np.ones((2, 1))], b).theta_.dtype == np.float64
    assert MLPRegressor.from_weights([[[1], [2]]], [[0]]).predict([[3.0, 4.0]]) == [11.0]


def test_an_autoencoder_and_a_scaling():
    other = Autoencoder((3,), scale_inputs="standard", max_iter=3, random_state=0).fit(X * 9 + 2)
    model = Autoencoder.from_weights(list(other.coefs_), list(other.intercepts_), scale_inputs=other.scaling_)
    np.testing.assert_array_equal(model.transform(X), other.transform(X))
    tied = Autoencoder((3,), tied_weights=True, max_iter=3, random_state=0).fit(X)
    model = Autoencoder.from_weights(list(tied.coefs_), list(tied.intercepts_), tied_weights=True)
    np.testing.assert_array_equal(model.reconstruct(X), tied.reconstruct(X))


@pytest.mark.parametrize("y", [THREE, THREE == "b"], ids=["three", "two"])
def test_a_perceptron(y):
    other = TheirPerceptron(random_state=0).fit(X, y)
    model = Perceptron.from_weights(other.coef_, other.intercept_, other.classes_)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    np.testing.assert_allclose(model.decision_function(X), other.decision_function(X), rtol=ENGINES_FLOAT64)
    begun = Perceptron(random_state=0).fit(X, y)
    gone_on = Perceptron.from_weights(
        begun.coef_, begun.intercept_, begun.classes_, random_state=0
    ).partial_fit(X, y)
    np.testing.assert_array_equal(gone_on.coef_, begun.partial_fit(X, y).coef_)
    assert gone_on.n_iter_ == 1


W, B = [np.ones((4, 3)), np.ones((3, 2))], [np.zeros(3), np.zeros(2)]
REFUSED = [
    (lambda: MLPRegressor.from_weights([W[0].T, W[1].T], B), r"intercepts\[0\] must have shape \(4,\)"),
    (lambda: MLPRegressor.from_weights([W[0], W[1].T], B), r"coefs\[1\] must have 3 rows.*pass W.T"),
    (lambda: MLPRegressor.from_weights(W, B[:1]), "as many layers, got 2 and 1"),
    (lambda: MLPRegressor.from_weights(W, [np.zeros(2), B[1]]), r"intercepts\[0\] must have shape \(3,\)"),
    (lambda: MLPRegressor.from_weights(W[0], B), "coefs must be a list of arrays"),
    (lambda: MLPRegressor.from_weights([], []), "coefs must be a list of arrays"),
    (lambda: MLPRegressor.from_weights([W[0] * np.nan, W[1]], B), r"coefs\[0\] holds NaN"),
    (lambda: MLPRegressor.from_weights([W[0], W[1] * 1j], B), r"coefs\[1\] must hold real numbers"),
    (lambda: MLPRegressor.from_weights(W, B, classes=[0, 1]), "classes are for a classifier"),
    (lambda: MLPRegressor.from_weights(W, B, scale_target=True), "scale_target=True is fitted to data"),
    (
        lambda: MLPRegressor.from_weights(W, B, scale_inputs="standard"),
        "scale_inputs='standard' is fitted to data",
    ),
    (
        lambda: MLPRegressor.from_weights(W, B, hidden_layer_sizes=(3,)),
        "hidden_layer_sizes follows from coefs",
    ),
    (lambda: MLPClassifier.from_weights(W, B), "classes must be given"),
    (lambda: MLPClassifier.from_weights(W, B, classes=["b", "a"]), "in ascending order"),
    (
        lambda: MLPClassifier.from_weights(W, B, classes=[0, 1]),
        r"coefs\[-1\] has 2 outputs, and there must be 1",
    ),
    (lambda: MLPClassifier.from_weights(W, B, classes=[0]), "two labels or more"),
    (lambda: Autoencoder.from_weights(W, B), "as many outputs as inputs, got 2 and 4"),
    (lambda: Perceptron.from_weights(np.ones((2, 3)), np.zeros(2), [0, 1]), "coef_ must hold finite numbers"),
    (lambda: Perceptron.from_weights(np.ones((1, 3)), [0.0], [0, 1], variant="voted"), "variant='voted'"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_what_does_not_fit_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("name", ["coefs_", "intercepts_"])
def test_weights_of_what_is_not_fitted_have_another_place(name):
    with pytest.raises(
        AttributeError, match=r"initializer=\(coefs, intercepts\).*MLPClassifier.from_weights"
    ):
        setattr(MLPClassifier(), name, [np.ones((2, 2))])


# -- what partial_fit keeps -------------------------------------------------------------------------


def heard(model, *arguments, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.partial_fit(*arguments, **options)
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, Autoencoder])
def test_changes_that_have_no_effect_are_told_once(kind):
    data = (X,) if kind is Autoencoder else (X, np.arange(40) % 2)
    options = {"classes": [0, 1]} if kind is MLPClassifier else {}
    model = kind(hidden_layer_sizes=(3,), random_state=0)
    plain = clone(model)
    for one in (model, plain):
        assert not heard(one, *data, **options)
        assert not heard(one, *data)
    for change, named in (
        ({"learning_rate_init": 0.5}, "learning_rate and learning_rate_init"),
        ({"beta_1": 0.5}, "solver and its parameters"),
        ({"solver": "sgd"}, "solver and its parameters"),
    ):
        said = heard(model.set_params(**change), *data)
        assert len(said) == 1
        assert named in said[0]
        assert "has no effect" in said[0]
        assert not heard(model, *data)
        heard(plain, *data)
        heard(plain, *data)
    np.testing.assert_array_equal(model.theta_, plain.theta_)


def test_changes_that_have_an_effect_are_not_told():
    model = MLPRegressor(hidden_layer_sizes=(3,), random_state=0, learning_rate_init="auto")
    y = X[:, 0]
    model.partial_fit(X, y)
    for change in ({"alpha": 0.1}, {"batch_size": 10}, {"shuffle": False}):
        assert not heard(model.set_params(**change), X, y)
    assert not heard(Perceptron(random_state=0).fit(X, y > 0).set_params(eta0=0.1), X, y > 0)
    solved = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit(X, y)
    assert not heard(solved.set_params(solver="adam"), X, y)
