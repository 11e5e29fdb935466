"""Rows of images: what went in, and what the network makes of it."""

import numpy as np
import pytest
from scipy import sparse

from rosenblatt import Autoencoder, ReconstructionDisplay

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.RandomState(0).rand(12, 9)
NOISY = X * (np.random.RandomState(1).rand(12, 9) > 0.3)
MODEL = Autoencoder(3, tol=1.0, n_iter_no_change=1, random_state=0).fit(X)


def shown(display, row):
    return np.array([np.asarray(image.get_array()).ravel() for image in display.images_[row]])


def test_rows_are_the_input_and_its_reconstruction():
    display = ReconstructionDisplay.from_estimator(MODEL, X, n=5)
    np.testing.assert_array_equal(shown(display, 0), X[:5])
    np.testing.assert_array_equal(shown(display, 1), MODEL.reconstruct(X[:5]))
    assert {image.get_clim() for image in display.images_.flat} == {(X[:5].min(), X[:5].max())}
    assert [ax.get_ylabel() for ax in display.ax_[:, 0]] == ["input", "reconstruction"]


def test_what_is_denoised_is_the_noisy_row():
    display = ReconstructionDisplay.from_estimator(MODEL, sparse.csr_matrix(X), NOISY, image_shape=(1, 9))
    np.testing.assert_array_equal(shown(display, 0), X[:10])
    np.testing.assert_array_equal(shown(display, 1), NOISY[:10])
    np.testing.assert_array_equal(shown(display, 2), MODEL.reconstruct(NOISY[:10]))
    assert display.images_[0, 0].get_array().shape == (1, 9)


def test_a_figure_of_somebody_else():
    from matplotlib import pyplot as plt

    figure = plt.figure()
    assert ReconstructionDisplay.from_estimator(MODEL, X, n=2, figure=figure).figure_ is figure
    assert len(figure.axes) == 4


def test_refusals():
    with pytest.raises(ValueError, match="8 features fill no square; pass image_shape"):
        ReconstructionDisplay({"input": X[:, :8]})
    with pytest.raises(ValueError, match=r"image_shape=\(2, 4\) does not hold 9 features"):
        ReconstructionDisplay({"input": X}, (2, 4))
    with pytest.raises(ValueError, match="rows must hold arrays of one shape"):
        ReconstructionDisplay({"clean": X, "noisy": X[:3]})
    with pytest.raises(TypeError, match="rows must map"):
        ReconstructionDisplay(X)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        ReconstructionDisplay.from_estimator(MODEL, X, n=0)
