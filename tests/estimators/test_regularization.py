"""Regularisers, dropout and averages as arguments: what they do, and what is refused."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from rosenblatt import (
    L1,
    L2,
    AdamW,
    Clip,
    InputNoise,
    MaxNorm,
    MLPClassifier,
    MLPRegressor,
    NonNegative,
    ProximalL1,
    WeightDecay,
)
from rosenblatt.initializers import Zeros
from tests.tolerances import OPTIMUM, SUMMATION

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(80, 6))
LABELS = (X[:, 0] * X[:, 1] > 0).astype(int)
NUMBERS = X[:, 0] - 0.5 * X[:, 1] ** 2

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**arguments):
    return MLPClassifier(**{"hidden_layer_sizes": (9, 5), "max_iter": 6, "random_state": 0, **arguments})


def theta(**arguments):
    return classifier(**arguments).fit(X, LABELS).theta_


def never(clock):
    return 0.0


@pytest.mark.parametrize("kind", [L1, L2, WeightDecay, ProximalL1, InputNoise])
def test_a_strength_of_zero_is_nothing(kind):
    np.testing.assert_array_equal(theta(regularizers=(kind(0.0),)), theta())
    np.testing.assert_array_equal(theta(regularizers=(kind(never),)), theta())
    assert np.abs(theta(regularizers=(kind(0.1),)) - theta()).max() > 1e-4


def test_l2_is_alpha_without_its_division():
    batch = {"batch_size": 20, "alpha": 0}  # all batches are of 20 samples
    ours = theta(regularizers=(L2(0.01),), **batch)
    np.testing.assert_allclose(ours, theta(**{**batch, "alpha": 0.2}), rtol=SUMMATION, atol=SUMMATION)


@pytest.mark.parametrize("solver", ["lbfgs", "sgd"])
def test_l2_without_a_hidden_layer_is_ridge(solver):
    data, target = load_diabetes(return_X_y=True)
    data, target = StandardScaler().fit_transform(data), target / 100
    fit = {
        "max_iter": 4000,
        "tol": 1e-10,
        "n_iter_no_change": 50,
        "learning_rate_init": 0.05,
        "batch_size": "full",
    }
    ours = MLPRegressor(
        hidden_layer_sizes=(), alpha=0, regularizers=(L2(0.1),), solver=solver, random_state=0, **fit
    )
    ridge = Ridge(alpha=0.1 * len(data)).fit(data, target)
    np.testing.assert_allclose(ours.fit(data, target).coefs_[0].ravel(), ridge.coef_, atol=OPTIMUM)


def test_proximal_l1_finds_the_zeros_of_the_elastic_net():
    data, target = load_diabetes(return_X_y=True)
    data, target = StandardScaler().fit_transform(data), target / 100
    ours = MLPRegressor(
        hidden_layer_sizes=(),
        alpha=0,
        regularizers=(ProximalL1(0.05), L2(0.05)),
        solver="sgd",
        momentum=0,
        initializer=Zeros(),
        max_iter=5000,
        tol=0,
        n_iter_no_change=5000,
        learning_rate_init=0.1,
        batch_size="full",
        random_state=0,
    ).fit(data, target)
    net = ElasticNet(alpha=0.1, l1_ratio=0.5, tol=1e-10).fit(data, target)
    np.testing.assert_array_equal(ours.coefs_[0].ravel() == 0, net.coef_ == 0)
    np.testing.assert_allclose(ours.coefs_[0].ravel(), net.coef_, atol=OPTIMUM)
    assert ours.sparsity_ == (net.coef_ == 0).mean() > 0


def test_weight_decay_with_adam_is_adamw():
    decayed = theta(solver="adam", alpha=0, regularizers=(WeightDecay(0.3),))
    adamw = theta(solver=AdamW(epsilon=1e-8, weight_decay=0.3), alpha=0)
    # epsilon stands outside the uncorrected root in Adam, outside the corrected one in AdamW
    np.testing.assert_allclose(decayed, adamw, atol=OPTIMUM)
    assert np.abs(decayed - theta(solver="adam", alpha=0)).max() > OPTIMUM


def test_weights_obey_their_limits():
    model = classifier(regularizers=(MaxNorm(0.7), NonNegative()), max_iter=30).fit(X, LABELS)
    for W in model.coefs_:
        assert (W >= 0).all()
        assert np.linalg.norm(W, axis=0).max() <= 0.7 * (1 + 1e-12)
    assert min(b.min() for b in model.intercepts_) < 0  # biases are free
    assert (
        classifier(regularizers=(ProximalL1(0.3),), max_iter=100, learning_rate_init=0.02)
        .fit(X, LABELS)
        .sparsity_
        > 0.1
    )
    assert classifier().fit(X, LABELS).sparsity_ == 0.0


def test_clipping_bounds_the_gradient():
    model = classifier(alpha=0, regularizers=(Clip(norm=1e-3),)).fit(X, LABELS)
    np.testing.assert_allclose(model.history_["gradient_norm"], 1e-3)
    assert (classifier(alpha=0).fit(X, LABELS).history_["gradient_norm"] > 0.01).all()


def test_dropout_is_for_training_alone():
    model = classifier(dropout=0.5).fit(X, LABELS)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(theta(dropout=0.5), theta(dropout=(0, 0.5, 0.5)))
    np.testing.assert_array_equal(theta(dropout=0.5), theta(dropout=np.array([0, 0.5, 0.5])))
    np.testing.assert_array_equal(theta(dropout=0.0), theta())
    np.testing.assert_array_equal(theta(dropout=lambda clock: 0.5), theta(dropout=0.5))
    different = [
        theta(),
        theta(dropout=0.5),
        theta(dropout=(0.5, 0, 0)),
        theta(dropout=0.4),
        theta(dropout=0.5, random_state=1),
    ]
    for i, one in enumerate(different):
        assert all(np.abs(one - other).max() > 1e-4 for other in different[:i])


def test_dropout_of_sparse_inputs_is_that_of_dense_ones():
    data = X * (RANDOM.random(X.shape) < 0.4)
    dense, csr = (
        classifier(dropout=(0.3, 0.2, 0.1)).fit(x, LABELS).theta_ for x in (data, sparse.csr_matrix(data))
    )
    np.testing.assert_allclose(dense, csr, rtol=SUMMATION, atol=SUMMATION)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dropout": 1.0}, r"dropout must lie in \[0, 1\), got 1.0"),
        ({"dropout": -0.1}, r"dropout must lie in \[0, 1\), got -0.1"),
        ({"dropout": float("nan")}, "dropout must lie in"),
        ({"dropout": True}, "dropout must be"),
        ({"dropout": "0.5"}, "dropout must be"),
        ({"dropout": (0.1, 0.2)}, "2 rate.*2 hidden layer.*give 3"),
        ({"dropout": 0.5, "hidden_layer_sizes": ()}, r"has none; dropout=\(0.5,\) drops inputs"),
        ({"dropout": lambda clock: 1.5}, r"dropout of layer 1 must lie in .* 1.5 at step 1"),
        ({"regularizers": L1(0.1)}, r"put it into a tuple: \(L1\(strength=0.1\),\)"),
        ({"regularizers": None}, "must be a tuple"),
        ({"regularizers": (L1,)}, r"got the class L1; pass L1\(...\)"),
        ({"regularizers": (0.1,)}, "must hold objects"),
        ({"regularizers": (L1(0.1), L1(0.2))}, "two L1"),
        ({"regularizers": (L1(lambda clock: float("nan")),)}, "step 1"),
        ({"regularizers": (WeightDecay(lambda: 1.0),)}, "must take one argument, the Clock"),
        ({"regularizers": (MaxNorm(1.0),), "solver": "lbfgs"}, "acts at single steps"),
        ({"regularizers": (L1(never),), "solver": "lbfgs"}, "fixed objective"),
        ({"dropout": 0.5, "solver": "lbfgs"}, r"dropout=0.5 acts at single steps"),
        ({"average": "ema", "solver": "lbfgs"}, "average='ema' acts at single steps"),
    ],
)
def test_refusals(arguments, message):
    model = classifier(**arguments)
    with pytest.raises((ValueError, TypeError), match="(?s)" + message):
        model.fit(X, LABELS)
    assert not hasattr(model, "theta_")


def test_noise_on_sparse_inputs_is_refused():
    with pytest.raises(ValueError, match=r"fill a sparse matrix.*dropout=\(0.1"):
        classifier(regularizers=(InputNoise(0.1),)).fit(sparse.csr_matrix(X), LABELS)


def test_searched_and_cloned():
    grid = {"regularizers": [(), (L1(1e-3),), (MaxNorm(2.0), WeightDecay(0.1))], "dropout": [0.0, 0.3]}
    search = GridSearchCV(classifier(), grid, cv=2).fit(X, LABELS)
    assert len(search.cv_results_["params"]) == 6
    copy = clone(classifier(regularizers=(Clip(norm=1.0),), dropout=(0.1, 0.2, 0.3)))
    assert copy.regularizers == (Clip(norm=1.0),)
    assert "Clip(norm=1.0" in repr(copy)
