"""Codes beside PCA: as they are where they have two columns, along their main directions where they have more."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

from rosenblatt import Autoencoder, CodeDisplay

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, LABELS = load_iris(return_X_y=True)


def fitted(k, **arguments):
    return Autoencoder(k, max_iter=2, random_state=0, **arguments).fit(X)


def drawn(ax):
    return np.concatenate([points.get_offsets() for points in ax.collections])


def test_two_codes_are_drawn_as_they_are():
    model = fitted(2)
    display = CodeDisplay.from_estimator(model, X, LABELS)
    np.testing.assert_array_equal(drawn(display.ax_[0]), model.transform(X))  # the labels are sorted
    np.testing.assert_array_equal(display.pca_, PCA(2).fit_transform(X))
    np.testing.assert_array_equal(drawn(display.ax_[1]), display.pca_)
    names = [text.get_text() for text in display.figure_.legends[0].get_texts()]
    assert names == ["0", "1", "2"]


def test_pca_sees_what_the_network_sees():
    model = fitted(3, scale_inputs="standard")
    display = CodeDisplay.from_estimator(model, X)
    np.testing.assert_array_equal(display.codes_, PCA(2).fit_transform(model.transform(X)))
    np.testing.assert_array_equal(display.pca_, PCA(2).fit_transform(model.scaling_.apply(X, np.float64)))
    assert not display.figure_.legends


def test_one_code_lies_on_a_line():
    assert not CodeDisplay.from_estimator(fitted(1), X).codes_[:, 1].any()


def test_numbers_get_a_bar_of_colours():
    display = CodeDisplay.from_estimator(fitted(2), X, X[:, 0])
    np.testing.assert_array_equal(display.ax_[0].collections[0].get_array(), X[:, 0])
    assert len(display.figure_.axes) == 3


def test_refusals():
    with pytest.raises(ValueError, match=r"codes must have shape \(150, k\)"):
        CodeDisplay(X[:3], X)
    with pytest.raises(ValueError, match=r"y must have shape \(150,\)"):
        CodeDisplay(X, X, LABELS[:3])
