"""The curve of updates ends at their number, under the bound where there is one."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris

from rosenblatt import MistakesDisplay, Perceptron, separability
from tests.perceptron_problems import AND, GATES

TO_THE_END = {"order": "cyclic", "stop": "separated", "certify": True}


def test_and():
    model = Perceptron(**TO_THE_END).fit(GATES, AND)
    display = MistakesDisplay.from_estimator(model)
    np.testing.assert_array_equal(display.total_.get_ydata(), np.cumsum(model.update_curve_))
    np.testing.assert_array_equal(display.mistakes_.get_ydata(), model.update_curve_)
    np.testing.assert_array_equal(display.total_.get_xdata(), np.arange(1, 10))
    assert set(display.bound_.get_ydata()) == {51}
    assert display.ax_.get_yscale() == "linear"
    assert display.ax_.get_xlabel() == "epoch"


def test_a_long_run_is_drawn_in_groups_on_log_scales(ax):
    curve = np.arange(5000) % 7
    display = MistakesDisplay(curve, bound=10**6).plot(ax)
    assert display.ax_ is ax
    ends, totals = display.total_.get_data()
    assert len(ends) <= 400
    assert ends[-1] == 5000
    np.testing.assert_array_equal(totals, np.cumsum(curve)[ends - 1])
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert display.plot(scale="linear").ax_.get_yscale() == "linear"


def test_one_class_of_several():
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Perceptron(**TO_THE_END, max_iter=20).fit(X, y)
    display = MistakesDisplay.from_estimator(model, label=0)
    assert display.total_.get_ydata()[-1] == 5
    assert display.bound == 221
    assert MistakesDisplay.from_estimator(model, label=1).bound_ is None  # not separable from the rest
    with pytest.raises(ValueError, match=r"label must be one of the classes, \[0, 1, 2\], got None"):
        MistakesDisplay.from_estimator(model)


def test_the_bound_is_drawn_only_where_it_holds():
    certificate = separability(GATES, AND)
    plain = Perceptron().fit(GATES, AND)
    assert MistakesDisplay.from_estimator(plain).bound_ is None
    assert MistakesDisplay.from_estimator(plain, certificate=certificate).bound == 51
    for changed in ({"penalty": "l2"}, {"class_weight": "balanced"}, {"warm_start": True}):
        model = Perceptron(**changed).fit(GATES, AND)
        assert MistakesDisplay.from_estimator(model, certificate=certificate).bound_ is None


def test_wrong_input_is_refused_by_name():
    with pytest.raises(ValueError, match="curve must hold the mistakes of each epoch"):
        MistakesDisplay([[1, 2]])
    with pytest.raises(ValueError, match="scale must be 'auto', 'linear' or 'log', got 'symlog'"):
        MistakesDisplay([1, 0]).plot(scale="symlog")
    with pytest.raises(TypeError, match=r"estimator must be a rosenblatt\.Perceptron, got list"):
        MistakesDisplay.from_estimator([3, 2, 0])


def test_a_bound_beyond_floats_is_named():
    display = MistakesDisplay([3, 2, 0], bound=10**600).plot()
    display.figure_.canvas.draw()
    assert display.bound_ is None
    assert any("about 10^600" in name for name in display.ax_.get_legend_handles_labels()[1])
