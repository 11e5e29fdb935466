"""All rows are in the bars, and the line is where the detector cuts."""

import numpy as np
import pytest

from rosenblatt import AutoencoderDetector, ErrorHistogramDisplay
from tests.estimators.refusals import table

X = table(n=80, columns=4)[0]


def heights(display):
    return sum(bar.get_height() for bars in display.ax_.containers for bar in bars)


def test_the_line_is_the_threshold_of_the_detector(ax):
    detector = AutoencoderDetector(random_state=0).fit(X)
    display = ErrorHistogramDisplay.from_estimator(detector, X, ax=ax)
    assert display.ax_ is ax
    assert display.threshold_.get_xdata()[0] == -detector.offset_
    assert display.threshold_.get_label().endswith("10% above")
    np.testing.assert_array_equal(display.errors, -detector.score_samples(X))
    assert heights(display) == 80


def test_known_outliers_have_bars_of_their_own():
    errors = np.array([0.0, 1.0, 2.0, 50.0])
    display = ErrorHistogramDisplay(errors, 10.0, [False, False, False, True]).plot()
    names = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert {"other rows", "known outliers"} < set(names)
    assert [bar.get_height() for bar in display.ax_.containers[1] if bar.get_height()] == [1]
    assert heights(display) == 4


@pytest.mark.parametrize(("errors", "threshold"), [([0.0, 0.0], 0.0), ([3.0], 3.0), ([0.0, 1e-30], 1e30)])
def test_odd_errors_are_drawn(errors, threshold):
    assert heights(ErrorHistogramDisplay(errors, threshold).plot()) == len(errors)


def test_ticks_between_powers_of_ten_are_short():
    display = ErrorHistogramDisplay(np.linspace(0.15, 0.9, 50), 0.7).plot()
    display.figure_.canvas.draw()
    low, high = display.ax_.get_xlim()
    ticks = zip(display.ax_.xaxis.get_minorticklocs(), display.ax_.xaxis.get_minorticklabels(), strict=True)
    names = [label.get_text() for tick, label in ticks if low <= tick <= high]
    assert {"0.2", "0.3", "0.4"} <= set(names)


def test_refusals():
    for errors, message in (
        ([-1.0], "errors must not be negative, got -1"),
        ([np.nan], "errors must be finite numbers, got nan"),
        ([], r"errors must have shape \(n,\), got \(0,\)"),
        ([[1.0]], r"errors must have shape \(n,\), got \(1, 1\)"),
    ):
        with pytest.raises(ValueError, match=message):
            ErrorHistogramDisplay(errors, 1.0)
    with pytest.raises(ValueError, match=r"outlier must have shape \(1,\), got \(2,\)"):
        ErrorHistogramDisplay([1.0], 1.0, [True, False])
