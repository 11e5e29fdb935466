"""The path of w is the readable rule's."""

import numpy as np
import pytest

from rosenblatt import PathDisplay, separability
from tests.perceptron_problems import AND, GATES, OR, XOR


@pytest.mark.parametrize(("y", "final"), [(AND, (-4, 3, 2)), (OR, (-1, 2, 2))], ids=["AND", "OR"])
def test_the_path_ends_where_the_rule_does(y, final):
    display = PathDisplay.from_data(GATES, y)
    np.testing.assert_array_equal(display.line_.get_xydata(), display.weights[:, 1:])
    assert tuple(display.weights[-1]) == final
    assert tuple(display.weights[0]) == (0, 0, 0)
    ray = display.direction_.get_xydata()
    u = separability(GATES, y).direction
    np.testing.assert_allclose(ray[1] / np.linalg.norm(ray[1]), u[1:] / np.linalg.norm(u[1:]))


def test_angles(ax):
    display = PathDisplay.from_data(GATES, OR, kind="angle", ax=ax)
    assert display.ax_ is ax
    angles = display.line_.get_ydata()
    assert len(angles) == 9
    u, w = separability(GATES, OR).direction, np.array([-1.0, 2, 2])
    assert np.cos(np.radians(angles[-1])) == pytest.approx(w @ u / 3)
    np.testing.assert_array_equal(angles, display.angles)


def test_without_a_separating_direction_there_is_a_path_and_no_angle():
    display = PathDisplay.from_data(GATES, XOR, max_epochs=7)
    assert display.direction_ is None
    with pytest.raises(ValueError, match="direction is None, there is no angle"):
        display.plot(kind="angle")


def test_wrong_input_is_refused_by_name():
    with pytest.raises(ValueError, match=r"X must have two columns to be drawn in a plane, got 3"):
        PathDisplay.from_data(np.eye(4, 3), AND)
    with pytest.raises(ValueError, match=r"weights must hold b, w1 and w2.*shape \(2, 4\)"):
        PathDisplay(np.zeros((2, 4)))
    with pytest.raises(ValueError, match="kind must be 'plane' or 'angle', got 'space'"):
        PathDisplay.from_data(GATES, AND, kind="space")
    with pytest.raises(ValueError, match="max_epochs must be a whole number of 1 or more, got 0"):
        PathDisplay.from_data(GATES, AND, max_epochs=0)
