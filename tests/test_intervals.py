"""Intervals as text."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosenblatt.intervals import lies_in, require

ENDS = st.integers(-3, 3)


@given(ENDS, ENDS, st.sampled_from("[("), st.sampled_from("])"), st.floats(-4, 4) | ENDS)
def test_membership(low, high, left, right, value):
    above = value >= low if left == "[" else value > low
    below = value <= high if right == "]" else value < high
    assert lies_in(value, f"{left}{low}, {high}{right}") == (above and below)


@pytest.mark.parametrize("interval", ["(-inf, inf)", "[0, inf)", "[-inf, inf]"])
def test_nan_lies_in_none(interval):
    assert not lies_in(math.nan, interval)
    with pytest.raises(ValueError, match="got nan"):
        require("x", math.nan, interval)


def test_infinite_ends():
    assert lies_in(math.inf, "[0, inf]")
    assert not lies_in(math.inf, "[0, inf)")
    assert lies_in(-1e308, "(-inf, 0]")


@pytest.mark.parametrize("value", [0, 0.5, np.float32(0.25), np.int64(0), np.float64(0.999)])
def test_real_numbers_inside_pass(value):
    require("momentum", value, "[0, 1)")


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1.0, ValueError, r"momentum must lie in \[0, 1\), got 1\.0"),
        (-0.1, ValueError, r"momentum must lie in \[0, 1\), got -0\.1"),
        ("a", TypeError, r"momentum must be a number in \[0, 1\), got 'a'"),
        (True, TypeError, r"momentum must be a number in \[0, 1\), got True"),
        (1j, TypeError, r"momentum must be a number in \[0, 1\), got 1j"),
        (None, TypeError, r"momentum must be a number in \[0, 1\), got None"),
        (np.ones(1), TypeError, r"momentum must be a number in \[0, 1\)"),
    ],
)
def test_messages(value, error, message):
    with pytest.raises(error, match=message):
        require("momentum", value, "[0, 1)")
