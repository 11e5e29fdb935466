"""The picture of a range test holds what the test saw."""

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import Autoencoder, LearningRateDisplay, MLPClassifier, lr_find
from tests.estimators.refusals import table

X, LABELS, _ = table()
MODEL = MLPClassifier((5,), batch_size=10, random_state=0)


def test_it_draws_what_lr_find_finds(ax):
    found = lr_find(MODEL, X, LABELS)
    display = LearningRateDisplay.from_estimator(MODEL, X, LABELS, ax=ax)
    assert display.ax_ is ax
    rates, smoothed = display.smoothed_.get_data()
    np.testing.assert_array_equal(rates, found.rates)
    np.testing.assert_array_equal(smoothed, np.where(np.isfinite(found.smoothed), found.smoothed, np.nan))
    np.testing.assert_array_equal(
        display.losses_.get_ydata(), np.where(np.isfinite(found.losses), found.losses, np.nan)
    )
    assert set(display.suggestion_.get_xdata()) == {found.suggestion}
    assert ax.get_xscale() == "log"
    low, high = ax.get_ylim()
    assert low < np.nanmin(smoothed) < high


def test_options_go_to_lr_find():
    display = LearningRateDisplay.from_estimator(MODEL, X, LABELS, low=1e-3, high=1.0, steps=10)
    np.testing.assert_allclose(display.result.rates, np.geomspace(1e-3, 1, 10))


def test_an_autoencoder_needs_no_target():
    coder = Autoencoder(2, batch_size=10, random_state=0)
    display = LearningRateDisplay.from_estimator(coder, X, steps=10)
    np.testing.assert_array_equal(display.result.losses, lr_find(coder, X, steps=10).losses)


def test_where_nothing_is_suggested_there_is_no_line():
    flat = lr_find(clone(MODEL).set_params(batch_size="full"), X, LABELS, low=1e-12, high=1e-11, steps=50)
    assert flat.suggestion is None
    assert LearningRateDisplay(flat).plot().suggestion_ is None


def test_refusals():
    with pytest.raises(TypeError, match="result must be what lr_find returned, got 3"):
        LearningRateDisplay(3)
