"""Bars are the errors of features, the largest on top, with their names."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from rosenblatt import AutoencoderDetector, FeatureErrorDisplay

IRIS = load_iris()
DETECTOR = AutoencoderDetector(random_state=0).fit(IRIS.data)


def lengths(display):
    return [bar.get_width() for bar in display.bars_]


def test_a_row_is_explained_beside_the_means(ax):
    display = FeatureErrorDisplay.from_estimator(DETECTOR, IRIS.data, row=41, names=IRIS.feature_names, ax=ax)
    entries = DETECTOR.reconstruction_error(IRIS.data, per="entry")
    assert display.ax_ is ax
    assert lengths(display) == sorted(entries[41], reverse=True)
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), entries.mean(axis=0)[display.features_])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [IRIS.feature_names[j] for j in display.features_]


def test_means_alone():
    display = FeatureErrorDisplay.from_estimator(DETECTOR, IRIS.data, n=2)
    means = DETECTOR.reconstruction_error(IRIS.data, per="feature")
    assert lengths(display) == sorted(means, reverse=True)[:2]
    assert display.ax_.get_yticklabels()[0].get_text() == f"x{np.argmax(means)}"
    assert not display.ax_.lines


def test_refusals():
    with pytest.raises(ValueError, match="row must be below 150, the number of rows of X, got 150"):
        FeatureErrorDisplay.from_estimator(DETECTOR, IRIS.data, row=150)
    with pytest.raises(ValueError, match="names must hold 3 names, got 1"):
        FeatureErrorDisplay([1.0, 2.0, 3.0], names=["a"])
    with pytest.raises(ValueError, match=r"usual must have shape \(3,\), got \(1,\)"):
        FeatureErrorDisplay([1.0, 2.0, 3.0], [1.0])
    with pytest.raises(ValueError, match=r"errors must have shape \(n_features,\), got \(\)"):
        FeatureErrorDisplay(1.0)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        FeatureErrorDisplay([1.0]).plot(n=0)
    with pytest.raises(ValueError, match="errors must not be negative, got -1"):
        FeatureErrorDisplay([1.0, -1.0])
    with pytest.raises(ValueError, match="usual must not be negative, got -2"):
        FeatureErrorDisplay([1.0, 1.0], [0.0, -2.0])
