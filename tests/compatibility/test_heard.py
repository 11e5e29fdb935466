"""What is heard while training: the printed lines, the warnings, the errors, the next random draw."""

import warnings

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.datasets import load_diabetes, load_iris
from sklearn.preprocessing import scale

import rosenblatt
from tests.compatibility.same_model import apart, version
from tests.tolerances import SAME_MODEL_FLOAT64

LIBRARIES = (sklearn.neural_network, rosenblatt)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return scale(X), y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return scale(X), scale(y)


def both(name, call, **arguments):
    """Return what ``call`` makes of scikit-learn's estimator and of ours."""
    return [call(getattr(library, name)(**{"random_state": 0, **arguments})) for library in LIBRARIES]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ({"solver": "adam", "max_iter": 7}, "Iteration 7, loss = "),
        ({"solver": "sgd", "tol": 0.1, "n_iter_no_change": 3}, "consecutive epochs. Stopping."),
        (
            {"solver": "sgd", "tol": 0.2, "n_iter_no_change": 2, "learning_rate": "adaptive"},
            "Learning rate too small. Stopping.",
        ),
        (
            {"solver": "sgd", "tol": 0.2, "n_iter_no_change": 2, "learning_rate": "adaptive"},
            "Setting learning rate to 0.000200",
        ),
        (
            {"early_stopping": True, "tol": 0.05, "n_iter_no_change": 4},
            "Validation score did not improve more than tol=0.050000 for 4 consecutive epochs. Stopping.",
        ),
        (
            {"solver": "sgd", "early_stopping": True, "learning_rate": "adaptive", "n_iter_no_change": 2},
            "Validation score: ",
        ),
    ],
)
@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
def test_verbose_prints_the_same_lines(name, arguments, phrase, iris, diabetes, capsys):
    X, y = iris if name == "MLPClassifier" else diabetes

    def printed(estimator):
        estimator.fit(X, y)
        return capsys.readouterr().out

    theirs, ours = both(name, printed, verbose=True, **arguments)
    assert phrase in theirs
    assert ours == theirs


def test_verbose_partial_fit_prints_the_same_lines(diabetes, capsys):
    def printed(estimator):
        for _ in range(8):
            estimator.partial_fit(*diabetes)
        return capsys.readouterr().out

    theirs, ours = both("MLPRegressor", printed, verbose=1, tol=1.0, n_iter_no_change=2)
    assert "Stopping." in theirs
    assert ours == theirs


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_iter": 3},
        {"max_iter": 3, "early_stopping": True},
        {"max_iter": 3, "batch_size": 1000},
        {"max_iter": 3, "batch_size": 1000, "early_stopping": True},
        {"max_iter": 3, "batch_size": 140, "early_stopping": True},
        {"max_iter": 3, "batch_size": 1000, "solver": "lbfgs"},
        {"max_iter": 300, "tol": 0.1},
    ],
)
def test_same_warnings(arguments, iris):
    def heard(estimator):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            estimator.fit(*iris)
        # an old scikit-learn passes SciPy an option that a new SciPy deprecates
        own = [warning for warning in caught if warning.category is not DeprecationWarning]
        return [(warning.category, str(warning.message)) for warning in own]

    theirs, ours = both("MLPClassifier", heard, **arguments)
    assert [category for category, _ in ours] == [category for category, _ in theirs]
    for (_, text), (_, expected) in zip(ours, theirs, strict=True):
        # ours may go on where scikit-learn's ends; L-BFGS's advice is our own from the second line on
        assert version() < (1, 9) or text.startswith(expected.split("\n")[0])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_column_vector_warns_in_the_same_words(diabetes):
    X, y = diabetes

    def heard(estimator):
        with pytest.warns(Warning, match="column-vector") as caught:
            estimator.fit(X, y[:, None])
        return [str(one.message) for one in caught if "column-vector" in str(one.message)]

    theirs, ours = both("MLPRegressor", heard, max_iter=2)
    assert ours == theirs


def test_divergence_begins_with_the_same_sentence(diabetes):
    def refused(estimator):
        with pytest.raises(ValueError, match="non-finite parameter weights") as caught:
            estimator.fit(*diabetes)
        return str(caught.value)

    arguments = {"solver": "sgd", "activation": "identity", "learning_rate_init": 10.0}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, ours = both("MLPRegressor", refused, **arguments)
    assert ours.startswith(theirs)


def test_divergence_with_early_stopping_keeps_the_same_best_weights(diabetes):
    arguments = {"solver": "sgd", "activation": "identity", "learning_rate_init": 1.0, "max_iter": 20}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, ours = both("MLPRegressor", lambda e: e.fit(*diabetes), early_stopping=True, **arguments)
    assert np.isnan(theirs.validation_scores_[-1])
    np.testing.assert_array_equal(np.isnan(ours.validation_scores_), np.isnan(theirs.validation_scores_))
    assert ours.n_iter_ == theirs.n_iter_
    for a, b in zip(ours.coefs_, theirs.coefs_, strict=True):
        assert apart(a, b) <= SAME_MODEL_FLOAT64


@pytest.fixture
def global_stream():
    """NumPy's global stream, put back afterwards."""
    stream = np.random.mtrand._rand
    before = stream.get_state()
    yield stream
    stream.set_state(before)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_without_random_state_the_global_stream_is_drawn_from(global_stream, iris):
    def fitted(estimator):
        global_stream.seed(11)
        estimator.set_params(random_state=None).fit(*iris)
        return estimator.coefs_[0], global_stream.randint(2**31)

    theirs, ours = both("MLPClassifier", fitted, max_iter=5, early_stopping=True)
    assert apart(ours[0], theirs[0]) <= SAME_MODEL_FLOAT64
    assert ours[1] == theirs[1]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_stall_leaves_the_stream_where_scikit_learn_leaves_it(iris):
    """Several epochs may be drawn ahead; the draws after the stop are given back."""

    def stalled(estimator):
        stream = np.random.RandomState(5)
        estimator.set_params(random_state=stream).fit(*iris)
        return estimator.n_iter_, stream.randint(2**31)

    theirs, ours = both("MLPClassifier", stalled, tol=0.05, n_iter_no_change=3, max_iter=100)
    assert 3 < theirs[0] < 100
    assert ours == theirs


def test_one_stream_for_several_estimators(iris):
    """A RandomState instance that is shared goes on from one estimator to the next."""
    results = []
    for library in LIBRARIES:
        stream = np.random.RandomState(3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fits = [library.MLPClassifier((4,), max_iter=4, random_state=stream).fit(*iris) for _ in range(3)]
        results.append([fit.coefs_[0] for fit in fits])
    theirs, ours = results
    assert apart(theirs[1], theirs[0]) > 0.1
    assert max(map(apart, ours, theirs)) <= SAME_MODEL_FLOAT64
