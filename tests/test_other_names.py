"""Names of other libraries: each hint names what can be typed here, and it is the same function there."""

import re
import warnings

import numpy as np
import pytest

import rosenblatt
from rosenblatt import (
    Autoencoder,
    AutoencoderDetector,
    EarlyStopping,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
)
from rosenblatt.catalogue import catalogue, unknown
from rosenblatt.initializers import INITIALIZERS, initializer_of
from rosenblatt.namespaces import namespace_of
from rosenblatt.network import Network
from rosenblatt.other_names import ABSENT, MEANT, OBJECTS, meant, plain
from rosenblatt.rules.activations import Activation, Identity
from rosenblatt.rules.losses import Loss
from tests.tolerances import SAME_FORMULA, TENSORS

X = np.random.default_rng(0).random((24, 3))
LABELS = np.arange(24) % 2
A = np.linspace(-4, 4, 33)

TRIED = {
    MLPClassifier: {"hidden_layer_sizes": (2,), "loss": "squared_error", "max_iter": 2, "random_state": 0},
    MLPRegressor: {"hidden_layer_sizes": (2,), "max_iter": 2, "random_state": 0},
    Autoencoder: {"hidden_layer_sizes": 2, "code_activation": "tanh", "max_iter": 2, "random_state": 0},
    AutoencoderDetector: {
        "hidden_layer_sizes": 2,
        "code_activation": "tanh",
        "max_iter": 2,
        "scale_inputs": "minmax",
    },
    Perceptron: {"max_iter": 2},
}
ARGUMENTS = (
    *("activation", "output_activation", "code_activation", "loss", "solver", "learning_rate", "initializer"),
    *("scale_inputs", "order", "engine", "average", "corruption", "sparsity", "regularizers"),
    *("penalty", "stop", "variant"),
)


def names_of(table):
    return {name for names in table.values() for name in names.split()}


def fit(kind, **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = X[:, 0] + 0.1 if kind is MLPRegressor else LABELS
        return kind(**{**TRIED[kind], **arguments}).fit(X, y)


def hint(message):
    found = re.search(r"did you mean (.*?)\?", message)
    return found and found.group(1)


def as_arguments(argument, said):
    """Return what a user types who follows a hint."""
    text = said if "=" in said else f"{argument}={said}"
    return eval(f"dict({text})", {name: getattr(rosenblatt, name) for name in rosenblatt.__all__})


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_each_hint_can_be_typed(kind, argument):
    if argument not in kind().get_params():
        return
    said = {}
    for name in sorted(names_of(MEANT) | names_of(OBJECTS.get(argument, {})) | set(ABSENT.split())):
        try:
            fit(kind, **{argument: name})
        except ValueError as error:
            said[name] = hint(str(error))
    for one in {one for one in said.values() if one}:
        fit(kind, **as_arguments(argument, one))
    told = {ours for ours, names in MEANT.items() for name in names.split() if said.get(name) == repr(ours)}
    known = catalogue(Activation) if argument.endswith("activation") else ()
    assert {ours for ours in MEANT if ours in known} <= told
    for ours, names in OBJECTS.get(argument, {}).items():
        assert {said[name] for name in names.split() if name in said} <= {ours}, names


@pytest.mark.parametrize("name", sorted(ABSENT.split()))
def test_no_letters_are_made_a_hint_of_what_is_not_here(name):
    assert meant("activation", name, list(catalogue(Activation))) in ("", "'exp'")
    assert meant("loss", name, list(catalogue(Loss))) == ""


@pytest.mark.parametrize(
    ("argument", "name", "said"),
    [
        ("activation", "swish", "'silu'"),
        ("activation", "Sigmoid", "'logistic'"),
        ("activation", "LeakyReLU", "'leaky_relu'"),
        ("activation", "hard_swish", None),
        ("activation", "sigmiod", "'logistic'"),
        ("loss", "mse", "'squared_error'"),
        ("loss", "MSELoss", "'squared_error'"),
        ("loss", "cross_entropy", "'log_loss'"),
        ("loss", "BCEWithLogitsLoss", "'log_loss'"),
        ("loss", "smooth_l1", "'huber'"),
        ("loss", "cros_entropy", "'log_loss'"),
        ("loss", "log_los", "'log_loss'"),
        ("loss", "binary", "'log_loss'"),
        ("solver", "momentum", "solver='sgd', nesterovs_momentum=False"),
        ("solver", "nesterov", "solver='sgd', nesterovs_momentum=True"),
        ("solver", "L-BFGS-B", "'lbfgs'"),
        ("solver", "adadelta", None),
        ("learning_rate", "auto", "learning_rate_init='auto'"),
        ("average", "polyak", "'swa'"),
        ("engine", "numpy", "'array'"),
        ("output_activation", "nn.Sigmoid", "'logistic'"),
        ("loss", "sparse_categorical_crossentropy", "'log_loss'"),
        ("learning_rate", "CosineAnnealingLR", "learning_rate=Cosine()"),
        ("learning_rate", "ReduceLROnPlateau", "learning_rate=ReduceOnPlateau()"),
        ("initializer", "xavier_normal", "'glorot_normal'"),
        ("scale_inputs", True, "'standard'"),
        ("scale_inputs", "none", "None"),
        ("activation", None, "'identity'"),
        ("activation", np.tanh, "'tanh'"),
        ("regularizers", "l2", "regularizers=(L2(1e-4),)"),
    ],
)
def test_what_people_type(argument, name, said):
    with pytest.raises(ValueError, match=argument) as caught:
        fit(MLPClassifier, **{"loss": "log_loss", argument: name})
    assert hint(str(caught.value)) == said


def test_a_loss_of_classes_sends_regressors_to_the_classifier():
    for name, ours in (("cross_entropy", "log_loss"), ("nll", "log_loss"), ("svm", "hinge")):
        with pytest.raises(
            ValueError, match=rf"loss='{name}' is for classes; use MLPClassifier\(loss='{ours}'\)"
        ):
            fit(MLPRegressor, loss=name)


def test_a_scorer_by_the_name_of_its_metric():
    from sklearn.metrics import get_scorer, get_scorer_names

    for ours, names in MEANT.items():
        for name in names.split() if ours in get_scorer_names() else ():
            said = meant("scoring", name, get_scorer_names())
            assert said == repr(ours)
            assert EarlyStopping(ours).scoring == ours
            metric = get_scorer(ours)._score_func.__name__
            if name == metric:
                assert plain(name) != plain(ours)  # so that it was worth a line
    with pytest.raises(ValueError, match=r"unknown scoring 'auc', did you mean 'roc_auc'\?"):
        EarlyStopping("auc")


def test_the_activation_is_the_same_function():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    theirs = {
        "swish": functional.silu,
        **dict.fromkeys(("sigmoid", "logsig", "expit", "sigm"), torch.sigmoid),
        **dict.fromkeys(("linear", "none", "purelin", "id", "no_activation"), torch.nn.Identity()),
        **dict.fromkeys(("tansig", "hyperbolic_tangent"), torch.tanh),
        **dict.fromkeys(("lecun_tanh", "stanh"), lambda a: 1.7159 * torch.tanh(2 * a / 3)),
        **dict.fromkeys(("poslin", "rectifier", "rectified_linear"), functional.relu),
        **dict.fromkeys(("lrelu", "leaky"), functional.leaky_relu),
        "celu": functional.celu,
        "satlins": functional.hardtanh,
        "exponential": torch.exp,
    }
    known = catalogue(Activation)
    told = {name: ours for ours, names in MEANT.items() if ours in known for name in names.split()}
    assert told.keys() == theirs.keys()
    for name, ours in told.items():
        right = theirs[name](torch.tensor(A)).numpy()
        o = known[ours]()(namespace_of(A), A)
        np.testing.assert_allclose(o, right, rtol=SAME_FORMULA, atol=SAME_FORMULA, err_msg=name)


def losses_of_torch():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    mse, mae = (functional.mse_loss, 0.5), (functional.l1_loss, 1.0)
    names = {
        "squared_error": (
            mse,
            "mse mean_squared_error mean_square_error l2 squared ls least_squares quadratic regression "
            "reg:squarederror",
        ),
        "mae": (mae, "mean_absolute_error absolute_error absolute l1 lad"),
        "huber": ((functional.smooth_l1_loss, 1.0), "smooth_l1"),
        "quantile": (
            (lambda o, y, reduction: 0.5 * functional.l1_loss(o, y, reduction=reduction), 1.0),
            "pinball",
        ),
        "binary_cross_entropy": (
            (functional.binary_cross_entropy_with_logits, 1.0),
            "binary log_loss cross_entropy ce xent log bce binary_crossentropy bce_with_logits "
            "binary_cross_entropy_with_logits",
        ),
        "poisson": ((functional.poisson_nll_loss, 1.0), "poisson_nll poisson_deviance"),
    }
    return torch, {name: (ours, *how) for ours, (how, several) in names.items() for name in several.split()}


def test_the_loss_is_the_same_function():
    torch, theirs = losses_of_torch()
    known, y = catalogue(Loss), np.array([[0.0], [1.0], [0.3]])
    covered = {ours for ours, *_ in theirs.values()}
    assert {name for ours in covered for name in MEANT[ours].split()} == theirs.keys()
    for name, (ours, function, factor) in theirs.items():
        rule, o = known[ours](), np.array([[-0.4], [1.7], [2.6]])
        tensor = torch.tensor(o, requires_grad=True)
        function(tensor, torch.tensor(y), reduction="sum").backward()
        given = o
        if rule.pair and rule.derivative_of == "o":  # what torch gets is the pre-activation
            given = known_output(rule)(namespace_of(o), o)
        slope = rule.derivative(namespace_of(o), given, y)
        right = factor * tensor.grad.numpy()
        np.testing.assert_allclose(
            slope, right, rtol=TENSORS["float64"], atol=TENSORS["float64"], err_msg=name
        )


def known_output(rule):
    return catalogue(Activation)[rule.output]()


def test_the_initial_weights_are_of_the_same_distribution():
    torch = pytest.importorskip("torch")
    theirs = {
        "xavier": "xavier_uniform_",
        "xavier_uniform": "xavier_uniform_",
        "glorot": "xavier_uniform_",
        "xavier_normal": "xavier_normal_",
        "kaiming_normal": "kaiming_normal_",
        "kaiming": "kaiming_uniform_",
        "kaiming_uniform": "kaiming_uniform_",
        "he": "kaiming_uniform_",
    }
    network = Network((300, 200, 1), (Identity(),), Identity())
    torch.manual_seed(0)
    for name, function in theirs.items():
        said = meant("initializer", name, list(INITIALIZERS)).strip("'")
        assert said.startswith(("glorot", "he")), name
        theta = np.empty(network.n_parameters)
        initializer_of(said).fill(theta, network, [Identity()] * 2, np.random.RandomState(0), 0)
        ours, other = theta[: 300 * 200], torch.empty(200, 300)
        right = getattr(torch.nn.init, function)(other).numpy().ravel()
        # 60,000 draws: the deviation is known to three thousandths, the largest of uniform ones better
        assert np.std(ours) == pytest.approx(np.std(right), rel=0.02), name
        assert (np.abs(ours).max() > 3 * np.std(ours)) == (np.abs(right).max() > 3 * np.std(right)), name


def test_a_message_without_a_hint_lists_what_there_is():
    assert unknown("activation", "hard_swish", ["silu", "relu"]) == (
        "unknown activation 'hard_swish'. Known: 'silu', 'relu'."
    )
    assert unknown("order", "none", [None, "cyclic"]) == (
        "unknown order 'none', did you mean None? Known: 'cyclic'."
    )
