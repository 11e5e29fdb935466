"""The threshold: a share of the weight below it, and rounding decides about no row."""

import numpy as np
import pytest

from rosenblatt.estimators.threshold import weighted_cut


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 0.5])
def test_the_cut_counts_weights_as_rows(share):
    random = np.random.RandomState(3)
    scores, weight = random.randn(60), random.randint(0, 4, 60)
    cut = weighted_cut(scores, weight, share)
    assert cut == weighted_cut(np.repeat(scores, weight), None, share)
    assert cut == weighted_cut(scores, weight / 7, share)
    below = weight[scores < cut].sum() / weight.sum()
    assert below <= share < below + (weight.max() + 1) / weight.sum()


def test_rounding_decides_about_no_row():
    scores = -np.array([3.0, 2.0, 2.0, 2.0, 1.0, 0.5])
    for seed in range(20):
        noisy = scores * (1 + 1e-13 * np.random.RandomState(seed).randn(6))
        assert (noisy < weighted_cut(noisy, None, 0.34)).sum() == 1
        assert (noisy < weighted_cut(noisy, None, 0.67)).sum() == 4
    assert (scores < weighted_cut(scores, None, 0.01)).sum() == 1


def test_half_of_two_lies_between_them():
    assert weighted_cut(np.array([3.0, 1.0]), None, 0.5) == 2.0
