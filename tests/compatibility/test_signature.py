"""scikit-learn's arguments, attributes and methods: each is there, at its place, with its default."""

import inspect
from numbers import Integral, Real

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.datasets import load_iris

import rosenblatt
from tests.compatibility.same_model import apart, version
from tests.tolerances import SAME_MODEL_FLOAT64, SAME_MODEL_LBFGS

pytestmark = pytest.mark.skipif(version() < (1, 9), reason="the model to be the same is of scikit-learn 1.9")

NAMES = ("MLPClassifier", "MLPRegressor")
FITS = {
    "adam": {"solver": "adam"},
    "sgd": {"solver": "sgd", "learning_rate": "adaptive"},
    "early stopping": {"early_stopping": True},
    "lbfgs": {"solver": "lbfgs"},
}


def classes(name):
    return getattr(sklearn.neural_network, name), getattr(rosenblatt, name)


def positional(signature):
    return [p for p in signature.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("name", NAMES)
def test_arguments_have_their_positions_and_defaults(name):
    theirs, ours = map(inspect.signature, classes(name))
    assert [(p.name, p.default) for p in positional(ours)] == [
        (p.name, p.default) for p in positional(theirs)
    ]
    for parameter in theirs.parameters.values():
        assert ours.parameters[parameter.name].kind is parameter.kind
        default = ours.parameters[parameter.name].default
        assert (type(default), default) == (type(parameter.default), parameter.default)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_of_ours_are_keywords(name):
    theirs, ours = map(inspect.signature, classes(name))
    own = set(ours.parameters) - set(theirs.parameters)
    assert own
    assert all(ours.parameters[one].kind is inspect.Parameter.KEYWORD_ONLY for one in own)


@pytest.mark.parametrize("name", NAMES)
def test_get_params_holds_all_of_scikit_learns(name):
    theirs, ours = (estimator().get_params() for estimator in classes(name))
    assert theirs.items() <= ours.items()


@pytest.mark.parametrize("name", NAMES)
def test_methods_take_the_same_arguments(name):
    theirs, ours = classes(name)
    methods = [m for m in dir(theirs) if not m.startswith("_") and callable(getattr(theirs, m))]
    assert {"fit", "partial_fit", "predict", "score", "set_fit_request"} <= set(methods)
    for method in methods:
        expected = inspect.signature(getattr(theirs, method)).parameters
        found = inspect.signature(getattr(ours, method)).parameters
        known = [
            p for p in found.values() if p.name in expected or p.kind is not p.KEYWORD_ONLY
        ]  # ours come by name
        assert [(p.name, p.kind, p.default) for p in known] == [
            (p.name, p.kind, p.default) for p in expected.values()
        ], method


@pytest.fixture(scope="module")
def fitted():
    """Return a fitted pair; each is fitted once."""
    known = {}
    X, y = load_iris(return_X_y=True)

    def of(name, how):
        if (name, how) not in known:
            known[name, how] = [
                estimator(hidden_layer_sizes=(5,), max_iter=15, random_state=0, **FITS[how]).fit(X, y)
                for estimator in classes(name)
            ]
        return known[name, how]

    return of


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("how", FITS)
@pytest.mark.parametrize("name", NAMES)
def test_fitted_attributes_have_the_same_types_and_values(name, how, fitted):
    theirs, ours = fitted(name, how)
    public = [a for a in vars(theirs) if a.endswith("_") and not a.startswith("_")]
    assert len(public) >= 9
    tolerance = SAME_MODEL_LBFGS if how == "lbfgs" else SAME_MODEL_FLOAT64
    for attribute in public:
        expected, found = getattr(theirs, attribute), getattr(ours, attribute)
        assert isinstance(found, _kind(expected)), attribute
        if isinstance(expected, list):
            assert len(found) == len(expected)
            assert all(apart(a, b) <= tolerance for a, b in zip(found, expected, strict=True)), attribute
        elif isinstance(expected, float | np.ndarray) and np.asarray(expected).dtype.kind == "f":
            assert apart(found, expected) <= tolerance, attribute
        else:
            np.testing.assert_array_equal(found, expected)


def _kind(value):
    """Return the type to be expected: whether a number is NumPy's scalar is scikit-learn's accident."""
    for kind in (Integral, Real):
        if isinstance(value, kind):
            return kind
    return type(value)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("how", FITS)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_missing_is_missing(name, how, fitted):
    theirs, ours = fitted(name, how)
    names = ["loss_curve_", "best_loss_", "validation_scores_", "best_validation_score_", "classes_"]
    names += ["predict_proba", "predict_log_proba", "decision_function", "transform", "feature_names_in_"]
    assert [hasattr(ours, one) for one in names] == [hasattr(theirs, one) for one in names]


def test_lbfgs_hides_partial_fit():
    theirs, ours = classes("MLPClassifier")
    for solver in ("sgd", "adam", "lbfgs"):
        assert hasattr(ours(solver=solver), "partial_fit") == hasattr(theirs(solver=solver), "partial_fit")
    with pytest.raises(AttributeError) as caught:
        theirs(solver="lbfgs").partial_fit([[0.0]], [0])
    with pytest.raises(AttributeError) as found:
        ours(solver="lbfgs").partial_fit([[0.0]], [0])
    assert str(found.value).startswith(str(caught.value))  # and then the reason
    assert str(found.value.__cause__) == str(caught.value.__cause__)
    # scikit-learn means to hide the regressor's too, but forgets to call its check
    assert not hasattr(rosenblatt.MLPRegressor(solver="lbfgs"), "partial_fit")
    assert hasattr(rosenblatt.MLPRegressor(solver="sgd"), "partial_fit")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fitted_before_fit(name):
    theirs, ours = (estimator() for estimator in classes(name))
    for attribute in ("coefs_", "intercepts_", "classes_", "n_iter_", "loss_", "n_features_in_", "t_"):
        assert not hasattr(theirs, attribute)
        assert not hasattr(ours, attribute)


@pytest.mark.parametrize("name", NAMES)
def test_tags_are_the_same(name):
    theirs, ours = (estimator().__sklearn_tags__() for estimator in classes(name))
    if name == "MLPRegressor":  # scikit-learn's takes several outputs too, but does not say so
        theirs.target_tags.multi_output = True
    assert ours == theirs
