"""What the perceptron refuses: before any work, naming what is wrong, and leaving no trace."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from rosenblatt import DivergenceError, Perceptron
from tests.estimators.refusals import refused, table

X, Y, NUMBERS = table()


def nan():
    spoiled = X.copy()
    spoiled[4, 1] = np.nan
    return spoiled


DATA = {
    "one class": (X, np.zeros(60), ["greater than one", "1 class", "two classes"]),
    "continuous": (X, NUMBERS, ["Unknown label type", "row 0"]),
    "NaN": (nan(), Y, ["row 4", "column 1", "nan"]),
    "missing label": (X, np.array([None, *Y[1:]], dtype=object), ["row 0"]),
    "a vector": (X[:, 0], Y, ["reshape(-1, 1)"]),
    "lengths": (X, Y[:-1], ["60 rows", "59"]),
    "no rows": (X[:0], Y[:0], ["at least one row"]),
    "strings": (np.full((60, 2), "a"), Y, ["'a'"]),
    "several columns": (X, np.stack([Y, Y], axis=1), ["1d array"]),
    "complex": (X * 1j, Y, ["omplex"]),
}


@pytest.mark.parametrize("what", DATA)
def test_bad_data_is_refused(what):
    data, labels, fragments = DATA[what]
    stream = np.random.RandomState(0)
    refused(
        Perceptron(random_state=stream), lambda m: m.fit(data, labels), (ValueError, TypeError), *fragments
    )
    refused(Perceptron().fit(X, Y), lambda m: m.fit(data, labels), (ValueError, TypeError), *fragments)


ARGUMENTS = {
    "penalty": "l3",
    "alpha": -1.0,
    "l1_ratio": 2.0,
    "fit_intercept": 1,
    "max_iter": 0,
    "tol": -1.0,
    "shuffle": "yes",
    "verbose": -1,
    "eta0": 0.0,
    "n_jobs": 1.5,
    "random_state": "seed",
    "early_stopping": None,
    "validation_fraction": 1.0,
    "n_iter_no_change": 0,
    "class_weight": "heavy",
    "warm_start": 2,
    "variant": "best",
    "order": "sorted",
    "stop": "never",
    "max_updates": 0,
    "certify": "yes",
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_bad_argument_is_named(name):
    model = Perceptron(**{name: ARGUMENTS[name]})
    refused(model, lambda m: m.fit(X, Y), (ValueError, TypeError), name, repr(ARGUMENTS[name]))


def test_every_argument_has_a_bad_value_here():
    assert set(ARGUMENTS) == set(Perceptron().get_params())


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"penalty": "l2", "variant": "averaged"}, ["penalty='l2'", "variant='averaged'"]),
        ({"penalty": "l1", "stop": "separated"}, ["penalty='l1'", "stop='separated'"]),
        ({"early_stopping": True, "stop": "separated"}, ["early_stopping=True", "stop='separated'"]),
    ],
)
def test_conflicts_name_both(arguments, fragments):
    refused(Perceptron(**arguments), lambda m: m.fit(X, Y), ValueError, *fragments)


def test_bad_calls_are_refused():
    fitted = Perceptron(random_state=np.random.RandomState(1)).fit(X, Y)
    refused(
        fitted, lambda m: m.fit(X, Y, coef_init=np.ones((2, 3))), ValueError, "coef_init", "(2, 3)", "(3, 3)"
    )
    refused(fitted, lambda m: m.fit(X, Y, intercept_init=[1.0]), ValueError, "intercept_init", "(1,)")
    refused(
        fitted, lambda m: m.fit(X, Y, coef_init=np.full((3, 3), np.nan)), ValueError, "coef_init", "finite"
    )
    refused(
        fitted, lambda m: m.fit(X, Y, sample_weight=-np.ones(60)), ValueError, "sample_weight", "negative"
    )
    refused(fitted, lambda m: m.fit(X, Y, sample_weight=np.ones(3)), ValueError, "sample_weight")
    refused(fitted, lambda m: m.partial_fit(X, Y + 1), ValueError, "classes", "3")
    refused(fitted, lambda m: m.partial_fit(X, Y, classes=[0, 1]), ValueError, "last call")
    refused(fitted, lambda m: m.partial_fit(X[:, :2], Y), ValueError, "features")
    refused(Perceptron(), lambda m: m.partial_fit(X, Y), ValueError, "classes must be passed")
    refused(
        Perceptron(early_stopping=True),
        lambda m: m.partial_fit(X, Y, [0, 1, 2]),
        ValueError,
        "early_stopping",
    )
    refused(
        Perceptron(class_weight="balanced"), lambda m: m.partial_fit(X, Y, [0, 1, 2]), ValueError, "balanced"
    )
    few = {"early_stopping": True, "random_state": np.random.RandomState(0)}
    refused(
        Perceptron(**few),
        lambda m: m.fit(X[:3], [0, 1, 1]),
        ValueError,
        "early_stopping",
        "validation_fraction",
    )
    with pytest.raises(NotFittedError):
        Perceptron().predict(X)


def test_overflow_leaves_the_estimator_as_it_was():
    model = Perceptron(eta0=1e10).fit(X, Y)
    refused(model, lambda m: m.fit(X * 1e300, Y), DivergenceError, "epoch #1", "Divide it by", "eta0")
