"""Losses of a user's own: a wrong derivative is found, and the line named; a right one is never called wrong."""

import re

import numpy as np
import pytest

from rosenblatt import Activation, Autoencoder, Loss, MLPClassifier, MLPRegressor
from rosenblatt.catalogue import catalogue
from rosenblatt.comparison import compare_loss, different_rows
from rosenblatt.rules.activations import HardTanh, Identity, Logistic, Tanh
from tests.estimators.own_rules import LogCosh
from tests.strategies import targets

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random = np.random.default_rng(0)
X = random.normal(size=(60, 4))
TWO, SEVERAL, NUMBERS = (X[:, 0] > 0).astype(int), X.argmax(axis=1), X @ [1.0, -2.0, 3.0, 4.0]


@pytest.mark.parametrize("name", sorted(catalogue(Loss)))
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4])
def test_every_loss_of_ours_is_right(name, size):
    loss = catalogue(Loss)[name]()
    r = 2 * loss.outputs_per_target
    y = targets(loss, random, 7, r)
    compare_loss(loss, catalogue(Activation)[loss.output](), y * size if loss.domain.endswith("inf)") else y)


@pytest.mark.parametrize("output", [Identity(), Tanh(), Logistic(), HardTanh()], ids=repr)
def test_a_loss_of_the_output_is_right_with_any_output(output):
    for name, kind in catalogue(Loss).items():
        if not kind.pair:
            loss = kind()
            r = 2 * loss.outputs_per_target
            assert compare_loss(loss, output, targets(loss, random, 7, r)) is None, name


class Backwards(LogCosh):
    def derivative(self, xp, o, y):
        return xp.tanh(y - o)


class HalfOfSquared(Loss):
    def value(self, xp, o, y):
        return (o - y) ** 2

    def derivative(self, xp, o, y):
        return o - y


class WrongFarOff(LogCosh):
    def derivative(self, xp, o, y):
        return xp.where(o - y > 2, 0.5, xp.tanh(o - y))


class NaNWithoutError(Loss):
    def value(self, xp, o, y):
        return abs(o - y)

    def derivative(self, xp, o, y):
        return (o - y) / abs(o - y)


class OfProbabilities(Loss):
    output = "logistic"
    encoding = (0.0, 1.0)
    domain = "[0, 1]"
    probabilistic = True

    def value(self, xp, o, y):
        return -(y * xp.log(o + 1e-12) + (1 - y) * xp.log(1 - o + 1e-12))

    def derivative(self, xp, o, y):
        return (o - y) / (o * (1 - o) + 1e-12)


class NotPaired(OfProbabilities):
    def derivative(self, xp, o, y):
        return o - y


class Paired(OfProbabilities):
    pair = "logistic"

    def value(self, xp, a, y):
        return xp.log1p(xp.exp(-abs(a))) + xp.where(a > 0, a, 0.0) - a * y

    def derivative(self, xp, o, y):
        return o - y

    def reported(self, xp, o, y):
        return OfProbabilities.value(self, xp, o, y)


class PairedWrongly(Paired):
    derivative_of = "a"


class OfRows(Paired):
    output = "softmax"
    pair = "softmax"

    def value(self, xp, a, y):
        return y * (xp.log(xp.sum(xp.exp(a), axis=1, keepdims=True)) - a)


class OfRowsAlone(OfRows):
    def derivative(self, xp, o, y):
        return y * (o - 1)  # as if the other columns did not move


def test_right_losses_of_a_users_own_pass():
    for model, target in (
        (MLPRegressor(LogCosh(), max_iter=2), NUMBERS),
        (MLPRegressor(LogCosh(), max_iter=2), np.c_[NUMBERS, NUMBERS]),
        (MLPClassifier(loss=OfProbabilities(), max_iter=2), TWO),
        (MLPClassifier(loss=Paired(), max_iter=2), TWO),
        (MLPClassifier(loss=OfRows(), max_iter=2), SEVERAL),
        (Autoencoder((3,), loss=OfProbabilities(), scale_inputs="minmax", max_iter=2), None),
        (Autoencoder((3,), loss=LogCosh(), max_iter=2), None),
    ):
        model.fit(X, target)


@pytest.mark.parametrize(
    ("model", "target", "says"),
    [
        (MLPRegressor(Backwards()), NUMBERS, "(-1 times that everywhere)"),
        (MLPRegressor(HalfOfSquared()), 1e5 * NUMBERS, "(0.5 times that everywhere)"),
        (MLPRegressor(HalfOfSquared(), scale_target=True), 1e5 * NUMBERS, "(0.5 times that everywhere)"),
        (MLPRegressor(WrongFarOff()), NUMBERS, "it returns 0.5, and differences of value give 1."),
        (MLPRegressor(NaNWithoutError()), NUMBERS, "returned nan at o = "),
        (Autoencoder((3,), loss=Backwards()), None, "(-1 times that everywhere)"),
        (
            MLPClassifier(loss=NotPaired()),
            TWO,
            "NotPaired().derivative is not the derivative of NotPaired.value",
        ),
        (
            MLPClassifier(loss=PairedWrongly()),
            TWO,
            "given the output o it would be right: it is written with o",
        ),
        (MLPClassifier(loss=OfRowsAlone()), SEVERAL, "OfRowsAlone().derivative is not the derivative"),
    ],
    ids=lambda value: type(getattr(value, "loss", value)).__name__,
)
def test_a_wrong_loss_is_named(model, target, says):
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        model.fit(X, target)
    assert "Look at" in str(caught.value)
    assert "test_comparison_of_losses.py" in str(caught.value)
    assert not hasattr(model, "theta_")


def test_a_surrogate_loss_is_taken():
    class Meant(HalfOfSquared):
        surrogate = True

    MLPRegressor(Meant(), max_iter=2).fit(X, NUMBERS)


def test_the_targets_that_are_tried_differ():
    y = np.zeros((1000, 1))
    y[700], y[800] = 1.0, -2.0
    assert set(different_rows(y).ravel()) == {-2.0, 0.0, 1.0}
    assert len(different_rows(np.zeros((2, 3)))) == 2
