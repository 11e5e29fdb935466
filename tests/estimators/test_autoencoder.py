"""The autoencoder: PCA's error where it is linear, the code in the middle, errors in the user's units."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import (
    ActivityL1,
    Autoencoder,
    Contraction,
    ContractiveAutoencoder,
    DenoisingAutoencoder,
    Gaussian,
    KLDivergence,
    Masking,
    SparseAutoencoder,
    after,
)
from tests import tolerances

IRIS = load_iris().data


@pytest.mark.parametrize(
    ("X", "k"), [(IRIS, 1), (IRIS, 2), (load_digits().data, 2)], ids=["1", "2", "digits"]
)
def test_a_linear_one_reaches_the_error_of_pca(X, k):
    X = X - X.mean(axis=0)
    pca = PCA(k).fit(X)
    best = ((pca.inverse_transform(pca.transform(X)) - X) ** 2).sum(axis=1).mean()
    model = Autoencoder(k, solver="lbfgs", alpha=0, tol=1e-12, max_iter=15000, random_state=0).fit(X)
    assert best * (1 - 1e-9) <= -model.score(X) <= best * (1 + tolerances.RECONSTRUCTION)


@pytest.mark.parametrize("scaling", [None, "standard", "robust", "minmax"])
def test_code_and_decoder_together_are_the_reconstruction(scaling):
    model = Autoencoder((6, 2, 5), scale_inputs=scaling, max_iter=5, random_state=0).fit(IRIS)
    codes, o = model.transform(IRIS), model.reconstruct(IRIS)
    assert codes.shape == (150, 2)
    np.testing.assert_allclose(model.inverse_transform(codes), o, rtol=tolerances.SUMMATION)
    entries = (o - IRIS) ** 2
    np.testing.assert_array_equal(model.reconstruction_error(IRIS, per="entry"), entries)
    np.testing.assert_array_equal(model.reconstruction_error(IRIS, per="feature"), entries.mean(axis=0))
    trained = entries / model.scaling_.scale**2 if scaling else entries
    shown = model.reconstruction_error(IRIS, per="entry", units="trained")
    np.testing.assert_allclose(shown, trained, rtol=tolerances.SUMMATION, atol=tolerances.SUMMATION)
    np.testing.assert_array_equal(-model.score_samples(IRIS), shown.sum(axis=1))
    assert model.score(IRIS) == pytest.approx(-trained.sum(axis=1).mean())
    with pytest.raises(ValueError, match="units"):
        model.reconstruction_error(IRIS, units="raw")
    with pytest.raises(
        ValueError, match="X must hold codes: codes have 2 columns, got 4; pass what transform"
    ):
        model.inverse_transform(IRIS)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (np.nan, "impute or drop"),
        (np.inf, "clip it"),
        ("a", "encode categories"),
    ],
)
def test_codes_are_finite_numbers_or_named(entry, said):
    model = Autoencoder(2, max_iter=2, random_state=0).fit(IRIS)
    codes = np.asarray(model.transform(IRIS[:5]), dtype=object)
    codes[3, 1] = entry
    with pytest.raises(ValueError, match=rf"entry of X is .*{entry}.*, in row 3, column 1; {said}"):
        model.inverse_transform(codes)


def test_refusals():
    with pytest.raises(ValueError, match="2 layers and no middle one"):
        Autoencoder((4, 2)).fit(IRIS)
    for sizes, error in ((0, ValueError), ((4, -2, 4), ValueError), (2.5, TypeError), ("a", TypeError)):
        with pytest.raises(error, match=r"hidden_layer_sizes must be .*, got .*32 is that code alone"):
            Autoencoder(sizes).fit(IRIS)
    with pytest.raises(ValueError, match=r"minimum of 2 .* X has 1 row; pass more"):
        Autoencoder(2).fit(IRIS[:1])
    with pytest.raises(ValueError, match=r"column 0 of X.*scale_inputs='minmax'"):
        Autoencoder(2, loss="binary_cross_entropy").fit(IRIS)
    with pytest.warns(UserWarning, match="5 nodes for 4 features"):
        Autoencoder(5, solver="lbfgs", max_iter=2, tol=1.0).fit(IRIS)


# Everything at once, without what belongs to single rows.
MIXTURE = {
    "hidden_layer_sizes": (6, 2, 6),
    "activation": "tanh",
    "code_activation": "logistic",
    "sparsity": (KLDivergence(0.01, layers="encoder"), ActivityL1(after(2, 1e-3), layers="hidden")),
    "contraction": Contraction(0.01, layers="encoder"),
    "tied_weights": True,
    "scale_inputs": "standard",
    "learning_rate_init": 0.05,
    "max_iter": 40,
}
NOISY = {
    **MIXTURE,
    "max_iter": 20,
    "corruption": Masking(0.1),
    "contraction": Contraction(0.01, probes=2),
    "dropout": 0.05,
}
BY_ROWS = ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore:the code has")
@parametrize_with_checks(
    [
        Autoencoder(),
        Autoencoder(
            (6, 2, 6), loss="huber", activation="tanh", scale_inputs="standard", engine="array", max_iter=40
        ),
        Autoencoder(1, loss="binary_cross_entropy", scale_inputs="minmax", learning_rate_init=0.1),
        Autoencoder(**MIXTURE),
        Autoencoder(**MIXTURE, engine="array"),
        SparseAutoencoder(max_iter=20),
        ContractiveAutoencoder(max_iter=20),
        DenoisingAutoencoder(corruption=None, engine="array", max_iter=20),
    ]
)
def test_common_check(estimator, check):
    check(estimator)


# Noise belongs to a row, so a repeated row is not a row of weight 2.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore:the code has")
@parametrize_with_checks(
    [
        DenoisingAutoencoder(max_iter=20),
        Autoencoder(**NOISY),
        Autoencoder(**{**NOISY, "corruption": Gaussian(0.1)}, engine="array"),
    ],
    expected_failed_checks=lambda _: dict.fromkeys(BY_ROWS, "noise belongs to rows, not to their weights"),
)
def test_common_check_with_noise(estimator, check):
    check(estimator)


def test_a_code_is_no_softmax():
    with pytest.raises(ValueError, match="code_activation='softmax' looks at a whole row"):
        Autoencoder(2, code_activation="softmax").fit(load_iris().data)
