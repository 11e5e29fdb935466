"""Starts from autoencoders: layers are theirs, units are theirs, and fine-tuning goes on from there."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

from rosenblatt import (
    Autoencoder,
    MLPClassifier,
    MLPRegressor,
    Pretrained,
    SparseAutoencoder,
    greedy_pretrain,
)
from rosenblatt.estimators.scaling import Scaling
from rosenblatt.initializers import Standard
from rosenblatt.plan import LBFGS
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from rosenblatt.training.callbacks import Callback
from tests import tolerances

X, Y = load_digits(return_X_y=True)
X, Y = X[:400], Y[:400]
SHORT = {"max_iter": 3, "random_state": 0}
STANDING = {"solver": "sgd", "learning_rate_init": 1e-300, "momentum": 0, "max_iter": 1, "alpha": 0}

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:the code has"
)


def codes_of(model, X, depth):
    """Return the outputs of a layer by hand."""
    o = X if model.scaling_ is None else model.scaling_.apply(X, X.dtype)
    for k in range(depth):
        o = model.network_.activation(k + 1)(np, o @ model.coefs_[k] + model.intercepts_[k])
    return o


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("scaling", [None, "standard", "minmax"])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_an_encoder_is_the_start(kind, scaling, tied, dtype):
    rows = X.astype(dtype)
    arguments = {"tied_weights": tied, "scale_inputs": scaling, **SHORT}
    coder = Autoencoder((20, 7, 20), "tanh", code_activation="logistic", **arguments).fit(rows)
    model = kind.from_autoencoder(coder, **STANDING)
    assert not hasattr(model, "theta_")
    assert model.hidden_layer_sizes == (20, 7)
    assert model.activation == (Tanh(), Logistic())
    for one in (model, clone(model), pickle.loads(pickle.dumps(model))):
        one.fit(rows[:50], Y[:50])  # its own units would be others
        assert one.theta_.dtype == dtype
        rtol = tolerances.ENGINES[dtype]
        np.testing.assert_allclose(codes_of(one, rows, 2), coder.transform(rows), rtol=rtol, atol=rtol)


def test_arguments_can_be_otherwise():
    coder = Autoencoder(5, **SHORT).fit(X)
    model = MLPClassifier.from_autoencoder(coder, activation="relu", alpha=0.5)
    assert (model.activation, model.alpha) == ("relu", 0.5)
    assert MLPRegressor.from_autoencoder(coder).activation == Identity()
    before = coder.theta_.copy()
    model.fit(X, Y)
    np.testing.assert_array_equal(coder.theta_, before)


def test_only_fitted_autoencoders():
    with pytest.raises(TypeError, match="must be a fitted Autoencoder, got MLPClassifier"):
        MLPClassifier.from_autoencoder(MLPClassifier())
    with pytest.raises(NotFittedError):
        MLPClassifier.from_autoencoder(Autoencoder())


def test_the_rest_is_what_it_would_be():
    model = MLPClassifier((6, 4), **STANDING, random_state=3)
    plain = clone(model).fit(X, Y)
    first = Pretrained([np.full((64, 6), 0.5)], [np.arange(1.0, 7.0)])
    begun = clone(model).set_params(initializer=first).fit(X, Y)
    np.testing.assert_array_equal(begun.coefs_[0], 0.5)
    np.testing.assert_array_equal(begun.intercepts_[0], np.arange(1.0, 7.0))
    for k in (1, 2):
        np.testing.assert_allclose(begun.coefs_[k], plain.coefs_[k], rtol=tolerances.SUMMATION)
    zeros = Pretrained(first.coefs, first.intercepts, rest="zeros")
    assert not clone(model).set_params(initializer=zeros).fit(X, Y).coefs_[1].any()
    assert repr(first) == "Pretrained(64-6, rest='auto')"


def test_layers_that_do_not_fit_are_named():
    for coefs, intercepts, message in (
        ([np.ones((64, 5))], [np.zeros(5)], r"weights of layer 1 must have shape \(64, 6\), got \(64, 5\)"),
        ([np.ones((2, 2))] * 3, [np.zeros(2)] * 3, "holds 3 layers, and the network has 2"),
    ):
        with pytest.raises(ValueError, match=message):
            MLPClassifier((6,), initializer=Pretrained(coefs, intercepts)).fit(X, Y)
    with pytest.raises(ValueError, match="as many arrays of weights as of biases"):
        Pretrained([np.ones((2, 2))], [])
    with pytest.raises(ValueError, match="as many arrays of weights as of biases"):
        Pretrained([], [])
    assert Pretrained([np.ones((2, 2))], [np.ones(2)], Standard()).rest == Standard()


# -- scaling that comes with a model -------------------------------------------------------------------


def test_a_scaling_is_taken_as_it_is():
    scaling = Scaling.of("standard", X, None)
    model = MLPClassifier((5,), scale_inputs=scaling, **SHORT).fit(X[:60], Y[:60])
    by_hand = MLPClassifier((5,), **SHORT).fit(scaling.apply(X[:60], float), Y[:60])
    np.testing.assert_allclose(model.theta_, by_hand.theta_, rtol=tolerances.SUMMATION)
    model.set_params(warm_start=True).fit(X[60:120], Y[60:120])
    with pytest.raises(ValueError, match="scale_inputs was fitted on 64 columns and X has 63"):
        MLPClassifier((5,), scale_inputs=scaling).fit(X[:, 1:], Y)
    unit = Scaling.of("minmax", X, None)
    coder = Autoencoder(3, loss="binary_cross_entropy", scale_inputs=unit, **SHORT).fit(X)
    assert coder.scaling_ is unit
    with pytest.raises(ValueError, match="beyond 0 to 16, to which scale_inputs='minmax' was fitted"):
        clone(coder).fit(2 * X)


# -- layer by layer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["plain", "sparse", "denoising", "contractive"])
def test_each_layer_codes_the_one_below(kind):
    plain = MLPClassifier((12, 6), "logistic", scale_inputs="minmax", batch_size=20, random_state=0)
    model = greedy_pretrain(plain, X, kind=kind, max_iter=3)
    assert plain.initializer == "auto"
    assert not hasattr(model, "theta_")
    assert repr(model.initializer) == "Pretrained(64-12-6, rest='auto')"
    begun = clone(model).set_params(**STANDING).fit(X[:30], Y[:30])
    first = Autoencoder(
        12, scale_inputs="minmax", code_activation="logistic", initializer=layer(model, 0), **STANDING
    ).fit(X)
    codes = codes_of(begun, X, 1)
    np.testing.assert_allclose(first.transform(X), codes, rtol=tolerances.SCALED_MODEL)
    np.testing.assert_array_equal(begun.scaling_.scale, first.scaling_.scale)


def layer(model, k):
    """Return one layer of a pre-trained model as a start."""
    return Pretrained([model.initializer.coefs[k]], [model.initializer.intercepts[k]])


@pytest.mark.parametrize("tied", [False, True])
def test_a_deep_autoencoder_starts_near_its_stack(tied):
    deep = Autoencoder(
        (30, 10, 30),
        "tanh",
        code_activation="tanh",
        scale_inputs="standard",
        tied_weights=tied,
        learning_rate_init=0.01,
        batch_size=50,
        random_state=0,
    )
    begun = greedy_pretrain(deep, X, kind="plain", max_iter=60).set_params(**STANDING).fit(X)
    fresh = clone(deep).set_params(**STANDING).fit(X)
    assert len(begun.initializer.coefs) == 4
    assert begun.score(X) > 0.5 * fresh.score(X)  # both negative


def test_few_labels_gain_from_many_rows():
    digits, labels = load_digits(return_X_y=True)
    few, tested = slice(0, 60), slice(1000, None)
    scores = []
    for seed in range(3):
        plain = MLPClassifier((60, 30), "logistic", solver="adam", scale_inputs="minmax", random_state=seed)
        plain.set_params(learning_rate_init=0.005, max_iter=100, batch_size=20)
        model = greedy_pretrain(plain, digits[:1000], max_iter=15, batch_size=50)
        pair = [
            one.fit(digits[few], labels[few]).score(digits[tested], labels[tested]) for one in (model, plain)
        ]
        scores.append(pair)
    with_start, without = np.mean(scores, axis=0)
    assert with_start > without


def test_refusals():
    with pytest.raises(ValueError, match="unknown kind 'denoise', did you mean 'denoising'"):
        greedy_pretrain(MLPClassifier(), X, kind="denoise")
    with pytest.raises(TypeError, match="must be an MLPClassifier, an MLPRegressor or an Autoencoder"):
        greedy_pretrain("classifier", X)
    with pytest.raises(ValueError, match="no hidden layer to train"):
        greedy_pretrain(MLPClassifier(()), X)
    with pytest.raises(ValueError, match="NaN"):
        greedy_pretrain(MLPClassifier(3), np.full((4, 2), np.nan))
    with pytest.raises(ValueError, match=r"unknown kind \['plain'\]"):
        greedy_pretrain(MLPClassifier(3), X, kind=["plain"])
    with pytest.raises(
        ValueError, match=r"hidden_layer_sizes must be > 0, got \[0\]. Give a number of nodes"
    ):
        greedy_pretrain(MLPClassifier(0), X)
    with pytest.raises(ValueError, match="sparsity must lie in"):
        greedy_pretrain(SparseAutoencoder(3), X, kind="sparse", sparsity=-1.0)


@pytest.mark.parametrize(
    "own",
    [
        {"hidden_layer_sizes": 3},
        {"activation": "tanh"},
        {"code_activation": "tanh"},
        {"scale_inputs": "standard"},
    ],
    ids=str,
)
def test_what_the_layers_are_is_the_network_to_say(own):
    (name,) = own
    for estimator in (MLPClassifier((3, 2)), Autoencoder((3, 2, 3))):
        with pytest.raises(
            ValueError, match=rf"greedy_pretrain\(..., {name}={own[name]!r}\) would .*leave {name} out"
        ):
            greedy_pretrain(estimator, X, **own)


@pytest.mark.parametrize("own", [{"output_activation": "tanh"}, {"tied_weights": False}], ids=str)
def test_decoders_are_the_network_s_too(own):
    with pytest.raises(ValueError, match=rf"greedy_pretrain\(..., {next(iter(own))}="):
        greedy_pretrain(Autoencoder(3, tied_weights=True), X, **own)
    greedy_pretrain(
        MLPClassifier(3), X[:50], **own, **SHORT
    )  # whose layers have decoders that are thrown away
    greedy_pretrain(Autoencoder(3), X[:50], tied_weights=True, **SHORT)  # equal layers fit in as well


@pytest.mark.parametrize("solver", ["lbfgs", LBFGS(max_fun=50)], ids=str)
def test_lbfgs_bears_no_noise(solver):
    plain = MLPClassifier((3,), solver=solver)
    with pytest.raises(
        ValueError, match=r"kind='denoising' draws new noise.*take kind='plain', .* solver='adam'"
    ):
        greedy_pretrain(plain, X)
    for way in (
        {"kind": "plain"},
        {"kind": "sparse"},
        {"kind": "contractive"},
        {"solver": "adam"},
        {"corruption": 0},
    ):
        assert len(greedy_pretrain(plain, X[:50], max_iter=2, **way).initializer.coefs) == 1


@pytest.mark.parametrize(
    ("rest", "error"),
    [(5, TypeError), (-1, TypeError), (None, TypeError), ([], TypeError), ("zeroes", ValueError)],
)
def test_what_fills_the_rest_is_checked_when_made(rest, error):
    with pytest.raises(error, match="rest"):
        Pretrained([np.ones((2, 2))], [np.ones(2)], rest)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_one_ctrl_c_ends_all_layers(solver):
    class Interrupt(Callback):
        heard = 0

        def on_epoch_end(self, record):
            self.heard += 1
            if self.heard == 5:
                raise KeyboardInterrupt

    interrupt = Interrupt()
    model = MLPClassifier((20, 10, 5), solver=solver, tol=0.0, **SHORT)
    with pytest.warns(UserWarning, match="interrupted"), pytest.raises(KeyboardInterrupt):
        greedy_pretrain(model, X, kind="plain", callbacks=[interrupt])
    assert interrupt.heard == 5  # in the second layer: the third was not begun
    assert model.initializer == "auto"
