"""Rules are tried before training: what is wrong with a user's rule is said by name."""

import numpy as np
import pytest

from rosenblatt.catalogue import catalogue
from rosenblatt.rules.activations import Activation
from rosenblatt.rules.losses import HalfSquaredError, Loss
from rosenblatt.rules.optimizers import SGD, Momentum, Optimizer
from rosenblatt.trial import try_activation, try_loss, try_optimizer
from tests.strategies import elementwise, targets


@pytest.mark.parametrize("name", sorted(elementwise()))
def test_every_activation_passes(name):
    rule = elementwise()[name]()
    assert try_activation(rule) is rule


@pytest.mark.parametrize("name", sorted(catalogue(Loss)))
def test_every_loss_passes(name):
    rule, random = catalogue(Loss)[name](), np.random.default_rng(0)
    r = 2 * rule.outputs_per_target
    o = np.abs(random.normal(size=(5, r))) + 0.1
    o = np.exp(o) / np.exp(o).sum(axis=1, keepdims=True)  # also probabilities
    assert try_loss(rule, o, targets(rule, random, 5, r)) is rule


class Good(Activation):
    def __call__(self, xp, a):
        return xp.tanh(a)

    def derivative(self, xp, o):
        return 1 - o * o


class Summed(Good):
    def __call__(self, xp, a):
        return xp.sum(a, axis=1)


class Logarithm(Good):
    def __call__(self, xp, a):
        return xp.log(a)


class SteepAtZero(Good):
    def derivative(self, xp, o):
        return 1 / o


class OneNumber(Good):
    def derivative(self, xp, o):
        return 1.0


class OfA(Good):
    derivative_of = "a"

    def derivative(self, xp, a):
        return xp.sqrt(a)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            Summed(),
            r"Summed\(\)\.__call__ must return an array of its argument's shape: for \(5, 3\) it returned \(5,\)",
        ),
        (Logarithm(), r"Logarithm\(\)\.__call__ returned NaN or infinity"),
        (SteepAtZero(), r"SteepAtZero\(\)\.derivative returned NaN or infinity"),
        (OneNumber(), r"OneNumber\(\)\.derivative must return an array .* it returned \(\)"),
        (OfA(), r"OfA\(\)\.derivative returned NaN or infinity"),
    ],
)
def test_an_activation_that_cannot_work(rule, message):
    with pytest.raises(ValueError, match=message):
        try_activation(rule)


def test_a_good_rule_of_a_users_own_passes():
    assert isinstance(try_activation(Good()), Good)


Squared = HalfSquaredError  # a base by this name, so that nobody takes the classes below for exceptions


class RowSums(Squared):
    def value(self, xp, o, y):
        return xp.sum(o, axis=1)


class Quotient(Squared):
    def derivative(self, xp, o, y):
        return o / (0 * y)


class BadReport(Squared):
    def reported(self, xp, o, y):
        return xp.log(o - 100)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (RowSums(), r"RowSums\(\)\.value must return an array .* for \(2, 1\) it returned \(2,\)"),
        (Quotient(), r"Quotient\(\)\.derivative returned NaN or infinity"),
        (BadReport(), r"BadReport\(\)\.reported returned NaN or infinity"),
    ],
)
def test_a_loss_that_cannot_work(rule, message):
    with pytest.raises(ValueError, match=message):
        try_loss(rule, np.array([[0.5], [1.0]]), np.array([[1.0], [2.0]]))


@pytest.mark.parametrize("name", sorted(catalogue(Optimizer)))
def test_every_optimizer_passes(name):
    rule = catalogue(Optimizer)[name]()
    assert try_optimizer(rule) is rule


class Bare(SGD):
    def update(self, xp, theta, gradient, s):
        return theta - s.rate * gradient


class Forgetful(Momentum):
    def update(self, xp, theta, gradient, velocity, s):
        return (theta - s.rate * gradient,)


class Shrinking(SGD):
    def update(self, xp, theta, gradient, s):
        return (theta[1:],)


class Unrooted(SGD):
    def update(self, xp, theta, gradient, s):
        return (theta - xp.sqrt(gradient),)


class Unsettled(SGD):
    settings = ("step_size",)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Bare(), r"Bare\(\)\.update must return a tuple of theta and its 0 slots \(\), it returned ndarray"),
        (
            Forgetful(),
            r"Forgetful\(.*\)\.update must return a tuple of theta and its 1 slots \('velocity',\)",
        ),
        (Shrinking(), r"Shrinking\(\)\.update must return an array of its argument's shape"),
        (Unrooted(), r"Unrooted\(\)\.update returned NaN or infinity"),
        (
            Unsettled(),
            r"settings_at must return a number for each of settings=\('step_size',\), it returned \(\)",
        ),
    ],
)
def test_an_optimizer_that_cannot_work(rule, message):
    with pytest.raises(ValueError, match=message):
        try_optimizer(rule)


def test_an_error_within_a_rule_says_when_it_came():
    class Lost(Good):
        def __call__(self, xp, a):
            return self.missing

    with pytest.raises(AttributeError, match="missing") as caught:
        try_activation(Lost())
    assert (
        "Lost().__call__ was tried on an array of shape (5, 3), before training" in caught.value.__notes__[0]
    )


def test_nothing_that_is_tried_is_changed():
    o, y = np.array([[0.5], [1.0]]), np.array([[1.0], [2.0]])
    try_loss(HalfSquaredError(), o, y)
    assert o.tolist() == [[0.5], [1.0]]
    assert y.tolist() == [[1.0], [2.0]]

    class Greedy(Good):
        def __call__(self, xp, a):
            a += 1  # writes into its argument
            return xp.tanh(a)

    with pytest.raises(ValueError, match=r"Greedy\(\).__call__ writes into an array that it was given"):
        try_activation(Greedy())
    with pytest.raises(ValueError, match="Logarithm"):
        try_activation(Logarithm())  # still tried at the same points


def test_complex_numbers_are_refused():
    class RotatedError(HalfSquaredError):
        def value(self, xp, o, y):
            return (o - y) ** 2 / 2 + 0j

    with pytest.raises(
        ValueError, match=r"RotatedError\(\).value must return real numbers, it returned dtype complex128"
    ):
        try_loss(RotatedError(), np.array([[0.5]]), np.array([[1.0]]))


class Fixed(SGD):
    """Its step knows no rate."""

    def update(self, xp, theta, gradient, s):
        return (theta - 0.003 * xp.sign(gradient),)


class Idle(SGD):
    def update(self, xp, theta, gradient, s):
        return (theta,)


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        (Fixed(), r"takes the same steps at the rates 0\.01 and 0\.02, .*multiply the step by s\.rate"),
        (Idle(), r"leads nowhere: .*a parameter is still 0"),
    ],
    ids=["fixed", "idle"],
)
def test_an_optimizer_that_does_not_look_at_its_rate_or_does_nothing_is_refused(optimizer, says):
    with pytest.raises(ValueError, match=says):
        try_optimizer(optimizer)
    on_purpose = type("OnPurpose", (type(optimizer),), {"surrogate": True})()
    assert try_optimizer(on_purpose) is on_purpose
