"""A0 A1 A2: supervised learning whose target is the input, with what the library has so far."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPRegressor
from tests.tolerances import RECONSTRUCTION, SUBSPACE

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def autoencoder(X, nodes, **arguments):
    settings = {"activation": "identity", "solver": "lbfgs", "alpha": 0.0, "tol": 1e-7, "max_iter": 3000}
    model = MLPRegressor(hidden_layer_sizes=nodes, random_state=0, **{**settings, **arguments})
    return model.fit(X, X)


def lost(model, X):
    """Return the share of the variance that the reconstruction loses."""
    return np.mean((model.predict(X) - X) ** 2) / np.mean((X - X.mean(axis=0)) ** 2)


@pytest.fixture(scope="module")
def ellipsoid():
    """Samples of known variances along hidden axes, away from the origin."""
    generator = np.random.default_rng(0)
    axes = np.linalg.qr(generator.normal(size=(6, 6)))[0]
    return (generator.normal(size=(300, 6)) * [3.0, 2.0, 1.0, 0.5, 0.3, 0.2]) @ axes + 5.0


def test_a1_a_linear_autoencoder_finds_the_subspace_of_pca(ellipsoid):
    model, pca = autoencoder(ellipsoid, (2,)), PCA(2).fit(ellipsoid)
    assert np.sin(subspace_angles(model.coefs_[1].T, pca.components_.T)).max() < SUBSPACE
    best = np.mean((pca.inverse_transform(pca.transform(ellipsoid)) - ellipsoid) ** 2)
    assert_allclose(np.mean((model.predict(ellipsoid) - ellipsoid) ** 2), best, rtol=RECONSTRUCTION)


def test_a1_but_not_its_axes(ellipsoid):
    decoder, components = autoencoder(ellipsoid, (2,)).coefs_[1], PCA(2).fit(ellipsoid).components_
    unit = decoder / np.linalg.norm(decoder, axis=1, keepdims=True)
    assert np.abs(unit @ components.T).max(axis=1).min() < 0.99


def test_a2_without_a_bottleneck_the_values_pass_through(ellipsoid):
    assert lost(autoencoder(ellipsoid, (6,)), ellipsoid) < RECONSTRUCTION
    assert lost(autoencoder(ellipsoid, (2,)), ellipsoid) > 0.01


def test_a0_independent_noise_does_not_compress_and_structure_does():
    digits = StandardScaler(with_std=False).fit_transform(load_digits().data[:400])
    noise = np.random.default_rng(1).normal(size=digits.shape) * digits.std()
    shares = [lost(autoencoder(X, (10,), max_iter=150), X) for X in (digits, noise)]
    assert shares[0] < 0.5 * shares[1]
    assert shares[1] > 0.6
