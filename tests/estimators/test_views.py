"""``coefs_`` and ``intercepts_`` are theta: what is assigned there reaches ``predict`` and a warm start."""

import copy
import io
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import MLPClassifier, MLPRegressor
from rosenblatt.estimators.views import ParameterViews
from tests.estimators.refusals import table

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def through_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


COPIES = {
    "itself": lambda model: model,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "joblib": through_joblib,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
}


@pytest.fixture(params=COPIES)
def model(request):
    fitted = MLPRegressor(hidden_layer_sizes=(3,), max_iter=5, random_state=0, warm_start=True)
    return COPIES[request.param](fitted.fit(X, NUMBERS))


def test_they_have_scikit_learns_shapes(model):
    assert [W.shape for W in model.coefs_] == [(3, 3), (3, 1)]
    assert [b.shape for b in model.intercepts_] == [(3,), (1,)]
    assert all(np.shares_memory(array, model.theta_) for array in [*model.coefs_, *model.intercepts_])


def test_assigning_all_arrays_reaches_predict(model):
    model.coefs_ = [np.zeros((3, 3)), np.zeros((3, 1))]
    model.intercepts_ = [np.zeros(3), np.array([7.5])]
    np.testing.assert_array_equal(model.predict(X), np.full(len(X), 7.5))


def test_assigning_one_array_reaches_predict(model):
    before = model.predict(X)
    model.intercepts_[1] = model.intercepts_[1] + 2.0
    np.testing.assert_allclose(model.predict(X), before + 2.0)
    model.intercepts_[1] -= 2.0
    np.testing.assert_allclose(model.predict(X), before)


def test_assigning_into_an_array_reaches_predict(model):
    model.coefs_[1][...] = 0.0
    model.intercepts_[-1][0] = -3.0
    np.testing.assert_array_equal(model.predict(X), np.full(len(X), -3.0))


def test_assigning_a_slice_of_the_list(model):
    model.coefs_[:1] = [np.ones((3, 3))]
    np.testing.assert_array_equal(model.coefs_[0], np.ones((3, 3)))
    assert not np.array_equal(model.coefs_[1], np.ones((3, 1)))


def test_what_is_assigned_is_where_a_warm_start_begins(model):
    reference = copy.deepcopy(model)
    for one in (model, reference):
        one.set_params(solver="sgd", learning_rate_init=1e-300, max_iter=1, alpha=0.0)
    model.coefs_[0][...] = 0.25
    model.fit(X, NUMBERS)  # the rate is too small to move anything
    np.testing.assert_array_equal(model.coefs_[0], np.full((3, 3), 0.25))
    np.testing.assert_array_equal(model.coefs_[1], reference.coefs_[1])


def test_what_is_assigned_is_where_partial_fit_begins():
    arguments = {"hidden_layer_sizes": (3,), "solver": "sgd", "learning_rate_init": 1e-300, "alpha": 0.0}
    model = MLPRegressor(**arguments, max_iter=5, random_state=0).fit(X, NUMBERS)
    model.coefs_ = [np.full((3, 3), 0.5), np.full((3, 1), 0.5)]
    model.partial_fit(X, NUMBERS)  # the rate is too small to move anything
    assert {entry for W in model.coefs_ for entry in W.ravel()} == {0.5}


def test_a_copy_does_not_follow_the_original():
    fitted = MLPRegressor(hidden_layer_sizes=(3,), max_iter=5, random_state=0).fit(X, NUMBERS)
    for name in ("pickle", "joblib", "deepcopy"):
        twin = COPIES[name](fitted)
        before = twin.predict(X)
        fitted.intercepts_[-1][...] += 1.0
        np.testing.assert_array_equal(twin.predict(X), before)


def test_two_arrays_can_be_swapped():
    fitted = MLPRegressor(hidden_layer_sizes=(3, 3), max_iter=2, random_state=0).fit(X, NUMBERS)
    first, second = (W.copy() for W in fitted.coefs_[:2])
    fitted.coefs_[:2] = [fitted.coefs_[1], fitted.coefs_[0]]
    np.testing.assert_array_equal(fitted.coefs_[0], second)
    np.testing.assert_array_equal(fitted.coefs_[1], first)


def test_arrays_of_another_shape_are_refused_and_nothing_is_written():
    fitted = MLPClassifier((3,), max_iter=2, random_state=0).fit(X, LABELS)
    theta = fitted.theta_.copy()
    with pytest.raises(
        ValueError, match=r"coefs_\[1\] must have shape \(3, 3\), got \(2, 3\).*hidden_layer_sizes"
    ):
        fitted.coefs_ = [np.zeros((3, 3)), np.zeros((2, 3))]
    with pytest.raises(ValueError, match=r"intercepts_ has 2 arrays, got 3"):
        fitted.intercepts_ = [np.zeros(3)] * 3
    np.testing.assert_array_equal(fitted.theta_, theta)


def test_before_a_fit_there_are_none():
    for name in ("coefs_", "intercepts_"):
        assert not hasattr(MLPClassifier(), name)
        with pytest.raises(AttributeError, match=f"MLPRegressor has no {name} before it is fitted"):
            getattr(MLPRegressor(), name)


def test_a_clone_has_none():
    fitted = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, random_state=0).fit(X, NUMBERS)
    assert not hasattr(clone(fitted), "coefs_")


def test_the_list_alone_is_copied_as_plain_arrays():
    views = ParameterViews("coefs_", [np.arange(3.0), np.arange(2.0)])
    for twin in (pickle.loads(pickle.dumps(views)), copy.deepcopy(views), copy.copy(views)):
        assert type(twin) is list
        twin[0][...] = 9
        assert list(views[0]) == [0, 1, 2]
