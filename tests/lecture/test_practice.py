"""T1 to T6 and T8: the advice of "backprop in practice", each as a measurement."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits, load_wine
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, Network
from rosenblatt.initializers import initializer_of
from rosenblatt.layout import Layout
from rosenblatt.rules.activations import Identity, Logistic, ScaledTanh
from rosenblatt.rules.losses import BinaryCrossEntropy, HalfSquaredError
from rosenblatt.rules.rectifiers import ReLU
from tests.lecture.problems import engine_of, gradient_of_mean
from tests.tolerances import PRINTED_CONSTANTS, VARIANCE_OF_SAMPLES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_t1_relu_does_not_saturate_for_positive_pre_activations():
    a = np.array([1e-3, 1.0, 1e6])
    relu, logistic = ReLU(), Logistic()
    assert_array_equal(relu.derivative(np, relu(np, a)), 1.0)
    assert logistic.derivative(np, logistic(np, a))[-1] == 0.0


def test_t2_cross_entropy_still_learns_from_a_confident_mistake():
    x, y, theta = np.ones((1, 1)), np.zeros((1, 1)), np.array([30.0, 0.0])
    entropy = gradient_of_mean(engine_of((1, 1), (), Logistic(), BinaryCrossEntropy()), theta, x, y)
    squares = gradient_of_mean(engine_of((1, 1), (), Logistic(), HalfSquaredError()), theta, x, y)
    assert entropy[0] > 0.99
    assert 0 <= squares[0] < 1e-12


def test_t3_shuffling_beats_samples_that_come_sorted_by_class():
    X, y = load_digits(return_X_y=True)
    by_class = np.argsort(y, kind="stable")
    X, y = X[by_class] / 16, y[by_class]

    def score(shuffle):
        model = MLPClassifier((20,), shuffle=shuffle, batch_size=20, max_iter=5, random_state=0)
        return model.fit(X, y).score(X, y)

    assert score(True) > score(False) + 0.1


def test_t4_inputs_of_zero_mean_and_unit_variance_train_faster():
    X, y = load_wine(return_X_y=True)
    scaled = StandardScaler().fit_transform(X)

    def loss(inputs):
        settings = {"solver": "sgd", "learning_rate_init": 0.01, "max_iter": 50, "random_state": 0}
        return MLPClassifier((10,), **settings).fit(inputs, y).loss_

    assert loss(scaled) < loss(X) / 2


@dataclass(frozen=True)
class After:
    """A strength that is zero for some epochs."""

    epochs: int
    value: float

    def __call__(self, clock):
        return self.value if clock.epoch >= self.epochs else 0.0


def test_t6_a_penalty_can_be_switched_on_after_some_epochs():
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)

    def model(alpha):
        settings = {"max_iter": 8, "random_state": 0, "batch_size": 50}
        return MLPClassifier((10,), alpha=alpha, **settings).fit(X, y)

    free, late, always = model(0.0), model(After(4, 50.0)), model(50.0)
    assert_array_equal(late.loss_curve_[:4], free.loss_curve_[:4])
    assert (late.history_["objective"][4:] > free.history_["objective"][4:]).all()
    size = [np.square(m.coefs_[0]).sum() for m in (always, late, free)]
    assert size[0] < size[1] < size[2]


def test_t8_the_scaled_tanh_maps_one_to_one_and_bends_most_there():
    rule = ScaledTanh()
    assert_allclose(rule(np, np.array([1.0, -1.0])), [1.0, -1.0], atol=PRINTED_CONSTANTS)
    a = np.linspace(0, 3, 3001)
    bend = np.abs(rule.second_derivative(np, rule(np, a)))
    assert abs(a[bend.argmax()] - 1.0) < 0.02


@pytest.mark.parametrize("name", ["lecun_uniform", "lecun_normal"])
def test_t8_lecun_initialisation_keeps_unit_variance(name):
    network = Network((100, 80, 60), (ScaledTanh(),), Identity())
    layout, theta = Layout(network.sizes), np.empty(network.n_parameters)
    initializer_of(name).fill(theta, network, (), np.random.RandomState(0), seed=1)
    o = np.random.default_rng(0).normal(size=(500, 100))
    for k in (1, 2):
        a = o @ layout.W(theta, k) + layout.b(theta, k)
        assert_allclose(np.mean(a * a), np.mean(o * o), rtol=VARIANCE_OF_SAMPLES)
        o = network.activation(k)(np, a)
    assert 0.5 < np.mean(o * o) < 1.5
