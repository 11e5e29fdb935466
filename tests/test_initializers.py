"""Initial weights: scikit-learn's draws, the variances of the papers, and the arrays themselves."""

import numpy as np
import pytest
from scipy import stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from rosenblatt.initializers import (
    INITIALIZERS,
    Given,
    Orthogonal,
    Pretrained,
    Standard,
    VarianceScaling,
    initializer_of,
)
from rosenblatt.layout import Layout
from rosenblatt.network import Network
from rosenblatt.rules.activations import Identity, Logistic, Tanh
from rosenblatt.rules.rectifiers import ReLU
from tests.rule_checks import close
from tests.tolerances import P_VALUE, SUMMATION

SIZES = (60, 40, 80, 3)
NETWORK = Network(SIZES, (Tanh(), Tanh()), Identity())
FROM_PHILOX = sorted(set(INITIALIZERS) - {"auto", "zeros"})


def filled(initializer, seed=1, stream=None, network=NETWORK, activations=None):
    theta = np.full(network.n_parameters, np.nan)
    activations = activations or [Tanh()] * network.m
    initializer.fill(theta, network, activations, stream or np.random.RandomState(0), seed)
    return theta


def check_standard(activation="tanh"):
    """The default equals the weights that scikit-learn starts from, for the same stream."""
    rule = {"tanh": Tanh(), "relu": ReLU(), "logistic": Logistic()}[activation]
    random = np.random.default_rng(0)
    X, y = random.normal(size=(5, 60)), random.normal(size=(5, 3))
    theirs = MLPRegressor(
        hidden_layer_sizes=SIZES[1:-1], activation=activation, random_state=11, solver="sgd", max_iter=1
    )
    theirs.set_params(learning_rate_init=1e-300, alpha=0.0)  # a step that moves nothing
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    ours = filled(Standard(), stream=np.random.RandomState(11), activations=[rule] * 3)
    layout = Layout(SIZES)
    for k in range(1, 4):
        assert np.array_equal(layout.W(ours, k), theirs.coefs_[k - 1])
        assert np.array_equal(layout.b(ours, k), theirs.intercepts_[k - 1])


@pytest.mark.parametrize("activation", ["tanh", "relu", "logistic"])
def test_the_default_is_scikit_learns(activation):
    check_standard(activation)


@pytest.mark.parametrize("name", [*FROM_PHILOX, "zeros"])
def test_the_others_leave_the_stream_untouched_and_biases_zero(name):
    stream = np.random.RandomState(4)
    before = stream.get_state()[1].tobytes(), stream.get_state()[2]
    theta = filled(INITIALIZERS[name], stream=stream)
    assert (stream.get_state()[1].tobytes(), stream.get_state()[2]) == before
    assert not theta[NETWORK.n_weights :].any()
    assert np.isfinite(theta).all()


@pytest.mark.parametrize("name", FROM_PHILOX)
def test_draws_depend_on_the_seed_and_differ_between_layers(name):
    theta = filled(INITIALIZERS[name])
    assert np.array_equal(theta, filled(INITIALIZERS[name]))
    assert not np.isclose(theta, filled(INITIALIZERS[name], seed=2))[: NETWORK.n_weights].all()
    layout = Layout(SIZES)
    one, two = layout.W(theta, 1).ravel(), layout.W(theta, 2).ravel()[: 60 * 40]
    assert abs(np.corrcoef(one, two)[0, 1]) < 5 / np.sqrt(one.size)


def variance(rule, before, here):
    return rule.gain / (before if rule.fan == "in" else (before + here) / 2)


@pytest.mark.parametrize("name", [n for n in FROM_PHILOX if isinstance(INITIALIZERS[n], VarianceScaling)])
def test_variances_and_distributions(name):
    rule, layout = INITIALIZERS[name], Layout(SIZES)
    theta = filled(rule)
    for k in (1, 2):
        w = layout.W(theta, k).ravel()
        deviation = np.sqrt(variance(rule, SIZES[k - 1], SIZES[k]))
        if rule.distribution == "uniform":
            bound = np.sqrt(3) * deviation
            law = stats.uniform(-bound, 2 * bound)
        else:
            law = stats.norm(0, deviation)
        assert stats.kstest(w, law.cdf).pvalue > P_VALUE


def test_the_gains_of_the_papers():
    found = {
        name: (rule.gain, rule.fan)
        for name, rule in INITIALIZERS.items()
        if hasattr(rule, "gain") and rule != Orthogonal()
    }
    for name, expected in {"he": (2.0, "in"), "lecun": (1.0, "in"), "glorot": (1.0, "average")}.items():
        for law in ("uniform", "normal"):
            assert found[f"{name}_{law}"] == expected
            assert INITIALIZERS[f"{name}_{law}"].distribution == law


@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_orthogonal_rows_or_columns(gain):
    theta, layout = filled(Orthogonal(gain)), Layout(SIZES)
    for k in range(1, 4):
        W = layout.W(theta, k)
        W = W if W.shape[0] >= W.shape[1] else W.T  # the longer side holds the orthonormal vectors
        close(W.T @ W, gain**2 * np.eye(W.shape[1]), SUMMATION)


def test_orthogonal_matrices_are_uniform():
    # without the sign of R's diagonal, the first entry of Q has one sign only
    network = Network((2, 2), (), Identity())
    first = [filled(Orthogonal(), seed=seed, network=network)[0] for seed in range(300)]
    assert 100 < np.sum(np.array(first) > 0) < 200
    # an entry of a random rotation of the plane is a cosine of a uniform angle
    assert stats.kstest(first, stats.arcsine(-1, 2).cdf).pvalue > P_VALUE


def given_arrays():
    random, layout = np.random.default_rng(0), Layout(SIZES)
    theta = random.normal(size=layout.n_parameters)
    return theta, [layout.W(theta, k) for k in (1, 2, 3)], [layout.b(theta, k) for k in (1, 2, 3)]


def test_the_arrays_themselves():
    theta, coefs, intercepts = given_arrays()
    assert np.array_equal(filled(Given(coefs, intercepts)), theta)
    assert np.array_equal(filled(initializer_of((coefs, intercepts))), theta)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda W, b: (W[:2], b), r"must hold 3 arrays of weights and 3 of biases, got 2 and 3"),
        (lambda W, b: (W, b[:1]), r"must hold 3 arrays of weights and 3 of biases, got 3 and 1"),
        (
            lambda W, b: ([W[0].T, *W[1:]], b),
            r"weights of layer 1 must have shape \(60, 40\), got \(40, 60\)",
        ),
        (lambda W, b: (W, [*b[:2], np.ones(4)]), r"biases of layer 3 must have shape \(3,\), got \(4,\)"),
        (lambda W, b: (W, [*b[:2], [np.nan] * 3]), r"biases of layer 3 hold NaN or infinity"),
    ],
)
def test_arrays_that_do_not_fit(spoil, message):
    _, coefs, intercepts = given_arrays()
    with pytest.raises(ValueError, match=message):
        filled(Given(*spoil(coefs, intercepts)))


def test_names_objects_and_what_is_neither():
    class Ones:
        def fill(self, theta, network, activations, stream, seed):
            theta[...] = 1.0

    for name, rule in INITIALIZERS.items():
        assert initializer_of(name) is rule
    ones = Ones()
    assert initializer_of(ones) is ones
    with pytest.raises(ValueError, match=r"unknown initializer 'he_norml', did you mean 'he_normal'\?"):
        initializer_of("he_norml")
    for wrong in (3, np.ones(4), Ones, None, ([1], [2], [3])):
        with pytest.raises(TypeError, match="initializer must be a name, an object with fill"):
            initializer_of(wrong)


@pytest.mark.parametrize(
    ("coefs", "intercepts", "error", "message"),
    [
        (None, None, TypeError, "coefs must be a list of arrays, one for each layer, got None"),
        (5, 5, TypeError, "coefs must be a list of arrays, one for each layer, got 5"),
        ("a", "b", TypeError, "coefs must be a list of arrays, one for each layer, got 'a'"),
        ([np.ones((2, 3))], {0: np.ones(3)}, TypeError, "intercepts must be a list of arrays"),
        ([1], [2], ValueError, r"coefs\[0\] must have shape \(r_0, r_1\), got \(\)"),
        ([np.ones((2, 3))], [None], ValueError, r"intercepts\[0\] must have shape \(r_1,\), got \(\)"),
        ([[[1, 2], [3]]], [[1, 2]], ValueError, r"coefs\[0\] must have rows of one length"),
        ([[["a"]]], [[1]], TypeError, r"coefs\[0\] must hold numbers, got 'a'"),
        ([np.full((2, 3), np.nan)], [np.ones(3)], ValueError, r"coefs\[0\] must be finite numbers"),
        ([np.ones((2, 3))], [np.ones(2)], ValueError, r"intercepts\[0\] must have shape \(3,\)"),
    ],
)
def test_what_was_never_trained_is_refused_at_once(coefs, intercepts, error, message):
    with pytest.raises(error, match=message):
        Pretrained(coefs, intercepts)
