"""The two estimators: rules of a user's own, losses without probabilities, scikit-learn's manners."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.utils.validation import has_fit_parameter

import rosenblatt
from rosenblatt import Activation, MLPClassifier, MLPRegressor
from rosenblatt.rules.losses import CategoricalCrossEntropy
from tests.estimators.own_rules import LogCosh, SignDescent, Softsign2
from tests.estimators.refusals import table
from tests.tolerances import OPTIMUM

X, LABELS, NUMBERS = table(n=150)
MULTILABEL = np.column_stack([LABELS > 0, LABELS > 1, X[:, 2] > 0]).astype(int)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def learns(model, y, floor):
    assert model.fit(X, y).score(X, y) > floor
    return model


# -- a user's own rules ------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("hidden", [Softsign2(), ["tanh", Softsign2()], (Softsign2(), "relu")])
def test_an_activation_of_six_lines_trains_everywhere(solver, hidden):
    arguments = {"activation": hidden, "hidden_layer_sizes": (8, 6), "solver": solver, "random_state": 0}
    arguments |= {"max_iter": 300, "learning_rate_init": 0.05 if solver == "sgd" else 0.01}
    learns(MLPClassifier(**arguments), LABELS, 0.9)
    regressor = learns(MLPRegressor(**arguments), NUMBERS, 0.9)
    assert Softsign2() in regressor.network_.activations


def test_an_own_activation_is_differentiated_as_it_is_written():
    model = MLPRegressor(hidden_layer_sizes=(4,), activation=Softsign2(), max_iter=3, random_state=0)
    o = X @ model.fit(X, NUMBERS).coefs_[0] + model.intercepts_[0]
    o = o / (2 + abs(o))
    np.testing.assert_allclose(model.predict(X), (o @ model.coefs_[1] + model.intercepts_[1]).ravel())


def test_an_own_activation_goes_through_warm_start_partial_fit_pickle_and_clone():
    model = MLPClassifier((5,), Softsign2(), max_iter=3, random_state=0, warm_start=True).fit(X, LABELS)
    first = model.loss_
    assert model.fit(X, LABELS).loss_ < first
    second = model.loss_
    assert model.partial_fit(X, LABELS).loss_ < second
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.predict_proba(X), model.predict_proba(X))
    again = clone(model)
    assert again.activation == Softsign2()
    assert not hasattr(again, "theta_")
    assert "Softsign2()" in repr(again)


def test_an_own_activation_as_output():
    model = MLPRegressor(
        hidden_layer_sizes=(6,), output_activation=Softsign2(), solver="lbfgs", random_state=0
    ).fit(X, np.tanh(NUMBERS) / 2)
    assert model.score(X, np.tanh(NUMBERS) / 2) > 0.9
    assert abs(model.predict(X)).max() < 1
    assert model.out_activation_ == "Softsign2"


def test_an_own_loss_and_an_own_optimizer():
    learns(MLPRegressor(LogCosh(), (8,), solver="lbfgs", random_state=0), NUMBERS, 0.9)
    model = MLPRegressor(LogCosh(), (8,), solver=SignDescent(), learning_rate_init=0.01, random_state=0)
    learns(model, NUMBERS, 0.9)
    assert model.plan_.loss == LogCosh()
    # For classes, too: the outputs are then between -1 and +1.
    learns(MLPClassifier((8,), loss=LogCosh(), solver="lbfgs", random_state=0), LABELS, 0.9)


def test_one_activation_for_each_layer():
    model = MLPClassifier((4, 3, 2), ["tanh", "relu", "logistic"], max_iter=2, random_state=0).fit(X, LABELS)
    assert [g.name for g in model.network_.activations] == ["tanh", "relu", "logistic"]
    o = np.tanh(X @ model.coefs_[0] + model.intercepts_[0])
    o = np.maximum(o @ model.coefs_[1] + model.intercepts_[1], 0)
    o = 1 / (1 + np.exp(-(o @ model.coefs_[2] + model.intercepts_[2])))
    o = np.exp(o @ model.coefs_[3] + model.intercepts_[3])
    np.testing.assert_allclose(model.predict_proba(X), o / o.sum(axis=1, keepdims=True))


# -- losses without probabilities --------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["perceptron", "squared_error", LogCosh()])
@pytest.mark.parametrize(
    ("y", "shape", "floor"),
    [(LABELS > 0, (150,), 0.9), (LABELS, (150, 3), 0.85), (MULTILABEL, (150, 3), 0.75)],
)
def test_losses_without_probabilities_offer_decisions(loss, y, shape, floor):
    model = MLPClassifier((10,), "tanh", loss=loss, max_iter=300, learning_rate_init=0.02, random_state=0)
    for one in (clone(model), learns(model, y, floor)):  # before and after the fit
        for method in ("predict_proba", "predict_log_proba"):
            assert not hasattr(one, method)
            with pytest.raises(AttributeError, match=method) as caught:
                getattr(one, method)
            assert "use decision_function, or loss='log_loss'" in str(caught.value.__cause__)
    decisions = model.decision_function(X)
    assert decisions.shape == shape
    if y.ndim == 2:
        np.testing.assert_array_equal(model.predict(X), decisions > 0)
    elif decisions.ndim == 1:
        np.testing.assert_array_equal(model.predict(X), model.classes_[(decisions > 0).astype(int)])
    else:
        np.testing.assert_array_equal(model.predict(X), model.classes_[decisions.argmax(axis=1)])


def test_squared_error_with_a_logistic_output():
    model = MLPClassifier(
        (6,), "tanh", loss="squared_error", output_activation="logistic", solver="lbfgs", random_state=0
    )
    y = np.array(["no", "yes"])[(LABELS > 0).astype(int)]
    learns(model, y, 0.95)
    assert model.out_activation_ == "logistic"
    decisions = model.decision_function(X)  # 0 is the border: the output less one half
    assert -0.5 <= decisions.min() < 0 < decisions.max() <= 0.5
    np.testing.assert_array_equal(model.predict(X) == "yes", decisions > 0)


@pytest.mark.parametrize(
    "loss", ["log_loss", "categorical_cross_entropy", CategoricalCrossEntropy()], ids=str
)
def test_probabilities_hide_decisions(loss):
    model = MLPClassifier((3,), max_iter=2, random_state=0, loss=loss)
    for one in (clone(model), model.fit(X, LABELS)):
        assert hasattr(one, "predict_proba")
        assert not hasattr(one, "decision_function")
        with pytest.raises(AttributeError) as caught:
            _ = one.decision_function
        assert "use predict_proba" in str(caught.value.__cause__)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict_log_proba(X), np.log(model.predict_proba(X)))


# -- the single neuron -------------------------------------------------------------------------------


def test_no_hidden_layer_is_logistic_regression():
    features, y = load_breast_cancer(return_X_y=True)
    features, alpha = scale(features), 5.0
    neuron = MLPClassifier((), solver="lbfgs", alpha=alpha, tol=1e-8, max_iter=2000).fit(features, y)
    oracle = LogisticRegression(C=1 / alpha, tol=1e-8, max_iter=2000).fit(features, y)
    assert neuron.n_layers_ == 2
    np.testing.assert_allclose(neuron.coefs_[0].ravel(), oracle.coef_.ravel(), atol=OPTIMUM)
    np.testing.assert_allclose(neuron.intercepts_[0], oracle.intercept_, atol=OPTIMUM)


def test_no_hidden_layer_is_multinomial_and_ridge_regression():
    features, y = load_iris(return_X_y=True)
    features = scale(features)  # on raw ones SciPy's test of the objective stops either solver early
    neurons = MLPClassifier((), solver="lbfgs", alpha=1.0, tol=1e-8, max_iter=2000).fit(features, y)
    oracle = LogisticRegression(C=1.0, tol=1e-8, max_iter=2000).fit(features, y)
    np.testing.assert_allclose(neurons.predict_proba(features), oracle.predict_proba(features), atol=OPTIMUM)
    neuron = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=2.0, tol=1e-9).fit(X, NUMBERS)
    np.testing.assert_allclose(neuron.coefs_[0].ravel(), Ridge(2.0).fit(X, NUMBERS).coef_, atol=OPTIMUM)


# -- scikit-learn's manners --------------------------------------------------------------------------


def test_sample_weight_is_routed_through_a_pipeline_and_a_grid_search():
    weight = np.random.default_rng(0).uniform(0.1, 3.0, len(X))
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier((3,), max_iter=3, random_state=0).set_fit_request(sample_weight=True)
        scoring = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        chain = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), model)
        chain.fit(X, LABELS, sample_weight=weight)
        search = GridSearchCV(chain, {"mlpclassifier__alpha": [1e-4, 1.0]}, scoring=scoring, cv=3)
        search.fit(X, LABELS, sample_weight=weight)
    direct = MLPClassifier((3,), max_iter=3, random_state=0).fit(
        StandardScaler().fit_transform(X), LABELS, weight
    )
    np.testing.assert_array_equal(chain[-1].theta_, direct.theta_)
    assert search.best_score_ > 0
    assert has_fit_parameter(model, "sample_weight")


def test_a_grid_search_over_objects():
    grid = {"activation": ["relu", Softsign2()], "solver": ["lbfgs", rosenblatt.Adam(beta_1=0.8)]}
    search = GridSearchCV(MLPClassifier((4,), max_iter=5, random_state=0), grid, cv=2).fit(X, LABELS)
    assert len(search.cv_results_["params"]) == 4
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()
    assert cross_val_score(search.best_estimator_, X, LABELS, cv=2).min() > 0


def test_string_and_boolean_labels_come_back():
    for y in (np.array(["a", "bb", "ccc"])[LABELS], LABELS > 0, LABELS.astype(float)):
        model = MLPClassifier((6,), solver="lbfgs", random_state=0).fit(X, y)
        predicted = model.predict(X)
        assert predicted.dtype == y.dtype
        np.testing.assert_array_equal(model.classes_, np.unique(y))
        assert np.mean(predicted == y) > 0.9


def test_several_outputs():
    two = np.column_stack([NUMBERS, -2 * X[:, 0]])
    model = MLPRegressor(hidden_layer_sizes=(10,), solver="lbfgs", max_iter=500, random_state=0)
    assert learns(model, two, 0.95).predict(X).shape == (150, 2)
    assert model.n_outputs_ == 2


def test_float32_stays_float32():
    model = MLPClassifier((4,), max_iter=3, random_state=0).fit(X.astype(np.float32), LABELS)
    assert model.theta_.dtype == model.predict_proba(X.astype(np.float32)).dtype == np.float32
    assert MLPClassifier((4,), max_iter=3).fit((10 * X).astype(int), LABELS).theta_.dtype == np.float64


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_a_pickle_holds_neither_data_nor_engine(cls):
    big, y = np.tile(X, (20, 1)), np.tile(LABELS, 20)
    model = cls(hidden_layer_sizes=(50,), max_iter=3, random_state=0, early_stopping=True).fit(big, y)
    data = pickle.dumps(model)
    vectors = 1 + len(model.plan_.optimizer.slots)  # theta and the optimiser's memory
    assert len(data) < vectors * model.theta_.nbytes + 8192
    assert model.theta_.tobytes() in data
    for forbidden in (b"ArrayEngine", b"Orders", b"Batch", big[:5].tobytes(), b"Fitting"):
        assert forbidden not in data
    np.testing.assert_array_equal(pickle.loads(data).predict(X), model.predict(X))


def test_partial_fit_goes_on_with_the_optimizer_it_began_with():
    import sklearn.neural_network

    from tests.tolerances import SAME_MODEL_FLOAT64

    X, y = load_iris(return_X_y=True)
    models = []
    for kind in (sklearn.neural_network.MLPClassifier, MLPClassifier):
        model = kind((4,), max_iter=5, random_state=0).fit(X, y)
        models.append(model.set_params(beta_1=0.1, learning_rate_init=0.5).partial_fit(X, y))
    np.testing.assert_allclose(models[1].coefs_[0], models[0].coefs_[0], rtol=SAME_MODEL_FLOAT64)


def test_without_a_random_state_two_models_differ_whatever_draws():
    X, y = load_iris(return_X_y=True)
    arguments = {"hidden_layer_sizes": (3,), "max_iter": 2, "initializer": "he_normal", "order": "cyclic"}
    first, second = (MLPClassifier(**arguments).fit(X, y).theta_ for _ in range(2))
    assert not np.array_equal(first, second)


def test_a_misspelt_derivative_of_is_refused():
    class Wrong(Activation):
        derivative_of = "A"

        def __call__(self, xp, a):
            return a * a

        def derivative(self, xp, a):
            return 2 * a

    X, y = load_iris(return_X_y=True)
    with pytest.raises(ValueError, match=r"derivative_of must be 'o' .* or 'a'"):
        MLPClassifier((3,), activation=Wrong()).fit(X, y)
