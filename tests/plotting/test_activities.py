"""Each unit's mean output, and each sample's share of units that fire."""

import numpy as np
import pytest

from rosenblatt import ActivityDisplay, Autoencoder

OUTPUTS = np.array([[0.0, 0.9, -0.01, 0.2], [0.04, 0.8, 0.0, -0.4], [0.0, 0.7, 0.0, 0.0]])


def test_what_is_counted():
    display = ActivityDisplay(OUTPUTS).plot()
    np.testing.assert_array_equal(display.means_, OUTPUTS.mean(axis=0))
    np.testing.assert_array_equal(display.firing_, [0.5, 0.5, 0.25])
    assert display.share_near_zero_ == pytest.approx(7 / 12)
    left, right = display.ax_
    assert sum(bar.get_height() for bar in left.patches) == 4
    assert sum(bar.get_height() for bar in right.patches) == 3
    assert right.get_title() == "58% of outputs are below 0.05 in size"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_model_is_asked_for_its_codes():
    X = np.random.RandomState(0).rand(20, 4)
    model = Autoencoder(3, code_activation="logistic", max_iter=2, random_state=0).fit(X)
    display = ActivityDisplay.from_estimator(model, X, near=0.5)
    np.testing.assert_array_equal(display.means_, model.transform(X).mean(axis=0))
    assert display.share_near_zero_ == pytest.approx((model.transform(X) < 0.5).mean())


def test_refusals():
    with pytest.raises(ValueError, match="near must lie in"):
        ActivityDisplay(OUTPUTS, near=0)
    with pytest.raises(ValueError, match=r"activities must have shape \(n, k\), got \(4,\)"):
        ActivityDisplay(OUTPUTS[0])
