"""Noise as a pure function of the place: whatever the cut into batches, the right shares, and no stream twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from rosenblatt.noise import (
    Noise,
    dropout_mask,
    dropout_of_entries,
    input_noise,
    standard_normal,
    threshold_of,
)
from rosenblatt.random import Purpose, philox
from tests.strategies import SEEDS
from tests.tolerances import SEVEN_DIGITS


def place(**changes):
    return Noise(
        **{"seed": 3, "epoch": 0, "position": 0, "dropout": (0.3, 0.5), "standard_deviation": 1.0, **changes}
    )


@given(seed=SEEDS, epoch=st.integers(0, 5), position=st.integers(0, 50), cut=st.integers(1, 9))
def test_a_batch_may_be_cut_anywhere(seed, epoch, position, cut):
    noise = place(seed=seed, epoch=epoch, position=position)
    later = noise._replace(position=position + cut)
    for draw in (lambda at, n: dropout_mask(at, 1, n, 13), lambda at, n: input_noise(at, n, 13)):
        whole = draw(noise, 10)
        np.testing.assert_array_equal(whole, np.concatenate([draw(noise, cut), draw(later, 10 - cut)]))
        assert len(np.unique(whole)) > 1


@pytest.mark.parametrize("change", [{"seed": 4}, {"seed": 3 + (1 << 32)}, {"epoch": 1}, {"position": 200}])
def test_another_place_has_another_mask(change):
    masks = [dropout_mask(noise, 1, 200, 40) for noise in (place(), place(**change))]
    assert 0.4 < (masks[0] == masks[1]).mean() < 0.6  # two independent halves agree half of the time
    noises = [input_noise(noise, 200, 40) for noise in (place(), place(**change))]
    assert abs(np.corrcoef(noises[0].ravel(), noises[1].ravel())[0, 1]) < 0.05


def test_layers_do_not_share_a_mask():
    masks = [dropout_mask(place(dropout=(0.5, 0.5, 0.5)), k, 200, 40) for k in range(3)]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert 0.4 < (masks[i] == masks[j]).mean() < 0.6


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9, 1 - 1e-9])
def test_a_mask_keeps_the_mean(rate):
    mask = dropout_mask(place(dropout=(rate,)), 0, 1000, 200)
    kept = mask[mask > 0]
    share = threshold_of(rate) / 65536  # the rate to sixteen bits
    assert abs(share - rate) <= 1 / 65536
    np.testing.assert_array_equal(kept, 1 / (1 - share))
    p = stats.binomtest(int((mask == 0).sum()), mask.size, share).pvalue if 0 < rate < 1 - 1e-6 else 1.0
    assert p > 1e-4
    assert (mask == 0).mean() == 0 if rate == 0 else True


def test_units_are_independent_of_each_other():
    mask = dropout_mask(place(dropout=(0.5,)), 0, 4000, 24) > 0
    correlations = np.corrcoef(mask.T) - np.eye(24)
    assert np.abs(correlations).max() < 0.08  # five standard errors of 1/sqrt(4000)


def test_the_sixteen_bits_of_a_unit_are_those_that_the_page_names():
    noise = place(dropout=(0.25,), epoch=7, position=2)
    counter = np.array([[1, 2, 7, int(Purpose.DROPOUT)]], dtype=np.uint64)  # block 1 holds units 8 to 15
    words = philox(counter, (noise.seed, 0))[0]
    bits = [int(words[i // 2]) >> 16 * (i % 2) & 0xFFFF for i in range(8)]
    wanted = [0.0 if b < 16384 else 4 / 3 for b in bits]
    np.testing.assert_allclose(dropout_mask(noise, 0, 1, 16)[0, 8:], wanted, rtol=1e-15)


def test_stored_entries_have_the_factors_of_the_dense_mask():
    noise, rng = place(position=9), np.random.default_rng(0)
    rows, columns = rng.integers(0, 30, 200), rng.integers(0, 50, 200)
    mask = dropout_mask(noise, 0, 30, 50)
    np.testing.assert_array_equal(dropout_of_entries(noise, rows, columns), mask[rows, columns])
    assert len(np.unique(mask)) == 2


def test_normal_numbers_are_the_inverse_of_the_distribution():
    ends = [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]
    words = np.concatenate([np.random.default_rng(1).integers(0, 1 << 32, 100_000), ends]).astype(np.uint64)
    wanted = ndtri((words.astype(np.float64) + 0.5) * 2.0**-32)
    np.testing.assert_allclose(standard_normal(words), wanted, rtol=SEVEN_DIGITS, atol=SEVEN_DIGITS)


def test_noise_is_normal():
    x = input_noise(place(standard_deviation=2.0), 500, 40).ravel() / 2
    assert stats.kstest(x, "norm").pvalue > 1e-4
