"""Names of other libraries are answered with what is the same here, and never with what only sounds alike."""

import warnings

import numpy as np
import pytest

import rosenblatt
from rosenblatt import Autoencoder, EarlyStopping, MLPClassifier, MLPRegressor, Perceptron
from rosenblatt.catalogue import catalogue, unknown
from rosenblatt.other_names import _ADVICE, _OF_VALUES, _SCHEDULES, meant
from rosenblatt.rules.activations import Activation
from tests.tolerances import SAME_FUNCTION

X, y = np.random.default_rng(0).random((24, 3)), np.arange(24) % 2

SAID = [
    (lambda: MLPClassifier(activation="swish"), "'silu'"),
    (lambda: MLPClassifier(activation="Sigmoid"), "'logistic'"),
    (lambda: MLPClassifier(activation="LeakyReLU"), "'leaky_relu'"),
    (lambda: MLPClassifier(activation="linear"), "'identity'"),
    (lambda: MLPClassifier(output_activation="nn.Sigmoid"), "'logistic'"),
    (lambda: MLPRegressor(loss="mse"), "'squared_error'"),
    (lambda: MLPRegressor(loss="L1"), "'mae'"),
    (lambda: MLPRegressor(loss="SmoothL1Loss"), "'huber'"),
    (lambda: MLPClassifier(loss="cross_entropy"), "'log_loss'"),
    (lambda: MLPClassifier(loss="sparse_categorical_crossentropy"), "'log_loss'"),
    (lambda: MLPClassifier(loss="bce"), "'log_loss'"),
    (lambda: MLPClassifier(loss="nll"), "'log_loss'"),
    (lambda: Autoencoder(loss="binary_crossentropy"), "'binary_cross_entropy'"),
    (lambda: Autoencoder(loss="mean_squared_error"), "'squared_error'"),
    (lambda: MLPClassifier(solver="momentum"), "solver='sgd', whose momentum=0.9"),
    (lambda: MLPClassifier(solver="nesterov"), "nesterovs_momentum=True"),
    (lambda: MLPClassifier(solver="L-BFGS-B"), "'lbfgs'"),
    (lambda: MLPClassifier(initializer="xavier"), "'glorot_uniform'"),
    (lambda: MLPClassifier(initializer="kaiming_normal"), "'he_normal'"),
    (lambda: MLPClassifier(learning_rate="cosine"), r"learning_rate=Cosine\(\)"),
    (lambda: MLPClassifier(learning_rate="OneCycleLR"), r"learning_rate=OneCycle\(\)"),
    (lambda: MLPClassifier(learning_rate="auto"), "learning_rate_init='auto'"),
    (lambda: MLPClassifier(scale_inputs="zscore"), "'standard'"),
    (lambda: MLPClassifier(engine="numpy"), "'array'"),
    (lambda: MLPClassifier(average="polyak"), "'swa'"),
    (lambda: Perceptron(penalty="ridge"), "'l2'"),
    (lambda: EarlyStopping("auc"), "'roc_auc'"),
    (lambda: EarlyStopping("mse"), "'neg_mean_squared_error'"),
]


@pytest.mark.parametrize(("make", "said"), SAID)
def test_what_was_meant_is_named(make, said):
    with pytest.raises(ValueError, match=f"unknown .*{said}"):
        _fitted(make)


def _fitted(make):
    model = make()
    return model.fit(X) if isinstance(model, Autoencoder) else model.fit(X, y)


@pytest.mark.parametrize("name", ["hard_swish", "hardsigmoid", "relu6", "prelu", "LogSigmoid", "Softshrink"])
def test_other_functions_are_not_mistaken_for_those_that_sound_alike(name):
    assert "did you mean" not in unknown("activation", name, catalogue(Activation))


def test_slips_of_the_pen_are_still_guessed():
    assert "did you mean 'relu'?" in unknown("activation", "rellu", catalogue(Activation))
    assert meant("activation", "rellu", catalogue(Activation)) is None


OF_TORCH = {
    "swish": "silu",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "hardtanh": "hardtanh",
    "celu": "celu",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "mish": "mish",
    "softplus": "softplus",
    "softsign": "softsign",
    "leakyrelu": "leaky_relu",
    "relu": "relu",
    "tanh": "tanh",
}


@pytest.mark.parametrize("name", OF_TORCH)
def test_activations_are_the_same_functions(name):
    torch = pytest.importorskip("torch")
    known = catalogue(Activation)
    rule = known[meant("activation", name, known).split("'")[1]]()
    a = np.linspace(-4, 4, 33)
    expected = getattr(torch.nn.functional, OF_TORCH[name])(torch.as_tensor(a)).numpy()
    np.testing.assert_allclose(rule(_namespace(a), a), expected, atol=SAME_FUNCTION)


def _namespace(a):
    from rosenblatt.namespaces import namespace_of

    return namespace_of(a)


def test_every_target_of_the_table_is_a_name_of_some_argument():
    from sklearn.metrics import get_scorer_names

    from rosenblatt.engines.choice import ENGINES
    from rosenblatt.estimators.losses import FAMILIES
    from rosenblatt.estimators.planning import SOLVERS
    from rosenblatt.initializers import INITIALIZERS
    from rosenblatt.rules.losses import Loss
    from rosenblatt.training.order import ORDERS

    names = {
        *catalogue(Activation),
        *catalogue(Loss),
        *FAMILIES,
        *SOLVERS,
        *INITIALIZERS,
        *get_scorer_names(),
    }
    names |= {*ENGINES, *ORDERS, "standard", "robust", "minmax", "swa", "ema", "l1", "l2"}
    for name, targets in _OF_VALUES.items():
        assert targets is None or set(targets) <= names, name


@pytest.mark.parametrize("text", sorted(set(_SCHEDULES.values())))
def test_the_objects_that_are_shown_can_be_used(text):
    rate = eval(text, vars(rosenblatt))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        MLPClassifier((3,), learning_rate=rate, max_iter=3).fit(X, y)
    assert all(isinstance(said, str) for of_argument in _ADVICE.values() for said in of_argument.values())
