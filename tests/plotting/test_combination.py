"""The point that is drawn lies in both hulls, and the weights are the certificate's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from rosenblatt import CombinationDisplay, separability
from rosenblatt.plotting.combination import hull
from tests.perceptron_problems import AND, GATES, XOR


def test_xor(ax):
    certificate = separability(GATES, XOR)
    display = CombinationDisplay.from_certificate(certificate, GATES, XOR, ax=ax)
    assert display.ax_ is ax
    np.testing.assert_array_equal(display.point_.get_xydata(), [[0.5, 0.5]])
    assert [label.get_text() for label in display.labels_] == ["1/4"] * 4
    assert len(display.support_.get_offsets()) == 4
    corners = {tuple(corner) for corner in display.hulls_[0].get_xy()}
    assert corners == {(0.0, 0.0), (1.0, 1.0)}


def test_the_point_is_a_mean_of_each_class():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(40, 2)), random.integers(0, 2, 40)
    certificate = separability(X, y)
    display = CombinationDisplay.from_certificate(certificate, X, y)
    assert 3 <= len(display.labels_) <= 4
    for label in (0, 1):
        of_class = y[certificate.support] == label
        weights = 2 * certificate.weights[of_class]
        mean = weights @ X[certificate.support[of_class]]
        np.testing.assert_allclose(mean, display.point, atol=1e-9)


def test_the_same_sample_twice_is_labelled_twice():
    X, y = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 0.0]]), [0, 0, 1, 1]
    display = CombinationDisplay.from_certificate(separability(X, y), X, y)
    assert [label.get_text() for label in display.labels_] == ["1/2", "1/2"]
    places = {tuple(label.xyann) for label in display.labels_}
    assert len(places) == 2


def test_wrong_input_is_refused_by_name():
    with pytest.raises(ValueError, match=r"certificate must prove.*got separable=True.*MarginDisplay"):
        CombinationDisplay.from_certificate(separability(GATES, AND), GATES, AND)
    without = separability(GATES, XOR, fit_intercept=False)
    with pytest.raises(ValueError, match="got fit_intercept=False"):
        CombinationDisplay.from_certificate(without, GATES, XOR)
    with pytest.raises(ValueError, match=r"X must have two columns to be drawn in a plane, got 3"):
        CombinationDisplay.from_certificate(without, np.eye(4, 3), XOR)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_hulls_are_those_of_scipy(seed):
    random = np.random.default_rng(seed)
    points = random.integers(-5, 6, size=(int(random.integers(3, 30)), 2)).astype(float)
    if np.linalg.matrix_rank(points - points[0]) < 2:
        return
    theirs = points[ConvexHull(points).vertices]
    assert sorted(map(tuple, hull(points))) == sorted(map(tuple, np.unique(theirs, axis=0)))
