"""Losses for classes: hinges with their corners, focal losses that become the cross-entropy, families."""

import numpy as np
import pytest
from hypothesis import given
from sklearn import metrics

from rosenblatt.rules.classification_losses import (
    BinaryFocal,
    CategoricalFocal,
    Focal,
    Hinge,
    LogLoss,
    LossFamily,
    SquaredHinge,
)
from rosenblatt.rules.losses import BinaryCrossEntropy, CategoricalCrossEntropy
from rosenblatt.rules.outputs import Softmax
from tests.rule_checks import close, loss_points
from tests.strategies import SEEDS, np_namespace
from tests.tolerances import DERIVATIVE, NEARLY_SURE, SAME_FORMULA

XP = np_namespace()


@given(seed=SEEDS)
def test_hinge_equals_scikit_learn(seed):
    o, y = loss_points(Hinge(), seed, n=12, r=1)
    y[:2] = [[-1.0], [1.0]]
    close(Hinge().value(XP, o, y).mean(), metrics.hinge_loss(y.ravel(), o.ravel()), 10 * SAME_FORMULA)
    close(SquaredHinge().value(XP, o, y), Hinge().value(XP, o, y) ** 2, SAME_FORMULA)


@pytest.mark.parametrize("loss", [Hinge(), SquaredHinge()], ids=repr)
def test_at_the_corner_and_beyond_nothing_moves(loss):
    y = np.array([[1.0, -1.0, 1.0, -1.0, 1.0]])
    o = np.array([[1.0, -1.0, 1.5, -9.0, 0.0]])
    assert loss.derivative(XP, o, y)[0, :4].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert loss.value(XP, o, y)[0, :4].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert loss.derivative(XP, o, y)[0, 4] < 0


@given(seed=SEEDS)
def test_a_focal_loss_without_focus_is_the_cross_entropy(seed):
    for focal, plain in (
        (BinaryFocal(0.0), BinaryCrossEntropy()),
        (CategoricalFocal(0.0), CategoricalCrossEntropy()),
    ):
        a, y = loss_points(plain, seed)
        o = Softmax()(XP, a) if plain.pair == "softmax" else 1 / (1 + np.exp(-a))
        close(focal.value(XP, a, y), plain.value(XP, a, y), 10 * SAME_FORMULA)
        close(focal.derivative(XP, a, y), plain.derivative(XP, o, y), 10 * SAME_FORMULA)
        close(focal.reported(XP, o, y), plain.reported(XP, o, y), 10 * SAME_FORMULA)


@given(seed=SEEDS)
def test_two_forms_agree_on_two_classes(seed):
    a, y = loss_points(BinaryFocal(), seed, r=1)
    both = np.hstack([0 * a, a])  # the logistic is the softmax of 0 and a
    value = CategoricalFocal(1.5).value(XP, both, np.hstack([1 - y, y])).sum(axis=1, keepdims=True)
    close(BinaryFocal(1.5).value(XP, a, y), value, DERIVATIVE)
    slope = CategoricalFocal(1.5).derivative(XP, both, np.hstack([1 - y, y]))
    close(BinaryFocal(1.5).derivative(XP, a, y), slope[:, [1]], DERIVATIVE)
    close(slope.sum(axis=1), np.zeros(len(a)), DERIVATIVE)


def test_focus_takes_weight_from_what_is_easy():
    a, y = np.array([[3.0], [-3.0]]), np.ones((2, 1))
    shares = BinaryFocal(2.0).value(XP, a, y) / BinaryCrossEntropy().value(XP, a, y)
    o = 1 / (1 + np.exp(-a))
    close(shares, (1 - o) ** 2, 10 * SAME_FORMULA)


@pytest.mark.parametrize("gamma", [0.0, 0.05, 0.5, 2.0])
def test_a_softmax_that_is_nearly_sure_is_still_exact(gamma):
    # o = 1 - 1e-20: 1 - o is lost by subtraction, and with it (1 - o)^gamma
    gap = 1e-20
    a, y = np.array([[0.0, np.log(gap)]]), np.array([[1.0, 0.0]])
    close(CategoricalFocal(gamma).value(XP, a, y), [[gap**gamma * gap, 0.0]], SAME_FORMULA)
    assert np.isclose(
        CategoricalFocal(gamma).value(XP, a, y)[0, 0], gap ** (1 + gamma), rtol=NEARLY_SURE, atol=0
    )
    slope = CategoricalFocal(gamma).derivative(XP, a, y)[0, 1]
    assert np.isclose(slope, (1 + gamma) * gap ** (1 + gamma), rtol=NEARLY_SURE, atol=0)


def test_families_choose_by_the_classes():
    assert LogLoss().binary() == BinaryCrossEntropy()
    assert LogLoss(0.1).categorical() == CategoricalCrossEntropy()
    assert Focal(0.7).binary() == BinaryFocal(0.7)
    assert Focal(0.7).categorical() == CategoricalFocal(0.7)
    for method in ("binary", "categorical"):
        with pytest.raises(TypeError, match=f"must define {method}"):
            getattr(LossFamily(), method)()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Focal(-0.1), r"Focal\(gamma=...\) must lie in \[0, inf\), got -0.1"),
        (lambda: Focal(float("nan")), "got nan"),
        (lambda: LogLoss(1.0), r"LogLoss\(smoothing=...\) must lie in \[0, 1\), got 1.0"),
        (lambda: LogLoss(-0.1), "got -0.1"),
        (lambda: LogLoss(float("nan")), "got nan"),
    ],
)
def test_parameters_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()
