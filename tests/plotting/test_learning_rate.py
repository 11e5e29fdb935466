"""The picture of a range test holds what the test saw."""

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import Autoencoder, LearningRateDisplay, MLPClassifier, MLPRegressor, lr_find
from tests.estimators.refusals import table

X, LABELS, _ = table()
MODEL = MLPClassifier((5,), batch_size=10, random_state=0)


def test_it_draws_what_lr_find_finds(ax):
    found = lr_find(MODEL, X, LABELS)
    display = LearningRateDisplay.from_estimator(MODEL, X, LABELS, ax=ax)
    assert display.ax_ is ax
    assert [line.get_label() for line in display.lines_] == [f"{steps} steps" for steps in found.steps]
    for line, losses in zip(display.lines_, found.losses.T, strict=True):
        there = np.isfinite(losses)
        np.testing.assert_array_equal(line.get_xdata(), found.rates[there])
        np.testing.assert_array_equal(line.get_ydata(), losses[there])
    assert set(display.suggestion_.get_xdata()) == {found.suggestion}
    assert ("before overfitting" in display.suggestion_.get_label()) == found.overfitted
    assert ax.get_xscale() == "log"
    low, high = ax.get_ylim()
    assert low < np.nanmin(found.losses) < high


def test_it_marks_what_learned_no_more_than_a_constant(ax):
    rng = np.random.default_rng(0)
    noise, target = rng.normal(size=(200, 3)), rng.normal(size=200)
    model = MLPRegressor(hidden_layer_sizes=(5,), random_state=0)
    alike = LearningRateDisplay.from_estimator(model, noise, target, ax=ax)
    assert len(alike.constant_.get_xdata()) == np.isfinite(alike.result.losses[:, -1]).sum() > 0
    learned = LearningRateDisplay.from_estimator(model, noise, target + 5 * noise[:, 0], ax=ax)
    assert len(learned.constant_.get_xdata()) == 0


def test_options_go_to_lr_find():
    display = LearningRateDisplay.from_estimator(MODEL, X, LABELS, low=1e-3, high=1.0, steps=40)
    assert display.result.rates[0] >= 1e-3
    assert display.result.rates[-1] <= 1
    assert display.result.steps[-1] <= 10


def test_an_autoencoder_needs_no_target():
    coder = Autoencoder(2, batch_size=10, random_state=0)
    display = LearningRateDisplay.from_estimator(coder, X, steps=20)
    np.testing.assert_array_equal(display.result.losses, lr_find(coder, X, steps=20).losses)


def test_where_nothing_is_suggested_there_is_no_line():
    still = MLPRegressor(hidden_layer_sizes=(), initializer="zeros", random_state=0)
    flat = lr_find(clone(still), np.ones((40, 1)), np.zeros(40))
    assert flat.suggestion is None
    assert LearningRateDisplay(flat).plot().suggestion_ is None


def test_refusals():
    with pytest.raises(TypeError, match="result must be what lr_find returned, got 3"):
        LearningRateDisplay(3)
