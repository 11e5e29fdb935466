"""Divergence: the error says where it happened and what to try; early stopping falls back on finite weights."""

import re
import warnings

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor as TheirRegressor

from rosenblatt import DivergenceError, MLPClassifier, MLPRegressor
from tests.estimators.refusals import table

X, LABELS, y = table(n=120)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SENTENCE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
    "preprocessed."
)
DIVERGING = {
    "hidden_layer_sizes": (4,),
    "activation": "identity",
    "solver": "sgd",
    "learning_rate_init": 10.0,
    "batch_size": 40,
    "max_iter": 15,
    "random_state": 0,
}


def test_the_message_begins_as_scikit_learns_and_goes_on():
    model = MLPRegressor(**DIVERGING)
    with pytest.raises(DivergenceError) as caught:
        model.fit(X, y)
    message = str(caught.value)
    assert isinstance(caught.value, ValueError)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match=re.escape(SENTENCE)) as theirs:
            TheirRegressor(**DIVERGING).fit(X, y)
    assert str(theirs.value).startswith(SENTENCE)
    assert message.startswith(SENTENCE)
    place = re.search(r"in epoch (\d+), step (\d+) of (\d+), at learning rate (\S+);", message)
    assert place[3] == "3"
    assert float(place[4]) == 10.0
    assert re.search(r"first to overflow: the (output|gradient) of layer [12]\.", message)
    assert message.endswith("Try a smaller rate (learning_rate_init=1).")
    assert not hasattr(model, "theta_")
    # One epoch less, and nothing has happened yet: the epoch is the right one.
    epoch = int(place[1])
    assert epoch > 1
    with pytest.warns(UserWarning, match="Maximum iterations"):
        fitted = model.set_params(max_iter=epoch - 1).fit(X, y)
    assert np.isfinite(fitted.theta_).all()
    with pytest.raises(DivergenceError, match=f"in epoch {epoch}, step {place[2]} of 3"):
        model.set_params(max_iter=epoch).fit(X, y)


def test_the_layer_that_overflows_first_is_named():
    huge = {**DIVERGING, "hidden_layer_sizes": (4, 4), "learning_rate_init": 0.001}
    W = [np.eye(3, 4), 1e200 * np.eye(4), 1e200 * np.ones((4, 1))]
    model = MLPRegressor(**huge, initializer=(W, [np.zeros(4), np.zeros(4), np.zeros(1)]))
    with pytest.raises(DivergenceError, match=r"epoch 1, step 1 of 3.* overflow: the output of layer 3"):
        model.fit(X, y)
    model.set_params(learning_rate_init=1e308, initializer="auto", alpha=1e5)
    with pytest.raises(DivergenceError, match=r"step [12] of 3"):
        model.fit(X, y)


def test_a_fitted_estimator_keeps_its_weights():
    model = MLPRegressor(**{**DIVERGING, "learning_rate_init": 1e-3}).fit(X, y)
    before, attributes = model.predict(X), dict(vars(model))
    with pytest.raises(DivergenceError):
        model.set_params(learning_rate_init=10.0).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), before)
    assert {name for name in attributes if attributes[name] is not vars(model)[name]} == {
        "learning_rate_init"
    }


@pytest.mark.parametrize("warm_start", [False, True])
def test_early_stopping_does_not_raise_but_keeps_the_best_finite_weights(warm_start):
    model = MLPRegressor(**DIVERGING, early_stopping=True)
    if warm_start:
        model.set_params(warm_start=True, learning_rate_init=1e-3, max_iter=2).fit(X, y)
        model.set_params(learning_rate_init=10.0, max_iter=15)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    ours = [one for one in caught if issubclass(one.category, RuntimeWarning)]
    assert len(ours) == 1, [str(one.message) for one in ours]
    assert re.search(r"overflowed in epoch \d+.*learning_rate_init", str(ours[0].message))
    assert np.isnan(model.validation_scores_).any()
    assert np.isfinite(model.theta_).all()
    assert np.isfinite(model.predict(X)).all()
    assert np.isfinite(model.best_validation_score_)
    if not warm_start:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = TheirRegressor(**DIVERGING, early_stopping=True).fit(X, y)
        np.testing.assert_allclose(model.validation_scores_, theirs.validation_scores_)
        np.testing.assert_allclose(model.coefs_[0], theirs.coefs_[0])
        assert model.n_iter_ == theirs.n_iter_


def test_a_classifier_that_diverges_with_early_stopping_keeps_finite_weights():
    # Its predictions are labels whatever the weights, so that scores alone do not tell which are finite.
    arguments = {**DIVERGING, "learning_rate_init": 1e300}
    with pytest.warns(RuntimeWarning, match="overflowed") as caught:
        model = MLPClassifier(**arguments, early_stopping=True).fit(X, LABELS)
    assert len([one for one in caught if issubclass(one.category, RuntimeWarning)]) == 1
    assert np.isfinite(model.theta_).all()
    assert len(set(model.validation_scores_)) == 1


def test_partial_fit_says_so_too():
    model = MLPRegressor(**{**DIVERGING, "learning_rate_init": 1e300})
    model.set_params(hidden_layer_sizes=(4, 4))
    with pytest.raises(DivergenceError, match=r"epoch 1, step [12] of 3"):
        model.partial_fit(X, y)
    assert not hasattr(model, "theta_")
