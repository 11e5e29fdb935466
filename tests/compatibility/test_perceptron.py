"""Same seed, same perceptron as scikit-learn's; its signature, its printed lines, and its own tests."""

import inspect
import re
import warnings
from importlib.resources import files

import numpy as np
import pytest
import sklearn
import sklearn.linear_model
from scipy import sparse
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning

import rosenblatt
from tests.compatibility import perceptrons
from tests.compatibility.same_model import apart, version
from tests.compatibility.upstream import run
from tests.tolerances import SAME_MODEL_FLOAT32, SAME_MODEL_FLOAT64

pytestmark = pytest.mark.skipif(version() < (1, 9), reason="the model to be the same is of scikit-learn 1.9")
IMPORT = "from sklearn.linear_model import Perceptron\n"
LIBRARIES = (sklearn.linear_model, rosenblatt)


def check_same(configuration):
    theirs, ours = perceptrons.pair(configuration)
    allowed = SAME_MODEL_FLOAT64 if configuration.dtype == "float64" else SAME_MODEL_FLOAT32
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.t_ == theirs.t_
    assert apart(ours.coef_, theirs.coef_) <= allowed
    assert apart(ours.intercept_, theirs.intercept_) <= allowed
    assert (ours.coef_.dtype, ours.intercept_.dtype) == (theirs.coef_.dtype, theirs.intercept_.dtype)
    assert np.array_equal(ours.classes_, theirs.classes_)


@pytest.mark.parametrize("configuration", perceptrons.sample(30), ids=str)
def test_same_model(configuration):
    check_same(configuration)


@pytest.mark.slow
@pytest.mark.parametrize("index", range(perceptrons.N_CONFIGURATIONS))
def test_same_model_on_all(index):
    check_same(perceptrons.drawn(index))


def test_the_sample_leaves_nothing_out():
    def seen(chosen):
        everything = [dict(c.arguments) | vars(c) for c in chosen]
        names = (
            "data",
            "storage",
            "dtype",
            "calls",
            "penalty",
            "class_weight",
            "shuffle",
            "early_stopping",
            "tol",
        )
        return {name: {c[name] for c in everything} for name in names}

    every = [perceptrons.drawn(index) for index in range(perceptrons.N_CONFIGURATIONS)]
    assert seen(perceptrons.sample(30)) == seen(every)


@pytest.mark.parametrize("storage", [np.asarray, sparse.csr_array, sparse.csr_matrix])
def test_digits_to_the_last_bit(storage):
    X, y = load_digits(return_X_y=True)
    theirs, ours = (library.Perceptron(random_state=3).fit(storage(X), y) for library in LIBRARIES)
    assert np.array_equal(ours.coef_, theirs.coef_)
    assert np.array_equal(ours.intercept_, theirs.intercept_)
    assert np.array_equal(ours.predict(storage(X)), theirs.predict(storage(X)))
    assert (
        apart(ours.decision_function(storage(X)), theirs.decision_function(storage(X))) <= SAME_MODEL_FLOAT64
    )


def test_jobs_change_nothing():
    X, y = load_digits(return_X_y=True)
    one, two = (rosenblatt.Perceptron(n_jobs=n).fit(X, y) for n in (None, 2))
    assert np.array_equal(one.coef_, two.coef_)


def test_first_weights():
    X, y = load_iris(return_X_y=True)
    coef, intercept = np.full((3, 4), 0.5), [1.0, 2.0, 3.0]
    theirs, ours = (library.Perceptron().fit(X, y, coef.copy(), intercept) for library in LIBRARIES)
    assert apart(ours.coef_, theirs.coef_) <= SAME_MODEL_FLOAT64
    rosenblatt.Perceptron().fit(X, y, coef, intercept)
    assert np.all(coef == 0.5)  # scikit-learn's writes into what it is given


def test_arguments_are_scikit_learns_and_ours_are_keywords():
    theirs, ours = (inspect.signature(library.Perceptron) for library in LIBRARIES)
    for name, parameter in theirs.parameters.items():
        assert ours.parameters[name].kind is parameter.kind
        default = ours.parameters[name].default
        assert (type(default), default) == (type(parameter.default), parameter.default)
    assert list(theirs.parameters) == list(ours.parameters)[: len(theirs.parameters)]
    own = set(ours.parameters) - set(theirs.parameters)
    assert own == {"variant", "order", "stop", "max_updates", "certify"}


@pytest.mark.parametrize("name", ["fit", "partial_fit", "decision_function", "predict", "score"])
def test_methods_take_what_scikit_learns_take(name):
    theirs, ours = (inspect.signature(getattr(library.Perceptron, name)) for library in LIBRARIES)
    assert [(p.name, p.default) for p in theirs.parameters.values()] == [
        (p.name, p.default) for p in ours.parameters.values()
    ]


def test_attributes_and_tags_are_there():
    X, y = load_iris(return_X_y=True, as_frame=True)
    theirs, ours = (library.Perceptron().fit(X, y) for library in LIBRARIES)
    public = {name for name in vars(theirs) if name.endswith("_") and not name.startswith("_")}
    assert public <= set(vars(ours))
    assert list(ours.feature_names_in_) == list(theirs.feature_names_in_)
    assert ours.__sklearn_tags__() == theirs.__sklearn_tags__()
    with sklearn.config_context(enable_metadata_routing=True):
        ours.set_fit_request(sample_weight=True, coef_init=True)


@pytest.mark.parametrize("options", [{}, {"early_stopping": True}, {"penalty": "l2", "alpha": 0.01}])
def test_verbose_prints_the_same_lines(options, capsys):
    X, y = load_iris(return_X_y=True)
    printed = []
    for library in LIBRARIES:
        library.Perceptron(verbose=1, max_iter=9, tol=0.001, n_iter_no_change=2, **options).fit(X, y == 1)
        printed.append(re.sub(r"[\d.]+ seconds", "seconds", capsys.readouterr().out))
    assert printed[1] == printed[0]


def test_the_warning_is_the_same():
    X, y = load_iris(return_X_y=True)
    for library in LIBRARIES:
        with pytest.warns(ConvergenceWarning, match="Maximum number of iteration reached before convergence"):
            library.Perceptron(max_iter=2).fit(X, y)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            library.Perceptron(max_iter=2, tol=None).fit(X, y)


def test_scikit_learns_own_tests_pass():
    text = (files("sklearn.linear_model.tests") / "test_perceptron.py").read_text(encoding="utf-8")
    assert text.count(IMPORT) == 1
    result = run(text.replace(IMPORT, "from rosenblatt import Perceptron\n"))
    assert not result.failed, result.output
    assert not result.skipped, result.output
    assert len(result.passed) >= 6
