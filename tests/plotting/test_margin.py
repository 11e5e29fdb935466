"""The lines of a margin are where the numbers say."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from rosenblatt import MarginDisplay, MLPClassifier, Perceptron, separability
from tests.perceptron_problems import AND, GATES, XOR


def values(u, line):
    """Return u'[1, x] at the ends of a line."""
    return u[0] + line.get_xydata() @ u[1:]


def test_the_lines_lie_at_the_margin_and_the_rings_on_them():
    certificate = separability(GATES, AND)
    display = MarginDisplay.from_certificate(certificate, GATES, AND)
    u, gamma = certificate.direction, certificate.gamma
    np.testing.assert_allclose(values(u, display.boundary_), 0, atol=1e-12)
    found = [values(u, line) for line in display.margins_]
    np.testing.assert_allclose(found, [[-gamma] * 2, [gamma] * 2], rtol=1e-9)
    np.testing.assert_array_equal(display.support_.get_offsets(), GATES[certificate.support])
    assert display.estimator_boundary_ is None
    assert display.figure_ is display.ax_.figure
    assert display.ax_.get_aspect() == 1


def test_a_perceptron_has_its_own_line_and_its_certificates(ax):
    model = Perceptron(order="cyclic", stop="separated", certify=True).fit(GATES, AND)
    display = MarginDisplay.from_estimator(model, GATES, AND, ax=ax)
    assert display.ax_ is ax
    w = np.array([*model.intercept_, *model.coef_[0]])
    np.testing.assert_allclose(values(w, display.estimator_boundary_), 0, atol=1e-12)
    assert len(display.margins_) == 2
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names[:3] == ["class -1.0", "class 1.0", "largest margin"]
    assert "perceptron" in names


def test_a_perceptron_without_certificate_has_its_line_alone():
    display = MarginDisplay.from_estimator(Perceptron().fit(GATES, AND), GATES, AND)
    assert display.boundary_ is display.support_ is None
    assert display.margins_ == []


def test_what_is_not_separable_has_no_margin():
    display = MarginDisplay.from_certificate(separability(GATES, XOR), GATES, XOR)
    assert display.margins_ == []
    assert len(display.support_.get_offsets()) == 4
    assert display.boundary_ is not None


def test_without_intercept_the_line_goes_through_the_origin():
    X, y = np.array([[1.0, 2.0], [-1.0, 1.0], [2.0, -2.0]]), [1, 1, 0]
    certificate = separability(X, y, fit_intercept=False)
    display = MarginDisplay.from_certificate(certificate, X, y)
    np.testing.assert_allclose(display.boundary_.get_xydata() @ certificate.direction, 0, atol=1e-12)


def test_a_data_frame_names_the_axes_and_sparse_samples_are_drawn():
    frame = pd.DataFrame(GATES, columns=["left", "right"])
    certificate = separability(GATES, AND)
    display = MarginDisplay.from_certificate(certificate, frame, AND)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("left", "right")
    thin = MarginDisplay.from_certificate(certificate, sparse.csr_array(GATES), AND)
    np.testing.assert_array_equal(thin.samples.X, GATES)


def test_wrong_input_is_refused_by_name():
    X, y = load_iris(return_X_y=True)
    two = separability(GATES, AND)
    with pytest.raises(ValueError, match=r"X must have two columns.*got 4; pass two of them"):
        MarginDisplay.from_certificate(separability(X, y == 0), X, y == 0)
    with pytest.raises(ValueError, match=r"y must hold two classes.*got 3.*one against the rest"):
        MarginDisplay.from_certificate(two, X[:, :2], y)
    with pytest.raises(ValueError, match=r"certificate is of 4 samples.*hold 150"):
        MarginDisplay.from_certificate(two, X[:, :2], y == 0)
    with pytest.raises(TypeError, match="certificate must be a Separability, got bool"):
        MarginDisplay.from_certificate(True, GATES, AND)
    with pytest.raises(TypeError, match=r"estimator must be a rosenblatt.Perceptron, got MLPClassifier"):
        MarginDisplay.from_estimator(MLPClassifier(), GATES, AND)
    with pytest.raises(NotFittedError):
        MarginDisplay.from_estimator(Perceptron(), GATES, AND)
    with pytest.raises(ValueError, match="estimator must have one w of two inputs to be drawn, got 3 of 2"):
        MarginDisplay.from_estimator(Perceptron().fit(X[:, :2], y), GATES, AND)
    with pytest.raises(ValueError, match="variant='voted' has no single line"):
        MarginDisplay.from_estimator(Perceptron(variant="voted").fit(GATES, AND), GATES, AND)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        MarginDisplay.from_certificate(separability(GATES, AND), GATES, AND)


def test_inputs_of_other_scales_fill_the_picture():
    X = GATES * [1.0, 1000.0]
    display = MarginDisplay.from_certificate(separability(X, AND), X, AND)
    np.testing.assert_allclose(display.ax_.get_xlim(), (-0.18, 1.18))
    np.testing.assert_allclose(display.ax_.get_ylim(), (-180, 1180))
    assert display.ax_.get_aspect() == "auto"
    flat = np.array([[1.0, 5.0], [1.0, 6.0]])
    assert MarginDisplay.from_certificate(separability(flat, [0, 1]), flat, [0, 1]).ax_.get_aspect() == 1


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200, 1e307])
def test_lines_are_drawn_at_any_size(size):
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]) * size
    y = [0, 0, 0, 1]
    display = MarginDisplay.from_certificate(separability(X, y), X, y)
    display.figure_.canvas.draw()
    points = display.boundary_.get_xydata() / size
    assert np.isfinite(points).all()
    np.testing.assert_allclose(points.sum(axis=1), 1.5, rtol=0.02)  # a subnormal number has few digits
