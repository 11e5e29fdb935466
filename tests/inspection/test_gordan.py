"""A combination is called zero only where it is zero."""

import numpy as np
import pytest

from rosenblatt.inspection.gordan import proved
from rosenblatt.inspection.samples import SignedSamples
from tests.inspection.oracles import solved_by_elimination
from tests.tolerances import MARGIN


def simplex(random, d):
    """Return d + 2 signed samples [1, x] whose hull has the origin inside, with signs of both kinds."""
    while True:
        X, y = random.normal(size=(d + 2, d)), random.choice([-1.0, 1.0], d + 2)
        y[:2] = -1.0, 1.0  # of one sign alone the system is singular
        samples = SignedSamples(X, y, 1.0)
        equations = np.concatenate([np.ones((1, d + 2)), samples.dense().T])
        c = np.linalg.solve(equations, np.eye(d + 2)[0])
        if c.min() > 1e-6:
            return samples


@pytest.mark.parametrize("method", ["rationals", "enclosure"])
@pytest.mark.parametrize("d", [1, 2, 4])
def test_the_weights_are_the_exact_ones_within_the_error_given(method, d):
    samples = simplex(np.random.default_rng(d), d)
    found = proved(samples, np.arange(d + 2), method)
    equations = [[1] * (d + 2), *samples.dense().T.tolist()]
    exact = solved_by_elimination(equations, [1] + [0] * (d + 1))
    for weight, error, c in zip(found.weights, found.error, exact, strict=True):
        assert abs(weight - c) <= error < MARGIN * weight


@pytest.mark.parametrize("method", ["rationals", "enclosure"])
def test_what_is_zero_only_to_rounding_is_not_proved(method):
    # 0.1 + 0.2 is not 0.3: the third lies beside the middle of the other two, by 3e-17
    X = np.array([[0.2, 0.2], [0.4, 0.4], [0.1 + 0.2, 0.3]])
    samples = SignedSamples(X, np.array([1.0, 1.0, -1.0]), 1.0)
    assert proved(samples, np.arange(3), method) is None


@pytest.mark.parametrize("method", ["rationals", "enclosure"])
def test_a_negative_weight_proves_nothing(method):
    samples = SignedSamples(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, -1.0]), 1.0)
    assert proved(samples, np.arange(3), method) is None


def test_a_sample_of_weight_zero_is_left_out():
    X = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 5.0], [0.0, 0.0]])
    samples = SignedSamples(X, np.array([1.0, 1.0, 1.0, -1.0]), 1.0)
    found = proved(samples, np.arange(4), "rationals")
    assert found.rows.tolist() == [0, 1, 3]
    assert found.weights.tolist() == [0.25, 0.25, 0.5]


def test_too_many_samples_have_no_single_answer():
    samples = SignedSamples(np.array([[0.0], [1.0], [2.0], [1.0]]), np.array([1.0, 1.0, 1.0, -1.0]), 1.0)
    assert proved(samples, np.arange(4), "rationals") is None


def test_a_singular_system_is_not_enclosed():
    X = np.array([[0.0, 0.0], [2.0, 2.0], [1.0, 1.0]])
    samples = SignedSamples(X, np.array([1.0, 1.0, -1.0]), 1.0)
    assert proved(samples, np.arange(3), "enclosure") is None  # an equation more than unknowns
    assert proved(samples, np.arange(3), "rationals").weights.tolist() == [0.25, 0.25, 0.5]
    line = SignedSamples(np.array([[1.0], [1.0]]), np.array([1.0, 1.0]), None)
    assert proved(line, np.arange(2), "enclosure") is None
