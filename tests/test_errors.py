"""Errors of parameters are those of values and of types at once, as scikit-learn's are."""

import dataclasses
import pickle

import numpy as np
import pytest
from sklearn.utils._param_validation import InvalidParameterError as Theirs

import rosenblatt
from rosenblatt import InvalidParameterError, MLPClassifier, Perceptron
from rosenblatt.errors import about_parameters
from tests.estimators.refusals import table

ESTIMATORS = (
    "MLPClassifier",
    "MLPRegressor",
    "Autoencoder",
    "SparseAutoencoder",
    "DenoisingAutoencoder",
    "ContractiveAutoencoder",
    "AutoencoderDetector",
    "Perceptron",
)
NONSENSE = ("no such word", -2, object(), [0.5], {1: 2}, np.nan, np.array([1.5]), 2**70, b"adam", int)


def fitted(name, **arguments):
    """Return a small estimator of a name after a short fit."""
    X, classes, numbers = table()
    short = {} if name == "Perceptron" else {"hidden_layer_sizes": 3}
    model = getattr(rosenblatt, name)(**{**short, "max_iter": 1, **arguments})
    return model.fit(X, numbers if name == "MLPRegressor" else classes)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.filterwarnings("ignore")
def test_whatever_is_wrong_with_an_argument_is_caught_as_either(name):
    refused = 0
    for field in dataclasses.fields(getattr(rosenblatt, name)):
        for value in NONSENSE:
            try:
                fitted(name, **{field.name: value})
            except InvalidParameterError:  # any other error fails the test
                refused += 1
    assert refused > 5 * len(dataclasses.fields(getattr(rosenblatt, name)))


@pytest.mark.parametrize("both", [ValueError, TypeError])
@pytest.mark.parametrize(
    "make",
    [
        lambda: fitted("MLPClassifier", max_iter=10.0),
        lambda: fitted("MLPClassifier", alpha=-1),
        lambda: fitted("MLPRegressor", solver=3),
        lambda: fitted("Perceptron", penalty="l3"),
        lambda: fitted("Perceptron", penalty="l1", variant="averaged"),
        lambda: fitted("Autoencoder", contraction="much"),
        lambda: fitted("AutoencoderDetector", n_estimators=1.5),
        lambda: rosenblatt.Adam(beta_1="x"),
        lambda: rosenblatt.L1(-1),
        lambda: rosenblatt.Cosine(cycles=1.5),
        lambda: rosenblatt.EarlyStopping("accurate"),
        lambda: rosenblatt.EarlyStopping(patience="x"),
        lambda: rosenblatt.Masking(2),
        lambda: rosenblatt.GradientNorms(rows=0),
        lambda: rosenblatt.separability([[0.0], [1.0]], [0, 1], exact="no"),
        lambda: rosenblatt.lr_find(MLPClassifier(), *table()[:2], steps=1),
        lambda: rosenblatt.greedy_pretrain(MLPClassifier(), table()[0], kind="x"),
        lambda: MLPClassifier.from_recipe("x"),
        lambda: rosenblatt.set_num_threads(1.5),
        lambda: fitted("Autoencoder").reconstruction_error(table()[0], per="row"),
        lambda: rosenblatt.LearningRateDisplay(3),
        lambda: rosenblatt.MistakesDisplay.from_estimator(MLPClassifier()),
        lambda: rosenblatt.MistakesDisplay.from_estimator(fitted("Perceptron")).plot(scale="wide"),
    ],
)
def test_constructors_and_functions_do_as_estimators_do(make, both):
    assert issubclass(Theirs, both)
    with pytest.raises(both) as caught:
        make()
    assert type(caught.value) is InvalidParameterError
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # it comes back from processes


def test_errors_about_data_stay_what_they_are():
    X, classes, _ = table()
    with pytest.raises(ValueError, match="NaN") as caught:
        Perceptron().fit(np.where(X > 2, np.nan, X * np.nan), classes)
    assert not isinstance(caught.value, InvalidParameterError)


def test_message_cause_and_place_are_kept():
    cause = KeyError("x")

    @about_parameters
    def odd(error, cause=None):
        """Raise what it is told to."""
        raise error from cause

    with pytest.raises(InvalidParameterError, match="alpha is odd") as caught:
        odd(TypeError("alpha is odd"), cause)
    assert caught.value.__cause__ is cause
    assert caught.traceback[-1].name == "odd"
    assert odd.__doc__ == "Raise what it is told to."
    for kept in (
        cause,
        UnicodeError("no"),
    ):  # the one is none of the two, the other a ValueError of a kind of its own
        with pytest.raises(type(kept)) as caught:
            odd(kept)
        assert caught.value is kept
