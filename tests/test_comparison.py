"""Rules of a user's own: a wrong derivative is found, and the line named; a right one is never called wrong."""

import re

import numpy as np
import pytest

from rosenblatt import (
    Activation,
    Autoencoder,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    MLPClassifier,
    MLPRegressor,
    SparseAutoencoder,
)
from rosenblatt.catalogue import catalogue
from rosenblatt.comparison import (
    compare_activation,
    compare_penalty,
    compare_second_derivative,
)
from rosenblatt.engines.choice import engine_for
from rosenblatt.network import Network
from rosenblatt.plan import Activity, Penalty, Plan
from rosenblatt.rules.activations import Identity, Tanh
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.optimizers import SGD, Adam
from rosenblatt.rules.penalties import L2, ActivityL1, KLDivergence
from rosenblatt.trial import try_activation, try_optimizer
from tests.estimators.own_rules import SignDescent, Softsign2
from tests.strategies import elementwise

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random = np.random.default_rng(0)
X = random.normal(size=(60, 4))
TWO, SEVERAL, NUMBERS = (X[:, 0] > 0).astype(int), X.argmax(axis=1), X @ [1.0, -2.0, 3.0, 4.0]


# -- no false alarm ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(elementwise()))
def test_every_activation_of_ours_is_right(name):
    compare_activation(elementwise()[name]())
    compare_second_derivative(elementwise()[name]())


def test_every_penalty_of_ours_is_right():
    compare_penalty(L2())
    compare_penalty(catalogue(type(L2()).__mro__[1])["l1"]())
    compare_penalty(ActivityL1(), Tanh())
    compare_penalty(KLDivergence(0.1, low=-20.0, high=21.0), Identity())


@pytest.mark.parametrize("rule", [Softsign2()], ids=repr)
def test_a_right_rule_of_a_users_own_passes(rule):
    assert try_activation(rule) is rule


class Steep(Activation):
    def __call__(self, xp, a):
        return xp.tanh(50 * a)

    def derivative(self, xp, o):
        return 50 * (1 - o * o)


class InFloat32(Steep):
    def __call__(self, xp, a):
        return xp.tanh(a.astype(np.float32))

    def derivative(self, xp, o):
        return 1 - o * o


class OnlyNearby(Steep):
    def __call__(self, xp, a):
        if abs(a).max() > 4:
            raise ValueError("a table ends at 4")
        return xp.tanh(50 * a)


class Straight(Activation):
    surrogate = True

    def __call__(self, xp, a):
        return xp.where(a > 0, 1.0, -1.0)

    def derivative(self, xp, o):
        return xp.ones_like(o)

    def second_derivative(self, xp, o):
        return xp.ones_like(o)


class NotStraight(Straight):
    surrogate = False


@pytest.mark.parametrize("rule", [Steep(), InFloat32(), OnlyNearby(), Straight()], ids=repr)
def test_what_is_meant_passes(rule):
    assert try_activation(rule) is rule
    compare_activation(rule)


# -- activations ---------------------------------------------------------------------------------------


class Square(Activation):
    derivative_of = "a"

    def __call__(self, xp, a):
        return a * a

    def derivative(self, xp, a):
        return 2 * a

    def second_derivative(self, xp, a):
        return 2 * xp.ones_like(a)


class Half(Square):
    def derivative(self, xp, a):
        return a


class Sign(Square):
    def derivative(self, xp, a):
        return -2 * a


class OffByAConstant(Square):
    def derivative(self, xp, a):
        return 2 * a + 0.01


class ClippedCube(Square):
    def __call__(self, xp, a):
        return xp.clip(a, -1, 1) ** 3

    def derivative(self, xp, a):
        return 3 * a * a


class WrongForNegative(Square):
    def derivative(self, xp, a):
        return xp.where(a < 0, 1.9 * a, 2 * a)


class WrongAt5(Square):
    def derivative(self, xp, a):
        return xp.where(a > 4.9, 2.1 * a, 2 * a)


class NaNFarOut(Square):
    def derivative(self, xp, a):
        return xp.where(a > 10, xp.log(-a), 2 * a)


class ForgottenA(Square):
    derivative_of = "o"


class ForgottenO(Activation):
    derivative_of = "a"

    def __call__(self, xp, a):
        return xp.tanh(a)

    def derivative(self, xp, o):
        return 1 - o * o


class ForgottenChain(Steep):
    def derivative(self, xp, o):
        return 1 - o * o


class SaturatingWrongAt5(ForgottenO):
    def derivative(self, xp, a):
        return (1 - xp.tanh(a) ** 2) * xp.where(a > 4.9, 2.0, 1.0)


WRONG = [
    (Half(), "at a = -20 it returns -20, and differences of __call__ give -40 (0.5 times that everywhere)"),
    (Sign(), "(-1 times that everywhere)"),
    (OffByAConstant(), "OffByAConstant.__call__: at a = "),
    (ClippedCube(), "at a = -20 it returns 1200, and differences of __call__ give 0. Look at"),
    (WrongForNegative(), "at a = -20 it returns -38, and differences of __call__ give -40"),
    (WrongAt5(), "at a = 20 it returns 42, and differences of __call__ give 40"),
    (NaNFarOut(), "returned nan at a = 12.5, where __call__ is finite"),
    (
        ForgottenA(),
        'given the pre-activation a it would be right: it is written with a, but derivative_of says "o"',
    ),
    (ForgottenO(), 'given the output o it would be right: it is written with o, but derivative_of says "a"'),
    (ForgottenChain(), "at a = 0 it returns 1, and differences of __call__ give 50"),
    (SaturatingWrongAt5(), "at a = 5 it returns"),
    (NotStraight(), "say surrogate = True in NotStraight"),
]


@pytest.mark.parametrize(("rule", "says"), WRONG, ids=[repr(rule) for rule, _ in WRONG])
def test_a_wrong_derivative_is_named(rule, says):
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        try_activation(rule)
    assert re.search(r"Look at \w+\.derivative, line \d+ of test_comparison\.py", str(caught.value))


@pytest.mark.parametrize("rule", [Half(), ForgottenA()], ids=repr)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_it_is_found_wherever_it_enters(rule, dtype):
    name = type(rule).__name__
    rows = X.astype(dtype)
    for model, target in (
        (MLPClassifier((3,), activation=rule), TWO),
        (MLPClassifier((3, 3), activation=["tanh", rule]), SEVERAL),
        (MLPRegressor(hidden_layer_sizes=(3,), activation=rule, solver="lbfgs"), NUMBERS),
        (MLPRegressor(hidden_layer_sizes=(3,), output_activation=rule), NUMBERS),
        (Autoencoder((3,), code_activation=rule), None),
        (SparseAutoencoder((3, 2, 3), activation=rule), None),
        (DenoisingAutoencoder((3,), output_activation=rule), None),
    ):
        before = dict(vars(model))
        with pytest.raises(
            ValueError, match=rf"{name}\(\)\.derivative is not the derivative of {name}\.__call__"
        ):
            model.fit(rows, target)
        assert vars(model) == before
    with pytest.raises(ValueError, match=rf"{name}\(\)\.derivative is not"):
        engine_for("array", Network((2, 2, 1), (rule,), Identity()), Plan(HalfSquaredError(), SGD(), None))


class WrongSecond(Square):
    def second_derivative(self, xp, a):
        return 3 * xp.ones_like(a)


class WrongSecondOfO(Activation):
    def __call__(self, xp, a):
        return xp.tanh(a)

    def derivative(self, xp, o):
        return 1 - o * o

    def second_derivative(self, xp, o):
        return -2 * o  # by o, not by a: the chain factor is forgotten


def test_a_wrong_second_derivative_is_named_where_it_is_used():
    assert try_activation(WrongSecond())
    says = r"second_derivative is not the derivative of WrongSecond\.derivative: .* returns 3, .* give 2 \(1.5 times"
    with pytest.raises(ValueError, match=says):
        ContractiveAutoencoder((3,), code_activation=WrongSecond()).fit(X)
    with pytest.raises(ValueError, match=r"WrongSecondOfO\(\)\.second_derivative is not the derivative"):
        ContractiveAutoencoder((3,), code_activation=WrongSecondOfO()).fit(X)
    ContractiveAutoencoder((3,), code_activation=Square(), max_iter=2).fit(X)


# -- penalties and optimisers ----------------------------------------------------------------------------


class Quartic(type(L2()).__mro__[1]):
    factor = 4

    def value(self, xp, w):
        return w**4

    def derivative(self, xp, w):
        return self.factor * w**3


class QuarticWrong(Quartic):
    factor = 3


class Active(type(ActivityL1()).__mro__[1]):
    of_mean = True
    power = 1

    def value(self, xp, o):
        return o * o

    def derivative(self, xp, o):
        return 2 * o**self.power


class ActiveWrong(Active):
    power = 2


def test_penalties_are_held_against_differences_where_a_plan_has_them():
    network = Network((2, 2, 1), (Tanh(),), Identity())

    def engine(**parts):
        return engine_for("auto", network, Plan(HalfSquaredError(), SGD(), None, **parts))

    assert engine(penalties=(Penalty(Quartic(), 0.1),), activities=(Activity(Active(), 0.1, (1,)),))
    says = (
        r"QuarticWrong\(\)\.derivative is not the derivative of QuarticWrong\.value: at w = .* \(0.75 times"
    )
    with pytest.raises(ValueError, match=says):
        engine(penalties=(Penalty(QuarticWrong(), 0.1),))
    with pytest.raises(ValueError, match=r"ActiveWrong\.value: at o = "):
        engine(activities=(Activity(ActiveWrong(), 0.1, (1,)),))


class Uphill(SGD):
    def update(self, xp, theta, gradient, s):
        return (theta + s.rate * gradient,)


class MeantUphill(Uphill):
    surrogate = True


def test_an_optimizer_goes_downhill():
    with pytest.raises(ValueError, match=r"Uphill\(\)\.update leads uphill: .*sign of the step"):
        MLPRegressor(solver=Uphill()).fit(X, NUMBERS)
    for kind in catalogue(type(SGD()).__mro__[1]).values():
        subclass = type("Own", (kind,), {})  # no longer one of ours
        assert try_optimizer(subclass())
    for rule in (SignDescent(), MeantUphill(), type("Heavy", (Adam,), {"beta_1": 0.999})()):
        assert try_optimizer(rule) is rule
