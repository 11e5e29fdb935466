"""Columns of the first weights as images, the largest first."""

import numpy as np
import pytest

from rosenblatt import FilterDisplay

WEIGHTS = np.random.RandomState(0).randn(6, 5) * [1, 5, 2, 4, 3]


def test_filters_are_columns_of_the_weights():
    display = FilterDisplay(WEIGHTS, (2, 3)).plot(n=3)
    np.testing.assert_array_equal(np.sort(display.units_), [1, 3, 4])
    norms = np.linalg.norm(WEIGHTS, axis=0)[display.units_]
    assert (np.diff(norms) <= 0).all()
    for image, unit in zip(display.images_, display.units_, strict=True):
        np.testing.assert_array_equal(image.get_array(), WEIGHTS[:, unit].reshape(2, 3))
        low, high = image.get_clim()
        assert high == -low == abs(WEIGHTS[:, unit]).max()
    assert display.ax_.shape == (2, 2)
    assert not display.ax_[1, 1].axison


def test_an_empty_filter_is_white():
    assert FilterDisplay(np.zeros((4, 1))).plot().images_[0].get_clim() == (-1, 1)


def test_refusals():
    with pytest.raises(ValueError, match=r"weights must have shape \(n_features, n_units\), got \(6,\)"):
        FilterDisplay(WEIGHTS[:, 0])
    with pytest.raises(ValueError, match="6 features fill no square"):
        FilterDisplay(WEIGHTS)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        FilterDisplay(WEIGHTS, (2, 3)).plot(n=0)
