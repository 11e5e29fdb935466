"""One line for each layer, with the values that the callback saw."""

import numpy as np
import pytest

from rosenblatt import Autoencoder, GradientNorms, GradientNormsDisplay, MLPClassifier
from tests.estimators.refusals import table

X, LABELS, _ = table()

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def watched(**arguments):
    defaults = {"hidden_layer_sizes": (6, 5), "max_iter": 9, "random_state": 0, "activation": "tanh"}
    return MLPClassifier(callbacks=[GradientNorms(every=2)], **{**defaults, **arguments}).fit(X, LABELS)


def test_an_autoencoder_can_be_watched():
    coder = Autoencoder((6, 2, 6), "tanh", tied_weights=True, max_iter=5, callbacks=[GradientNorms()]).fit(X)
    assert len(GradientNormsDisplay.from_estimator(coder).lines_) == 4


@pytest.mark.parametrize("kind", ["gradient_norm", "update_ratio", "saturated", "dead"])
def test_lines_are_the_history(kind, ax):
    model = watched()
    display = GradientNormsDisplay.from_estimator(model, kind=kind, ax=ax)
    history = model.callbacks[0].history_
    assert display.ax_ is ax
    assert len(display.lines_) == history[kind].shape[1]
    for line, values in zip(display.lines_, history[kind].T, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), values)
        np.testing.assert_array_equal(line.get_xdata(), [1, 3, 5, 7, 9])
    assert ax.get_yscale() == ("log" if kind in ("gradient_norm", "update_ratio") else "linear")
    names = [line.get_label() for line in display.lines_]
    assert names[:2] == ["layer 1", "layer 2"]
    assert names[2:] in ([], ["layer 3 (output)"])


def test_refusals():
    with pytest.raises(ValueError, match="estimator has no GradientNorms among its callbacks"):
        GradientNormsDisplay.from_estimator(MLPClassifier())
    with pytest.raises(
        ValueError, match=r"history is empty: train with callbacks=\[GradientNorms\(\)\] first"
    ):
        GradientNormsDisplay(GradientNorms().history_)
    with pytest.raises(ValueError, match=r"history must be what GradientNorms\.history_ holds"):
        GradientNormsDisplay({"epoch": [1]})
    with pytest.raises(ValueError, match=r"kind must be one of 'gradient_norm'.* got 'norm'"):
        GradientNormsDisplay.from_estimator(watched(), kind="norm")
    for model, kind in ((watched(activation="relu"), "saturated"), (watched(hidden_layer_sizes=()), "dead")):
        with pytest.raises(ValueError, match="nothing to show: there is no hidden layer, or no activation"):
            GradientNormsDisplay.from_estimator(model, kind=kind)
