"""A rule that looks at other rows, as a mean over samples does, and an output under another's name are refused."""

import numpy as np
import pytest

from rosenblatt import Autoencoder, MLPClassifier, MLPRegressor
from rosenblatt.rules.activations import Identity, Logistic
from rosenblatt.rules.losses import HalfSquaredError
from rosenblatt.rules.outputs import Softmax
from rosenblatt.rules.penalties import L2
from rosenblatt.trial import try_penalty
from tests.test_comparison import NUMBERS, SEVERAL, TWO, X
from tests.tolerances import SUMMATION

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class AveragedError(HalfSquaredError):
    """As it is written elsewhere: averaged over the samples."""

    def value(self, xp, o, y):
        return (o - y) ** 2 / 2 / len(y)

    def derivative(self, xp, o, y):
        return (o - y) / len(y)


class AveragedReportError(HalfSquaredError):
    def reported(self, xp, o, y):
        return (o - y) ** 2 / 2 / y.size


class Centred(Identity):
    def __call__(self, xp, a):
        return a - xp.mean(a)


class Shared(L2):
    def value(self, xp, w):
        return w * w / 2 / len(w)

    def derivative(self, xp, w):
        return w / len(w)


COUPLED = {
    "value": lambda: MLPRegressor(loss=AveragedError(), solver="adam"),
    "lbfgs": lambda: MLPRegressor(loss=AveragedError(), solver="lbfgs"),
    "reported": lambda: MLPRegressor(loss=AveragedReportError()),
    "classes": lambda: MLPClassifier(loss=AveragedError()),
    "autoencoder": lambda: Autoencoder(2, loss=AveragedError()),
    "activation": lambda: MLPRegressor(activation=Centred()),
    "output": lambda: MLPRegressor(output_activation=Centred()),
}


@pytest.mark.parametrize("model", COUPLED.values(), ids=COUPLED)
@pytest.mark.parametrize("rows", [60, 7])
def test_a_rule_that_averages_over_samples_is_refused(model, rows):
    model = model()
    y = TWO if isinstance(model, MLPClassifier) else NUMBERS
    data = (X[:rows],) if isinstance(model, Autoencoder) else (X[:rows], y[:rows])
    with pytest.raises(ValueError, match=r"of a row depends on the others: .* do not average over samples"):
        model.fit(*data)
    if isinstance(model, MLPRegressor) and not isinstance(model.loss, str):
        again = MLPRegressor(loss=AveragedError())
        with pytest.raises(ValueError, match="do not average over samples"):
            again.partial_fit(X[:1], NUMBERS[:1])


def test_a_penalty_that_averages_over_weights_is_refused():
    with pytest.raises(ValueError, match="depends on the others"):
        try_penalty(Shared())
    assert try_penalty(L2()) is not None


def test_a_coupling_on_purpose_passes():
    class OnPurposeError(AveragedError):
        surrogate = True

    MLPRegressor(loss=OnPurposeError(), max_iter=2).fit(X, NUMBERS)


class Backwards(Softmax):
    def __call__(self, xp, a):
        return super().__call__(xp, -a)


class Same(Softmax):
    def __call__(self, xp, a):
        return super().__call__(xp, a + 1.0)


class Steeper(Logistic):
    def __call__(self, xp, a):
        return super().__call__(xp, 3 * a)

    def derivative(self, xp, o):
        return 3 * o * (1 - o)


@pytest.mark.parametrize(("output", "y"), [(Backwards(), SEVERAL), (Steeper(), TWO)], ids=["several", "two"])
def test_an_output_under_anothers_name_is_refused_by_the_loss_that_is_paired_with_it(output, y):
    with pytest.raises(
        ValueError, match=r"output_activation=.* is not the '\w+' that loss='\w+' is paired with"
    ):
        MLPClassifier(output_activation=output).fit(X, y)


def test_an_output_of_ones_own_that_is_the_same_passes():
    ours, own = (
        MLPClassifier(max_iter=5, random_state=0, output_activation=one).fit(X, SEVERAL)
        for one in ("softmax", Same())
    )
    np.testing.assert_allclose(own.predict_proba(X), ours.predict_proba(X), rtol=SUMMATION)
