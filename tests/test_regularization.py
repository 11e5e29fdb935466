"""The page of regularisation: each formula against what defines it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rosenblatt.regularization import (
    averaged,
    clipped,
    decayed,
    non_negative,
    norm_factor,
    soft_thresholded,
    within_norm,
)
from tests.rule_checks import close
from tests.strategies import np_namespace
from tests.tolerances import SUMMATION

XP = np_namespace()
WEIGHTS = arrays(np.float64, 7, elements=st.floats(-5, 5))
AMOUNTS = st.floats(1e-3, 3)


@given(w=WEIGHTS, amount=AMOUNTS)
def test_soft_thresholding_is_the_proximal_step_of_l1(w, amount):
    z = soft_thresholded(XP, w, amount)
    value = 0.5 * (z - w) ** 2 + amount * np.abs(z)
    for other in (z + 1e-3, z - 1e-3, w, np.zeros_like(w)):  # nothing near or far is better
        assert (value <= 0.5 * (other - w) ** 2 + amount * np.abs(other) + 1e-12).all()
    assert (z[np.abs(w) <= amount] == 0).all()


@given(w=WEIGHTS, amount=AMOUNTS)
def test_decay_and_sign(w, amount):
    close(decayed(w, amount), (1 - amount) * w, SUMMATION)
    z = non_negative(XP, w)
    assert (z >= 0).all()
    np.testing.assert_array_equal(z[w >= 0], w[w >= 0])


@given(W=arrays(np.float64, (4, 3), elements=st.floats(-5, 5)), limit=AMOUNTS)
def test_columns_are_brought_within_the_norm_and_others_left_alone(W, limit):
    before, after = np.linalg.norm(W, axis=0), within_norm(XP, W, limit)
    close(np.linalg.norm(after, axis=0), np.minimum(before, limit), SUMMATION)
    np.testing.assert_array_equal(after[:, before < 0.999 * limit], W[:, before < 0.999 * limit])
    for j in np.flatnonzero(before > limit):  # the direction stays
        close(after[:, j] * before[j], W[:, j] * np.linalg.norm(after[:, j]), SUMMATION)


@given(g=WEIGHTS, limit=AMOUNTS)
def test_a_gradient_is_no_longer_than_its_limits(g, limit):
    np.testing.assert_array_equal(clipped(XP, g, limit), np.clip(g, -limit, limit))
    close(np.linalg.norm(g * norm_factor(float(g @ g), limit)), min(np.linalg.norm(g), limit), SUMMATION)


def test_a_nan_stays_one():
    g = np.array([np.nan, 1.0])
    for result in (clipped(XP, g, 0.5), non_negative(XP, g), soft_thresholded(XP, g, 0.5)):
        assert np.isnan(result[0])


@pytest.mark.parametrize("shares", [[1.0, 0.5, 1 / 3, 0.25], [1.0, 0.1, 0.1]])
def test_an_average_of_equal_shares_is_the_mean(shares):
    thetas = np.random.default_rng(0).normal(size=(len(shares), 5))
    average, weights = np.zeros(5), np.zeros(len(shares))
    for i, share in enumerate(shares):
        average = averaged(average, thetas[i], share)
        weights *= 1 - share
        weights[i] = share
    close(average, weights @ thetas, SUMMATION)
    assert weights.sum() == pytest.approx(1)
