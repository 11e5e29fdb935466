"""From arguments to a Network and a Plan."""

import numpy as np
import pytest

from rosenblatt import SGD, Adam, AdamW, Cosine, MLPClassifier, MLPRegressor, Momentum, Nesterov, RMSprop
from rosenblatt.estimators.losses import loss_of
from rosenblatt.estimators.rates import check_schedule
from rosenblatt.initializers import Given, Orthogonal, Zeros
from rosenblatt.plan import LBFGS
from rosenblatt.rules.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Poisson
from rosenblatt.rules.rectifiers import LeakyReLU
from tests.estimators.refusals import table

X, LABELS, NUMBERS = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**arguments):
    return MLPClassifier(**{"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0, **arguments})


def theta(**arguments):
    return classifier(**arguments).fit(X, LABELS).theta_


@pytest.mark.parametrize(
    ("arguments", "optimizer"),
    [
        ({}, Adam()),
        ({"beta_1": 0.8, "epsilon": 1e-6}, Adam(beta_1=0.8, beta_2=0.999, epsilon=1e-6)),
        ({"solver": "adamw", "beta_2": 0.99}, AdamW(beta_2=0.99)),
        ({"solver": "rmsprop", "epsilon": 1e-5}, RMSprop(epsilon=1e-5)),
        ({"solver": "sgd"}, Nesterov(0.9)),
        ({"solver": "sgd", "nesterovs_momentum": False, "momentum": 0.5}, Momentum(0.5)),
        ({"solver": "sgd", "momentum": 0}, SGD()),
        ({"solver": "lbfgs", "max_fun": 50}, LBFGS(50)),
    ],
)
def test_a_name_takes_its_parameters_from_the_plain_arguments(arguments, optimizer):
    model = classifier(**arguments).fit(X, LABELS)
    assert model.plan_.optimizer == optimizer
    np.testing.assert_array_equal(theta(solver=optimizer), model.theta_)


@pytest.mark.parametrize(
    "solver", [Adam(beta_1=0.8), AdamW(weight_decay=0.1), RMSprop(decay=0.9), Momentum(0.5), SGD()]
)
def test_an_object_brings_parameters_of_its_own(solver):
    model = classifier(solver=solver, max_iter=60, learning_rate_init=0.03).fit(X, LABELS)
    assert model.plan_.optimizer == solver
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert not np.array_equal(
        theta(solver=solver), theta(solver=type(solver)()) if solver != SGD() else theta()
    )


def test_the_penalty_is_alpha():
    assert classifier(alpha=0).fit(X, LABELS).plan_.penalties == ()
    (penalty,) = classifier(alpha=0.5).fit(X, LABELS).plan_.penalties
    assert (penalty.strength, penalty.divided, penalty.rule.name) == (0.5, True, "l2")


def test_batch_sizes():
    for value, size in (("auto", 60), ("full", 60), (1, 1), (np.int64(7), 7), (60, 60)):
        model = classifier(batch_size=value).fit(X, LABELS)
        assert model.plan_.batch_size == size
        assert type(model.plan_.batch_size) is int
    assert classifier().fit(np.tile(X, (4, 1)), np.tile(LABELS, 4)).plan_.batch_size == 200
    assert classifier(solver="lbfgs", batch_size=7).fit(X, LABELS).plan_.batch_size == 60


def test_a_full_batch_knows_no_order_and_single_samples_do():
    full = [theta(batch_size="full", order=order, solver="sgd") for order in ("shuffled", "cyclic")]
    np.testing.assert_allclose(*full)
    single = [theta(batch_size=1, order=order, solver="sgd") for order in ("shuffled", "cyclic", "random")]
    assert len({one.tobytes() for one in single}) == 3


def test_the_order_is_as_shuffle_says_unless_it_is_given():
    np.testing.assert_array_equal(theta(batch_size=9), theta(batch_size=9, order="shuffled"))
    np.testing.assert_array_equal(
        theta(batch_size=9, shuffle=False), theta(batch_size=9, shuffle=False, order="cyclic")
    )
    assert classifier().fit(X, LABELS).plan_.order == "shuffled"
    assert classifier(order="random").fit(X, LABELS).plan_.order == "random"


INITIALIZERS = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"]


@pytest.mark.parametrize("initializer", [*INITIALIZERS, "orthogonal", Orthogonal(2.0)], ids=str)
def test_initializers(initializer):
    model = classifier(initializer=initializer, solver="sgd", learning_rate_init=1e-300).fit(X, LABELS)
    assert all(np.ptp(W) > 0 for W in model.coefs_)
    assert abs(np.concatenate(model.intercepts_)).max() < 1e-290  # one step at next to no rate
    again = theta(initializer=initializer, solver="sgd", learning_rate_init=1e-300)
    np.testing.assert_array_equal(model.theta_, again)
    other = theta(initializer=initializer, solver="sgd", learning_rate_init=1e-300, random_state=1)
    assert not np.array_equal(model.theta_, other)


def test_zeros_and_arrays_as_initial_weights():
    nothing = {"solver": "sgd", "learning_rate_init": 1e-300, "momentum": 0, "alpha": 0}
    for zeros in ("zeros", Zeros()):
        assert abs(theta(initializer=zeros, **nothing)).max() < 1e-290
    fitted = classifier().fit(X, LABELS)
    for given in ((fitted.coefs_, fitted.intercepts_), Given(fitted.coefs_, fitted.intercepts_)):
        np.testing.assert_array_equal(theta(initializer=given, **nothing), fitted.theta_)


def test_the_output_is_the_losss_own_unless_given():
    outputs = {
        "softmax": classifier(),
        "identity": classifier(loss="squared_error"),
        "tanh": classifier(loss="squared_error", output_activation="tanh"),
        "leaky_relu": classifier(loss="perceptron", output_activation=LeakyReLU(0.2)),
    }
    for name, model in outputs.items():
        assert model.fit(X, LABELS).out_activation_ == name
    assert classifier().fit(X, LABELS > 0).out_activation_ == "logistic"
    assert MLPRegressor("poisson", max_iter=1).fit(X, abs(NUMBERS)).out_activation_ == "exp"


@pytest.mark.parametrize(
    ("kind", "loss"),
    [
        ("binary", BinaryCrossEntropy()),
        ("multiclass", CategoricalCrossEntropy()),
        ("multilabel-indicator", BinaryCrossEntropy()),
    ],
)
def test_log_loss_is_the_cross_entropy_that_fits(kind, loss):
    assert loss_of("log_loss", kind) == loss
    assert loss_of(loss, kind) == loss
    assert loss_of(loss.name, kind) == loss
    assert loss_of("poisson", "continuous") == Poisson()


def test_a_schedule_without_a_signature_is_taken():
    check_schedule("learning_rate", max, "")  # written in C: nothing tells what it takes
    check_schedule("learning_rate", Cosine(), "")
    check_schedule("learning_rate", lambda *clock: 0.1, "")
